"""The play half of a scenario: what may be said, done and typed. Public; nothing here knows what earns points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, singledispatch
from typing import Any

from examdesk.items.scenario.entities import SIGNS, World
from examdesk.items.scenario.learned import Model
from examdesk.items.scenario.spelling import Spelling, one_for_all
from examdesk.items.scenario.waiting import waited
from examdesk.model import Texts
from examdesk.typed import argument, written
from examdesk.wording.phrases import (
    MAX_TEXT,
    Heard,
    Phrases,
    clauses,
    compiled,
    examples,
    find,
    flat,
    heard,
    outside,
    placed,
    tokens,
    words,
)

MAX_TOOL_TEXT = 80  # characters of a text typed into a tool
MAX_CLAUSES = 20_000  # remembered at a time
MEANING = "{meaning}"  # stands for what an act means in the question about it
SEEDS = 10**12  # a journalled seed is smaller than this

Line = tuple[str, int]
"""Something said: (line id, number of its wording). The notes of a tool are "<tool>.done" and "<tool>.refused"; the
question whether an act is meant is "<line>:<act>"."""



@dataclass(frozen=True)
class _Act:
    """How one thing an agent may mean is recognised."""

    phrases: Phrases
    unless: Phrases  # look-alikes: a phrase inside one of these does not count
    clauses: frozenset[tuple[str, ...]]  # for acts that must be a whole clause: "ok", "no"


class Play:
    """The play half of a scenario, ready to be played. `data` is what the form holds."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.tools: dict[str, Mapping[str, Any]] = {tool["id"]: tool for tool in data["tools"]}
        self._heard: dict[tuple[str, ...], dict[str, int]] = {}

    @cached_property
    def fillers(self) -> frozenset[str]:
        return frozenset(token for word in flat(self.data["fillers"]) for token in self.read(tokens(word)))

    @cached_property
    def _spelling(self) -> Spelling | None:
        """The words of the scenario, where its customer reads over typing errors."""
        if not self.data.get("forgiving"):
            return None
        acts = self.data["acts"].values()
        return Spelling(word for act in acts for use in ("phrases", "unless") for word in words(flat(act[use])))

    @cached_property
    def _world(self) -> World | None:
        """The dates, amounts and numbers its phrases may name."""
        return World(self.data["entities"]) if "entities" in self.data else None

    def heard(self, text: str) -> Heard:
        """A message as it is looked through."""
        return heard(text.translate(SIGNS) if self._world else text)

    def examples(self, phrase: str) -> list[str]:
        """Texts a phrase is found in, as somebody would type them."""
        return [self._world.typed(text) for text in examples(phrase)] if self._world else examples(phrase)

    def read(self, clause: Sequence[str]) -> tuple[str, ...]:
        """A clause as the customer reads it: slips mended, a date or an amount as one token."""
        mended = tuple(clause) if self._spelling is None else self._spelling.mended(clause)
        return mended if self._world is None else self._world.read(mended)

    @cached_property
    def said(self) -> list[tuple[str, ...]]:
        """Every clause the customer may say, in every language, sorted."""
        texts = (text for wordings in self.data["lines"].values() for wording in wordings for text in wording.values())
        return sorted({clause for text in texts for _, clause in clauses(self.heard(text).tokens, frozenset())})

    @cached_property
    def own_words(self) -> frozenset[frozenset[str]]:
        """The words of every clause the customer may say; whoever pastes them back means nothing."""
        return frozenset(frozenset(self.read(clause)) for clause in self.said)

    @cached_property
    def acts(self) -> dict[str, _Act]:
        return {name: self._act(spec) for name, spec in sorted(self.data["acts"].items())}

    @cached_property
    def model(self) -> Model | None:
        """The trained model of the form; None where it was frozen without one."""
        return Model(self.data["model"]) if "model" in self.data else None

    def _act(self, spec: Mapping[str, Any]) -> _Act:
        phrases, unless = self._written(spec["phrases"]), self._written(spec["unless"])
        if not spec["whole"]:
            return _Act(compiled(phrases), compiled(unless), frozenset())
        whole = (clause for phrase in phrases for _, clause in clauses(tokens(phrase), self.fillers))
        return _Act(compiled(()), compiled(()), frozenset(whole))

    def _written(self, by_language: Mapping[str, Sequence[str]]) -> list[str]:
        phrases = flat(by_language)
        return [one_for_all(phrase) for phrase in phrases] if self._spelling else phrases

    def ends(self, name: str) -> bool:
        return bool(self.data["states"][name]["end"])

    def stands_in(self, act: str, text: str) -> bool:
        """Whether an act is found in a text, whatever else may be found."""
        said = (self._ready(clause) for _, clause in clauses(self.heard(text).tokens, frozenset()))
        return any(_place(self.acts[act], *clause) is not None for clause in said)

    def is_light(self, act: str) -> bool:
        return bool(self.data["acts"][act]["light"])

    def is_whole(self, act: str) -> bool:
        return bool(self.data["acts"][act]["whole"])

    def understood(self, text: str) -> list[str]:
        """The acts in a message in the order of their places, each once."""
        places = self.places(self.heard(text))
        found = [name for name in places if not set(self.data["acts"][name]["yields_to"]) & set(places)]
        return sorted(found, key=lambda name: (places[name], name))

    def places(self, message: Heard) -> dict[str, int]:
        """Where every act that stands in a message first stands."""
        places: dict[str, int] = {}
        for start, clause in clauses(message.tokens, frozenset()):
            for name, place in self._within(clause).items():
                places.setdefault(name, start + place)
        return places

    def _within(self, clause: tuple[str, ...]) -> dict[str, int]:
        """Where every act first stands in a clause; no phrase goes over its end, so it is looked through once."""
        if clause not in self._heard:
            if len(self._heard) >= MAX_CLAUSES:
                self._heard.clear()
            ready = self._ready(clause)
            begun = self._whole.union(*(self._begun.get(token, ()) for token in ready[0].places))
            places = {name: _place(self.acts[name], *ready) for name in sorted(begun)}
            self._heard[clause] = {name: place for name, place in places.items() if place is not None}
        return self._heard[clause]

    @cached_property
    def _begun(self) -> dict[str, set[str]]:
        """{token: the acts one of whose phrases may begin with it}."""
        found: dict[str, set[str]] = {}
        for name, act in self.acts.items():
            for token in act.phrases.by_first:
                found.setdefault(token, set()).add(name)
        return found

    @cached_property
    def _whole(self) -> frozenset[str]:
        return frozenset(name for name, act in self.acts.items() if act.clauses)

    def _ready(self, clause: tuple[str, ...]) -> tuple[Heard, tuple[str, ...]]:
        """A clause as it is read, ready to be searched, and what is left of it without fillers."""
        read = self.read(clause)
        return placed(list(read)), tuple(token for token in read if token not in self.fillers)

    def texts(self, line: Line) -> Texts:
        """The words of a line in every language."""
        name, wording = line
        if "." in name:
            tool, outcome = name.split(".")
            return dict(self.tools[tool][outcome])
        name, _, act = name.partition(":")
        texts = dict(self.data["lines"][name][wording])
        return _about(texts, self.data["acts"][act]["meaning"]) if act else texts


def _about(texts: Texts, meaning: Texts) -> Texts:
    """The question whether something is meant, about this meaning."""
    return {language: words.replace(MEANING, meaning.get(language, "")) for language, words in texts.items()}


def _place(act: _Act, clause: Heard, bare: tuple[str, ...]) -> int | None:
    """Where the act first stands in a clause, None when it does not; `bare`: the clause without its fillers."""
    if act.clauses:
        return 0 if bare in act.clauses else None
    spans = find(clause, act.phrases)
    spans = outside(spans, find(clause, act.unless)) if spans else []
    return spans[0].start if spans else None


@singledispatch
def checked(play: Play, kind: str, value: Any) -> dict[str, Any]:
    """The value of an event as it is journalled. Raises ValueError for what no panel would send."""
    if not isinstance(value, dict):
        raise ValueError("no such event")
    if kind == "opened" and type(value.get("seed")) is int and 0 <= value["seed"] < SEEDS:
        return {"seed": value["seed"]}
    if kind == "said":
        return {"text": written(value.get("text"), MAX_TEXT), **waited(play.data, value)}
    if kind == "acted" and isinstance(value.get("tool"), str):
        return {"tool": value["tool"], "args": checked_args(play, value["tool"], value.get("args"))}
    if kind == "heard" and _is_heard(play, value.get("lines")):
        return {"lines": [[name, wording] for name, wording in value["lines"]], **waited(play.data, value)}
    raise ValueError("no such event")


def checked_args(play: Play, tool: str, args: Any) -> dict[str, Any]:
    """The values typed into a tool, every one within its bounds. Raises ValueError."""
    if tool not in play.tools or not isinstance(args, Mapping):
        raise ValueError("no such action")
    spec = play.tools[tool]["args"]
    if set(args) != {entry["id"] for entry in spec}:
        raise ValueError("fill in every field")
    return {entry["id"]: argument(entry, args[entry["id"]]) for entry in spec}


def _is_heard(play: Play, lines: Any) -> bool:
    return isinstance(lines, list) and len(lines) <= 20 and all(
        isinstance(line, list) and len(line) == 2 and isinstance(line[0], str) and type(line[1]) is int
        and _exists(play, line[0], line[1]) for line in lines
    )


def _exists(play: Play, name: str, wording: int) -> bool:
    if "." in name:
        tool, _, outcome = name.partition(".")
        return tool in play.tools and outcome in ("done", "refused") and wording == 0
    name, colon, act = name.partition(":")
    if colon and not (name == play.data.get("unsure", {}).get("say") and "meaning" in play.data["acts"].get(act, {})):
        return False
    return name in play.data["lines"] and 0 <= wording < len(play.data["lines"][name])
