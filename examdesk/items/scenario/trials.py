"""Trying a scenario out: every phrase is understood, every model transcript earns what it claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.bank.schema import Loc, Problem
from examdesk.items.scenario.desk import play_of
from examdesk.items.scenario.halves import spoken
from examdesk.items.scenario.play import Play, checked
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.scoring import FULL, earning, judged, reached
from examdesk.items.scenario.waiting import timed_kinds
from examdesk.items.scenario.world import is_over
from examdesk.model import Said, exact

Body = Mapping[str, Any]
Found = Iterator[Problem]


def faults(body: Body) -> Found:
    """Every phrase that never counts and every transcript that earns other points, when all names are right."""
    play = play_of(body["play"])
    yield from _phrases(play)
    yield from _transcripts(body, play)


def _phrases(play: Play) -> Found:
    """Every phrase shows its own act, when nothing else is said."""
    for name, act in play.data["acts"].items():
        for language, phrases in act["phrases"].items():
            for index, phrase in enumerate(phrases):
                if not any(play.stands_in(name, example) for example in play.examples(phrase)):
                    loc = ("play", "acts", name, "phrases", language, index)
                    cure = "change the phrase, or the look-alike under unless: that covers it"
                    yield Problem(loc, "this phrase never counts", phrase, cure)


def _transcripts(body: Body, play: Play) -> Found:
    """Every model transcript can be played and earns what it claims; there is a gold one in every spoken language."""
    score = body["score"]
    for index, script in enumerate(score["transcripts"]):
        yield from _transcript(play, score, ("score", "transcripts", index), script)
    have = [(script["kind"], script["language"]) for script in score["transcripts"]]
    for wanted in (("gold", language) for language in sorted(spoken(body))):
        if wanted not in have:
            cure = "write one that earns 100"
            yield Problem(("score", "transcripts"), "a gold transcript is missing", wanted[1], cure)
    for kind in ("borderline", "fail"):
        if kind not in [name for name, _ in have]:
            cure = f"write one of kind: {kind}"
            yield Problem(("score", "transcripts"), f"a {kind} transcript is missing", "", cure)


def _transcript(play: Play, score: Body, loc: Loc, script: Body) -> Found:
    for index, turn in enumerate(script["turns"]):
        timeless = "do" in turn and "wait" in turn and "acted" not in timed_kinds(play.data)
        if ("say" in turn) + ("do" in turn) + (set(turn) == {"wait", "args"}) != 1 or timeless:
            cure = "write say:, with wait: or without, or do:, or wait: alone"
            yield Problem((*loc, "turns", index), "a turn is one message, one action or one silence", "", cure)
            return
    for index, event in enumerate(events_of(script)):
        try:
            checked(play, *event)
        except ValueError as fault:
            wrong = f"this {'action' if event[0] == 'acted' else 'message'} cannot be done: {fault}"
            where = str(event[1].get("tool", event[1].get("chat", "")))
            yield Problem((*loc, "turns", index), wrong, where, "compare with play.tools and the chats")
            return
    state = replay(play, events_of(script)).state
    if len(state.steps) < sum("say" in turn or "do" in turn for turn in script["turns"]):
        late, cure = (*loc, "turns", len(state.steps)), "remove it, or keep the customer in the chat"
        yield Problem(late, "the chat was over before this turn", f"ended at {state.at}", cure)
    found = judged(play, score, state)
    if found.fraction != exact(str(script["earns"])) / FULL:
        missed = [entry["id"] for entry in earning(score) if not reached(play, score, entry, state)]
        cure = f"change the chat or earns:; missed: {', '.join(missed) or 'nothing'}; at the end: {state.at}"
        yield Problem((*loc, "earns"), "the transcript earns other points", str(found.evidence["earned"]), cure)
    broken = found.critical or found.suspected or not is_over(play, state)
    if script["kind"] == "gold" and (script["earns"] != FULL or broken):
        cure = "gold earns 100, breaks no rule and ends the chat"
        yield Problem(loc, "a gold transcript is not gold", script["id"], cure)
    if script["kind"] == "fail" and found.evidence["passed"]:
        yield Problem(loc, "a failing transcript passes", script["id"], "change the chat or the pass mark")


def events_of(script: Body) -> list[Said]:
    """A model transcript as the events a candidate would leave."""
    return [_event(turn) for turn in script["turns"]]


def _event(turn: Body) -> Said:
    chat = {"chat": turn["in"]} if "in" in turn else {}
    waited = {"waited": turn["wait"]} if "wait" in turn else {}
    if "say" in turn:
        return "said", chat | {"text": turn["say"]} | waited
    if "do" in turn:
        return "acted", chat | {"tool": turn["do"], "args": turn["args"]} | waited
    return "heard", {"lines": [], **waited}
