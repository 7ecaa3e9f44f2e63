"""The clocks of an answer file. The wall clock is noted and costs nothing; time is counted on one that only runs."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from examdesk.model import Event, Flag

BACK, AHEAD = timedelta(minutes=2), timedelta(minutes=5)  # what computers that set their clock do by themselves
RESTART_MOST = 600  # s; the most an absence over a restart of the computer counts
_AGREE = 120  # s; by how much two clocks may differ over one absence
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def ticks() -> int:
    """ms on a clock that nobody can set and that runs on while a laptop sleeps; it begins anew with the computer."""
    if hasattr(time, "CLOCK_BOOTTIME"):  # Linux; its monotonic clock stands still in sleep
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
    if sys.platform == "darwin":
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000_000
    return time.monotonic_ns() // 1_000_000


def now() -> datetime:
    """The wall clock, UTC. It may be wrong."""
    return datetime.now(UTC)


def boot(form: str) -> str:
    """A short name of this run of the computer, another for every form; "" where the system tells none."""
    try:
        return hashlib.sha256(f"{form} {_BOOT.read_text('ascii')}".encode()).hexdigest()[:12]
    except (OSError, ValueError):
        return ""


def absence(before: Event, after: Event, *, same_boot: bool | None) -> tuple[float, float | None]:
    """Seconds that count between two kernels, and the seconds away by the wall clock when the computer was restarted.

    In one run of the computer its ticks count. After a restart only the wall clock is left, which may be wrong: it
    counts for at least nothing and at most `RESTART_MOST`. Where the system names no run (None), ticks count as long as
    the wall clock agrees with them.
    """
    ticked, walled = (after.mono - before.mono) / 1000, _wall(before, after)
    if same_boot or (same_boot is None and ticked >= 0 and (walled is None or abs(ticked - walled) <= _AGREE)):
        return max(0.0, ticked), None
    return min(max(0.0, walled or 0.0), RESTART_MOST), walled or 0.0


def _wall(before: Event, after: Event) -> float | None:
    try:
        return (datetime.fromisoformat(after.at) - datetime.fromisoformat(before.at)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None


def clock_flags(events: Sequence[Event], handed_in: datetime | None) -> list[Flag]:
    """A note when the clock went back, or stood later than the hand-in (UTC without a zone), or cannot be read."""
    try:
        times = [datetime.fromisoformat(event.at) for event in events]
        times = [at.astimezone(UTC).replace(tzinfo=None) for at in times]
    except (ValueError, OverflowError):
        return [Flag("journal-clock", "a time in the journal cannot be read")]
    steps = zip(times, times[1:], events[1:], strict=False)
    back = [event.seq for before, at, event in steps if before - at > BACK]
    if back:
        return [Flag("journal-clock", f"the candidate's clock went back at entry {back[0]}")]
    if handed_in is not None and times and max(times) - handed_in > AHEAD:
        return [Flag("journal-clock", "the candidate's clock stood later than the hand-in")]
    return []
