"""What the model transcripts of a scenario walk through: its ways and everything the score half counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from examdesk.bank.schema import Loc
from examdesk.items.scenario.desk import Queue
from examdesk.items.scenario.play import Play
from examdesk.items.scenario.scoring import broken, counting, entries, reached
from examdesk.items.scenario.secrets import secrets_of
from examdesk.items.scenario.trials import events_of
from examdesk.items.scenario.world import State, rule_for
from examdesk.workbench.stage import Stage, walked


@dataclass(frozen=True)
class Place:
    """A way or an event in the author's file."""

    loc: Loc
    group: str  # the state, or the part of the score half
    name: str


@dataclass(frozen=True)
class Coverage:
    """What there is, and what no transcript comes to."""

    ways: tuple[Place, ...]
    unwalked: tuple[Place, ...]
    events: tuple[Place, ...]
    unseen: tuple[Place, ...]


def covered(stage: Stage) -> Coverage:
    """The coverage by the model transcripts."""
    chats = [events_of(script) for script in stage.score["transcripts"]]
    turns = [turn for chat in chats for turn in walked(stage, chat)]
    walked_ways = {loc for before, after in turns for loc in _walked(stage, before, after)}
    ends = [stage.chat(chat) for chat in chats]
    happened = {loc for state in ends for loc in _happened(stage, state)}
    ways, events = tuple(_ways(stage)), tuple(_events(stage.score))
    unwalked = tuple(place for place in ways if place.loc not in walked_ways)
    return Coverage(ways, unwalked, events, tuple(place for place in events if place.loc not in happened))


def _ways(stage: Stage) -> Iterator[Place]:
    """The ways of every customer."""
    for chat, play in stage.chats.items():
        for place in _ways_of(play):
            yield Place(stage.home(chat, place.loc), f"{chat} {place.group}".strip(), place.name)


def _ways_of(play: Play) -> Iterator[Place]:
    """Every rule of every state, every moving on and skipping, and leaving."""
    data = play.data
    for name, spec in data["states"].items():
        loc = ("play", "states", name)
        for index, rule in enumerate(spec["rules"]):
            yield Place((*loc, "rules", index), name, _about(rule))
        if "skip" in spec:
            yield Place((*loc, "skip"), name, "passed by")
        if spec.get("moves_on", name) != name:
            yield Place((*loc, "moves_on"), name, "moves on")
    for index, rule in enumerate(data["anywhere"]):
        yield Place(("play", "anywhere", index), "anywhere", _about(rule))
    yield Place(("play", "leaves"), "leaves", "out of patience")


def _about(rule: Mapping[str, Any]) -> str:
    what = rule.get("act") or rule["tool"]
    return f"{what} (as {rule['means']})" if "means" in rule else str(what)


def _walked(stage: Stage, before: State, after: State) -> Iterator[Loc]:
    """The places of the ways of one turn, of several customers those of all who moved."""
    if not (isinstance(before, Queue) and isinstance(after, Queue)):
        yield from _walked_by(stage.play, before, after)
        return
    for chat, one in after.chats.items():
        was, play = before.chats.get(chat), stage.chats[chat]
        if was is None or was is one:
            continue
        if len(one.steps) > len(was.steps):
            now = replace(was, fields={**was.fields, **before.fields})
            yield from (stage.home(chat, loc) for loc in _walked_by(play, now, one))
        elif one.at != was.at:
            yield stage.home(chat, ("play", "leaves"))


def _walked_by(play: Play, before: State, after: State) -> Iterator[Loc]:
    """The places of the ways of one turn of one customer."""
    data, at = play.data, before.at
    goes: str | None = None
    for _, rule in answered(play, before, after):
        if rule is not None:
            yield _loc(data, at, rule)
            goes = goes or rule.get("go")
    if goes is None and after.at not in (at, data["leaves"]["go"]):
        yield ("play", "states", at, "moves_on")
        goes = data["states"][at]["moves_on"]
    if after.at == data["leaves"]["go"] and goes != after.at:
        yield ("play", "leaves")
        return
    while goes is not None and goes != after.at and "skip" in data["states"][goes]:
        yield ("play", "states", goes, "skip")
        goes = data["states"][goes]["skip"]["go"]


Answered = tuple[str, Mapping[str, Any] | None]


def answered(play: Play, before: State, after: State) -> Iterator[Answered]:
    """(act as it is meant, or tool; the customer's rule for it) of all that counts in a turn."""
    step, now, meant = after.steps[-1], before, list[str]()
    if step.kind == "acted" and not step.refused:
        yield step.tool, rule_for(play, before.at, "tool", step.tool, after)
    for name in sorted((name for name in step.found if name not in step.ignored), key=play.is_light):
        rule = rule_for(play, before.at, "act", name, now)
        meaning = str(rule.get("means", name)) if rule else name
        if meaning not in meant:
            meant.append(meaning)
            now = replace(now, done=(*now.done, meaning))
            yield meaning, rule


def _loc(data: Mapping[str, Any], at: str, rule: Mapping[str, Any]) -> Loc:
    for index, one in enumerate(data["states"][at]["rules"]):
        if one is rule:
            return ("play", "states", at, "rules", index)
    return ("play", "anywhere", next(index for index, one in enumerate(data["anywhere"]) if one is rule))


def violations(score: Mapping[str, Any]) -> dict[Loc, str]:
    """{place: id} of everything that is a critical violation: rules and secrets."""
    groups = (("critical", score["critical"]), ("secrets", secrets_of(score)))
    return {("score", group, index): entry["id"] for group, entries in groups for index, entry in enumerate(entries)}


def _events(score: Mapping[str, Any]) -> Iterator[Place]:
    yield from (Place(loc, str(loc[1]), entry["id"]) for loc, entry in entries(score))
    for index, entry in enumerate(score["forbidden"]):
        yield Place(("score", "forbidden", index), "forbidden", entry["id"])
    for loc, name in violations(score).items():
        yield Place(loc, str(loc[1]), name)


def _happened(stage: Stage, state: State) -> Iterable[Loc]:
    """The places of the events of one chat."""
    score, judgement = stage.score, stage.judged(state)
    state = counting(stage.play, score, state)
    fired = {rule for rule, _ in (*judgement.critical, *judgement.suspected)}
    yield from (loc for loc, entry in entries(score) if reached(stage.play, score, entry, state))
    for index, entry in enumerate(score["forbidden"]):
        if broken(entry, state):
            yield ("score", "forbidden", index)
    yield from (loc for loc, name in violations(score).items() if name in fired)
