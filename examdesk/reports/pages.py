"""Report pages: papermill runs notebooks/cohort-report.ipynb, nbconvert writes one static page a language."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from examdesk.bank.whole import whole
from examdesk.errors import CourseError
from examdesk.reports.report import BLOCK_TYPE, Report
from examdesk.reports.texts import LANGUAGES, say

NOTEBOOK = "cohort-report.ipynb"
TEMPLATE = Path(__file__).with_name("template")
HTML_LANG = {"zh": "zh-CN", "en": "en"}

Pull = Callable[[], object]
"""Brings the formgrader's marks into records, so that a report never shows yesterday's."""


def write_report(course: str | Path, exam: str, *, out: Path | None = None, pull: Pull | None = None,
                 languages: Sequence[str] = LANGUAGES, at: str = "", home: Mapping[str, str] | None = None,
                 ) -> list[Path]:
    """The pages <exam>.zh.html and <exam>.en.html in `out` (report/ in the course), each of them one static file.

    The same marks give the same bytes; a date stands on the page only as `at`. `home` = {language: overview page}.
    """
    course = Path(course)
    if pull is not None:
        pull()
    folder = out or course / "report"
    report = Report.of(course, exam, "zh")  # a course that cannot be reported says so before any kernel starts
    folder.mkdir(parents=True, exist_ok=True)
    notebook = _run(notebook_path(course), course, exam)
    return [
        write_page(folder / f"{exam}.{language}.html",
                   convert(notebook, _page(report.told_in(language), languages, at=at, home=home or {})))
        for language in languages
    ]


def notebook_path(course: Path) -> Path:
    """The course's own notebook, else the one that comes with Examdesk."""
    package = Path(__file__).resolve().parent
    places = (course / "notebooks", package / "notebooks", package.parent.parent / "notebooks")
    for place in places:
        if (place / NOTEBOOK).is_file():
            return place / NOTEBOOK
    raise CourseError(f"{places[0] / NOTEBOOK}: not found. Cure: copy it from a new course")


def _page(report: Report, languages: Sequence[str], *, at: str, home: Mapping[str, str]) -> dict[str, Any]:
    """What the frame of a report page shows: title, links, style."""
    language, exam = report.language, report.cohort.exam
    links = [{"href": home[language], "text": say("all_exams", language), "lang": ""}] if language in home else []
    links += [{"href": f"{exam}.{other}.html", "text": say("other_language", language), "lang": HTML_LANG[other]}
              for other in languages if other != language]
    return frame(language, title=f"{exam} {report.title}", kicker=say("report", language), links=links, at=at)


def frame(language: str, *, title: str, kicker: str, links: Sequence[Mapping[str, str]], at: str = ""
          ) -> dict[str, Any]:
    """The frame of a page in `language`."""
    return {
        "language": language, "lang": HTML_LANG[language], "block_type": BLOCK_TYPE, "title": title,
        "kicker": kicker, "links": list(links),
        "dated": say("dated", language, at=at) if at else "", "style": (TEMPLATE / "style.css").read_text("utf-8"),
    }  # fmt: skip


def write_page(path: Path, html: str) -> Path:
    """Writes a page; it appears whole or not at all."""
    with whole(path) as file:
        file.write(html)
    return path


def _run(notebook: Path, course: Path, exam: str) -> Any:
    """The notebook with its outputs. Raises `CourseError` with the message of the cell that failed."""
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.ERROR)
    parameters = {"course": str(course.resolve()), "exam": exam}
    with tempfile.TemporaryDirectory() as folder:
        done = Path(folder) / NOTEBOOK
        try:
            papermill.execute_notebook(str(notebook), str(done), parameters=parameters, kernel_name="python3",
                                       progress_bar=False, cwd=folder, extra_arguments=["--log-level=40"])
        except PapermillExecutionError as error:
            raise CourseError(f"{notebook}: cell {error.cell_index}: {error.ename}: {error.evalue}. "
                              "Cure: open the notebook in JupyterLab and run it there") from None
        return nbformat.read(done, as_version=4)


def convert(notebook: Any, page: Mapping[str, Any]) -> str:
    """The notebook as one static page by our template: no script, nothing fetched from anywhere."""
    from nbconvert import HTMLExporter
    from nbconvert.preprocessors import TagRemovePreprocessor

    others = set(LANGUAGES) - {page["language"]}
    exporter = HTMLExporter(template_name="examdesk", extra_template_basedirs=[str(TEMPLATE)],
                            exclude_anchor_links=True)
    exporter.register_preprocessor(TagRemovePreprocessor(remove_cell_tags=others), enabled=True)
    html, _ = exporter.from_notebook_node(notebook, resources={"examdesk": page})
    return str(html)
