"""The chat with the mock customer: he speaks in the kernel, the journal is the only memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import traitlets

from examdesk.errors import NotSaved
from examdesk.items.scenario.play import SEEDS, Play, checked
from examdesk.items.scenario.question import queue, ready, screen, transcript
from examdesk.items.scenario.world import Replay, Step, is_open, is_over, replay
from examdesk.widgets import Question, joined

_HERE = Path(__file__).parent


class Widget(Question):
    """One chat. A turn is on the disk before the customer answers it; every turn starts from the journal."""

    _esm = joined(_HERE / "queue.js", _HERE / "widget.js")
    _css = (_HERE / "widget.css").read_text("utf-8")

    transcript: Any = traitlets.List().tag(sync=True)  # [{who, text}]; a text is a string or one per language
    screen: Any = traitlets.List().tag(sync=True)  # [{label, value}] of the order
    queue: Any = traitlets.List().tag(sync=True)  # [{id, over, waited}] of several customers; each line has its chat
    turns = traitlets.Int(0).tag(sync=True)  # of the agent so far
    over = traitlets.Bool(False).tag(sync=True)

    _play: Play | None = None

    def begin(self, public: Mapping[str, Any], *, seed: int, events: Callable[[], list[tuple[str, Any]]]) -> None:
        """Opens the chat for a candidate, or brings it back; `events` returns (kind, value) of all there is."""
        self._play, self._seed, self._events = ready(public), seed % SEEDS, events
        try:
            chat = self._caught_up()
        except NotSaved:  # the first turn tries again
            chat = replay(self._play, events())
        self._tell(chat)

    def receive(self, kind: str, value: Any) -> None:
        """Journals one message or action, then lets the customer answer. Raises `NotSaved` or ValueError.

        `value["turn"]` is how many turns the browser had seen: a turn that came before and is sent again, because its
        answer was lost, is not journalled twice.
        """
        if kind not in ("said", "acted") or not isinstance(value, dict) or self._play is None:
            raise ValueError("unknown message")
        if not self.takes:
            self._save(kind, checked(self._play, kind, value))  # kept as late, or refused
        chat, turn = self._caught_up(), checked(self._play, kind, value)
        steps = chat.state.steps
        if value.get("turn") != len(steps):
            self._tell(chat)
            if value.get("turn") == len(steps) - 1 and _is(steps[-1], kind, turn):
                return
            raise ValueError(self.texts[self.lang]["chat_crossed"])
        if not is_open(self._play, chat.state, turn):
            raise ValueError(self.texts[self.lang]["chat_over"])
        self._save(kind, turn)
        try:
            chat = self._caught_up()
        except NotSaved:  # the turn is safe; what he answered is journalled with the next one
            chat = replay(self._play, self._events())
        self._tell(chat)

    def _caught_up(self) -> Replay:
        """The chat as the journal has it, after journalling what a lost kernel left out."""
        assert self._play is not None
        chat = replay(self._play, self._events())
        if self.takes and not chat.opened and not chat.state.steps:
            self._save("opened", {"seed": self._seed})
            chat = replay(self._play, self._events())
        if self.takes and not chat.heard:
            self._save("heard", {"lines": [list(line) for line in chat.answer]})
        return chat

    def _tell(self, chat: Replay) -> None:
        assert self._play is not None
        with self.hold_sync():
            self.transcript = transcript(self._play, chat.state)
            self.screen = screen(self._play, chat.state)
            self.queue = queue(self._play, chat.state)
            self.turns = len(chat.state.steps)
            self.over = is_over(self._play, chat.state)


def _is(step: Step, kind: str, turn: Mapping[str, Any]) -> bool:
    """Whether a turn that was sent again is the last one of the chat."""
    return step.turn == (kind, dict(turn))
