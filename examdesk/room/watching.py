"""Who is where in an exam that is being sat: read from the journals, wherever this machine can see them.

On a hub, or on a folder all computers share, the journals in the candidates' folders are read as they grow. A laptop
on its own shows nothing before its work arrives, through the exchange or as a hand-in file; whoever sits there counts
as not seen, which does not mean absent. Silence is measured by the journal file's time, not by the candidate's clock.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from examdesk.bank import read_room
from examdesk.errors import SubmissionRefused
from examdesk.items import responses
from examdesk.journal import NAME, Journal, read_journal
from examdesk.model import stamp
from examdesk.opening import EVER, Opening
from examdesk.room.expected import candidates, public_half
from examdesk.variants import as_shown

STATES = ("answering", "silent", "handed in", "received", "not seen")
MOST_FOLDERS = 20_000  # looked at for one pattern
SILENT = 5.0  # minutes


@dataclass(frozen=True)
class Seat:
    """One candidate, as the newest journal of hers shows it. Holds no answer."""

    candidate: str
    state: str = "not seen"  # see STATES; "received" = handed in, and the work lies with the instructor
    answered: int = 0
    items: int = 0
    minutes: int | None = None  # since the last entry was saved
    witness: str = ""  # the check code, once handed in
    note: str = ""  # what the invigilator should look at


@dataclass(frozen=True)
class Found:
    """What one journal says, without its answers."""

    candidate: str
    form: str
    events: int
    answered: int
    ended: bool
    witness: str
    note: str
    touched: float  # seconds since 1970, by the clock of the folder's machine


@dataclass
class Room:
    """The exam room of one form. `look()` may be called again and again; a journal that did not change is not read."""

    form: str
    people: Sequence[str]  # the roster
    public: Mapping[str, Any]  # form.json
    working: Sequence[str]  # patterns of folders candidates work in: {candidate}, {form} are filled in, * is any name
    received: Sequence[str]  # patterns of folders their handed-in work lies in
    silent: float = SILENT
    opening: Opening = EVER  # by grading/rooms.csv
    strangers: int = 0  # journals of this form by nobody on the roster
    unreadable: int = 0
    _known: dict[Path, tuple[tuple[int, int, int], Found | None]] = field(default_factory=dict)

    def look(self, now: datetime | None = None) -> list[Seat]:
        """Every candidate of the roster, in the roster's order."""
        moment = (now or datetime.now(UTC)).timestamp()
        self.strangers = self.unreadable = 0
        work, came = self._seen(self.working), self._seen(self.received)
        return [self._seat(one, work.get(one, []), came.get(one, []), moment) for one in self.people]

    def _seen(self, patterns: Iterable[str]) -> dict[str, list[Found]]:
        """{candidate: journals of hers}."""
        seen: dict[str, list[Found]] = {}
        for pattern in patterns:
            for folder, owner in self._folders(pattern):
                found = self._read(folder / NAME)
                if found is None or found.form != self.form:
                    continue
                if (owner or found.candidate) in self.people:
                    seen.setdefault(owner or found.candidate, []).append(found)
                else:
                    self.strangers += 1
        return seen

    def _folders(self, pattern: str) -> Iterable[tuple[Path, str | None]]:
        """The folders of a pattern, with whose they are where the path says so."""
        if "{candidate}" in pattern:
            for one in self.people:
                for path in self._matches(pattern.replace("{candidate}", glob.escape(one))):
                    yield path, one
        else:
            for path in self._matches(pattern):
                yield path, None

    def _matches(self, pattern: str) -> list[Path]:
        found = glob.iglob(pattern.replace("{form}", glob.escape(self.form)))
        return [Path(path) for _, path in zip(range(MOST_FOLDERS), found, strict=False)]

    def _read(self, path: Path) -> Found | None:
        try:
            stat = os.stat(path, follow_symlinks=False)
            sign = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if self._known.get(path, (None,))[0] != sign:
                journal = read_journal(path)
                self._known[path] = (sign, None if journal is None else self._found(journal, stat.st_mtime))
            return self._known[path][1]
        except FileNotFoundError:
            return None
        except (OSError, SubmissionRefused):
            self.unreadable += 1
            return None

    def _found(self, journal: Journal, touched: float) -> Found:
        start = journal.start
        questions = as_shown(self.public, str(start.get("candidate", "")), start)["questions"]
        counted = responses(questions, journal)
        answered = sum(item in questions and not one.is_blank for item, one in counted.items())
        held = sorted({flag.code for flag in journal.flags if flag.hold})
        return Found(str(start.get("candidate", "")), str(start.get("form", "")), len(journal.events), answered,
                     journal.end is not None, journal.witness, ", ".join(held), touched)

    def _seat(self, candidate: str, work: Sequence[Found], came: Sequence[Found], now: float) -> Seat:
        every = [*work, *came]
        if not every:
            return Seat(candidate, items=len(self.public["questions"]))
        best = max(every, key=lambda one: (one.ended, one.events, one.touched))
        minutes = max(0, int((now - max(one.touched for one in every)) // 60))
        state = "received" if came else "handed in" if best.ended else (
            "silent" if minutes >= self.silent else "answering")
        return Seat(candidate, state, best.answered, len(self.public["questions"]), minutes, best.witness,
                    _note(candidate, best, every, came))


def _note(candidate: str, best: Found, every: Sequence[Found], came: Sequence[Found]) -> str:
    notes = [best.note] if best.note else []
    if best.candidate != candidate:
        notes.append("the journal in this folder names another candidate")
    if len({one.witness for one in every if one.witness}) > 1:
        notes.append("several hand-ins with different check codes")
    if came and not best.ended:
        notes.append("submitted without handing in")
    return "; ".join(notes)


def open_room(course: Path, form: str, *, work: Sequence[str], submitted: Path, inbound: Path | None,
              silent: float = SILENT) -> Room:
    """The room of `form`. `work` are patterns of the folders candidates work in; the course's own are added."""
    received = [f"{glob.escape(str(submitted))}/{{candidate}}/{{form}}"]
    if inbound is not None:  # nbgrader names a hand-in candidate+form+time+digits
        received.append(f"{glob.escape(str(inbound))}/{{candidate}}+{{form}}+*")
    return Room(form, candidates(course), public_half(course, form), list(work), received, silent,
                read_room(course, form))


def counts(seats: Sequence[Seat]) -> dict[str, int]:
    """{state: how many}."""
    return {state: sum(seat.state == state for seat in seats) for state in STATES}


def phase(room: Room, now: datetime | None = None) -> str:
    """before the opening, open, or closed; "" for a form without times."""
    opens, closes, moment = room.opening.opens, room.opening.closes, now or datetime.now(UTC)
    if opens is not None and moment < opens:
        return "before"
    return "" if opens is closes is None else "closed" if closes is not None and moment >= closes else "open"


def not_started(seats: Sequence[Seat]) -> list[str]:
    """Who has not begun, as far as this machine can see, in the roster's order."""
    return [seat.candidate for seat in seats if seat.state == "not seen"]


def as_json(room: Room, seats: Sequence[Seat]) -> dict[str, Any]:
    """Everything on the list, ready for JSON; no answer and no name is in it."""
    times = {"opens": room.opening.opens, "closes": room.opening.closes}
    return {"form": room.form, "at": stamp(), **{name: at and stamp(at) for name, at in times.items()},
            "phase": phase(room), "start_code": room.opening.code is not None, "not_started": not_started(seats),
            "silent_minutes": room.silent, "counts": counts(seats),
            "strangers": room.strangers, "unreadable": room.unreadable, "candidates": [asdict(seat) for seat in seats]}
