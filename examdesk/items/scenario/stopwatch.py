"""The seconds a customer waits while somebody can answer him.

The page looks every few seconds while the chat is open. What lies between two looks counts, at most `GAP` seconds:
nobody can answer while the page is away, the computer asleep, the kernel lost, the exam paused or closed. A page that
is kept from looking has a patient customer; the journal's own times then say so, see `autograding/waiting.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from examdesk.waits import GAP


class Stopwatch:
    """One wait of the customer; it begins anew with every message of the agent."""

    def __init__(self, ticks: Callable[[], int], pace: Callable[[], Fraction]) -> None:
        self._ticks, self._pace = ticks, pace  # ms; by how much longer a candidate with extra time may take
        self._since, self._ms = 0, 0
        self._last: int | None = None

    def begin(self, since: int = 0) -> None:
        """Counts from now on, where `since` seconds of the wait are over by the journal."""
        self._since, self._ms, self._last = since, 0, self._ticks()

    def rest(self) -> None:
        """Counts nothing until the next look."""
        self._last = None

    def seconds(self) -> int:
        """Looks: the whole seconds up to now, those of a candidate with extra time longer ones."""
        now = self._ticks()
        self._ms += 0 if self._last is None else min(max(0, now - self._last), 1000 * GAP)
        self._last = now
        return self._since + int(Fraction(self._ms, 1000) / self._pace())
