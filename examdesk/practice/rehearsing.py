"""A rehearsal: mentor and trainee at one machine, a role each; what is said and commented is kept, nothing is marked.

grading/rehearsals.jsonl only grows: who rehearsed what in which role, every message, the mentor's comments with the
message they are about, and for the customer player what he told and raised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examdesk.bank.draws import drawn_from
from examdesk.bank.logged import append_entry, logged
from examdesk.building.opened import endangered, open_keys
from examdesk.errors import CourseError
from examdesk.model import digest, stamp

LOG = "grading/rehearsals.jsonl"
ROLES = ("agent", "customer")  # the trainee's
MOST = 1000  # characters of a comment


@dataclass(frozen=True)
class Comment:
    """What a mentor said, live or in the review of the group."""

    mentor: str
    turn: int  # the message it is about; 0 for all of it
    text: str
    at: str  # UTC, ISO 8601


@dataclass(frozen=True)
class Message:
    turn: int  # from 1
    who: str  # agent or customer, the trainee or the other one
    text: str


@dataclass(frozen=True)
class Record:
    """Everything kept of one rehearsal."""

    id: str
    item: str
    role: str  # the trainee's
    trainee: str
    mentor: str
    customer: str  # engine, a plug-in, or person
    messages: tuple[Message, ...]
    comments: tuple[Comment, ...]
    probing: Mapping[str, Any]  # of the customer player; {} for the agent player and while it goes on

    def lines(self) -> Iterator[str]:
        """The record to read; every comment stands below its message."""
        yield f"{self.id}: {self.item}, {self.trainee} as {self.role}; mentor: {self.mentor}; customer: {self.customer}"
        for message in self.messages:
            yield f"{message.turn:>3}  {message.who}: {message.text}"
            yield from self._comments(message.turn)
        yield from self._comments(0)
        for fact, how in self.probing.get("facts", {}).items():
            yield f"fact {fact}: {how}"
        if self.probing:
            yield "{right} of {of} facts handled right, {n} of {of_twists} twists raised".format(
                n=len(self.probing["twists"]), **self.probing)

    def _comments(self, turn: int) -> Iterator[str]:
        yield from (f"     {one.mentor}: {one.text}" for one in self.comments if one.turn == turn)


class Rehearsal:
    """One rehearsal that goes on."""

    def __init__(self, course: Path, name: str, mentor: str) -> None:
        self.course, self.id, self.mentor, self.turn = course, name, mentor, 0

    @classmethod
    def begin(cls, course: Path, item: str, *, role: str, trainee: str, mentor: str, customer: str = "engine",
              open_keys_too: bool = False) -> Rehearsal:
        """A new rehearsal of a scenario, on the disk.

        It opens the scenario's keys to the trainee. Raises `CourseError` where that spoils an exam that certifies or a
        sealed draw, unless `open_keys_too`.
        """
        if role not in ROLES:
            raise CourseError(f"there is no role {role}. Cure: use one of: {', '.join(ROLES)}")
        people = {"trainee": line(trainee, 60), "mentor": line(mentor, 60)}
        spoilt = sorted({*endangered(course, {item}), *drawn_from(course / "exams", item, root=course)})
        if spoilt and not open_keys_too:
            raise CourseError(f"{item} stands in {', '.join(spoilt)}: who rehearses it knows it, so it can certify "
                              "nobody any more. Cure: rehearse another scenario, or add --open-keys")
        entry = {"kind": "began", "at": stamp(timespec="milliseconds"), "item": item, "role": role,
                 "customer": customer, **people}
        name = digest([entry, len(logged(course / LOG))])[:8]
        open_keys(course, f"rehearsal {name}", {item})
        append_entry(course / LOG, {**entry, "id": name})
        return cls(course, name, people["mentor"])

    def said(self, who: str, text: str) -> int:
        """Keeps a message; returns its number."""
        self.turn += 1
        self._keep("said", turn=self.turn, who=who, text=line(text, 4 * MOST))
        return self.turn

    def comment(self, text: str, *, turn: int | None = None) -> None:
        """Keeps what the mentor says about a message; without a number about the last one."""
        comment(self.course, self.id, text, mentor=self.mentor, turn=self.turn if turn is None else turn)

    def end(self, probing: Mapping[str, Any] | None = None) -> None:
        self._keep("ended", probing=dict(probing or {}))

    def record(self) -> Record:
        return record(self.course, self.id)

    def _keep(self, kind: str, **more: Any) -> None:
        append_entry(self.course / LOG, {"kind": kind, "id": self.id, "at": stamp(), **more})


def comment(course: Path, name: str, text: str, *, mentor: str, turn: int = 0) -> None:
    """Appends a mentor's comment to a rehearsal, also long after it. Raises `CourseError`."""
    said = record(course, name)
    if turn not in range(len(said.messages) + 1):
        raise CourseError(f"{name} has no message {turn}. Cure: use 1 to {len(said.messages)}, or 0 for all of it")
    append_entry(course / LOG, {"kind": "commented", "id": name, "at": stamp(), "by": line(mentor, 60), "turn": turn,
                                "text": line(text, MOST)})


def record(course: Path, name: str) -> Record:
    """Everything kept of a rehearsal. Raises `CourseError` when there is none of this name."""
    entries = logged(course / LOG)
    mine = [entry for entry in entries if entry["id"] == name]
    if not mine:
        known = ", ".join(entry["id"] for entry in entries if entry["kind"] == "began") or "none yet"
        raise CourseError(f"there is no rehearsal {name}; there are: {known}. Cure: correct the name")
    began = mine[0]
    ended = [entry["probing"] for entry in mine if entry["kind"] == "ended"]
    return Record(
        name, began["item"], began["role"], began["trainee"], began["mentor"], began["customer"],
        tuple(Message(one["turn"], one["who"], one["text"]) for one in mine if one["kind"] == "said"),
        tuple(Comment(one["by"], one["turn"], one["text"], one["at"]) for one in mine if one["kind"] == "commented"),
        ended[-1] if ended else {},
    )  # fmt: skip


def line(words: str, longest: int) -> str:
    """Words as one line of plain text. Raises `CourseError` for none and for too many."""
    plain = " ".join("".join(char if char.isprintable() else " " for char in words[: longest + 1]).split())
    if not plain or len(words) > longest:
        raise CourseError(f"a text of 1 to {longest} characters is needed. Cure: write it anew")
    return plain
