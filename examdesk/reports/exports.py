"""Marks and results as CSV files that a Chinese Excel opens, and the way of the formgrader's marks into records."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from examdesk.analysis import load_marks, load_results, opinion_table, opinion_texts
from examdesk.bank import form_files, load_form, read_form
from examdesk.bank.whole import whole
from examdesk.model import stamp
from examdesk.records import Records, guarded


def export_csv(course: str | Path, out: Path) -> list[Path]:
    """The files marks.csv and results.csv in `out`: UTF-8 with BOM, no cell that runs as a formula.

    Unmarked is blank, never 0, and the column `unmarked` says so. No names and no replies.
    """
    marks, results = load_marks(course), load_results(course)
    marks.insert(list(marks).index("points") + 1, "unmarked", marks["points"].isna().astype(int))
    out.mkdir(parents=True, exist_ok=True)
    return [_write(out / "marks.csv", marks), _write(out / "results.csv", results)]


def export_survey(course: str | Path, form: str, out: Path, *, language: str = "zh") -> list[Path]:
    """The files survey.csv (counts) and survey-texts.csv (free texts; a person reads them first) in `out`. No names."""
    tables = {"survey.csv": opinion_table(course, form, language=language),
              "survey-texts.csv": opinion_texts(course, form, language=language)}
    out.mkdir(parents=True, exist_ok=True)
    return [_write(out / name, table) for name, table in tables.items()]


def _write(path: Path, frame: pd.DataFrame) -> Path:
    with whole(path, encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(list(frame))
        writer.writerows([_cell(value) for value in row] for row in frame.itertuples(index=False, name=None))
    return path


def _cell(value: object) -> object:
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.10g}"
    return guarded(value)


def pull_marks(course: str | Path, *, marker: str, form: str | None = None) -> int:
    """How many marks by `marker` in nbgrader's formgrader are new in records; of one form, or of all."""
    from examdesk.records.gradebook import gradebook_url
    from examdesk.records.gradebook import pull_marks as pull

    course = Path(course)
    url, records = gradebook_url(course), Records.open(course)
    at = stamp(timespec="milliseconds")
    forms = [read_form(path) for path in form_files(course)] if form is None else [load_form(course, form)]
    return sum(records.save_marks(pull(url, one, marker=marker), at=at) for one in forms)
