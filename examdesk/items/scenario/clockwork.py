"""What can be wrong with waiting that counts: the customer's seconds, and the points for answering in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from examdesk.bank.schema import Loc, Problem

Body = Mapping[str, Any]
Found = Iterator[Problem]


def said(play: Body) -> Iterator[tuple[Loc, str]]:
    """(place, line) of what he says while he waits in vain."""
    lines = play.get("clock", {}).get("says", [])
    yield from ((("play", "clock", "says", index), name) for index, name in enumerate(lines))


def faults(body: Body) -> Found:
    """The seconds fit each other; points for time need a clock, a criterion, and a patience longer than the limit."""
    play, score = body["play"], body["score"]
    yield from quiet(play)
    if "clock" in play:
        yield from _clock(play["clock"])
    if "waits" in score:
        yield from _waits(play, score, [(("play", "clock"), play.get("clock", {}))])


def faults_of_several(body: Body) -> Found:
    """The same where several are served: their seconds need the desk's clock."""
    play, score = body["play"], body["score"]
    clocks = [(("play", "chats", index, "waits"), chat["waits"]) for index, chat in enumerate(play["chats"])]
    for loc, waits in clocks if "clock" not in play else ():
        if "seconds" in waits:
            cure = "add  clock: {}  to play:, or let him wait in turns alone"
            yield Problem((*loc, "seconds"), "seconds at a desk without a clock", str(waits["seconds"]), cure)
    if "waits" in score:
        yield from _waits(play, score, clocks)


def quiet(play: Body) -> Found:
    """Who is silent has something to say later, and a clock; he falls silent at a message."""
    for name, state in play["states"].items():
        loc = ("play", "states", name, "quiet")
        if "quiet" in state and not ("clock" in play and state["say"] and not state["end"]):
            cure = "give the play a clock: and the state a say:; who has left is silent anyway"
            yield Problem(loc, "this silence would never end", str(state["quiet"]), cure)
    ways: list[tuple[Loc, Body]] = [(("play", "anywhere", index), rule) for index, rule in enumerate(play["anywhere"])]
    ways += [(("play", "states", name, "rules", index), rule)
             for name, state in play["states"].items() for index, rule in enumerate(state["rules"])]
    for at, rule in ways:
        if "tool" in rule and "quiet" in play["states"].get(rule.get("go"), {}):
            yield Problem((*at, "go"), "an action leads to a silence", rule["go"], "let a message lead there")


def _clock(clock: Body) -> Found:
    loc = ("play", "clock")
    if ("silence" in clock) != bool(clock["says"]):
        cure = "write both, or none: after so many seconds he says the first line, and so on"
        yield Problem(loc, "silence: and says: belong together", "", cure)
    if clock["mood"] and "silence" not in clock:
        yield Problem((*loc, "mood"), "his mood falls when he speaks only", str(clock["mood"]),
                      "add silence: and says:")
    spoken = clock.get("silence", 0) * len(clock["says"])
    if "patience" in clock and spoken >= clock["patience"]:
        cure = f"use more than {spoken}, or fewer lines"
        yield Problem((*loc, "patience"), "he leaves before he has said everything", str(clock["patience"]), cure)


def _waits(play: Body, score: Body, clocks: Sequence[tuple[Loc, Body]]) -> Found:
    """The points for time; `clocks` are those of the customers, with their places."""
    waits, criteria = score["waits"], [entry["id"] for entry in score["criteria"]]
    others = [entry["id"] for entry in (*score["required"], *score["order"])]
    if waits["id"] in others:
        yield Problem(("score", "waits", "id"), "the id is used twice", waits["id"], "use another one")
    if waits["criterion"] not in criteria:
        cure = f"use one of: {', '.join(criteria)}"
        yield Problem(("score", "waits", "criterion"), "there is no criterion of this name", waits["criterion"], cure)
    if "clock" not in play:
        cure = "add  clock: {}  to play:"
        yield Problem(("score", "waits"), "points for time in a chat without a clock", waits["id"], cure)
        return
    limits = {name: waits[name] for name in ("limit", "greeting") if name in waits}
    for loc, clock in clocks:
        for use in ("silence", "seconds", "patience"):
            most = clock.get(use)
            for name, seconds in limits.items():
                if most is not None and most <= seconds:
                    cure = f"use more than {seconds}"
                    yield Problem((*loc, use), f"he does not wait until {name}: is over", str(most), cure)
