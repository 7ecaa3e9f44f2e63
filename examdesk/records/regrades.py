"""Regrades in the ledger: all marks of a correction in one transaction, and how far each regrade has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from examdesk.errors import CourseError
from examdesk.model import Form, Mark
from examdesk.records import tables
from examdesk.records.ledger import Records, _fields, _mark_values, _now, _plain
from examdesk.records.rows import GradedSubmission
from examdesk.records.tables import writing

RECORDED, FINISHED = "recorded", "finished"  # the marks stand in records; the gradebook shows them, too
State = tuple[int, ...]


class Regrades:
    """The regrades of one form in the records of its course."""

    def __init__(self, records: Records, form: str) -> None:
        self._engine, self._form = records._engine, form

    def state(self) -> State:
        """Changes whenever anything is appended about the form."""
        with self._engine.connect() as connection:
            return self._state(connection)

    def _state(self, connection: Connection) -> State:
        kept = (tables.submissions, tables.marks, tables.decisions, tables.regrades)
        return tuple(connection.execute(select(func.max(table.c.id)).where(table.c.form == self._form)).scalar() or 0
                     for table in kept)

    def steps(self, number: int) -> set[str]:
        """How far regrade `number` has come."""
        table = tables.regrades
        query = select(table.c.step).where(table.c.form == self._form, table.c.number == number)
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def save(self, form: Form, submissions: Sequence[GradedSubmission], marks: Sequence[tuple[Mark, str]], *,
             state: State) -> bool:
        """Appends the submissions graded anew and the regrade's marks with the digest of the input they stand on.

        All of it in one transaction, and only while nothing was appended since `state`; else False.
        """
        with writing(self._engine) as connection:
            if self._state(connection) != state:
                return False
            _append_graded(connection, submissions)
            now = _now()
            rows = [{**_mark_values(mark), "submission": None, "input_digest": on, "at": now} for mark, on in marks]
            _insert(connection, tables.marks, rows)
            self._step(connection, form, RECORDED, changed=len(marks))
            return True

    def finish(self, form: Form) -> None:
        """Writes that source, gradebook and records agree on the form's newest correction."""
        with writing(self._engine) as connection:
            self._step(connection, form, FINISHED, changed=0)

    def _step(self, connection: Connection, form: Form, step: str, *, changed: int) -> None:
        newest = form.corrections[-1]
        connection.execute(insert(tables.regrades).values(
            form=form.id, number=newest.regrade, step=step, form_digest=form.digest, by=_plain(newest.by),
            why=_plain(newest.why), changed=changed, at=_now(),
        ))  # fmt: skip


def refuse_unfinished(records: Records, form: Form) -> None:
    """Raises `CourseError` while a regrade of `form` is broken off: marks made now would slip past it."""
    if form.regrade and FINISHED not in Regrades(records, form.id).steps(form.regrade):
        raise CourseError(f"{form.id}: regrade {form.regrade} by {form.corrections[-1].by} was begun and not finished. "
                          f"Cure: finish it first:  examdesk regrade {form.id}")


def _append_graded(connection: Connection, submissions: Sequence[GradedSubmission]) -> None:
    """The lines of `submissions` with their marks and flags."""
    table = tables.submissions
    lines = [{**_fields(one), "code": "", "message": ""} for one in submissions]
    if not lines:
        return
    added = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    numbers = connection.execute(added, lines).scalars().all()
    marks: list[dict[str, Any]] = []
    flags: list[dict[str, Any]] = []
    for one, number in zip(submissions, numbers, strict=True):
        shared = {"submission": number, "at": one.at}
        sat = {"candidate": one.candidate, "form": one.form, "attempt": one.attempt}
        marks += [{**_mark_values(mark), **shared, "input_digest": one.input_digest} for mark in one.marks]
        flags += [{"code": flag.code, "detail": _plain(flag.detail), "hold": flag.hold, **sat, **shared}
                  for flag in one.flags]
    _insert(connection, tables.marks, marks)
    _insert(connection, tables.flags, flags)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
