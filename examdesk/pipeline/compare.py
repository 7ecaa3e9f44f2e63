"""The same submissions graded by unmodified nbgrader with a real kernel, row against row."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from examdesk.errors import CourseError
from examdesk.pipeline.commands import nbgrader
from examdesk.records.gradebook import gradebook_url
from examdesk.records.place import sqlite

Rows = dict[tuple[str, str], tuple[float | None, bool]]
"""{(candidate, grade id): (auto score or None, needs a manual mark)}"""


@dataclass(frozen=True)
class Comparison:
    """What two gradings of the same submissions say. A comparison of 0 rows is no comparison."""

    submissions: int
    grade_rows: int  # machine-marked rows compared
    different: tuple[str, ...]  # one line each
    unmarked_rows: int  # rows that are NULL and wait for a marker in both
    stock_cpu_seconds: float  # of `nbgrader autograde`, kernels included


def compare_with_stock(course: Path, form: str, candidates: Sequence[str]) -> Comparison:
    """Grades the submissions of `candidates` anew with unmodified nbgrader and compares every grade row.

    Stock nbgrader works in a folder of its own: a config with only a course id, an empty gradebook, a real kernel.
    """
    with tempfile.TemporaryDirectory(prefix="examdesk-stock-") as name:
        stock = Path(name)
        _copy(course, stock, form, candidates)
        home = {"JUPYTER_CONFIG_DIR": str(stock / ".jupyter"), "IPYTHONDIR": str(stock / ".ipython")}
        nbgrader(stock, "generate_assignment", form, environment=home)
        seconds = nbgrader(stock, "autograde", form, environment=home)
        theirs = grade_rows(str(sqlite(stock / "gradebook.db")), form, candidates)
    ours = grade_rows(gradebook_url(course), form, candidates)
    keys = sorted({*ours, *theirs})
    if not keys:
        raise CourseError(f"{form}: nothing to compare. Cure: grade at least one submission first")
    unmarked = [key for key in keys if ours.get(key) == theirs.get(key) == (None, True)]
    different = [
        f"{candidate} {grade_id}: ours {ours.get((candidate, grade_id))}, stock {theirs.get((candidate, grade_id))}"
        for candidate, grade_id in keys
        if ours.get((candidate, grade_id)) != theirs.get((candidate, grade_id))
    ]
    return Comparison(len(candidates), len(keys) - len(unmarked), tuple(different), len(unmarked), seconds)


def _copy(course: Path, stock: Path, form: str, candidates: Sequence[str]) -> None:
    shutil.copytree(course / "source" / form, stock / "source" / form)
    for candidate in candidates:
        shutil.copytree(course / "submitted" / candidate / form, stock / "submitted" / candidate / form)
    (stock / "nbgrader_config.py").write_text('c = get_config()\nc.CourseDirectory.course_id = "stock"\n', "utf-8")


def grade_rows(db_url: str, form: str, candidates: Sequence[str]) -> Rows:
    """The grade rows of `candidates` in a gradebook."""
    rows: Rows = {}
    with Gradebook(db_url) as gradebook:
        for candidate in candidates:
            for grade in gradebook.find_submission_notebook(form, form, candidate).grades:
                rows[candidate, grade.name] = (grade.auto_score, grade.needs_manual_grade)
    return rows
