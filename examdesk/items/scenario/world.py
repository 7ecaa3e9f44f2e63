"""The mock customer and his order: one deterministic machine, the same in the trainee's kernel and at marking.

    play = Play(public["play"])
    state = start(play, seed)                       # state.opening: what the customer says first
    state, lines = say(play, state, "可以开的")       # lines: [(line id, wording), …]
    state, lines = act(play, state, "look_up_order", {})

The customer's words are line ids and the number of a wording, so that the language can change at any time. What the
seed decides is wording only: the same messages earn the same marks under every seed. The rules:

- a message is understood by the phrases of all languages at once; an act counts once however often it is said;
- where the form holds a trained model, it may add acts no phrase shows, or have the customer ask: see `second.py`;
- at most two acts of a message count (courtesy is free), none of a message with more than `most`, where the form says
  so; what is too much or contradicts itself is asked again;
- what is not understood costs nothing: first the customer asks back, then he says what he wants, then he moves on;
- patience is counted in understood messages, never in seconds; the mood changes words and may end the chat.

Several customers at once are such machines side by side, see `desk.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, singledispatch
from typing import Any, TypeVar

from examdesk.items.scenario.phrases import tokens
from examdesk.items.scenario.play import Line, Play, checked, checked_args
from examdesk.items.scenario.second import Second, answered, question, readable, second
from examdesk.model import seed_of

CREDITED = 2  # acts of one message that count, courtesy apart
STALLS = 3  # turns without getting on, after which the customer moves on
MAX_STEPS = 120  # messages and actions of one chat

Frozen = TypeVar("Frozen", bound="Step | State")

Corrected = Mapping[int, Sequence[str]]
"""{turn: the acts a marker has read in it}."""

NOTHING: Corrected = {}


@dataclass(frozen=True)
class Step:
    """One turn of the agent, and what came of it."""

    number: int  # from 1
    kind: str  # said or acted
    text: str = ""
    tool: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    refused: bool = False  # the tool's precondition did not hold
    chat: str = ""  # to whom, where several customers are served at once
    found: tuple[str, ...] = ()  # acts understood
    learned: tuple[str, ...] = ()  # of these, those no phrase shows: read by the form's model
    ignored: tuple[str, ...] = ()  # of these, those that do not count: too many, said before, contradictory
    credited: tuple[str, ...] = ()  # acts that count, as they are meant where the customer was
    facts: tuple[str, ...] = ()  # what the customer told
    copied: int = 0  # other customers who were sent the same answer before
    state: str = ""  # where the customer is afterwards
    lines: tuple[Line, ...] = ()  # what was answered
    corrected: bool = False  # a marker has said which acts it holds

    @property
    def is_unknown(self) -> bool:
        return self.kind == "said" and not self.found

    @property
    def turn(self) -> tuple[str, dict[str, Any]]:
        """The turn as an event of the journal."""
        chat = {"chat": self.chat} if self.chat else {}
        said = {"text": self.text} if self.kind == "said" else {"tool": self.tool, "args": self.args}
        return self.kind, {**chat, **said}


@dataclass(frozen=True)
class State:
    """The whole chat so far."""

    seed: int
    at: str  # name of the state the customer is in
    mood: int
    fields: Mapping[str, Any]  # the order and what the agent recorded
    patience: int  # messages left
    stalls: int = 0
    done: tuple[str, ...] = ()  # acts credited, in order, each once
    facts: tuple[str, ...] = ()
    toned: tuple[str, ...] = ()
    spoken: Mapping[str, int] = field(default_factory=dict)  # how often each line was said
    opening: tuple[Line, ...] = ()
    steps: tuple[Step, ...] = ()


@singledispatch
def start(play: Play, seed: int) -> State:
    """The chat before the agent's first turn."""
    data = play.data
    fields = {entry["id"]: entry["value"] for entry in data["fields"]}
    state = State(seed, data["begins"], data["mood"]["start"], fields, data["patience"])
    state, lines = speak(play, state, data["opening"])
    return replace(state, opening=tuple(lines))


@singledispatch
def is_over(play: Play, state: State) -> bool:
    """Whether the customer has left or is served."""
    return play.ends(state.at)


@singledispatch
def is_open(play: Play, state: State, value: Mapping[str, Any]) -> bool:
    """Whether a turn still finds its customer."""
    return not is_over(play, state)


@singledispatch
def take(play: Play, state: State, kind: str, value: Mapping[str, Any], *, read: Sequence[str] | None = None
         ) -> tuple[State, list[Line]]:
    """The chat after one turn as it is journalled, and what the customer answers; `read` as for `say`."""
    return say(play, state, **value, read=read) if kind == "said" else act(play, state, **value)


def say(play: Play, state: State, text: str, *, read: Sequence[str] | None = None) -> tuple[State, list[Line]]:
    """The chat after a message of the agent, and what the customer answers.

    `read` are the acts a marker has read in it; without them the machine reads it.
    """
    if is_over(play, state):
        return state, []
    found = answered(play, _asked(state), play.understood(text)) if read is None else list(read)
    counted, wish = _counted(play, state, text, found)
    light = [act for act in found if play.is_light(act)]
    more = Second() if wish or read is not None else _more(play, state, text, found)
    learned = more.acts[: CREDITED - len(counted)]
    turn = _Turn(play, state)
    turn.add(wish)
    for name in [*counted, *learned, *light]:
        turn.credit(name)
    found = [*found, *learned]
    if more.ask:
        turn.add(question(play, more.ask))
    else:
        turn.settle(unknown=not found, idle=bool(found) and not [act for act in found if act not in light])
    ignored = tuple(act for act in found if act not in (*counted, *learned, *light))
    step = Step(len(state.steps) + 1, "said", text, found=tuple(found), learned=learned, ignored=ignored,
                credited=tuple(turn.credited), corrected=read is not None)
    return turn.finish(step, cost=1 if found and not more.ask else 0)


def _asked(state: State) -> str | None:
    """The act the customer asked about in answer to the last message."""
    said = [step for step in state.steps if step.kind == "said"][-1:]
    return next((name.partition(":")[2] for step in said for name, _ in step.lines if ":" in name), None)


def _more(play: Play, state: State, text: str, found: list[str]) -> Second:
    """What the form's model adds to the acts found; nothing where the form has none. Nothing is asked twice."""
    if play.model is None:
        return Second()
    more = second(play, play.model, text, state.at, found, readable(play))
    return Second(more.acts) if more.ask and question(play, more.ask) in state.spoken else more


def _counted(play: Play, state: State, text: str, found: list[str]) -> tuple[list[str], str | None]:
    """The acts of a message that count, and the fallback line that says why others do not."""
    if not found:
        return [], None
    data, fallback = play.data, play.data["fallback"]
    expected = [rule["act"] for rule in data["states"][state.at]["rules"] if "act" in rule]
    answered = [*expected, *(rule["act"] for rule in data["anywhere"] if "act" in rule)]
    content = _meant(play, expected, [act for act in found if not play.is_light(act)])
    clash = [act for act in content if data["acts"][act].get("opposite") in content]
    fresh = [act for act in content if act not in clash and (act not in state.done or act in answered)]
    if len(content) > CREDITED and _read(text) in [_read(step.text) for step in state.steps if step.text]:
        return [], fallback["repeat"]
    if len(content) > data.get("most", len(content)):
        return [], fallback["many"]
    if clash:
        return fresh[:CREDITED], fallback["unclear"]
    return fresh[:CREDITED], fallback["many"] if len(fresh) > CREDITED else None


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[str, ...]:
    return tuple(tokens(text))


def _meant(play: Play, expected: list[str], content: list[str]) -> list[str]:
    """The acts without a bare "ok" or "no" that something more exact beside it explains."""
    exact = [act for act in content if not play.is_whole(act)]
    if not exact:
        return content
    if any(act in expected for act in exact):
        return exact
    return [act for act in content if act in exact or act in expected]


def act(play: Play, state: State, tool: str, args: Mapping[str, Any]) -> tuple[State, list[Line]]:
    """The chat after an action of the agent. Raises ValueError for a tool or value that does not exist."""
    args = checked_args(play, tool, args)
    if is_over(play, state):
        return state, []
    spec, turn = play.tools[tool], _Turn(play, state)
    refused = not holds({"fields": spec["needs"]}, state) or state.at not in spec.get("at", [state.at])
    turn.lines.append((f"{tool}.refused" if refused else f"{tool}.done", 0))
    if not refused:
        turn.now = replace(turn.now, fields={**state.fields, **_effects(spec["sets"], args)}, stalls=0)
        turn.follow(turn.rule("tool", tool))
        turn.enter()
    step = Step(len(state.steps) + 1, "acted", tool=tool, args=args, refused=refused)
    return turn.finish(step, cost=0)


def _effects(sets: Mapping[str, Any], args: Mapping[str, Any]) -> dict[str, Any]:
    """The fields a tool changes; "$name" stands for the value typed into that argument."""
    return {
        name: args[value[1:]] if isinstance(value, str) and value.startswith("$") else value
        for name, value in sets.items()
    }


def holds(condition: Mapping[str, Any], state: State) -> bool:
    """Whether all of a condition is so."""
    return (
        all(name in state.done for name in condition.get("acts", ()))
        and all(name in state.facts for name in condition.get("facts", ()))
        and all(state.fields[name] == value for name, value in condition.get("fields", {}).items())
    )


def rule_for(play: Play, at: str, kind: str, name: str, state: State) -> Mapping[str, Any] | None:
    """What the customer does about an act or a tool that meets him at `at`: the first rule whose condition holds."""
    rules = [*play.data["states"][at]["rules"], *play.data["anywhere"]]
    return next((rule for rule in rules if rule.get(kind) == name and holds(rule["if"], state)), None)


class _Turn:
    """The answer to one turn while it is being worked out; `finish` returns the state it leads to."""

    def __init__(self, play: Play, state: State) -> None:
        self.play, self.data, self.was, self.now = play, play.data, state, state
        self.lines: list[Line] = []
        self.credited: list[str] = []
        self.told: list[str] = []
        self.reacted = False

    def add(self, *names: str | None) -> None:
        if any(names):
            self.now, lines = speak(self.play, self.now, [name for name in names if name])
            self.lines += lines

    def credit(self, name: str) -> None:
        """Counts an act as what it means where the customer was when the message came; once in a message."""
        rule = self.rule("act", name)
        meant = str(rule.get("means", name)) if rule else name
        if meant in self.credited:
            return
        self.follow(rule)
        self.credited.append(meant)
        if meant not in self.now.done:
            self.now = changed(self.now, done=(*self.now.done, meant))
        for fact in self.data["facts"]:
            if meant in fact["asked_by"]:
                self.told.append(fact["id"])
                self.now = changed(self.now, facts=tuple(dict.fromkeys((*self.now.facts, fact["id"]))))
                self.add(fact["say"])

    def rule(self, kind: str, name: str) -> Mapping[str, Any] | None:
        """The first rule for an act or a tool whose condition holds."""
        return rule_for(self.play, self.was.at, kind, name, self.now)

    def follow(self, rule: Mapping[str, Any] | None) -> None:
        """Does what a rule says; only the first rule of a turn leads away."""
        if rule is None:
            return
        low, high = self.data["mood"]["min"], self.data["mood"]["max"]
        if rule["mood"]:
            self.now = changed(self.now, mood=max(low, min(high, self.now.mood + rule["mood"])))
        self.add(*rule["say"])
        self.reacted = self.reacted or bool(rule["say"])
        if "go" in rule and self.now.at == self.was.at:
            self.now = changed(self.now, at=rule["go"])

    def settle(self, *, unknown: bool, idle: bool) -> None:
        """What the customer does after the reactions: goes on, asks again, or moves on by himself."""
        here, fallback = self.data["states"][self.was.at], self.data["fallback"]
        if self.now.at != self.was.at:
            self.enter()
            return
        stalls = 0 if idle else self.was.stalls + 1
        self.now = changed(self.now, stalls=stalls)
        if stalls >= STALLS and here["moves_on"] != self.was.at:
            self.add(fallback["moves_on"])
            self.now = changed(self.now, at=here["moves_on"])
            self.enter()
        elif unknown and stalls == 1:
            self.add(fallback["rephrase"])
        elif not self.reacted:
            self.add(here["hint"])

    def enter(self) -> None:
        """The first words in a state just reached; states whose question is answered already are passed by."""
        if self.now.at == self.was.at:
            return
        for _ in self.data["states"]:
            skip = self.data["states"][self.now.at].get("skip")
            if skip is None or not holds(skip["if"], self.now):
                break
            self.now = changed(self.now, at=skip["go"])
        self.now = changed(self.now, stalls=0)
        self.add(*self.data["states"][self.now.at]["say"])

    def finish(self, step: Step, *, cost: int) -> tuple[State, list[Line]]:
        self.now = changed(self.now, patience=self.now.patience - cost)
        if not is_over(self.play, self.now):
            self._tone()
            self._patience(cost, step.number)
        step = changed(step, facts=tuple(self.told), state=self.now.at, lines=tuple(self.lines))
        return changed(self.now, steps=(*self.now.steps, step)), self.lines

    def _tone(self) -> None:
        """A line that shows the mood, once each."""
        for tone in self.data["mood"]["tones"]:
            low, high = tone.get("at_least", self.now.mood), tone.get("at_most", self.now.mood)
            if tone["say"] not in self.now.toned and low <= self.now.mood <= high:
                self.now = changed(self.now, toned=(*self.now.toned, tone["say"]))
                self.add(tone["say"])

    def _patience(self, cost: int, number: int) -> None:
        leaves = self.data["leaves"]
        if self.now.patience <= 0 or self.now.mood <= self.data["mood"]["min"] or number >= MAX_STEPS:
            self.now = changed(self.now, at=leaves["go"])
            self.add(*leaves["say"])
        elif cost and self.now.patience == leaves["warns_at"]:
            self.add(leaves["warning"])


def changed(was: Frozen, **changes: Any) -> Frozen:
    """What `dataclasses.replace` returns, without its checks: they took half the time of a chat."""
    new: Frozen = object.__new__(type(was))
    vars(new).update(vars(was), **changes)
    return new


def speak(play: Play, state: State, names: Iterable[str]) -> tuple[State, list[Line]]:
    """Lines in the wording of this candidate; a line said again takes its next wording."""
    lines, spoken = [], dict(state.spoken)
    for name in names:
        count = len(play.data["lines"][name.partition(":")[0]])
        lines.append((name, (seed_of(str(state.seed), name) + spoken.get(name, 0)) % count))
        spoken[name] = spoken.get(name, 0) + 1
    return changed(state, spoken=spoken), lines


@dataclass(frozen=True)
class Replay:
    """A chat played again from its journal."""

    state: State
    opened: bool = False  # the journal names the seed
    faults: tuple[str, ...] = ()  # where the journal and the replay differ
    heard: bool = True  # the journal holds the last answer

    @property
    def answer(self) -> tuple[Line, ...]:
        """What the customer said last."""
        return self.state.steps[-1].lines if self.state.steps else self.state.opening


def replay(play: Play, events: Iterable[tuple[str, Any]], *, corrected: Corrected = NOTHING) -> Replay:
    """The chat in (kind, value) events. What the customer said is played anew, never believed; differences are named.

    A chat without an `opened` event has the seed 0. `corrected` turns are read as a marker has read them.
    """
    chat = Replay(start(play, 0))
    logged = [(kind, value) for kind, value in events if kind in ("opened", "said", "acted", "heard")]
    strict = any(kind == "heard" for kind, _ in logged)
    for kind, value in logged:
        chat = _taken(play, chat, kind, value, strict=strict, corrected=corrected)
    return chat


def _taken(play: Play, chat: Replay, kind: str, value: Any, *, strict: bool, corrected: Corrected) -> Replay:
    """The replay after one more event; `strict`: the journal holds answers, so every turn must have its own."""
    turn = len(chat.state.steps)
    differs = f"replay differs at turn {turn}"
    try:
        value = checked(play, kind, value)
    except ValueError:
        return _with(chat, differs if kind == "heard" else f"after turn {turn}: no panel writes this {kind}")
    if kind == "opened":
        return chat if chat.opened or turn else Replay(start(play, value["seed"]), True, chat.faults, heard=False)
    if kind == "heard":
        same = value["lines"] == [list(line) for line in chat.answer]
        return replace(chat if same else _with(chat, differs), heard=True)
    if not is_open(play, chat.state, value):
        return _with(chat, f"after turn {turn}: the chat was over")
    chat = _with(chat, differs) if strict and not chat.heard else chat
    state, _ = take(play, chat.state, kind, value, read=corrected.get(turn + 1))
    return replace(chat, state=state, heard=False)


def _with(chat: Replay, fault: str) -> Replay:
    return chat if fault in chat.faults else replace(chat, faults=(*chat.faults, fault))
