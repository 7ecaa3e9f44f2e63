"""The ninth check: who types slowly or has extra time gets what all get; who is late but right still passes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from examdesk.bank.schema import Problem
from examdesk.items.scenario.promptness import late_turns, promised, prompt
from examdesk.items.scenario.stopwatch import Stopwatch
from examdesk.items.scenario.trials import events_of
from examdesk.items.scenario.waiting import DAY
from examdesk.model import Said
from examdesk.waits import LIMIT, typing
from examdesk.workbench.stage import Stage

READS = 10  # s to read and to think before the typing begins
ACTS = 5  # s to find an action and to do it, where several are served and everybody waits meanwhile
LOOK = 5_000  # ms between two looks of a page
EXTRA = Fraction(3, 2)


@dataclass(frozen=True)
class Tried:
    """What came of it."""

    problems: tuple[Problem, ...]
    golds: int
    longest: int  # s the customer waits for a message of somebody slow
    asked: tuple[str, ...]  # gold chats in which he asks although somebody types


def tried(stage: Stage) -> Tried:
    """The gold chats of a scenario with a clock, typed slowly, with extra time, and late."""
    golds = [script for script in stage.score["transcripts"] if script["kind"] == "gold"]
    slow = {script["id"]: slowed(events_of(script)) for script in golds}
    problems = [problem for index, script in enumerate(stage.score["transcripts"]) if script in golds
                for problem in _gold(stage, index, script, slow[script["id"]])]
    chats = {name: stage.chat(looked(turns)) for name, turns in slow.items()}
    waits = [step.waited for state in chats.values() for step in state.steps]
    asked = [name for name, state in chats.items() if state.silences]
    return Tried((*problems, *_silence(stage)), len(golds), max(waits, default=0), tuple(asked))


def slowed(turns: Iterable[Said], *, pause: int = READS) -> list[Said]:
    """A chat as somebody holds it who pauses before every message and types slowly."""
    return [(kind, {**value, **_slow(kind, value, pause)}) for kind, value in turns]


def _slow(kind: str, value: Mapping[str, Any], pause: int) -> dict[str, int]:
    if kind == "said":
        return {"waited": pause + typing(value["text"])}
    return {"waited": ACTS} if kind == "acted" and "chat" in value else {}


def looked(turns: Iterable[Said]) -> Iterator[Said]:
    """The chat with what the customer does while he waits: the page looks up to the moment of every turn."""
    for kind, value in turns:
        if value.get("waited"):
            yield "heard", {"lines": [], "waited": value["waited"]}
        yield kind, value


def stretched(turns: Iterable[Said], extra: Fraction) -> list[Said]:
    """The chat of somebody with extra time who takes all of it, as the stopwatch of his page counts it."""
    return [(kind, {**value, "waited": _counted(value["waited"], extra)} if value.get("waited") else value)
            for kind, value in turns]


def _counted(seconds: int, extra: Fraction) -> int:
    """What a stopwatch says after `extra` times as many seconds."""
    now, end = 0, int(1000 * seconds * extra)
    watch = Stopwatch(lambda: now, lambda: extra)
    watch.begin()
    for now in [*range(LOOK, end, LOOK), end]:  # noqa: B007 - the stopwatch reads it
        watch.seconds()
    return watch.seconds()


def _gold(stage: Stage, index: int, script: Mapping[str, Any], slow: list[Said]) -> Iterator[Problem]:
    loc = ("score", "transcripts", index)
    state = stage.chat(looked(slow))
    for entry in promised(stage.score):
        if not prompt(stage.play, entry, state):
            found = late_turns(entry, state)
            late = ", ".join(f"turn {turn.number} by {turn.seconds - turn.limit} s" for turn in found)
            cure = "split the long messages, or raise typing:"
            yield Problem(loc, "who types slowly gets no points for time", late, cure)
    if stage.points(stage.judged(state)) != script["earns"]:
        cure = "let him be more patient: longer silence: and patience:"
        yield Problem(loc, "who types slowly earns other points", f"ended at {state.at}", cure)
    if stage.chat(looked(stretched(slow, EXTRA))) != state:
        yield Problem(loc, "extra time changes more than the time", script["id"], "tell the makers of Examdesk")
    mark = stage.judged(stage.chat(looked(_late(stage, events_of(script)))))
    if not mark.evidence["passed"]:
        wrong = "who is late with every answer, and right, does not pass"
        yield Problem(loc, wrong, mark.evidence["earned"], "give time less weight, or let him be more patient")


def _late(stage: Stage, turns: list[Said]) -> list[Said]:
    """The chat with every message too late, after the customer has asked where he may."""
    limits = [entry[use] for entry in promised(stage.score) for use in ("limit", "greeting") if use in entry]
    clock = stage.play.data["clock"]
    turns = slowed(turns, pause=max(2 * max(limits, default=LIMIT), clock.get("silence", 0)))
    most = clock.get("patience", DAY) - 1
    return [(kind, {**value, "waited": min(value["waited"], most)} if kind == "said" else value)
            for kind, value in turns]


def _silence(stage: Stage) -> Iterator[Problem]:
    """Saying nothing earns nothing, and ends where he has a patience; where several have, all are gone."""
    patience = all("patience" in chat.data["clock"] for chat in stage.chats.values())
    state = stage.chat([("heard", {"lines": [], "waited": DAY})])
    found = stage.judged(state)
    if stage.points(found):
        yield Problem(("score", "waits"), "saying nothing earns points", found.evidence["earned"], "let it earn none")
    if patience and not stage.is_over(state):
        yield Problem(("play", "clock", "patience"), "he does not leave", state.at, "compare with leaves:")
