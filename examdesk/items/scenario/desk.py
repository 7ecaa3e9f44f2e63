"""Several customers at once: a queue of chats over one order screen, as deterministic as one chat.

    desk = Desk(public["play"])                                       # play.chats: one entry a customer
    state = start(desk, seed)                                          # a Queue: who is there at the beginning
    state, lines = take(desk, state, "said", {"chat": "anna", "text": "您好"})

Every customer is a chat of `world.py` with his own states, mood and patience; fields, tools, acts and lines are shared.
Lines carry their chat: "anna/hello". What happens beside the chat that is answered depends on turns: who comes after
how many turns, what somebody says who has waited so many turns for an answer, what is sold meanwhile (`happens`). A
message that is not understood costs no turn. Where the desk has a clock, everybody waits in seconds, too: every turn of
the agent tells those since the turn before, and each customer's wait is what has passed since the last message to him.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from examdesk.items.scenario.copies import copied
from examdesk.items.scenario.play import Line, Play, checked
from examdesk.items.scenario.waiting import is_timed, moments, own_clock, since, waited
from examdesk.items.scenario.world import MAX_STEPS, State, Step, changed, is_open, is_over, speak, start, take, wait
from examdesk.model import Texts, seed_of

MOST_LINES = 60  # of one turn: an answer, and what those say who wait, leave and come

Data = Mapping[str, Any]


def play_of(data: Data) -> Play:
    """The play half ready to be played: one chat, or a desk of several."""
    return Desk(data) if "chats" in data else Play(data)


def chat_data(data: Data, chat: Data) -> dict[str, Any]:
    """One customer's play half: what all share, and what is his own."""
    shared = {name: value for name, value in data.items() if name not in ("chats", "happens", "clock")}
    both = {name: [*data[name], *chat[name]] for name in ("tools", "fields", "anywhere")}
    return {**shared, **chat, **both}


def _timed(data: Data, chat: Data) -> dict[str, Any]:
    """One customer's play half with his own clock, where the desk has one."""
    return {**chat_data(data, chat), **({"clock": own_clock(chat["waits"])} if is_timed(data) else {})}


class Desk(Play):
    """The play half of several chats. The acts are the same in all of them; a text is understood once."""

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self.chats: dict[str, Play] = {chat["id"]: _One(self, _timed(data, chat)) for chat in data["chats"]}
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
    time: int = 0  # the turns so far, without messages nobody understood
    clock: int = 0  # seconds of the exam at the last turn
    since: Mapping[str, int] = field(default_factory=dict)  # those at which each one's wait began
    waiting: tuple[str, ...] = ()  # who has come and not gone
    happened: tuple[int, ...] = ()  # places in `happens`
    served: tuple[str, ...] = ()  # who was told something that counts, beyond courtesy

    @property
    def message(self) -> int:
        """The turn from which seconds are counted: the last one, in whatever chat."""
        return len(self.steps)


def time_at(state: State, turn: int) -> int:
    """The turns up to one of them, without messages nobody understood."""
    return sum(not step.is_unknown for step in state.steps[:turn])


@start.register
def _(play: Desk, seed: int) -> Queue:
    fields = {entry["id"]: entry["value"] for entry in play.data["fields"]}
    live = _Live(play, Queue(seed, "", 0, fields, 0), 0, 0)
    live.arrivals()
    return live.queue(opening=tuple(live.lines))


@is_over.register
def _(play: Desk, state: Queue) -> bool:
    """Whether all have come and gone."""
    return len(state.steps) >= MAX_STEPS or (not state.waiting and len(state.chats) == len(play.chats))


@is_open.register
def _(play: Desk, state: Queue, value: Data) -> bool:
    if value.get("waited") and value["chat"] not in state.chats:  # he may come while nobody writes
        state = _waited(play, state, value["waited"], spared="")[0]
    return value["chat"] in state.waiting and len(state.steps) < MAX_STEPS


@take.register
def _(
    play: Desk, state: Queue, kind: str, value: Data, *, read: Sequence[str] | None = None
) -> tuple[Queue, list[Line]]:
    """The desk after a turn in one of its chats, or after a silence; a turn that finds nobody changes nothing."""
    if kind == "heard":
        return _waited(play, state, value["waited"], spared="")
    name, was = value["chat"], state
    if (name not in state.waiting and not is_open(play, state, value)) or len(state.steps) >= MAX_STEPS:
        return state, []
    passed = max(value.get("waited", 0), since(state.silences, state.message) if state.silences else 0)
    state = _waited(play, state, passed, spared=name)[0] if passed else state
    live = _Live(play, state, state.time + 1, state.clock + passed)
    step = live.turn(name, kind, value, read)
    if step.is_unknown:
        live.time = state.time
    else:
        live.goes_on(name if kind == "said" else None)
    step = changed(step, number=len(state.steps) + 1, chat=name, passed=passed, lines=tuple(live.lines),
                   copied=copied(play, state, name, step))
    served = step.credited and name not in state.served and not all(map(play.is_light, step.credited))
    return live.queue(
        steps=(*state.steps, step), before=was, time=live.time, clock=live.clock,
        done=_with(state.done, step.credited), facts=_with(state.facts, step.facts),
        served=(*state.served, name) if served else state.served,
    ), live.lines


def _with(had: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """All of them, each once, in order."""
    return tuple(dict.fromkeys((*had, *more))) if more else had


@wait.register
def _(play: Desk, state: Queue, seconds: int, *, leaves: bool = True) -> tuple[Queue, list[Line]]:
    """The desk after so many seconds in which nothing was written or done in any of its chats."""
    return _waited(play, state, seconds, spared="")


def _waited(play: Desk, state: Queue, seconds: int, *, spared: str) -> tuple[Queue, list[Line]]:
    """The desk after so many seconds; whoever is `spared` gets a turn in the last of them and does not leave before."""
    live = _Live(play, state, state.time, state.clock)
    if is_timed(play.data):
        live.silence(state.clock + seconds, spared)
    if not live.lines:
        return state, []
    silences = (*state.silences, (len(state.steps), seconds))
    if not state.steps:
        return live.queue(silences=silences, opening=(*state.opening, *live.lines)), live.lines
    last = changed(state.steps[-1], lines=(*state.steps[-1].lines, *live.lines))
    return live.queue(silences=silences, steps=(*state.steps[:-1], last)), live.lines


@checked.register
def _(play: Desk, kind: str, value: Any) -> dict[str, Any]:
    """As for one chat; messages, actions and lines carry the chat they belong to."""
    if not isinstance(value, dict):
        raise ValueError("no such event")
    if kind == "opened":
        return checked(next(iter(play.chats.values())), kind, value)
    if kind == "heard":
        return {"lines": [_heard(play, line) for line in _some(value.get("lines"))], **waited(play.data, value)}
    name = value.get("chat")
    if not isinstance(name, str) or name not in play.chats:
        raise ValueError("no such chat")
    return {"chat": name, **checked(play.chats[name], kind, value), **waited(play.data, value)}


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


class _Live:
    """The desk while a turn is being worked out."""

    def __init__(self, play: Desk, was: Queue, time: int, clock: int) -> None:
        self.play, self.was, self.time, self.clock = play, was, time, clock
        self.chats, self.fields = dict(was.chats), dict(was.fields)
        self.came, self.last, self.since, self.happened = was.came, was.last, was.since, was.happened
        self.waiting, self.at, self.patience = was.waiting, was.at, was.patience
        self.lines: list[Line] = []

    def turn(self, name: str, kind: str, value: Data, read: Sequence[str] | None) -> Step:
        """A turn in one chat, which its customer takes as if he were alone."""
        said = {use: typed for use, typed in value.items() if use not in ("chat", "waited")}
        if kind == "said" and self.clock:
            said["waited"] = self.clock - self.since[name]
        one, _ = take(self.play.chats[name], self.chat(name), kind, said, read=read)
        self.put(name, one, one.steps[-1].lines)
        if kind == "acted":
            self.fields = {shared: one.fields[shared] for shared in self.play.shared}
        elif self.clock:
            self.since = {**self.since, name: self.clock}
        return one.steps[-1]

    def chat(self, name: str) -> State:
        """A chat with the shared fields as they are now."""
        one = self.chats[name]
        return one if self.fields.items() <= one.fields.items() else changed(one, fields={**one.fields, **self.fields})

    def put(self, name: str, one: State, lines: Iterable[Line]) -> None:
        was = self.chats.get(name)
        self.chats[name] = one
        self.patience += max(0, one.patience) - (max(0, was.patience) if was else 0)
        if was is None or was.at != one.at:
            self.at = ", ".join(f"{other}: {chat.at}" for other, chat in self.chats.items())
        self.lines += [(f"{name}/{line}", wording) for line, wording in lines]
        if name in self.waiting and self.play.chats[name].ends(one.at):
            self.waiting = tuple(other for other in self.waiting if other != name)

    def goes_on(self, answered: str | None) -> None:
        """What a turn brings to everybody; `answered` got a message."""
        if answered:
            self.last = {**self.last, answered: self.time}
        self.happenings()
        self.impatience()
        self.arrivals()

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
        for name in self.waiting:
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

    def silence(self, until: int, spared: str) -> None:
        """What those say who wait while nothing is written, moment by moment: whenever the page looks, it is the same.

        When the last one has left, the next comes at that moment, and waits.
        """
        while due := self._next(until, spared):
            moment, name = due
            one, lines = wait(self.play.chats[name], self.chats[name], moment - self.since[name])
            self.put(name, one, lines)
            self.clock = max(moment, self.was.clock)
            self.arrivals()

    def _next(self, until: int, spared: str) -> tuple[int, str] | None:
        """The next moment at which somebody speaks of himself, and who."""
        found = []
        for name in self.waiting:
            one, data = self.chats[name], self.play.chats[name].data
            due = moments(data, one.quiet, since(one.silences, one.message), stays=name == spared)
            found += [(self.since[name] + second, name) for second in due]
        return min((one for one in found if one[0] <= until), key=lambda one: one[0], default=None)

    def arrivals(self) -> None:
        """Who comes after so many turns; when nobody is left, the next comes at once."""
        if len(self.chats) == len(self.play.chats):
            return
        for chat in self.play.data["chats"]:
            name = chat["id"]
            if name not in self.chats and (chat["arrives"] <= self.time or not self.waiting):
                one = start(self.play.chats[name], seed_of(str(self.was.seed), name))
                self.came, self.last = {**self.came, name: self.time}, {**self.last, name: self.time}
                self.since, self.waiting = {**self.since, name: self.clock}, (*self.waiting, name)
                self.put(name, changed(one, fields={**one.fields, **self.fields}), one.opening)

    def queue(self, **more: Any) -> Queue:
        return changed(self.was, at=self.at, patience=self.patience, chats=self.chats, fields=self.fields,
                       came=self.came, last=self.last, since=self.since, waiting=self.waiting,
                       happened=self.happened, **more)


