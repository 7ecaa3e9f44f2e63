"""A scenario set up for trying: played by the exam's own engine, with what was understood in a text remembered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from examdesk.bank.schema import Loc
from examdesk.items.scenario.desk import Desk, Queue
from examdesk.items.scenario.desk_faults import home
from examdesk.items.scenario.halves import spoken
from examdesk.items.scenario.play import Play
from examdesk.items.scenario.scoring import FULL, judged
from examdesk.items.scenario.world import MAX_STEPS, State, is_open, is_over, start, take
from examdesk.model import Judgement, Said, exact

Body = Mapping[str, Any]


class Remembering(Play):
    """The play half; every text is understood once, and every seed begins once."""

    def __init__(self, data: Body) -> None:
        super().__init__(data)
        self._known: dict[str, list[str]] = {}
        self._starts: dict[int, State] = {}

    def begun(self, seed: int) -> State:
        if seed not in self._starts:
            self._starts[seed] = start(self, seed)
        return self._starts[seed]

    def understood(self, text: str) -> list[str]:
        if text not in self._known:
            self._known[text] = super().understood(text)
        return self._known[text]


class RememberingDesk(Remembering, Desk):
    """The same for several customers at once."""


@dataclass(frozen=True)
class Stage:
    """Both halves of a scenario."""

    play: Remembering
    score: Body
    stem: Mapping[str, str]
    languages: tuple[str, ...]  # the chat may be held in
    policy: tuple[str, ...] = ()  # what the handbook says about the matter

    @property
    def pass_mark(self) -> Fraction:
        """Points of 100."""
        return exact(self.score["pass_mark"]) * FULL

    def begun(self, seed: int = 0) -> State:
        return self.play.begun(seed)

    def after(self, state: State, said: Said) -> State:
        """The chat after one more turn; a chat that is over stays as it is."""
        return take(self.play, state, *said)[0]

    def chat(self, turns: Iterable[Said], *, seed: int = 0) -> State:
        state = self.begun(seed)
        for said in turns:
            state = self.after(state, said)
        return state

    def is_over(self, state: State) -> bool:
        return is_over(self.play, state)

    @property
    def chats(self) -> dict[str, Play]:
        """The play half of every customer by his chat; of one alone it is ""."""
        return self.play.chats if isinstance(self.play, Desk) else {"": self.play}

    def home(self, chat: str, loc: Loc) -> Loc:
        """Where something of a customer stands in the author's file."""
        chats = list(self.chats)
        return home(self.play.data, chats.index(chat), loc) if chat else loc

    @property
    def patience(self) -> int:
        """The messages all customers together take part in."""
        return sum(chat.data["patience"] for chat in self.chats.values())

    def aimed(self, said: Said) -> list[Said]:
        """A turn in every chat in which it can be taken."""
        if not isinstance(self.play, Desk):
            return [said]
        kind, value = said
        there = [name for name, chat in self.chats.items() if kind == "said" or value["tool"] in chat.tools]
        return [(kind, {"chat": name, **value}) for name in there if value.get("chat", name) == name]

    def ready(self, state: State, said: Said) -> list[Said]:
        """A turn in every chat that is open for it now."""
        if not isinstance(state, Queue):
            return [one for one in self.aimed(said) if is_open(self.play, state, one[1])]
        if len(state.steps) >= MAX_STEPS:
            return []
        kind, value = said
        there = [name for name, chat in self.chats.items() if name in state.waiting
                 and (kind == "said" or value["tool"] in chat.tools) and value.get("chat", name) == name]
        return [(kind, {"chat": name, **value}) for name in there]

    def crowded(self) -> Stage:
        """The same with all customers there from the beginning."""
        if not isinstance(self.play, Desk):
            return self
        chats = [{**chat, "arrives": 0} for chat in self.play.data["chats"]]
        return replace(self, play=RememberingDesk({**self.play.data, "chats": chats}))

    def judged(self, state: State) -> Judgement:
        return judged(self.play, self.score, state)

    def points(self, judgement: Judgement) -> Fraction:
        """Points of 100. A chat is never left unmarked: raises ValueError if one were."""
        if judgement.fraction is None:
            raise ValueError("a chat without a mark")
        return judgement.fraction * FULL

    def phrases(self, act: str, language: str | None = None) -> list[str]:
        """The phrases of an act as somebody would type them who has read form.json."""
        spec = self.play.data["acts"][act]["phrases"]
        texts = [text for name in sorted(spec) if language in (None, name) for text in spec[name]]
        return [one for text in texts for one in self.play.examples(text)]


def stage(body: Body, *, policy: Iterable[str] = ()) -> Stage:
    """The scenario of an item's body."""
    languages = tuple(sorted(spoken(body)))
    made = RememberingDesk if "chats" in body["play"] else Remembering
    return Stage(made(body["play"]), body["score"], body["stem"], languages, tuple(policy))


def talk(*texts: str) -> list[Said]:
    """Messages as the events a candidate would leave."""
    return [("said", {"text": text}) for text in texts]


def do(tool: str, args: Mapping[str, Any]) -> Said:
    """An action as the event a candidate would leave."""
    return ("acted", {"tool": tool, "args": dict(args)})


def walked(stage: Stage, turns: Iterable[Said]) -> Iterator[tuple[State, State]]:
    """(before, after) of every turn of a chat until it is over; a silence is no turn."""
    state = stage.begun()
    for said in turns:
        if stage.is_over(state):
            return
        before, state = state, stage.after(state, said)
        if len(state.steps) > len(before.steps):
            yield before, state


def placed(state: State, at: str, chat: str = "") -> State:
    """A chat that has come to another state of the customer; of several, the one of this name."""
    if isinstance(state, Queue):
        return replace(state, chats={**state.chats, chat: replace(state.chats[chat], at=at)})
    return replace(state, at=at)
