"""Regrades in the ledger: all marks of a correction in one transaction, and how far each regrade has come."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from examdesk.errors import CourseError
from examdesk.model import Form, Mark
from examdesk.records import tables
from examdesk.records.appending import append_graded, mark_values, now, plain
from examdesk.records.ledger import Records
from examdesk.records.rows import GradedSubmission
from examdesk.records.tables import append, writing

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
            append_graded(connection, submissions)
            at = now()
            rows = [{**mark_values(mark), "submission": None, "input_digest": on, "at": at} for mark, on in marks]
            append(connection, tables.marks, rows)
            self._step(connection, form, RECORDED, changed=len(marks))
            return True

    def finish(self, form: Form) -> None:
        """Writes that source, gradebook and records agree on the form's newest correction."""
        with writing(self._engine) as connection:
            self._step(connection, form, FINISHED, changed=0)

    def _step(self, connection: Connection, form: Form, step: str, *, changed: int) -> None:
        newest = form.corrections[-1]
        connection.execute(insert(tables.regrades).values(
            form=form.id, number=newest.regrade, step=step, form_digest=form.digest, by=plain(newest.by),
            why=plain(newest.why), changed=changed, at=now(),
        ))  # fmt: skip


def refuse_unfinished(records: Records, form: Form) -> None:
    """Raises `CourseError` while a regrade of `form` is broken off: marks made now would slip past it."""
    if form.regrade and FINISHED not in Regrades(records, form.id).steps(form.regrade):
        raise CourseError(f"{form.id}: regrade {form.regrade} by {form.corrections[-1].by} was begun and not finished. "
                          f"Cure: finish it first:  examdesk regrade {form.id}")
