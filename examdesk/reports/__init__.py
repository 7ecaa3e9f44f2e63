"""Reports for managers: static pages in two languages, an overview of all exams, CSV files.

    write_reports(".", "E10")           # report/E10.zh.html, report/E10.en.html and the overview
    export_csv(".", Path("export"))     # marks.csv, results.csv

The page is notebooks/cohort-report.ipynb, run by papermill; an instructor may change it. Its cells show the blocks of
this package: `headline`, `steps`, `findings`, `groups`, `scores`, `domains`, `gain`, `work`, `items`, `sources`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from examdesk.analysis import exams_with_marks
from examdesk.reports.exports import export_csv, export_survey, pull_marks
from examdesk.reports.findings import findings, items
from examdesk.reports.gain import gain
from examdesk.reports.overview import HOME, overview
from examdesk.reports.pages import Pull, write_report
from examdesk.reports.people import banners, domains, groups, headline, scores
from examdesk.reports.report import Report
from examdesk.reports.tasks import sources, steps, work

__all__ = [
    "Report",
    "banners",
    "domains",
    "export_csv",
    "export_survey",
    "findings",
    "gain",
    "groups",
    "headline",
    "items",
    "overview",
    "pull_marks",
    "scores",
    "sources",
    "steps",
    "work",
    "write_report",
    "write_reports",
]


def write_reports(course: str | Path, exam: str | Sequence[str] | None = None, *, to: Path | None = None,
                  pull: Pull | None = None, at: str = "") -> list[Path]:
    """The pages of one exam, or of every exam somebody has sat, and the overview that links them all."""
    if pull is not None:
        pull()
    out = to or Path(course) / "report"
    exams = exams_with_marks(course) if exam is None else [exam] if isinstance(exam, str) else list(exam)
    pages = [page for name in exams for page in write_report(course, name, out=out, at=at, home=HOME)]
    return [*pages, *overview(course, out, at=at)]
