"""Checks of a whole register: duty without gaps, nobody twice at once, dates in their order. Pure.

Times are minutes; a range that ends before it begins passes midnight, and one that ends where it begins is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from examdesk.items.register.columns import Row
from examdesk.model import exact
from examdesk.typed import read

DAY = Fraction(24 * 60)
Range = tuple[str, Fraction, Fraction]
"""Who, from, to."""


@dataclass(frozen=True)
class Check:
    """One check. `find` says what is wrong with the rows, "" for nothing."""

    id: str
    find: Callable[[Sequence[Row]], str]
    weight: Fraction


def covers(
    id: str,
    start: str,
    end: str,
    *,
    span: tuple[str, str],
    each: str | None = None,
    who: Sequence[str] = (),
    at_least: int = 1,
    weight: str | int = 1,
) -> Check:
    """Duty without a gap over the whole `span`: everybody of `who`, or at any moment `at_least` rows.

    `start`, `end` and `each` are fields; with `each` the rows of one person count once.

    >>> peak = covers("peak", "from", "to", span=("0:00", "2:00"))
    >>> peak.find([{"from": "0:00", "to": "1:00"}, {"from": "1:30", "to": "2:00"}])
    'gap 1:00–1:30'
    """
    first, last = _minutes(span[0]), _minutes(span[1])
    if first is None or last is None or first == last:
        raise ValueError(f"check {id}: {span!r} is no time from and to")
    bounds = (first, last if last > first else last + DAY)

    def find(rows: Sequence[Row]) -> str:
        ranges, unread = _ranges(rows, start, end, each)
        if unread or not ranges:
            return "a row without a readable time"
        for name in who:
            if gap := _gap([one for one in ranges if one[0] == name], bounds, 1):
                return f"gap {gap} ({name})"
        gap = "" if who else _gap(ranges, bounds, at_least)
        return f"gap {gap}" if gap else ""

    return Check(id, find, exact(weight))


def no_overlap(id: str, start: str, end: str, *, each: str | None = None, weight: str | int = 1) -> Check:
    """No two ranges at once: of one person where `each` names the field with the person, else at all."""

    def find(rows: Sequence[Row]) -> str:
        ranges, unread = _ranges(rows, start, end, each)
        if unread or not ranges:
            return "a row without a readable time"
        for one, other in combinations(ranges, 2):
            at = [max(a, one[1]) for a, b in _days(other) if max(a, one[1]) < min(b, one[2])]
            if at and one[0] == other[0]:
                return f"overlap at {_clock(at[0])}" + (f" ({one[0]})" if one[0] else "")
        return ""

    return Check(id, find, exact(weight))


def in_order(id: str, fields: Sequence[str], *, kind: str = "date", weight: str | int = 1) -> Check:
    """In every row the dates (or times) of `fields` are all there and none is before the one in front of it.

    >>> late = in_order("late", ["received", "refunded"])
    >>> late.find([{"received": "2025-06-05", "refunded": "2025-06-04"}])
    'refunded is before received'
    """

    def find(rows: Sequence[Row]) -> str:
        for row in rows:
            values = [(name, read(kind, row.get(name, ""))) for name in fields]
            if empty := [name for name, value in values if not isinstance(value, Fraction)]:
                return f"no readable {kind}: {', '.join(empty)}"
            for (before, one), (after, other) in pairwise(values):
                if other < one:  # type: ignore[operator]
                    return f"{after} is before {before}"
        return "" if rows else "nothing filled in"

    return Check(id, find, exact(weight))


def _minutes(typed: str) -> Fraction | None:
    value = read("time", typed)
    return value if isinstance(value, Fraction) else None


def _ranges(rows: Sequence[Row], start: str, end: str, each: str | None) -> tuple[list[Range], bool]:
    """The ranges of all rows, and whether a row has none that can be read."""
    found, unread = [], False
    for row in rows:
        first, last = _minutes(row.get(start, "")), _minutes(row.get(end, ""))
        if first is None or last is None or first == last:
            unread = True
        else:
            found.append((row.get(each, "") if each else "", first, last if last > first else last + DAY))
    return found, unread


def _days(one: Range) -> Iterator[tuple[Fraction, Fraction]]:
    """A range on the day before, on the day, and on the day after."""
    for shift in (-DAY, Fraction(0), DAY):
        yield one[1] + shift, one[2] + shift


def _gap(ranges: Sequence[Range], bounds: tuple[Fraction, Fraction], at_least: int) -> str:
    """The first time of the span with fewer than `at_least` people (rows, where nobody is named) on duty."""
    spread = [(one[0] or index, a, b) for index, one in enumerate(ranges) for a, b in _days(one)]
    marks = {time for _, a, b in spread for time in (a, b) if bounds[0] < time < bounds[1]}
    edges = sorted({*bounds, *marks})
    for first, last in pairwise(edges):
        if len({who for who, a, b in spread if a <= first and last <= b}) < at_least:
            return f"{_clock(first)}–{_clock(last)}"
    return ""


def _clock(minutes: Fraction) -> str:
    whole = int(minutes) % int(DAY)
    return f"{whole // 60}:{whole % 60:02}"
