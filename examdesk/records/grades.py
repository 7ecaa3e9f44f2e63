"""Writing many graded submissions into nbgrader's gradebook in one transaction.

The rows are those of nbgrader 0.9.6's `add_submission`, `SaveAutoGrades` and `AssignLatePenalties`; the scores and
comments of people are never touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from time import time_ns
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    SolutionCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import Connection, bindparam, insert, select, update

from examdesk.records.patience import Patience, patient, told
from examdesk.records.tables import append, engine_of, writing

Penalty = Callable[[str, float, float], float | None]
"""(candidate, score, seconds late) -> points taken off, as nbgrader's late-submission plug-in says."""


@dataclass(frozen=True)
class Entry:
    """What grading says of one submission, for the gradebook."""

    candidate: str
    at: datetime | None  # when it was handed in, UTC without a zone
    scores: Mapping[str, float | None]  # {grade id: auto score}; None waits for a person
    comments: Mapping[str, str | None]  # {grade id: nbgrader's own comment}
    changed: bool  # whether it is another piece of work than a person may have marked before


@dataclass(frozen=True)
class Entered:
    """What the gradebook says back."""

    late_seconds: float  # 0.0 when in time
    reopened: int  # marks of a person that wait to be confirmed: the work has changed


def waits(auto: float | None, manual: float | None, *, was: bool, changed: bool) -> bool:
    """Whether a cell waits for a person: unmarked, or marked by a person on work that has changed since."""
    return auto is None if manual is None else was or changed


class GradebookWriter:
    """The gradebook of one form, open for many submissions at once."""

    def __init__(self, db_url: str, form: str, *, create_students: bool, penalty: Penalty, busy_ms: int,
                 expected: int) -> None:
        self._engine = engine_of(db_url, busy_ms=busy_ms)
        self._ids = _rising(2 * expected)  # a submission's and its notebook's
        self._patience = Patience(busy_ms / 1000, "the gradebook")
        self._form, self._create, self._penalty = form, create_students, penalty
        with told("the gradebook"), self._engine.connect() as connection:
            self._assignment = connection.execute(
                select(Assignment.id, Assignment.duedate).where(Assignment.name == form)).one()
            self._cells = _cells(connection, self._assignment.id)  # by notebook
            self._notebook = connection.execute(
                select(Notebook.id).where(Notebook.assignment_id == self._assignment.id, Notebook.name == form)
            ).scalar_one()

    @patient
    def unknown(self, candidates: Sequence[str]) -> set[str]:
        """Those the gradebook does not know and, with nbgrader's create_student off, may not take in."""
        if self._create:
            return set()
        with self._engine.connect() as connection:
            return {*candidates} - _students(connection, candidates)

    @patient
    def enter(self, entries: Sequence[Entry]) -> dict[str, Entered]:
        """Enters all of them in one transaction; nothing when it fails."""
        with writing(self._engine) as connection:
            self._add_students(connection, entries)
            known = self._known(connection, entries)
            old = [entry for entry in entries if entry.candidate in known]
            new = [entry for entry in entries if entry.candidate not in known]
            return self._add(connection, new) | (self._change(connection, old, known) if old else {})

    def _add_students(self, connection: Connection, entries: Sequence[Entry]) -> None:
        known = _students(connection, [entry.candidate for entry in entries])
        append(connection, Student.__table__, [{"id": entry.candidate} for entry in entries
                                               if entry.candidate not in known])

    def _known(self, connection: Connection, entries: Sequence[Entry]) -> dict[str, Any]:
        query = (
            select(SubmittedAssignment.student_id, SubmittedAssignment.id.label("submission"),
                   SubmittedAssignment.timestamp, SubmittedAssignment.extension, SubmittedNotebook.id.label("book"))
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .where(SubmittedAssignment.assignment_id == self._assignment.id,
                   SubmittedNotebook.notebook_id == self._notebook,
                   SubmittedAssignment.student_id.in_([entry.candidate for entry in entries]))
        )
        return {row.student_id: row for row in connection.execute(query)}

    def _add(self, connection: Connection, entries: Sequence[Entry]) -> dict[str, Entered]:
        """The rows of those who have none yet."""
        submissions, books, grades, comments, entered = [], [], [], [], {}
        for entry in entries:
            number = next(self._ids)
            submissions.append({"id": number, "assignment_id": self._assignment.id, "student_id": entry.candidate,
                                "timestamp": entry.at})
            for notebook, cells in self._cells.items():
                book, ours = next(self._ids), notebook == self._notebook
                scores = entry.scores if ours else {}
                score = sum(score for score in scores.values() if score is not None)
                late = self._late(None, entry)
                penalty = self._taken_off(entry.candidate, score, late) if ours else None
                books.append({"id": book, "assignment_id": number, "notebook_id": notebook, "flagged": False,
                              "late_submission_penalty": penalty})
                grades += [{"id": _row_id(), "notebook_id": book, "cell_id": cell.id,
                            "auto_score": (auto := scores.get(cell.name)), "needs_manual_grade": auto is None}
                           for cell in cells if cell.graded]
                comments += [{"id": _row_id(), "notebook_id": book, "cell_id": cell.id,
                              "auto_comment": entry.comments.get(cell.name) if ours else None}
                             for cell in cells if cell.commented]
                entered[entry.candidate] = Entered(late, 0)
        if submissions:
            connection.execute(insert(SubmittedAssignment.__table__), submissions)
        for kind, rows in ((SubmittedNotebook, books), (Grade, grades), (Comment, comments)):
            append(connection, kind.__table__, rows)
        return entered

    def _change(self, connection: Connection, entries: Sequence[Entry], known: Mapping[str, Any]) -> dict[str, Entered]:
        """Scores, comments and penalties of those who have rows already, where they differ from what stands there."""
        grades = _by_book(connection, Grade, [row.book for row in known.values()])
        comments = _by_book(connection, Comment, [row.book for row in known.values()])
        names = {cell.id: cell.name for cells in self._cells.values() for cell in cells}
        moments, scored, commented, books, entered = [], [], [], [], {}
        for entry in entries:
            row, reopened, score = known[entry.candidate], 0, 0.0
            if row.timestamp != entry.at:
                moments.append({"number": row.submission, "at": entry.at})
            for grade in grades[row.book]:
                auto = entry.scores.get(names[grade.cell_id])
                waiting = waits(auto, grade.manual_score, was=grade.needs_manual_grade, changed=entry.changed)
                reopened += grade.manual_score is not None and entry.changed
                score += _score(auto, grade)
                if (auto, waiting) != (grade.auto_score, grade.needs_manual_grade):
                    scored.append({"number": grade.id, "auto": auto, "waiting": waiting})
            for comment in comments[row.book]:
                said = entry.comments.get(names[comment.cell_id])
                if said != comment.auto_comment:
                    commented.append({"number": comment.id, "said": said})
            late = self._late(row.extension, entry)
            books.append({"number": row.book, "penalty": self._taken_off(entry.candidate, score, late),
                          "reopened": bool(reopened)})
            entered[entry.candidate] = Entered(late, reopened)
        _update(connection, SubmittedAssignment, moments, timestamp="at")
        _update(connection, Grade, scored, auto_score="auto", needs_manual_grade="waiting")
        _update(connection, Comment, commented, auto_comment="said")
        _update(connection, SubmittedNotebook, books, late_submission_penalty="penalty")
        _update(connection, SubmittedNotebook, [book for book in books if book["reopened"]], flagged="reopened")
        return entered

    def _late(self, extension: timedelta | None, entry: Entry) -> float:
        due = self._assignment.duedate
        if entry.at is None or due is None:
            return 0.0
        return max(0.0, (entry.at - due - (extension or timedelta())).total_seconds())

    def _taken_off(self, candidate: str, score: float, late: float) -> float | None:
        penalty = self._penalty(candidate, score, late) if late > 0 else None
        return None if penalty is None else min(max(0.0, penalty), score)


@dataclass(frozen=True)
class _Cell:
    id: str
    name: str
    graded: bool
    commented: bool


def _cells(connection: Connection, assignment: str) -> dict[str, list[_Cell]]:
    """{notebook: its cells that have a grade or a comment for every submission}."""
    query = (
        select(Notebook.id.label("notebook"), BaseCell.id, BaseCell.name, BaseCell.type)
        .join(BaseCell, BaseCell.notebook_id == Notebook.id).where(Notebook.assignment_id == assignment)
    )
    graded, commented = {GradeCell.__name__, TaskCell.__name__}, {SolutionCell.__name__, TaskCell.__name__}
    found = defaultdict(list)
    for row in connection.execute(query):
        found[row.notebook].append(_Cell(row.id, row.name, row.type in graded, row.type in commented))
    return dict(found)


def _students(connection: Connection, candidates: Sequence[str]) -> set[str]:
    return set(connection.execute(select(Student.id).where(Student.id.in_(candidates))).scalars())


def _by_book(connection: Connection, kind: Any, books: Sequence[str]) -> dict[str, list[Any]]:
    table, found = kind.__table__, defaultdict(list)
    rows = select(table).where(table.c.notebook_id.in_(books))
    for row in connection.execute(rows.with_for_update()):  # on PostgreSQL: a marker may be saving just now
        found[row.notebook_id].append(row)
    return found


def _score(auto: float | None, grade: Any) -> float:
    given = grade.manual_score if grade.manual_score is not None else auto
    return 0.0 if given is None else given + (grade.extra_credit or 0.0)


def _update(connection: Connection, kind: Any, rows: Sequence[Mapping[str, Any]], **columns: str) -> None:
    """Sets `columns` (column = name in `rows`) of the rows with the id `number`."""
    if rows:
        table = kind.__table__
        values: dict[str, Any] = {column: bindparam(name) for column, name in columns.items()}
        wanted = [{name: row[name] for name in ("number", *columns.values())} for row in rows]
        connection.execute(update(table).where(table.c.id == bindparam("number")).values(values), wanted)


def _rising(count: int) -> Iterator[str]:
    """Random ids for the rows a marker sees: the formgrader lists submissions by id, and that order tells nothing.

    A run takes its own from the smallest to the largest, so that each chunk writes in one place of an index instead of
    all over it. The caller enters the submissions in an order that tells nothing, or the ids would show theirs.
    """
    yield from sorted(token_hex(16) for _ in range(count))
    while True:
        yield token_hex(16)


def _row_id() -> str:
    """An id that sorts by time, for rows that nobody sees in order."""
    return f"{time_ns():016x}{token_hex(8)}"
