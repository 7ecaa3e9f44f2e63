"""Reading a journal somebody else may have touched: bounded, tolerant, exact about what it skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examdesk.errors import SubmissionRefused
from examdesk.journal.files import plain_file
from examdesk.journal.lines import MAX_BYTES, MAX_LINES, BadLine, decode
from examdesk.journal.witness import witness_code
from examdesk.model import Event, Flag, Response

Valid = Callable[[str, Any], bool]
Settled = Callable[[str, Any, Iterator[Any]], Any]


@dataclass(frozen=True)
class Journal:
    """The events that count, in order of seq, and what was skipped or odd."""

    events: tuple[Event, ...]
    flags: tuple[Flag, ...] = ()

    @property
    def start(self) -> dict[str, Any]:
        """The value of the first `started` event: exam, form, candidate, attempt, engine; {} when there is none."""
        for event in self.events:
            if event.kind == "started" and isinstance(event.value, dict):
                return event.value
        return {}

    @property
    def head(self) -> str:
        """The hash of the last event; "" for an empty journal."""
        return self.events[-1].hash if self.events else ""

    @property
    def end(self) -> Event | None:
        """The hand-in; None while the exam is open."""
        return next((event for event in self.events if event.kind == "finished"), None)

    @property
    def witness(self) -> str:
        """The check code of the hand-in; "" before it."""
        return witness_code(self.end.hash if self.end else "")


def read_journal(path: Path) -> Journal | None:
    """The journal at `path`, None when there is none. Only a plain file within the cap is opened."""
    raw = plain_file(path, cap=MAX_BYTES)
    return None if raw is None else parse(raw)


def parse(raw: bytes) -> Journal:
    """The journal in `raw`. Bad lines are skipped and named; over a cap or from the future it is refused."""
    if len(raw) > MAX_BYTES:
        raise SubmissionRefused("journal-size", f"the journal is larger than {MAX_BYTES:,} bytes")
    if raw.count(b"\n") >= MAX_LINES:
        raise SubmissionRefused("journal-size", f"the journal has more than {MAX_LINES:,} lines")
    lines = raw.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    events: list[Event] = []
    bad: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        stripped = line.removesuffix(b"\r")
        if not stripped.strip():
            continue
        try:
            events.append(decode(stripped, line=number))
        except BadLine as fault:
            bad.append((number, str(fault)))
    if any(why == "future version" for _, why in bad):
        raise SubmissionRefused("journal-version", "the journal was written by a newer Examdesk than this one")
    events.sort(key=lambda event: (event.seq, event.line))
    return Journal(tuple(_once(events)), tuple(_flags(events, bad)))


def _once(events: Sequence[Event]) -> list[Event]:
    seen: set[str] = set()
    return [event for event in events if not (event.hash in seen or seen.add(event.hash))]  # type: ignore[func-returns-value]


def _flags(events: Sequence[Event], bad: Sequence[tuple[int, str]]) -> list[Flag]:
    flags = []
    if bad:
        named = "; ".join(f"line {number}: {why}" for number, why in bad[:5])
        more = f" and {len(bad) - 5} more" if len(bad) > 5 else ""
        edited = any(why == "hash does not fit" for _, why in bad)
        flags.append(Flag("journal-edited" if edited else "journal-lines", named + more, hold=edited))
    seqs = {event.seq for event in events}
    missing = (max(seqs) - len(seqs)) if seqs else 0
    if missing > len(bad):
        flags.append(Flag("journal-gap", f"{missing - len(bad)} entries are missing", hold=True))
    if len({(event.seq, event.hash) for event in events}) > len(seqs):
        flags.append(Flag("journal-fork", "two kernels wrote at once; both kept, the later line counts"))
    hashes: dict[int, set[str]] = {}
    for event in events:
        hashes.setdefault(event.seq, set()).add(event.hash)
    broken = [e.seq for e in events if e.seq - 1 in hashes and e.prev not in hashes[e.seq - 1]]
    if broken:
        flags.append(Flag("journal-chain", f"the chain breaks at entry {broken[0]}", hold=True))
    ended = next((place for place, event in enumerate(events) if event.kind == "finished"), len(events))
    late = sum(event.kind in ("answered", "said", "acted") for event in events[ended:])
    if late:
        flags.append(Flag("after-hand-in", f"{late} answers came after the hand-in and do not count", hold=True))
    return flags


def fold(
    journal: Journal,
    *,
    valid: Valid = lambda item, value: True,
    chat: Callable[[str], bool] = lambda item: True,
    settled: Settled = lambda item, newest, older: newest,
) -> dict[str, Response]:
    """The last valid answer of every item before the hand-in. An answer that is not valid is void: the one before it
    counts. `settled` says what counts when earlier ones bind the newest; it gets them running back in time.

    An item that is a `chat` has no single answer; its value is the list of what was said and done, with the silences
    that had the customer speak unasked.
    """
    by_item: dict[str, list[Event]] = {}
    for event in journal.events:
        if event.kind == "finished":
            break
        if event.item is not None and event.kind not in ("flagged", "late"):
            by_item.setdefault(event.item, []).append(event)
    return {
        item: Response(item, _answer(item, events, valid, chat, settled), tuple(events))
        for item, events in by_item.items()
    }


def _answer(
    item: str, events: Sequence[Event], valid: Valid, chat: Callable[[str], bool], settled: Settled
) -> Any:
    given = (event.value for event in reversed(events) if event.kind == "answered")
    answers = (value for value in given if value is None or valid(item, value))
    for newest in answers:
        return settled(item, newest, answers)
    turns = [event for event in events if event.kind in ("said", "acted") or _is_silence(event)] if chat(item) else []
    spoken = any(event.kind != "heard" for event in turns)  # a customer who only waited was not answered
    return [[event.kind, event.value] for event in turns] if spoken else None


def _is_silence(event: Event) -> bool:
    """Whether the customer of a chat spoke unasked, after so many seconds."""
    return event.kind == "heard" and isinstance(event.value, dict) and "waited" in event.value
