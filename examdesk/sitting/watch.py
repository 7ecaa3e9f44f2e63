"""What a sitting does without being asked: it hears what another kernel wrote, and it ends when nobody looks at it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from examdesk.errors import NotSaved, SubmissionRefused
from examdesk.sitting.shell import loop

if TYPE_CHECKING:
    from examdesk.sitting.sitting import Sitting

EVERY = 5.0  # seconds between two looks
GRACE = 60.0  # seconds after the end in which a page that is open ends by itself, with its last answers


class Watch:
    """Looks at the journal and the clock of one sitting, every few seconds."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self._waiting: Any = None

    def begin(self) -> None:
        """Looks from now on, where an event loop runs, as it does in a kernel."""
        running = loop()
        if running and self._waiting is None:
            self._waiting = running.call_later(EVERY, self._again)

    def stop(self) -> None:
        """Never looks again: another sitting has taken this one's place."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _again(self) -> None:
        self._waiting = None
        with suppress(NotSaved, SubmissionRefused, OSError):  # a full or lost disk: whoever answers is told of it
            self.look()
        if self._sitting.state != "closed":
            self.begin()

    def look(self) -> None:
        """Takes over what another kernel wrote; goes on, or hands in, when the time has long been over."""
        sitting = self._sitting
        if sitting.has_news:
            sitting.catch_up()
        if sitting.state == "ending" and sitting.hour.left[0] < -GRACE:
            sitting.end()
