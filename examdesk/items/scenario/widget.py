"""The chat with the mock customer: he speaks in the kernel, the journal is the only memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import traitlets

from examdesk.errors import NotSaved
from examdesk.items.scenario.play import SEEDS, Play, checked
from examdesk.items.scenario.question import queue, ready, screen, transcript
from examdesk.items.scenario.replaying import Replay, replay
from examdesk.items.scenario.stopwatch import Stopwatch
from examdesk.items.scenario.waiting import since, timed_kinds
from examdesk.items.scenario.world import State, Step, is_open, is_over, wait
from examdesk.journal import clock
from examdesk.widgets import Question, joined

_HERE = Path(__file__).parent


class Widget(Question):
    """One chat. A turn is on the disk before the customer answers it; every turn starts from the journal.

    Where waiting counts, the chat begins with a click, and the page looks every few seconds: a look that finds the
    customer tired of waiting has him speak.
    """

    _esm = joined(_HERE / "queue.js", _HERE / "widget.js")
    _css = (_HERE / "widget.css").read_text("utf-8")

    transcript: Any = traitlets.List().tag(sync=True)  # [{who, text}]; a text is a string or one per language
    screen: Any = traitlets.List().tag(sync=True)  # [{label, value}] of the order
    queue: Any = traitlets.List().tag(sync=True)  # [{id, over, waited, …}] of several customers, see `question.queue`
    turns = traitlets.Int(0).tag(sync=True)  # of the agent so far
    over = traitlets.Bool(False).tag(sync=True)
    begun = traitlets.Bool(True).tag(sync=True)  # False: the customer comes when the candidate wants him to
    # Seconds the customer has waited, or of several those since the last turn; -1 where waiting does not count.
    waited = traitlets.Int(-1).tag(sync=True)

    pace: Callable[[], Fraction] = staticmethod(lambda: Fraction(1))  # by how much longer the candidate may take
    _play: Play | None = None
    _wait: Any = None  # which wait the stopwatch counts

    def begin(self, public: Mapping[str, Any], *, seed: int, events: Callable[[], list[tuple[str, Any]]]) -> None:
        """Opens the chat for a candidate, or brings it back; `events` returns (kind, value) of all there is."""
        self._play, self._seed, self._events = ready(public), seed % SEEDS, events
        self._timed = timed_kinds(self._play.data)
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
        if kind not in ("opened", "said", "acted") or not isinstance(value, dict) or self._play is None:
            raise ValueError("unknown message")
        if kind == "opened":
            self._open()
            return
        if not self.takes:
            self._save(kind, checked(self._play, kind, value))  # kept as late, or refused
        chat, turn = self._caught_up(), checked(self._play, kind, value)
        if not self._has_begun(chat):
            raise ValueError(self.texts[self.lang]["chat_begin_hint"])
        steps = chat.state.steps
        if value.get("turn") != len(steps):
            self._tell(chat)
            if value.get("turn") == len(steps) - 1 and _is(steps[-1], kind, turn):
                return
            raise ValueError(self._word("crossed"))
        if not is_open(self._play, chat.state, turn):
            raise ValueError(self._word("over"))
        self._save(kind, {**turn, "waited": self._stopwatch.seconds()} if kind in self._timed else turn)
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

    def look(self) -> None:
        """The page is there: the customer's wait goes on, and he speaks when he is tired of it."""
        if self._play is None or not self._timed:
            return
        if self.state != "open" or not self.begun or self.over:
            self._stopwatch.rest()
            return
        seconds = self._stopwatch.seconds()
        with self.hold_sync():
            self.waited = max(0, seconds - self._chat.quiet)
            self.queue = queue(self._play, self._chat, seconds)
        if wait(self._play, self._chat, seconds)[1]:
            with suppress(NotSaved, ValueError):  # the next look tries again
                self._speak_up(seconds)

    def _received(self, widget: object, content: Any, buffers: object) -> None:
        """A look asks for no answer: what there is to say, the traits say."""
        if isinstance(content, dict) and content.get("type") == "look":
            self.look()
        else:
            super()._received(widget, content, buffers)

    @traitlets.observe("state")
    def _rest(self, _change: object) -> None:
        """A pause is no waiting: counting goes on with the first look after it."""
        if self._wait is not None and self.state != "open":
            self._stopwatch.rest()

    def _speak_up(self, seconds: int) -> None:
        """Has the customer say what is due, and journals it."""
        assert self._play is not None
        _, lines = wait(self._play, self._caught_up().state, seconds)
        if lines:
            self._save("heard", {"lines": [list(line) for line in lines], "waited": seconds})
        self._tell(replay(self._play, self._events()))

    def _open(self) -> None:
        """The candidate takes the chat; the customer speaks."""
        if not self.takes:
            self._save("opened", {"seed": self._seed})  # kept as late, or refused
        self._tell(self._caught_up(opening=True))

    def _has_begun(self, chat: Replay) -> bool:
        return not self._timed or chat.opened or bool(chat.state.steps)

    def _since(self, state: State) -> int:
        return since(state.silences, state.message)

    def _caught_up(self, *, opening: bool = False) -> Replay:
        """The chat as the journal has it, after journalling what a lost kernel left out."""
        assert self._play is not None
        chat = replay(self._play, self._events())
        if self.takes and not chat.opened and not chat.state.steps and (opening or not self._timed):
            self._save("opened", {"seed": self._seed})
            chat = replay(self._play, self._events())
        if self.takes and not chat.heard:
            self._save("heard", {"lines": [list(line) for line in chat.answer]})
        return chat

    def _tell(self, chat: Replay) -> None:
        assert self._play is not None
        with self.hold_sync():
            self.begun = self._has_begun(chat)
            self.transcript = transcript(self._play, chat.state) if self.begun else []
            self.screen = screen(self._play, chat.state)
            self.turns = len(chat.state.steps)
            self.over = is_over(self._play, chat.state)
            self._count(chat.state)
            self.queue = queue(self._play, chat.state, self.waited) if self.begun else []

    def _count(self, state: State) -> None:
        """Begins counting anew when the customer waits for another message."""
        self._chat = state
        if self._timed and self._wait != (self.begun, state.message):
            if self._wait is None:
                self._stopwatch = Stopwatch(lambda: clock.ticks(), lambda: self.pace())
            self._wait = (self.begun, state.message)
            self._stopwatch.begin(self._since(state))
        counts = bool(self._timed) and self.begun and not self.over
        self.waited = max(0, self._stopwatch.seconds() - state.quiet) if counts else -1


def _is(step: Step, kind: str, turn: Mapping[str, Any]) -> bool:
    """Whether a turn that was sent again is the last one of the chat."""
    sent_first = {name: value for name, value in step.turn[1].items() if name != "waited"}
    return step.kind == kind and sent_first == {name: value for name, value in turn.items() if name != "waited"}
