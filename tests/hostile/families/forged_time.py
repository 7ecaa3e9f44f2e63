"""Forged times: the receipt or collection time decides what is late, the order of entries what counts."""

from __future__ import annotations

import os
from typing import Any

from tests.hostile.cases import BLANK, FIRST, Damage, good, handed_in_at, held, put, rechained, said, without

TIME, UNREADABLE, CLOCK = "timestamp.txt", "timestamp", "journal-clock"


def stamped(change: Any) -> Damage:
    """The journal with other times, chained anew: `change(place)` gives the time of an entry."""
    return rechained(lambda read: [{**one, "at": change(place)} for place, one in enumerate(read)])


def clock(hour: int, minute: int, second: int = 0, *, day: str = "2026-03-02") -> str:
    return f"{day}T{hour:02}:{minute:02}:{second:02}.000Z"


CASES = [
    *held(
        "edited timestamp file",
        UNREADABLE,
        garbage=handed_in_at(b"tomorrow"),
        long=handed_in_at(b"9" * 900),
        nul=handed_in_at(b"\0\xff"),
        huge_year=handed_in_at(b"99999-01-01"),
        overflow=handed_in_at(b"9999-12-31 23:59:59 -23"),
        utf16=handed_in_at("2026-03-02".encode("utf-16")),
        fifo=put(TIME, os.mkfifo),
        link=put(TIME, lambda path: path.symlink_to("/etc/passwd")),
    ),
    *good(
        "edited timestamp file",
        missing=without(TIME),
        empty=handed_in_at(b""),
        zone=handed_in_at(b"2026-03-02 09:20:00.000000 Asia/Shanghai"),
    ),
    *good(
        "edited timestamp file",
        "journal-clock",
        year_1970=handed_in_at(b"1970-01-01 00:00:00 UTC"),
        before_the_work=handed_in_at(b"2026-03-01 00:00:00 UTC"),
    ),
    *good(
        "changed clock",
        CLOCK,
        backwards=stamped(lambda place: clock(1, 50 - place)),
        an_hour_back=stamped(lambda place: clock(1 if place < 9 else 0, 5)),
        year_2099=stamped(lambda place: clock(1, 1, day="2099-01-01")),
        words=stamped(lambda place: "just now"),
        no_time=stamped(lambda place: ""),
        odd=stamped(lambda place: "2026-13-45T99:99:99.000Z"),
    ),
    *good(
        "changed clock",
        same_second=stamped(lambda place: clock(1, 5)),
        slow_start=stamped(lambda place: clock(0, 30, day="2026-03-01") if place < 1 else clock(1, 5)),
    ),
    *good(
        "answers after the deadline",
        "late",
        an_hour_late=handed_in_at(b"2026-03-02 02:30:00 UTC"),
        a_year_late=handed_in_at(b"2027-03-02 01:20:00 UTC"),
        zone_late=handed_in_at(b"2026-03-02 01:20:00 America/New_York"),
    ),
    *held(
        "answers after the deadline",
        "after-hand-in",
        after_the_end=said((None, "finished", None), (BLANK, "answered", "a"), (FIRST, "answered", "a")),
        after_a_late_end=said((None, "finished", {"late": True}), ("I-814", "answered", None)),
    ),
]
