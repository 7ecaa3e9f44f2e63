"""`Records`: appends to the ledger and reads it back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, Table, func, select

from examdesk.model import Mark
from examdesk.records import tables
from examdesk.records.appending import append_graded, bare_line, mark_values, now, plain
from examdesk.records.patience import Patience, patient
from examdesk.records.rows import (
    DecisionRow,
    FlagRow,
    GradedSubmission,
    MarkRow,
    Refusal,
    Started,
    SubmissionRow,
    in_force,
    newest_graded,
)
from examdesk.records.shared import SHARED, flag_shared
from examdesk.records.tables import BUSY_MS, append, connect, reading, writing

MOST = 500  # names in one query
UNNAMED = "formgrader (marker not named)"  # the formgrader has no login; `marks pull --marker` names the person


class Records:
    """The records of one course. Rows are only ever appended."""

    def __init__(self, engine: Engine, *, patience: float = BUSY_MS / 1000) -> None:
        self._engine, self._patience = engine, Patience(patience, "the records")

    @classmethod
    def open(cls, course: Path, *, url: str | None = None, busy_ms: int = BUSY_MS) -> Records:
        """The records of `course`: grading/records.db, the PostgreSQL database the instructor chose, or at `url`.

        `busy_ms` is how long a writer waits for another one, or for a database that is away. Raises `CourseError` when
        the folder is missing, the database damaged or not there, or its schema newer than this engine's.
        """
        return cls(connect(Path(course), url, busy_ms=busy_ms), patience=busy_ms / 1000)

    # Appending

    def save_submission(self, submission: GradedSubmission) -> None:
        """`save_submissions` of one."""
        self.save_submissions([submission])

    @patient
    def save_submissions(self, submissions: Sequence[GradedSubmission]) -> None:
        """Writes the submissions, their marks and flags in one transaction; nothing of what stands there already."""
        with writing(self._engine) as connection:
            newest = _newest(connection, submissions)
            new = [one for one in submissions if not _stands(connection, one, newest.get((one.candidate, one.form)))]
            if not new:
                return
            append_graded(connection, new)
            flag_shared(connection, {one.form for one in new}, [one.journal_head for one in new], at=now())

    @patient
    def save_refusals(self, refusals: Sequence[Refusal]) -> None:
        """Writes which submissions could not be graded and why; nothing of one that stands there already."""
        with writing(self._engine) as connection:
            newest = _newest(connection, refusals)
            lines = [_refused_line(one, newest.get((one.candidate, one.form))) for one in refusals]
            append(connection, tables.submissions, [line for line in lines if line])
            flag_shared(connection, {one.form for one in refusals}, [one.journal_head for one in refusals], at=now())

    @patient
    def save_started(self, started: Sequence[Started]) -> None:
        """Writes that grading of these inputs has begun: until it ends, no older line of the candidate is done."""
        with writing(self._engine) as connection:
            newest = _newest(connection, started)
            append(connection, tables.submissions, [
                bare_line(one.candidate, one.form, "started", one.input_digest) for one in started
                if (line := newest.get((one.candidate, one.form))) and not _is_graded(line, one.input_digest)])

    @patient
    def save_marks(self, marks: Sequence[Mark], *, at: str) -> int:
        """Appends the marker's `marks` that say something new, and returns how many did.

        New = points or comment differ from the newest mark a person gave on the same input.
        """
        with writing(self._engine) as connection:
            rows = [
                row for form in sorted({mark.form for mark in marks})
                for row in _new_rows(connection, form, [mark for mark in marks if mark.form == form])
            ]
            append(connection, tables.marks, [{**row, "submission": None, "at": at} for row in rows])
            return len(rows)

    @patient
    def save_decision(self, *, candidate: str, form: str, by: str, why: str) -> list[str]:
        """Releases every flag that holds the candidate's newest submission; returns their codes, [] for none."""
        with writing(self._engine) as connection:
            newest = [row for row in _submissions(connection, form) if row.candidate == candidate]
            graded = [row for row in newest if row.outcome == "graded"][-1:]
            holding = {flag.code for flag in _flags(connection, form)
                       if graded and flag.submission == graded[0].id and flag.hold}
            rows = [{"candidate": candidate, "form": form, "attempt": graded[0].attempt, "code": code, "by": plain(by),
                     "why": plain(why), "input_digest": graded[0].input_digest}
                    for code in sorted(holding)]
            said = _rows(connection, tables.decisions, form)
            new = [row for row in rows if not any(all(old[name] == row[name] for name in row) for old in said)]
            append(connection, tables.decisions, [{**row, "at": now()} for row in new])
            return sorted(holding)

    # Reading

    def is_done(self, *, candidate: str, form: str, input_digest: str, form_digest: str, engine: str) -> bool:
        """Whether exactly this input stands graded, by this form and engine, as the candidate's newest line."""
        newest = self.newest(form, [candidate]).get(candidate)
        return newest is not None and newest.is_done(input_digest, form_digest, engine)

    @patient
    def newest(self, form: str, candidates: Sequence[str]) -> dict[str, SubmissionRow]:
        """{candidate: newest line of the ledger, a `started` one too}."""
        with self._engine.connect() as connection:
            found = _newest(connection, [Started(candidate, form, "") for candidate in candidates])
        return {candidate: row for (candidate, _), row in found.items()}

    @patient
    def digests(self, form: str, candidates: Sequence[str]) -> dict[str, str]:
        """{candidate: input digest of the newest graded submission}, of those who have one."""
        table = tables.submissions
        graded = select(table.c.candidate, table.c.input_digest).where(
            table.c.form == form, table.c.outcome == "graded")
        found: dict[str, str] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(candidates), MOST):
                query = graded.where(table.c.candidate.in_(candidates[start : start + MOST])).order_by(table.c.id)
                found |= {row.candidate: row.input_digest for row in connection.execute(query)}
        return found

    @patient
    def submissions(self, *, form: str | None = None) -> list[SubmissionRow]:
        """Every line about a graded or refused submission, in order of insertion."""
        with self._engine.connect() as connection:
            return _submissions(connection, form)

    @patient
    def marks(self, *, form: str | None = None) -> list[MarkRow]:
        """Every mark ever given, in order of insertion; `in_force` says which count."""
        with self._engine.connect() as connection:
            return _marks(connection, form)

    def marks_by_candidate(self, *, form: str, only: str | None = None) -> Iterator[tuple[str, list[MarkRow]]]:
        """(candidate, every mark ever given), one candidate after the other; never all of them in memory at once."""
        columns = tables.marks.c
        query = select(tables.marks).where(columns.form == form).order_by(columns.candidate, columns.id)
        query = query if only is None else query.where(columns.candidate == only)
        with self._engine.connect() as connection, connection.begin():
            rows = connection.execution_options(yield_per=1_000).execute(query).mappings()
            for candidate, own in groupby(rows, key=itemgetter("candidate")):
                yield candidate, [_mark_row(row) for row in own]

    @patient
    def flags(self, *, form: str | None = None) -> list[FlagRow]:
        """Every flag, in order of insertion."""
        with self._engine.connect() as connection:
            return _flags(connection, form)

    @patient
    def decisions(self, *, form: str | None = None) -> list[DecisionRow]:
        """Every decision about a held result, in order of insertion."""
        with self._engine.connect() as connection:
            return [DecisionRow(**row) for row in _rows(connection, tables.decisions, form)]

    @patient
    def length(self) -> tuple[int, ...]:
        """How many rows were ever appended, by table: the same length means the same records."""
        grown = (tables.submissions, tables.marks, tables.flags, tables.decisions)
        with reading(self._engine) as connection:
            return tuple(connection.execute(select(func.max(table.c.id))).scalar() or 0 for table in grown)

    @patient
    def in_force(self, *, form: str | None = None) -> list[MarkRow]:
        """The marks that count today; see `rows.in_force` for the rule."""
        with reading(self._engine) as connection:
            return in_force(_marks(connection, form), _submissions(connection, form))


def _newest(connection: Connection, those: Sequence[GradedSubmission | Refusal | Started]
            ) -> dict[tuple[str, str], SubmissionRow]:
    """{(candidate, form): newest line} of those who have one."""
    table, found = tables.submissions, dict[tuple[str, str], SubmissionRow]()
    for form in sorted({one.form for one in those}):
        names = sorted({one.candidate for one in those if one.form == form})
        for some in (names[start : start + MOST] for start in range(0, len(names), MOST)):
            query = select(table).where(table.c.form == form, table.c.candidate.in_(some)).order_by(table.c.id)
            found |= {(row["candidate"], form): SubmissionRow(**row) for row in connection.execute(query).mappings()}
    return found


def _is_graded(newest: SubmissionRow, input_digest: str) -> bool:
    return (newest.outcome, newest.input_digest) == ("graded", input_digest)


def _refused_line(refusal: Refusal, newest: SubmissionRow | None) -> dict[str, Any] | None:
    """The line of a refusal; None when it stands there already."""
    said = ("refused", refusal.code, refusal.input_digest)
    if newest is not None and (newest.outcome, newest.code, newest.input_digest) == said:
        return None
    line = bare_line(refusal.candidate, refusal.form, "refused", refusal.input_digest)
    return {**line, "exam": newest.exam if newest else "", "attempt": newest.attempt if newest else 1,
            "code": plain(refusal.code), "message": plain(refusal.message), "journal_head": refusal.journal_head}


def _stands(connection: Connection, submission: GradedSubmission, newest: SubmissionRow | None) -> bool:
    """Whether the candidate's newest line says the same, with the same marks and flags: what failed may be mended."""
    fields = ("outcome", "attempt", "input_digest", "form_digest", "engine", "late_seconds")
    if newest is None or any(getattr(newest, name) != getattr(submission, name) for name in fields):
        return False
    table = tables.marks
    query = select(table.c.item, table.c.criterion, table.c.points).where(table.c.submission == newest.id)
    values = [mark_values(mark) for mark in submission.marks]
    flagged = select(tables.flags.c.code, tables.flags.c.detail).where(
        tables.flags.c.submission == newest.id, tables.flags.c.code != SHARED.code)
    return {tuple(row) for row in connection.execute(query)} == {
        (mark["item"], mark["criterion"], mark["points"]) for mark in values
    } and {tuple(row) for row in connection.execute(flagged)} == {
        (flag.code, plain(flag.detail)) for flag in submission.flags
    }


def _submissions(connection: Connection, form: str | None) -> list[SubmissionRow]:
    """Every line that ended; a `started` line only keeps an older one from being done."""
    return [SubmissionRow(**row) for row in _rows(connection, tables.submissions, form) if row["outcome"] != "started"]


def _flags(connection: Connection, form: str | None) -> list[FlagRow]:
    return [FlagRow(**row) for row in _rows(connection, tables.flags, form)]


def _marks(connection: Connection, form: str | None) -> list[MarkRow]:
    return [_mark_row(row) for row in _rows(connection, tables.marks, form)]


def _rows(connection: Connection, table: Table, form: str | None) -> Sequence[RowMapping]:
    query: Select[Any] = select(table).order_by(table.c.id)
    return connection.execute(query if form is None else query.where(table.c.form == form)).mappings().all()


def _mark_row(row: RowMapping) -> MarkRow:
    points = None if row["points"] is None else _fraction(row["points"])
    exact = {"points": points, "out_of": _fraction(row["out_of"]), "evidence": json.loads(row["evidence"])}
    return MarkRow(**{**row, **exact})


@lru_cache(maxsize=10_000)
def _fraction(written: str) -> Fraction:
    """The exact number; a cohort has few different ones."""
    return Fraction(written)


def _new_rows(connection: Connection, form: str, marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """The values of those marks that differ from what a person said before on the same input.

    The same mark is news once more when its marker was not named before: a mark must say who gave it.
    The formgrader knows no attempts: a mark for an attempt that was never graded belongs to the candidate's newest.
    """
    graded = newest_graded(_submissions(connection, form))
    latest = {row.candidate: row for row in sorted(graded.values(), key=lambda row: row.id)}
    query = select(tables.marks).where(tables.marks.c.form == form, tables.marks.c.kind == "marker")
    by_people = map(_mark_row, connection.execute(query.order_by(tables.marks.c.id)).mappings())
    said = {(*row.sat, row.item, row.criterion, row.input_digest): (row.points, row.reason, row.grader)
            for row in by_people}
    rows = []
    for mark in marks:
        on = graded.get((mark.candidate, mark.form, mark.attempt), latest.get(mark.candidate))
        sat = (mark.candidate, mark.form, mark.attempt) if on is None else on.sat
        digest = "" if on is None else on.input_digest
        values = {**mark_values(mark), "attempt": sat[2], "input_digest": digest}
        key = (*sat, mark.item, mark.criterion, digest)
        points, reason, marker = said.get(key, (None, None, None))
        if (points, reason) != (mark.points, values["reason"]) or (marker == UNNAMED and mark.grader != UNNAMED):
            rows.append(values)
            said[key] = (mark.points, values["reason"], mark.grader)
    return rows
