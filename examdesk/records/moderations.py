"""Corrections of what the machine read in a chat: appended, each with who, when and why; the marks follow.

A correction is a row of marks of the kind `moderated`. Their evidence holds every correction of the chat so far, the
newest last, so that the marks in force explain themselves; older rows stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from examdesk.explaining import WHOLE
from examdesk.model import Mark
from examdesk.records import tables
from examdesk.records.appending import mark_values
from examdesk.records.ledger import Records
from examdesk.records.patience import patient
from examdesk.records.rows import MarkRow, SubmissionRow
from examdesk.records.tables import append, reading, writing

MODERATED = "moderated"


@dataclass(frozen=True)
class Moderation:
    """What a marker said about one turn; `acts` None: as the machine reads it."""

    turn: int
    acts: tuple[str, ...] | None
    by: str
    why: str
    at: str  # UTC, ISO 8601

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "acts": None if self.acts is None else list(self.acts)}

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Moderation:
        return cls(**{**data, "acts": None if data["acts"] is None else tuple(data["acts"])})


def corrected(entries: Iterable[Moderation]) -> dict[int, tuple[str, ...]]:
    """{turn: its acts} by the newest word about each turn; turns read as the machine reads them are left out."""
    last = {entry.turn: entry.acts for entry in entries}
    return {turn: acts for turn, acts in sorted(last.items()) if acts is not None}


def moderations(rows: Iterable[MarkRow], line: SubmissionRow, item: str) -> list[Moderation]:
    """Every correction so far of one chat on the work of `line`, the oldest first."""
    own = [row for row in rows if row.kind == MODERATED and row.item == item and row.sat == line.sat
           and row.input_digest == line.input_digest]
    newest = max(own, key=lambda row: row.id, default=None)
    return [] if newest is None else [Moderation.read(entry) for entry in newest.evidence["moderation"]]


def corrected_in(rows: Iterable[MarkRow]) -> dict[int, tuple[str, ...]]:
    """{turn: its acts} the marks of one item stand on; {} where nobody has corrected anything."""
    told: list[Any] = next((row.evidence["moderation"] for row in rows if row.evidence.get("moderation")), [])
    return corrected(map(Moderation.read, told))


@patient
def has_moderations(records: Records, form: str) -> bool:
    """Whether a marker has corrected any chat of the form, or rated one of its criteria."""
    columns = tables.marks.c
    by_person = or_(columns.kind == MODERATED, and_(columns.kind == "marker", columns.criterion != WHOLE))
    query = select(columns.id).where(columns.form == form, by_person).limit(1)
    with reading(records._engine) as connection:
        return connection.execute(query).first() is not None


@patient
def newest_mark(records: Records, candidate: str, form: str) -> int:
    """The number of the newest mark of a candidate; changes with every new one."""
    with reading(records._engine) as connection:
        return _newest(connection, candidate, form)


@patient
def save_moderated(records: Records, marks: Sequence[Mark], line: SubmissionRow, *, seen: int, at: str) -> bool:
    """Appends the marks of a correction on the work of `line`; False when marks came in since `newest_mark` was
    `seen`."""
    with writing(records._engine) as connection:
        if _newest(connection, line.candidate, line.form) != seen:
            return False
        append(connection, tables.marks, [
            {**mark_values(mark), "submission": None, "input_digest": line.input_digest, "at": at} for mark in marks])
        return True


def _newest(connection: Connection, candidate: str, form: str) -> int:
    columns = tables.marks.c
    query = select(func.max(columns.id)).where(columns.candidate == candidate, columns.form == form)
    return connection.execute(query).scalar() or 0
