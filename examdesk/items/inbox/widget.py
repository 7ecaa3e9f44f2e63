"""The inbox: every step is on the disk before the desk follows it, and the journal is the only memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from examdesk.items.inbox.desk import checked
from examdesk.items.inbox.question import ready, shown
from examdesk.items.inbox.world import MAX_STEPS, State, act, replay
from examdesk.widgets import Question, joined

_HERE = Path(__file__).parent


class Widget(Question):
    """One inbox. A step that the screen does not offer is never journalled."""

    _esm = joined(_HERE / "widget.js")
    _css = (_HERE / "widget.css").read_text("utf-8")

    _public: Mapping[str, Any] | None = None

    def begin(self, public: Mapping[str, Any], *, seed: int, events: Callable[[], list[tuple[str, Any]]]) -> None:
        """Opens the desk for a candidate, or brings it back; `events` returns (kind, value) of all there is."""
        self._public, self._events = public, events
        self._tell()

    def receive(self, kind: str, value: Any) -> None:
        """Journals one step. Raises `NotSaved` or ValueError.

        `value["turn"]` is how many steps the browser had seen: a step that came before and is sent again, because its
        answer was lost, is not journalled twice.
        """
        if self._public is None or not isinstance(value, dict):
            raise ValueError("unknown message")
        desk = ready(self._public)
        step = checked(desk, kind, value)
        if not self.takes:
            self._save(kind, step)  # kept as late, or refused
            return
        state = self._state()
        if value.get("turn") != len(state.steps):
            self._tell()
            if value.get("turn") == len(state.steps) - 1 and step == self._steps()[-1]:
                return
            raise ValueError(self.texts[self.lang]["inbox_crossed"])
        if len(state.steps) >= MAX_STEPS:
            raise ValueError(self.texts[self.lang]["inbox_full"])
        act(desk, state, **step)
        self._save(kind, step)
        self._tell()

    @property
    def turns(self) -> int:
        """How many steps the screen shows."""
        return int(self.question["screen"]["steps"])

    def _steps(self) -> list[Any]:
        return [value for kind, value in self._events() if kind == "acted"]

    def _state(self) -> State:
        assert self._public is not None
        return replay(ready(self._public), self._events()).state

    def _tell(self) -> None:
        assert self._public is not None
        self.question = shown(self._public, [list(event) for event in self._events()])
