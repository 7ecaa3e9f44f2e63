"""What the journal says of the time: noted for the instructor, nothing is subtracted. Extra time is the roster's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.autograding.waiting import waiting_flags
from examdesk.extra import EVERY
from examdesk.journal import Journal
from examdesk.journal.clock import RESTART_MOST
from examdesk.model import Event, Flag
from examdesk.opening import EVER, Opening
from examdesk.timing import Clock, Rules, clock_of, late_answers, rules_of


def timed(public: Mapping[str, Any], journal: Journal | None, extra: str, opening: Opening = EVER
          ) -> tuple[float | None, list[Flag]]:
    """Seconds from the start to the hand-in, pauses left out, None without entries; and notes for the instructor.

    They name answers after the time or the room's closing, a start before its opening, extra time nobody gave, a long
    absence over a restart, and customers who waited longer than a page counted.
    """
    if not journal or not journal.events:
        return None, []
    started = journal.events[0].at
    rules = rules_of(public, extra, opening.until(started))
    clock = clock_of(journal.events, rules)
    over = bool(rules.sections) or clock.used + clock.paused > rules.allowed  # else nobody can be late
    early = [_early(started, opening)] if opening.is_early(started) else []
    late = _late(journal, rules, extra) if over else ()
    flags = [*early, *late, *_kept(journal), *_told(journal, extra), *_away(clock),
             *waiting_flags(public, journal, rules, extra)]
    return round(clock.used, 3), flags


def _late(journal: Journal, rules: Rules, extra: str) -> Iterator[Flag]:
    late = list(late_answers(journal.events, rules))
    if late:
        most = max(seconds for _, seconds in late)
        allowed = f"{_minutes(rules.seconds)}{f', {extra} included' if extra else ''}"
        if rules.closing is not None and rules.closing < rules.seconds + rules.pause:
            allowed += f"; the room closed {_minutes(rules.closing)} after the start"
        yield Flag("late-answers", f"{len(late)} answers came up to {_minutes(most)} after the time ({allowed}) and "
                                   f"count: {_items(event for event, _ in late)}")


def _early(started: str, opening: Opening) -> Flag:
    """A computer's clock may be wrong, so this is for a person to look at and costs nothing."""
    assert opening.opens is not None
    return Flag("before-opening", f"begun at {started} by the candidate's clock; the room opens at "
                                  f"{opening.opens.isoformat(' ', 'minutes')}")


def _kept(journal: Journal) -> Iterator[Flag]:
    """Answers that reached the page after it had closed; they wait for a person, because they do not count."""
    kept = [event for event in journal.events if event.kind == "late" and event.item is not None]
    if kept:
        yield Flag("late-kept", f"{len(kept)} answers came after the time had closed the questions; they are kept in "
                                f"the answer file and do not count: {_items(kept)}", hold=True)


def _told(journal: Journal, extra: str) -> Iterator[Flag]:
    said = [event.value.get("extra") for event in journal.events
            if event.kind == "witness" and isinstance(event.value, dict)]
    if said and said[-1] != extra:
        told = said[-1] if said[-1] in EVERY else "something unknown"
        yield Flag("extra-time", f"the page was told of extra time, {told}; the roster says {extra or 'none'}")


def _away(clock: Clock) -> Iterator[Flag]:
    gaps = [gap for gap in clock.gaps if not 0 <= gap <= RESTART_MOST]
    if gaps:
        yield Flag("restart", f"the computer was restarted; by its clock it was away {_minutes(gaps[0])}, of which at "
                              f"most {_minutes(RESTART_MOST)} count")


def _minutes(seconds: float) -> str:
    return f"{int(seconds // 60)} min {int(seconds % 60)} s" if seconds >= 0 else f"minus {_minutes(-seconds)}"


def _items(events: Any) -> str:
    names = list(dict.fromkeys(repr((event.item or "")[:40])[1:-1] for event in events if isinstance(event, Event)))
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
