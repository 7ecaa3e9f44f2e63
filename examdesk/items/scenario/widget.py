"""The chat with the mock customer: he speaks in the kernel, the journal is the only memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import traitlets

from examdesk.errors import NotSaved
from examdesk.items.scenario.play import SEEDS, Play, checked
from examdesk.items.scenario.question import ready, screen, transcript
from examdesk.items.scenario.world import Replay, Step, is_over, replay
from examdesk.widgets import Question, joined

_HERE = Path(__file__).parent


class Widget(Question):
    """One chat. A turn is on the disk before the customer answers it; every turn starts from the journal."""

    _esm = joined(_HERE / "widget.js")
    _css = (_HERE / "widget.css").read_text("utf-8")

    transcript: Any = traitlets.List().tag(sync=True)  # [{who, text}]; a text is a string or one per language
    screen: Any = traitlets.List().tag(sync=True)  # [{label, value}] of the order
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
            raise ValueError(self._word("crossed"))
        if is_over(self._play, chat.state):
            raise ValueError(self._word("over"))
        self._save(kind, turn)
        try:
            chat = self._caught_up()
        except NotSaved:  # the turn is safe; what he answered is journalled with the next one
            chat = replay(self._play, self._events())
        self._tell(chat)

    def _word(self, what: str) -> str:
        """A text about the chat, or about the call where the customer is on the phone."""
        assert self._play is not None
        words: str = self.texts[self.lang][f"{'call' if 'channel' in self._play.data else 'chat'}_{what}"]
        return words

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
            self.turns = len(chat.state.steps)
            self.over = is_over(self._play, chat.state)


def _is(step: Step, kind: str, turn: Mapping[str, Any]) -> bool:
    """Whether a turn that was sent again is the last one of the chat."""
    if kind == "said":
        return step.kind == kind and step.text == turn["text"]
    return step.kind == kind and step.tool == turn["tool"] and step.args == turn["args"]
