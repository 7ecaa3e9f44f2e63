"""What the buttons around the questions do. Every message of the browser is checked here before it changes anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from examdesk.extra import EVERY, code_of
from examdesk.sitting.extra_time import posted, told
from examdesk.timing import AFTER_PAUSE
from examdesk.widgets import TEXTS

if TYPE_CHECKING:
    from examdesk.sitting.sitting import Sitting


class Actions:
    """The time around the questions of one sitting: asking for it, pausing, going on, extra time, the end."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self._promised: dict[str, str] = {}  # extra time by a code typed before the start, by candidate

    @property
    def by_name(self) -> dict[str, Callable[[Any], None]]:
        return {"time": self.time, "end": self.end, "pause": self.pause, "resume": self.resume, "code": self.code}

    def time(self, _value: Any = None) -> None:
        """Tells every panel what time it is, and whether it is over."""
        self.look()
        self._sitting.screen.tell_all()

    def promised(self, candidate: str) -> str:
        """The extra time of a candidate who is about to start."""
        return self._promised.get(candidate) or posted(self._sitting.form["form"], candidate)

    def look(self) -> None:
        """Takes over the extra time that a shared computer's file gives by now."""
        sitting = self._sitting
        if sitting.state in ("open", "paused", "ending"):
            extra = posted(sitting.form["form"], sitting.candidate)
            if extra and extra != sitting.hour.extra:
                sitting.give(extra, by="file")

    def end(self, _value: Any) -> None:
        """Goes on to the next section, or hands in, when the time is over; never before."""
        sitting = self._sitting
        if sitting.state == "ending":
            if sitting.hour.following and sitting.hour.left[1] == "section":
                sitting.note("section", {"id": sitting.hour.following, "reason": "time"})
            else:
                sitting.close(reason="time")
        sitting.screen.tell_all()

    def section(self, value: Any) -> None:
        """Leaves the section for good; `value` is the one it leads to, so that a second click leads no further."""
        sitting = self._sitting
        if sitting.state == "open" and sitting.hour.following and value == sitting.hour.following:
            sitting.note("section", {"id": value})
        sitting.screen.tell_all()

    def pause(self, _value: Any) -> None:
        hour = self._sitting.hour
        if self._sitting.state == "open" and hour.as_shown().get("pause", 0) > 0:
            self._sitting.note("pause")
        self._sitting.screen.tell_all()

    def resume(self, _value: Any) -> None:
        if self._sitting.state == "paused" or self._sitting.hour.pausing:
            self._sitting.note("resumed", AFTER_PAUSE)
        self._sitting.screen.tell_all()

    def code(self, value: Any) -> None:
        """A code for extra time: {"code", "candidate"} before the start, then the candidate is the one who sits."""
        sitting = self._sitting
        named = value if isinstance(value, dict) else {}
        candidate = str(sitting.candidate or sitting.known or named.get("candidate"))[:40]
        extra = told(sitting.form["form"], candidate, named.get("code"))
        if not extra or sitting.state == "closed":
            raise ValueError(TEXTS[sitting.language]["code_wrong"])
        if sitting.state == "waiting":
            self._promised = {candidate: extra}
            sitting.hour.follow((), extra=extra)
        else:
            sitting.give(extra, by="code")
        sitting.screen.tell_all()

    def started(self, candidate: str) -> None:
        """Writes down the extra time the candidate was promised before the start."""
        extra = self._promised.get(candidate, "")
        if extra in EVERY:
            self._sitting.give(extra, by="code")
        self.look()


def witnessed(form: str, candidate: str, extra: str, by: str) -> dict[str, str]:
    """The value of the `witness` event that says which extra time the page was told of, and how."""
    return {"extra": extra, "code": code_of(form, candidate, extra), "by": by}
