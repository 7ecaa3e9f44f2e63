"""One batch of cases: handed in, marked by an engine, and everything that came of it read back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from nbgrader.api import Assignment, BaseCell, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select

from examdesk.records import FlagRow, SubmissionRow
from examdesk.reports import export_csv, write_reports
from tests.hostile.cases import Case
from tests.hostile.engines import Engine
from tests.hostile.papers import FORMS, HONEST, SECRET, outside, paper
from tests.hostile.running import called, listening
from tests.hostile.trees import Tree, read_only
from tests.nbgrader.courses import Course, Ran

Rows = Mapping[str, tuple[float | None, bool]]
"""{grade id: (score, needs a marker)} of one submission."""


@dataclass(frozen=True)
class Outcome:
    """What the instructor has of one submission."""

    rows: Rows  # the gradebook's; {} when it has none
    marks: Mapping[str, Fraction | None]  # the records'
    flags: Mapping[str, FlagRow]
    line: SubmissionRow | None  # the ledger's last word


@dataclass(frozen=True)
class Batch:
    """A batch after marking, feedback and exports."""

    course: Course
    cases: tuple[Case, ...]
    ran: Mapping[str, Ran]  # by command
    seconds: float  # of the marking alone
    outcomes: Mapping[tuple[str, str], Outcome]  # by (form, candidate)
    before: Tree  # of all that an engine may only read
    after: Tree
    was_called: bool  # somebody connected to the listening port

    def of(self, case: Case) -> Outcome:
        return self.outcomes[case.form, case.name]

    def honest(self, form: str) -> Outcome:
        return self.outcomes[form, HONEST]


def marked(course: Course, cases: Iterable[Case], engine: Engine) -> Batch:
    """Hands in every case beside an honest submission, marks both forms, writes feedback and exports."""
    cases = tuple(cases)
    beside = course.folder.parent / "outside"
    listener = listening(beside)
    for name in FORMS:
        form = course.form(name)
        course.hand_in(HONEST, form, paper(form))
    for case in cases:
        form = course.form(case.form)
        folder = course.hand_in(case.name, form, paper(form))
        assert outside(folder) == beside
        case.damage(folder, form)
    before = read_only(course.folder)
    os.environ["EXAMDESK_TEST_SECRET"] = SECRET
    try:
        begun = time.monotonic()
        ran = {f"autograde {name}": engine.mark(course, course.form(name)) for name in FORMS}
        seconds = time.monotonic() - begun
        ran |= {f"feedback {name}": engine.feedback(course, course.form(name)) for name in FORMS}
        ran["export"] = course.run("export")
        export_csv(course.folder, course.folder / "exports")
        write_reports(course.folder, to=course.folder / "exports")
    finally:
        del os.environ["EXAMDESK_TEST_SECRET"]
    with listener:
        was_called = called(listener)
    return Batch(course, cases, ran, seconds, outcomes(course), before, read_only(course.folder), was_called)


def outcomes(course: Course) -> dict[tuple[str, str], Outcome]:
    """What gradebook and records say of every submission, each read once."""
    found: dict[tuple[str, str], Outcome] = {}
    rows = gradebook_rows(course)
    for form in FORMS:
        lines = {line.candidate: line for line in course.records.submissions(form=form)}
        flags: dict[str, dict[str, FlagRow]] = {}
        for flag in course.records.flags(form=form):
            flags.setdefault(flag.candidate, {})[flag.code] = flag
        marks = _marks(course, form)
        for folder in sorted((course.folder / "submitted").glob(f"*/{form}")):
            who = folder.parent.name
            found[form, who] = Outcome(
                rows.get((form, who), {}), marks.get(who, {}), flags.get(who, {}), lines.get(who)
            )
    return found


def gradebook_rows(course: Course) -> dict[tuple[str, str], dict[str, tuple[float | None, bool]]]:
    """{(assignment, student): {grade id: (score, needs a marker)}}: a score by anybody, the highest of those."""
    found: dict[tuple[str, str], dict[str, tuple[float | None, bool]]] = {}
    query = (
        select(Assignment.name, SubmittedAssignment.student_id, BaseCell.name, Grade.auto_score, Grade.manual_score,
               Grade.extra_credit, Grade.needs_manual_grade)
        .select_from(Grade)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
    )  # fmt: skip
    with Gradebook(course.db_url) as gradebook:
        for form, student, cell, auto, manual, extra, needs in gradebook.db.execute(query):
            given = [score for score in (auto, manual, extra) if score is not None]
            found.setdefault((form, student), {})[cell] = (max(given, default=None), needs)
    return found


def _marks(course: Course, form: str) -> dict[str, dict[str, Fraction | None]]:
    found: dict[str, dict[str, Fraction | None]] = {}
    for row in course.records.in_force(form=form):
        mine = found.setdefault(row.candidate, {})
        before = mine.get(row.item, Fraction(0))
        mine[row.item] = None if row.points is None or before is None else before + row.points
    return found


def pages(folder: Path) -> list[Path]:
    """Every HTML page a reader may open."""
    return sorted([*(folder / "feedback").rglob("*.html"), *(folder / "exports").rglob("*.html")])
