"""The gradebook after a regrade: its source cells are those of the corrected form, its scores those in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import nbformat
from nbgrader import utils
from nbgrader.api import Assignment, BaseCell, Grade, Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import DatabaseError
from traitlets.config import Config

from examdesk.errors import CourseError
from examdesk.explaining import WHOLE
from examdesk.model import Form
from examdesk.records import MarkRow, Records, in_force
from examdesk.records.gradebook import course_config, gradebook_url, has_gradebook


def put_source_cells(course: Path, form: Form) -> list[str]:
    """Gives the gradebook the cells of source/<form>/ as `nbgrader generate_assignment` would; returns what changed.

    Nothing where the form was never released.
    """
    url = gradebook_url(course)
    if not has_gradebook(url):
        return []
    notebook = nbformat.read(course / "source" / form.id / f"{form.id}.ipynb", as_version=4)
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    changed = []
    with Gradebook(url) as gradebook:
        try:
            kept = gradebook.find_notebook(form.id, form.id).source_cells
        except MissingEntry:
            return []
        for row in kept:
            cell = cells.get(row.name)
            if cell is not None and (row.source, row.checksum) != (cell.source, utils.compute_checksum(cell)):
                row.source, row.checksum = cell.source, utils.compute_checksum(cell)
                changed.append(row.name)
        gradebook.db.commit()
    return changed


@dataclass(frozen=True)
class Shown:
    """What one grade of the gradebook must say."""

    auto: float | None  # the points in force without a score of the formgrader; None waits for a person
    void: bool


def show_in_force(course: Path, form: Form, *, db_url: str | None = None, only: Iterable[str] | None = None) -> int:
    """Makes the gradebook's scores of `form` say what is in force; returns how many grades changed.

    The auto score is what counts where no marker has scored. A marker's score is never touched: where the item is
    void, extra credit makes it full, so that nbgrader's sum is ours. Late penalties follow the new sums. `only` names
    candidates; everybody unless said otherwise.
    """
    url = db_url or gradebook_url(course)
    if not has_gradebook(url):
        return 0
    wanted = _wanted(Records.open(course), form, None if only is None else set(only))
    try:
        return _show(course, url, form, wanted)
    except DatabaseError as error:
        raise CourseError(f"the gradebook cannot be used ({error.orig}). Cure: close other programs that use it, then "
                          "run the command again; finished work is kept") from None


def _show(course: Path, url: str, form: Form, wanted: Mapping[tuple[str, str], Shown]) -> int:
    with Gradebook(url) as gradebook:
        rows = gradebook.db.execute(_grades(form.id)).all()
        changed = [new for row in rows if (new := _changed(row, wanted.get((row.student_id, row.name))))]
        if changed:
            table = Grade.__table__
            values: dict[str, Any] = {column: bindparam(name) for column, name in (
                ("auto_score", "auto"), ("needs_manual_grade", "waits"), ("extra_credit", "extra"))}
            gradebook.db.connection().execute(
                update(table).where(table.c.id == bindparam("number")).values(values), changed)
        books = {row.book for row in rows if (row.student_id, row.name) in wanted}
        gradebook.db.expire_all()
        _penalize(course, gradebook, books)
        gradebook.db.commit()
    return len(changed)


def _wanted(records: Records, form: Form, only: set[str] | None) -> dict[tuple[str, str], Shown]:
    """{(candidate, item): what the gradebook must show}."""
    marks = [row for row in records.marks(form=form.id)
             if not is_whole(row) and (only is None or row.candidate in only)]
    by_item: dict[tuple[str, str], list[MarkRow]] = {}
    for row in in_force(marks, records.submissions(form=form.id)):
        by_item.setdefault((row.candidate, row.item), []).append(row)
    return {place: Shown(_points(rows), bool(rows[0].evidence.get("void"))) for place, rows in by_item.items()}


def is_whole(row: MarkRow) -> bool:
    """Whether a marker gave the whole item its points, in the formgrader; one criterion he rates is none."""
    return row.kind == "marker" and row.criterion == WHOLE


def _points(rows: Iterable[MarkRow]) -> float | None:
    points = [row.points for row in rows]
    return None if None in points else float(sum((one for one in points if one is not None), Fraction(0)))


def _grades(form: str) -> Any:
    """Every grade of the form with the candidate and the cell's name."""
    return (
        select(Grade.id, Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade,
               SubmittedAssignment.student_id, BaseCell.name, SubmittedNotebook.id.label("book"))
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == form)
    )


def _changed(row: Any, wanted: Shown | None) -> Mapping[str, Any] | None:
    """The new values of one grade; None when it says what it must, or no machine marked it."""
    if wanted is None:
        return None
    manual, extra, waits = row.manual_score, row.extra_credit, row.needs_manual_grade
    if wanted.void:
        waits, extra = False, None if manual is None else (wanted.auto or 0.0) - manual
    elif manual is None:
        waits = wanted.auto is None
    if (wanted.auto, waits, extra) == (row.auto_score, row.needs_manual_grade, row.extra_credit):
        return None
    return {"number": row.id, "auto": wanted.auto, "waits": waits, "extra": extra}


def _penalize(course: Path, gradebook: Gradebook, books: set[str]) -> None:
    """The late penalties of nbgrader's own plug-in, on the sums as they are now."""
    late = [book for book in gradebook.db.query(SubmittedNotebook).filter(SubmittedNotebook.id.in_(books))
            if book.assignment.total_seconds_late > 0] if books else []
    if late:
        config: Config = course_config(course)
        plugin = AssignLatePenalties(config=config)
        plugin.init_plugin()
        for book in late:
            taken = plugin.plugin_inst.late_submission_penalty(
                book.student.id, book.score, book.assignment.total_seconds_late)
            book.late_submission_penalty = None if taken is None else min(max(0.0, taken), book.score)
