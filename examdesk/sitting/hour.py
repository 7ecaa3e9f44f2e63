"""The time of one sitting as its page shows it: counted from the journal, read at this moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import count
from typing import Any

from examdesk.extra import pace
from examdesk.journal import clock
from examdesk.model import Event
from examdesk.opening import EVER, Opening
from examdesk.timing import Rules, advanced, announced, clock_of, following, left, rules_of


class Hour:
    """Follows the events of a journal; says what is left now."""

    def __init__(self, public: Mapping[str, Any], opening: Opening = EVER) -> None:
        self._public, self._opening = public, opening
        self._times = count()
        self.follow((), extra="")

    def follow(self, events: Iterable[Event], *, extra: str) -> None:
        """Counts from the beginning, e.g. because another kernel wrote or the candidate has more time now."""
        self.events = list(events)
        self.extra = extra
        until = self._opening.until(self.events[0].at) if self.events else None
        self.rules: Rules = rules_of(self._public, extra, until)
        self._clock = clock_of(self.events, self.rules)

    def heard(self, event: Event) -> None:
        """Goes on to an event that was just written."""
        if not self.events:
            self.follow([event], extra=self.extra)  # from the start on it is known how far off the closing is
            return
        self.events.append(event)
        self._clock = advanced(self._clock, event, self.rules)

    @property
    def pace(self) -> Fraction:
        """By how much longer the candidate may take than others."""
        return pace(self.extra, of=60 * self._public["minutes"])

    @property
    def pausing(self) -> bool:
        return self._clock.pausing

    @property
    def section(self) -> str:
        """The section the candidate is in; "" when there is no order."""
        return self._clock.section or (self.rules.order[0] if self.rules.order else "")

    @property
    def following(self) -> str:
        return following(self._clock, self.rules)

    @property
    def is_over(self) -> bool:
        """Whether the time of the exam, or of the section the candidate is in, is used up."""
        return self.left[0] <= 0

    @property
    def left(self) -> tuple[float, str]:
        """Seconds left now, and what ends first."""
        return left(self._now(), self.rules)

    def is_before(self, item: str) -> bool:
        """Whether the section of `item` lies behind the candidate."""
        order = self.rules.order
        return bool(order) and order.index(self.rules.item_section[item]) < order.index(self.section)

    def is_here(self, item: str) -> bool:
        """Whether the candidate may be at `item` now."""
        return not self.rules.order or self.rules.item_section[item] == self.section

    def as_shown(self) -> dict[str, Any]:
        """What the frame needs: seconds left and of how many, when to say so; and of pauses, if there are any."""
        seconds, of = self.left
        whole = self.rules.sections[self.section] if of == "section" else self.rules.allowed
        now = self._now()
        shown = {"left": round(seconds, 1), "of": of, "allowed": whole, "exam": self.rules.seconds,
                 "marks": announced(whole), "time": next(self._times)}
        if self.rules.closing is not None:
            shown["room"] = round(self.rules.closing - now.used - now.paused, 1)
        return shown if not self.rules.pause else {**shown, "pause": round(self.rules.pause - now.paused, 1)}

    def _now(self) -> Any:
        last = self._clock.last
        if last is None or self._clock.ended:
            return self._clock
        return advanced(self._clock, Event(last.seq, "", clock.ticks(), None, "now", None, "", ""), self.rules)
