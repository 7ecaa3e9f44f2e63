"""The time of one sitting, counted from its journal: what is used, what is left, which answers came too late.

Time runs from the start to the hand-in, also while a kernel, a browser or a computer is away; it stands still only in a
pause the exam allows. Each step is counted by `journal.clock`. Nothing here is subtracted from anything: a page closes
its questions when the time is over, and a grader names what came later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from examdesk.extra import longer
from examdesk.journal.clock import absence
from examdesk.model import Event

TOLERANCE = 5.0  # s; an answer given in time may arrive so much later
AFTER_PAUSE = {"after": "pause"}  # the value of the `resumed` event that ends a pause
_ANSWERS = ("answered", "said", "acted")


@dataclass(frozen=True)
class Rules:
    """The times of a form for one candidate, in seconds."""

    seconds: float  # of the whole exam
    order: tuple[str, ...] = ()  # the sections, when they come one after the other
    sections: Mapping[str, float] = field(default_factory=dict)  # those with a time of their own
    pause: float = 0.0  # what all pauses together may take
    item_section: Mapping[str, str] = field(default_factory=dict)
    closing: float | None = None  # from the start to the room's closing, pauses included; None when it stays open

    @property
    def allowed(self) -> float:
        """The most a candidate gets who pauses nowhere."""
        return self.seconds if self.closing is None else max(0.0, min(self.seconds, self.closing))


@dataclass(frozen=True)
class Clock:
    """Where the time stands after an event, in seconds."""

    used: float = 0.0
    section: str = ""  # "" when the candidate goes about freely
    in_section: float = 0.0
    pausing: bool = False
    paused: float = 0.0
    ended: bool = False
    gaps: tuple[float, ...] = ()  # absences over a restart of the computer, by the wall clock
    boot: str = ""
    last: Event | None = None  # the newest by its ticks: of two kernels at once the events of one come later in order


def rules_of(public: Mapping[str, Any], extra: str = "", until: float | None = None) -> Rules:
    """The times of the form in a form.json, with a candidate's extra time.

    `until` are the seconds from the start to the room's closing, which extra time puts off by as much as it gives.
    """
    whole, sections = 60 * public["minutes"], public["sections"]
    seconds = longer(whole, extra, of=whole)
    return Rules(
        seconds=seconds,
        order=tuple(section["id"] for section in sections) if public.get("one_way") else (),
        sections={section["id"]: longer(60 * section["minutes"], extra, of=whole)
                  for section in sections if "minutes" in section},
        pause=60.0 * public.get("pause", 0),
        item_section={item: section["id"] for section in sections for item in section["items"]},
        closing=None if until is None else until + seconds - whole,
    )


def clock_of(events: Iterable[Event], rules: Rules) -> Clock:
    """Where the time stands after the last of `events`."""
    return reduce(lambda clock, event: advanced(clock, event, rules), events, Clock())


def advanced(clock: Clock, event: Event, rules: Rules) -> Clock:
    """The clock after one more event. What no page writes, such as a pause the exam does not allow, changes nothing."""
    if clock.ended:
        return clock
    if clock.last is None:
        return replace(clock, section=rules.order[0] if rules.order else "", boot=_boot(event), last=event)
    clock = _stepped(clock, event, rules)
    if event.kind == "finished":
        return replace(clock, ended=True)
    if event.kind == "pause":
        return replace(clock, pausing=rules.pause > 0)
    if event.kind == "resumed" and event.value == AFTER_PAUSE:
        return replace(clock, pausing=False)
    if event.kind == "section" and _named(event) and _named(event) == following(clock, rules):
        return replace(clock, section=_named(event), in_section=0.0)
    return clock


def following(clock: Clock, rules: Rules) -> str:
    """The section after the one the candidate is in; "" after the last."""
    rest = rules.order[rules.order.index(clock.section) + 1:] if clock.section in rules.order else ()
    return rest[0] if rest else ""


def left(clock: Clock, rules: Rules) -> tuple[float, str]:
    """Seconds left, below 0 when it is over, and what ends first: "section", "exam", or the "room" that closes."""
    ends = [(rules.seconds - clock.used, "exam")]
    if rules.closing is not None:
        ends.append((rules.closing - clock.used - clock.paused, "room"))
    if clock.section in rules.sections:
        ends.append((rules.sections[clock.section] - clock.in_section, "section"))
    return min(ends, key=lambda end: end[0])


def late_answers(events: Iterable[Event], rules: Rules) -> Iterator[tuple[Event, float]]:
    """Answers before the hand-in for which the time was over, and by how many seconds."""
    clock = Clock()
    for event in events:
        clock = advanced(clock, event, rules)
        seconds, _ = left(clock, rules)
        if event.kind in _ANSWERS and event.item is not None and not clock.ended and seconds < -TOLERANCE:
            yield event, -seconds


def acting(events: Iterable[Event], rules: Rules) -> Iterator[tuple[Event, int]]:
    """Every event up to the hand-in, with the ms up to it in which the candidate could act.

    Neither a pause nor the time without a kernel counts.
    """
    clock, spent = Clock(), 0
    for event in events:
        after = advanced(clock, event, rules)
        if after.ended:
            return
        if not (event.kind in ("started", "resumed") and event.value != AFTER_PAUSE):
            spent += round(1000 * (after.used - clock.used))
        clock = after
        yield event, spent


def announced(seconds: float) -> list[int]:
    """When a page says how much is left: half, ten, five, one minute; what is too near to half is left out.

    >>> announced(1500), announced(600), announced(60)
    ([750, 600, 300, 60], [300, 60], [30])
    """
    half = int(seconds / 2)
    return [half, *(mark for mark in (600, 300, 60) if mark <= half * 0.8)]


def _stepped(clock: Clock, event: Event, rules: Rules) -> Clock:
    """The time between two events: in one kernel by its ticks, between two kernels as an absence."""
    last = clock.last
    assert last is not None
    seconds, boot, gap = max(0.0, (event.mono - last.mono) / 1000), clock.boot, None
    if event.kind in ("started", "resumed") and event.value != AFTER_PAUSE:
        boot = _boot(event)
        seconds, gap = absence(last, event, same_boot=boot == clock.boot if boot and clock.boot else None)
        clock = clock if gap is None else replace(clock, gaps=(*clock.gaps, gap))
    newest = event if gap is not None or event.mono >= last.mono else last
    resting = min(seconds, max(0.0, rules.pause - clock.paused)) if clock.pausing else 0.0
    spent = seconds - resting
    return replace(clock, used=clock.used + spent, in_section=clock.in_section + spent, paused=clock.paused + resting,
                   boot=boot, last=newest)


def _named(event: Event) -> str:
    name = event.value.get("id") if isinstance(event.value, dict) else None
    return name if isinstance(name, str) else ""


def _boot(event: Event) -> str:
    name = event.value.get("boot") if isinstance(event.value, dict) else None
    return name if isinstance(name, str) else ""
