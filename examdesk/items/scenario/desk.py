"""Several customers at once: a queue of chats over one order screen, as deterministic as one chat.

    desk = Desk(public["play"])                                       # play.chats: one entry a customer
    state = start(desk, seed)                                          # a Queue: who is there at the beginning
    state, lines = take(desk, state, "said", {"chat": "anna", "text": "您好"})

Every customer is a chat of `world.py` with his own states, mood and patience; fields, tools, acts and lines are shared.
Lines carry their chat: "anna/hello". What happens beside the chat that is answered depends on turns alone, never on a
clock: who comes after how many turns, what somebody says who has waited so many turns for an answer, what is sold
meanwhile (`happens`). A message that is not understood costs no turn. Waiting in seconds has its place in `impatience`
and in `serving.py`, beside the waiting in turns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from examdesk.items.scenario.play import Line, Play, checked
from examdesk.items.scenario.world import MAX_STEPS, State, Step, changed, is_open, is_over, speak, start, take
from examdesk.model import Texts, seed_of
from examdesk.wording.phrases import BREAK, tokens

MOST_LINES = 60  # of one turn: an answer, and what those say who wait, leave and come
COPY = 6  # words of an answer; fewer may be the same for everybody

Data = Mapping[str, Any]


def play_of(data: Data) -> Play:
    """The play half ready to be played: one chat, or a desk of several."""
    return Desk(data) if "chats" in data else Play(data)


def chat_data(data: Data, chat: Data) -> dict[str, Any]:
    """One customer's play half: what all share, and what is his own."""
    shared = {name: value for name, value in data.items() if name not in ("chats", "happens")}
    both = {name: [*data[name], *chat[name]] for name in ("tools", "fields", "anywhere")}
    return {**shared, **chat, **both}


class Desk(Play):
    """The play half of several chats. The acts are the same in all of them; a text is understood once."""

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self.chats: dict[str, Play] = {chat["id"]: _One(self, chat_data(data, chat)) for chat in data["chats"]}
        self.tools = {name: tool for chat in self.chats.values() for name, tool in chat.tools.items()}
        self.shared = [entry["id"] for entry in data["fields"]]

    def texts(self, line: Line) -> Texts:
        """The words of a line in every language."""
        chat, _, name = line[0].partition("/")
        return self.chats[chat].texts((name, line[1]))


class _One(Play):
    """One customer of a desk."""

    def __init__(self, desk: Desk, data: Data) -> None:
        super().__init__(data)
        self.desk = desk

    def understood(self, text: str) -> list[str]:
        return self.desk.understood(text)


@dataclass(frozen=True)
class Queue(State):
    """All chats so far. `steps` holds the turns of all of them in their order, `fields` what they share."""

    chats: dict[str, State] = field(default_factory=dict)  # of who has come, in the order of coming
    came: Mapping[str, int] = field(default_factory=dict)  # the time at which each came
    last: Mapping[str, int] = field(default_factory=dict)  # the time of his last answer, or of his coming
    happened: tuple[int, ...] = ()  # places in `happens`
    served: tuple[str, ...] = ()  # who was told something that counts, beyond courtesy

    @property
    def time(self) -> int:
        """The turns so far, without messages nobody understood."""
        return time_at(self, len(self.steps))


def time_at(state: State, turn: int) -> int:
    """The time after a turn."""
    return sum(not step.is_unknown for step in state.steps[:turn])


@start.register
def _(play: Desk, seed: int) -> Queue:
    fields = {entry["id"]: entry["value"] for entry in play.data["fields"]}
    live = _Live(play, Queue(seed, "", 0, fields, 0), 0)
    live.arrivals()
    queue = live.queue()
    return changed(queue, opening=tuple(live.lines))


@is_over.register
def _(play: Desk, state: Queue) -> bool:
    """Whether all have come and gone."""
    return len(state.steps) >= MAX_STEPS or (
        len(state.chats) == len(play.chats) and all(is_over(play.chats[name], one) for name, one in state.chats.items())
    )


@is_open.register
def _(play: Desk, state: Queue, value: Data) -> bool:
    name = value["chat"]
    return name in state.chats and not is_over(play, state) and not is_over(play.chats[name], state.chats[name])


@take.register
def _(
    play: Desk, state: Queue, kind: str, value: Data, *, read: Sequence[str] | None = None
) -> tuple[Queue, list[Line]]:
    """The desk after a turn in one of its chats; a turn that finds nobody changes nothing."""
    if not is_open(play, state, value):
        return state, []
    name, live = value["chat"], _Live(play, state, state.time + 1)
    said = {use: typed for use, typed in value.items() if use != "chat"}
    one, _ = take(play.chats[name], live.chat(name), kind, said, read=read)
    step = one.steps[-1]
    live.put(name, one, step.lines)
    live.fields = {shared: one.fields[shared] for shared in play.shared}
    if not step.is_unknown:
        live.goes_on(name if kind == "said" else None)
    step = changed(step, number=len(state.steps) + 1, chat=name, lines=tuple(live.lines),
                    copied=_copied(play, state, name, step))
    queue = live.queue()
    done, facts = (*state.done, *step.credited), (*state.facts, *step.facts)
    served = () if all(map(play.is_light, step.credited)) else (name,)
    queue = changed(queue, steps=(*state.steps, step), done=tuple(dict.fromkeys(done)),
                     facts=tuple(dict.fromkeys(facts)), served=tuple(dict.fromkeys((*state.served, *served))))
    return queue, live.lines


@checked.register
def _(play: Desk, kind: str, value: Any) -> dict[str, Any]:
    """As for one chat; messages, actions and lines carry the chat they belong to."""
    if not isinstance(value, dict):
        raise ValueError("no such event")
    if kind == "opened":
        return checked(next(iter(play.chats.values())), kind, value)
    if kind == "heard":
        return {"lines": [_heard(play, line) for line in _some(value.get("lines"))]}
    name = value.get("chat")
    if not isinstance(name, str) or name not in play.chats:
        raise ValueError("no such chat")
    return {"chat": name, **checked(play.chats[name], kind, value)}


def _some(lines: Any) -> list[Any]:
    if not isinstance(lines, list) or len(lines) > MOST_LINES:
        raise ValueError("no such event")
    return lines


def _heard(play: Desk, line: Any) -> list[Any]:
    """One line heard, if its customer could say it."""
    if not (isinstance(line, list) and len(line) == 2 and isinstance(line[0], str)):
        raise ValueError("no such event")
    chat, _, name = line[0].partition("/")
    if chat not in play.chats:
        raise ValueError("no such chat")
    said = checked(play.chats[chat], "heard", {"lines": [[name, line[1]]]})["lines"]
    return [f"{chat}/{said[0][0]}", said[0][1]]


def _copied(play: Desk, state: Queue, chat: str, step: Step) -> int:
    """How many other customers were sent this answer before; courtesy and a few words may go to everybody.

    What is not understood is no answer: nobody loses points by words the phrases do not know.
    """
    words = _words(step.text, play.fillers)
    if len(words) < COPY or all(map(play.is_light, step.found)):
        return 0
    others = (other for other in state.steps if other.chat != chat)
    return len({other.chat for other in others if _words(other.text, play.fillers) == words})


@lru_cache(maxsize=512)
def _words(text: str, fillers: frozenset[str]) -> tuple[str, ...]:
    """The words of a message, whatever their order."""
    return tuple(sorted(token for token in tokens(text) if token != BREAK and token not in fillers))


class _Live:
    """The desk while a turn is being worked out."""

    def __init__(self, play: Desk, was: Queue, time: int) -> None:
        self.play, self.was, self.time = play, was, time
        self.chats, self.fields = dict(was.chats), dict(was.fields)
        self.came, self.last, self.happened = dict(was.came), dict(was.last), was.happened
        self.lines: list[Line] = []

    def chat(self, name: str) -> State:
        """A chat with the shared fields as they are now."""
        one = self.chats[name]
        return changed(one, fields={**one.fields, **self.fields})

    def put(self, name: str, one: State, lines: Iterable[Line]) -> None:
        self.chats[name] = one
        self.lines += [(f"{name}/{line}", wording) for line, wording in lines]

    def goes_on(self, answered: str | None) -> None:
        """What a turn brings to everybody; `answered` got a message."""
        if answered:
            self.last[answered] = self.time
        self.happenings()
        self.impatience()
        self.arrivals()

    def waiting(self) -> list[str]:
        """Who has come and not gone."""
        return [name for name, one in self.chats.items() if not is_over(self.play.chats[name], one)]

    def happenings(self) -> None:
        """What changes on the screen by itself."""
        for place, entry in enumerate(self.play.data["happens"]):
            if place not in self.happened and self._is_due(entry):
                self.happened = (*self.happened, place)
                self.fields |= entry["sets"]

    def _is_due(self, entry: Data) -> bool:
        name = entry.get("chat")
        there = name is None or (name in self.chats and self.chats[name].at in entry["at"])
        return there and self.time >= entry.get("after", 0)

    def impatience(self) -> None:
        """What those say who have waited their turns for an answer; in the end they go."""
        for name in self.waiting():
            waits = self.play.chats[name].data["waits"]
            times, rest = divmod(self.time - self.last[name], waits["turns"])
            if times and not rest:
                self._nudge(name, waits, times)

    def _nudge(self, name: str, waits: Data, times: int) -> None:
        play, one = self.play.chats[name], self.chats[name]
        low, leaves = play.data["mood"]["min"], play.data["leaves"]
        one = changed(one, mood=max(low, one.mood + waits["mood"]))
        goes = one.mood <= low or times >= waits["times"]
        one, lines = speak(play, one, leaves["say"] if goes else [waits["say"]])
        self.put(name, changed(one, at=leaves["go"]) if goes else one, lines)

    def arrivals(self) -> None:
        """Who comes after so many turns; when nobody is left, the next comes at once."""
        for chat in self.play.data["chats"]:
            name = chat["id"]
            if name not in self.chats and (chat["arrives"] <= self.time or not self.waiting()):
                one = start(self.play.chats[name], seed_of(str(self.was.seed), name))
                self.came[name] = self.last[name] = self.time
                self.put(name, changed(one, fields={**one.fields, **self.fields}), one.opening)

    def queue(self) -> Queue:
        at = ", ".join(f"{name}: {one.at}" for name, one in self.chats.items())
        patience = sum(max(0, one.patience) for one in self.chats.values())
        return changed(self.was, at=at, patience=patience, chats=self.chats, fields=self.fields, came=self.came,
                        last=self.last, happened=self.happened)


