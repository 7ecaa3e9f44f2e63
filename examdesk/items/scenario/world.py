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
- patience is counted in understood messages, and in seconds only where the form says that waiting counts, see
  `waiting.py`; the mood changes words and may end the chat.

Several customers at once are such machines side by side, see `desk.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, singledispatch
from typing import Any, TypeVar

from examdesk.items.scenario.hearing import CREDITED, asked, counted, more
from examdesk.items.scenario.play import Line, Play, checked_args
from examdesk.items.scenario.second import Second, answered, question
from examdesk.items.scenario.waiting import due, since
from examdesk.model import seed_of

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
    lines: tuple[Line, ...] = ()  # what was answered, and what he said unasked before the next turn
    corrected: bool = False  # a marker has said which acts it holds
    waited: int = 0  # seconds the customer waited for this message, where waiting counts
    quiet: int = 0  # of these the seconds in which the customer wanted to be silent himself
    passed: int = 0  # seconds since the turn before, where several are served

    @property
    def is_unknown(self) -> bool:
        return self.kind == "said" and not self.found

    @property
    def turn(self) -> tuple[str, dict[str, Any]]:
        """The turn as an event of the journal."""
        chat = {"chat": self.chat} if self.chat else {}
        seconds = self.passed if self.chat else self.waited
        said = {"text": self.text} if self.kind == "said" else {"tool": self.tool, "args": self.args}
        return self.kind, {**chat, **said, **({"waited": seconds} if seconds else {})}


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
    spoken: MutableMapping[str, int] = field(default_factory=dict)  # how often each line was said
    opening: tuple[Line, ...] = ()
    steps: tuple[Step, ...] = ()
    silences: tuple[tuple[int, int], ...] = ()  # (turns before, seconds waited) where he spoke unasked
    quiet: int = 0  # seconds he is silent by himself after the last message
    before: State | None = field(default=None, compare=False, repr=False)  # the chat before its last turn

    @property
    def message(self) -> int:
        """The turn of the agent's last message, 0 before the first."""
        return max((step.number for step in self.steps if step.kind == "said"), default=0)


@singledispatch
def start(play: Play, seed: int) -> State:
    """The chat before the agent's first turn."""
    data = play.data
    fields = {entry["id"]: entry["value"] for entry in data["fields"]}
    state = State(seed, data["begins"], data["mood"]["start"], fields, data["patience"])
    state, lines = speak(play, state, data["opening"])
    return changed(state, opening=tuple(lines))


@singledispatch
def is_over(play: Play, state: State) -> bool:
    """Whether the customer has left or is served."""
    return play.ends(state.at)


@singledispatch
def is_open(play: Play, state: State, value: Mapping[str, Any]) -> bool:
    """Whether a turn still finds its customer."""
    return not is_over(play, state)


@singledispatch
def take(
    play: Play, state: State, kind: str, value: Mapping[str, Any], *, read: Sequence[str] | None = None
) -> tuple[State, list[Line]]:
    """The chat after one turn as it is journalled, or after a silence, and what the customer says.

    `read` are the acts a marker has read in a message; without them the machine reads it.
    """
    if kind == "heard":
        return wait(play, state, value["waited"])
    return say(play, state, **value, read=read) if kind == "said" else act(play, state, **value)


def say(
    play: Play, state: State, text: str, *, waited: int = 0, read: Sequence[str] | None = None
) -> tuple[State, list[Line]]:
    """The chat after a message of the agent for which the customer `waited` seconds, and what he answers."""
    if play.ends(state.at):
        return state, []
    state, _ = wait(play, state, waited, leaves=False) if waited else (state, [])  # written in his last second: heard
    quiet, state = min(waited, state.quiet), changed(state, quiet=0) if state.quiet else state
    found = answered(play, asked(state), play.understood(text)) if read is None else list(read)
    counting, wish = counted(play, state, text, found)
    light = [act for act in found if play.is_light(act)]
    second = Second() if wish or read is not None else more(play, state, text, found)
    learned = second.acts[: CREDITED - len(counting)]
    turn = _Turn(play, state)
    turn.add(wish)
    for name in [*counting, *learned, *light]:
        turn.credit(name)
    found = [*found, *learned]
    if second.ask:
        turn.add(question(play, second.ask))
    else:
        turn.settle(unknown=not found, idle=bool(found) and not [act for act in found if act not in light])
    ignored = tuple(act for act in found if act not in (*counting, *learned, *light))
    step = changed(_SAID, number=len(state.steps) + 1, text=text, found=tuple(found), learned=learned, ignored=ignored,
                   credited=tuple(turn.credited), corrected=read is not None, waited=waited, quiet=quiet)
    return turn.finish(step, cost=1 if found and not second.ask else 0)


def act(play: Play, state: State, tool: str, args: Mapping[str, Any]) -> tuple[State, list[Line]]:
    """The chat after an action of the agent. Raises ValueError for a tool or value that does not exist."""
    args = checked_args(play, tool, args)
    if play.ends(state.at):
        return state, []
    spec, turn = play.tools[tool], _Turn(play, state)
    refused = not holds({"fields": spec["needs"]}, state) or state.at not in spec.get("at", [state.at])
    turn.lines.append((f"{tool}.refused" if refused else f"{tool}.done", 0))
    if not refused:
        turn.put(fields={**state.fields, **_effects(spec["sets"], args)}, stalls=0)
        turn.follow(turn.rule("tool", tool))
        turn.enter()
    step = changed(_ACTED, number=len(state.steps) + 1, tool=tool, args=args, refused=refused)
    return turn.finish(step, cost=0)


@singledispatch
def wait(play: Play, state: State, seconds: int, *, leaves: bool = True) -> tuple[State, list[Line]]:
    """The chat after so many seconds in which nobody has written, and what the customer says of it.

    Where he came to be silent for a while, he speaks after it, and only then begins to wait. His mood never falls so
    far that he leaves: only the seconds of his patience make him.
    """
    before = since(state.silences, state.message)
    own = play.data["states"][state.at]["say"] if before < state.quiet <= seconds else []
    asks, ends = due(play.data, before - state.quiet, seconds - state.quiet)
    if is_over(play, state) or not (own or asks or (ends and leaves)):
        return state, []
    goes, mood = play.data["leaves"] if ends and leaves else {"say": [], "go": state.at}, play.data["mood"]
    now, lines = speak(play, state, [*own, *asks, *goes["say"]])
    falls = min(now.mood, max(mood["min"] + 1, now.mood + len(asks) * play.data["clock"]["mood"]))
    now = changed(now, at=goes["go"], mood=falls, silences=(*now.silences, (len(now.steps), seconds)))
    if not now.steps:
        return changed(now, opening=(*now.opening, *lines)), lines
    last = changed(now.steps[-1], lines=(*now.steps[-1].lines, *lines))
    return changed(now, steps=(*now.steps[:-1], last)), lines


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
    return next((rule for rule in play.rules(at).get((kind, name), ()) if holds(rule["if"], state)), None)


_SAID, _ACTED = Step(0, "said"), Step(0, "acted")


class _Turn:
    """The answer to one turn while it is being worked out; `finish` returns the state it leads to."""

    def __init__(self, play: Play, state: State) -> None:
        self.play, self.data, self.was = play, play.data, state
        self.now = changed(state, spoken=dict(state.spoken))  # this turn's own until it is finished
        self.put: Callable[..., None] = vars(self.now).update
        self.lines: list[Line] = []
        self.credited: list[str] = []
        self.told: list[str] = []
        self.reacted = False

    def add(self, *names: str | None) -> None:
        self.lines += [_spoken(self.play, self.was.seed, self.now.spoken, name) for name in names if name]

    def credit(self, name: str) -> None:
        """Counts an act as what it means where the customer was when the message came; once in a message."""
        rule = self.rule("act", name)
        meant = str(rule.get("means", name)) if rule else name
        if meant in self.credited:
            return
        self.follow(rule)
        self.credited.append(meant)
        if meant not in self.now.done:
            self.put(done=(*self.now.done, meant))
        for fact in self.data["facts"]:
            if meant in fact["asked_by"]:
                self.told.append(fact["id"])
                self.put(facts=tuple(dict.fromkeys((*self.now.facts, fact["id"]))))
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
            self.put(mood=max(low, min(high, self.now.mood + rule["mood"])))
        self.add(*rule["say"])
        self.reacted = self.reacted or bool(rule["say"])
        if "go" in rule and self.now.at == self.was.at:
            self.put(at=rule["go"])

    def settle(self, *, unknown: bool, idle: bool) -> None:
        """What the customer does after the reactions: goes on, asks again, or moves on by himself."""
        here, fallback = self.data["states"][self.was.at], self.data["fallback"]
        if self.now.at != self.was.at:
            self.enter()
            return
        stalls = 0 if idle else self.was.stalls + 1
        self.put(stalls=stalls)
        if stalls >= STALLS and here["moves_on"] != self.was.at:
            self.add(fallback["moves_on"])
            self.put(at=here["moves_on"])
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
            self.put(at=skip["go"])
        here = self.data["states"][self.now.at]
        self.put(stalls=0, quiet=here.get("quiet", 0))
        if "quiet" not in here:
            self.add(*here["say"])

    def finish(self, step: Step, *, cost: int) -> tuple[State, list[Line]]:
        self.put(patience=self.now.patience - cost, before=self.was)
        if not self.play.ends(self.now.at):
            self._tone()
            self._patience(cost, step.number)
        vars(step).update(facts=tuple(self.told), state=self.now.at, lines=tuple(self.lines))
        self.put(steps=(*self.was.steps, step))
        return self.now, self.lines

    def _tone(self) -> None:
        """A line that shows the mood, once each."""
        for tone in self.data["mood"]["tones"]:
            low, high = tone.get("at_least", self.now.mood), tone.get("at_most", self.now.mood)
            if tone["say"] not in self.now.toned and low <= self.now.mood <= high:
                self.put(toned=(*self.now.toned, tone["say"]))
                self.add(tone["say"])

    def _patience(self, cost: int, number: int) -> None:
        leaves = self.data["leaves"]
        if self.now.patience <= 0 or self.now.mood <= self.data["mood"]["min"] or number >= MAX_STEPS:
            self.put(at=leaves["go"])
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
    spoken = dict(state.spoken)
    lines = [_spoken(play, state.seed, spoken, name) for name in names]
    return changed(state, spoken=spoken), lines


def _spoken(play: Play, seed: int, spoken: MutableMapping[str, int], name: str) -> Line:
    """A line in its next wording, which is counted in `spoken`."""
    before = spoken.get(name, 0)
    spoken[name] = before + 1
    return name, (_first_wording(seed, name) + before) % len(play.data["lines"][name.partition(":")[0]])


@lru_cache(maxsize=4096)
def _first_wording(seed: int, line: str) -> int:
    return seed_of(str(seed), line)
