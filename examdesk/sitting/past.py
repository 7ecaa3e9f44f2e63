"""What a journal says of a sitting up to now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from examdesk.extra import EVERY
from examdesk.journal.reading import Journal
from examdesk.journal.witness import witness_code


@dataclass(frozen=True)
class Past:
    """Who sits, in which language, with which extra time, what is flagged for review, and how it ended."""

    candidate: str = ""
    language: str = ""  # "" when none was chosen
    extra: str = ""
    flagged: frozenset[str] = frozenset()
    end: str = ""  # the hash of the hand-in
    ended: str = ""  # its time, UTC
    by_time: bool = False  # the time ended it, not the candidate

    @classmethod
    def of(cls, journal: Journal) -> Past:
        """The past in `journal`."""
        end = journal.end
        return cls(
            candidate=str(journal.start.get("candidate", "")),
            language=_language(journal),
            extra=_extra(journal),
            flagged=_flagged(journal),
            end=end.hash if end else "",
            ended=end.at if end else "",
            by_time=end is not None and isinstance(end.value, dict) and end.value.get("reason") == "time",
        )

    @property
    def witness(self) -> str:
        """The check code of the hand-in, easy to read aloud; "" before it."""
        return witness_code(self.end)


def _language(journal: Journal) -> str:
    spoken: list[Any] = [event.value for event in journal.events if event.kind == "language"]
    last = spoken[-1] if spoken else journal.start.get("language", "")
    return last if isinstance(last, str) else ""


def _extra(journal: Journal) -> str:
    """What the page was told last; `witness` events hold what an invigilator said."""
    said = [event.value.get("extra") for event in journal.events
            if event.kind == "witness" and isinstance(event.value, dict)]
    known = [extra for extra in said if extra in EVERY]
    return known[-1] if known else ""


def _flagged(journal: Journal) -> frozenset[str]:
    last = {event.item: event.value is True for event in journal.events if event.kind == "flagged" and event.item}
    return frozenset(item for item, flagged in last.items() if flagged)
