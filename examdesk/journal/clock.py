"""What the candidate's clock did. Order is by entry, never by clock, so it is noted and costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from examdesk.model import Event, Flag

BACK, AHEAD = timedelta(minutes=2), timedelta(minutes=5)  # what computers that set their clock do by themselves


def clock_flags(events: Sequence[Event], handed_in: datetime | None) -> list[Flag]:
    """A note when the clock went back, or stood later than the hand-in (UTC without a zone), or cannot be read."""
    try:
        times = [datetime.fromisoformat(event.at) for event in events]
        times = [time.astimezone(UTC).replace(tzinfo=None) for time in times]
    except (ValueError, OverflowError):
        return [Flag("journal-clock", "a time in the journal cannot be read")]
    steps = zip(times, times[1:], events[1:], strict=False)
    back = [event.seq for before, time, event in steps if before - time > BACK]
    if back:
        return [Flag("journal-clock", f"the candidate's clock went back at entry {back[0]}")]
    if handed_in is not None and times and max(times) - handed_in > AHEAD:
        return [Flag("journal-clock", "the candidate's clock stood later than the hand-in")]
    return []
