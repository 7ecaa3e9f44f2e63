"""Marks a scenario: the chat is played again from what was said and done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from examdesk.items.scenario.perhaps import perhaps
from examdesk.items.scenario.play import Play
from examdesk.items.scenario.question import ready
from examdesk.items.scenario.replaying import Replay, replay
from examdesk.items.scenario.scoring import judged
from examdesk.items.scenario.world import NOTHING, Corrected
from examdesk.model import Grader, Judgement, Response


def scenario(*, play: Mapping[str, Any], score: Mapping[str, Any], corrected: Corrected = NOTHING) -> Grader:
    """The share of the score half's weights a chat earned, one part per criterion.

    The customer's logged words are never believed: what was said and done is played again under the seed of the
    `opened` event (0 without one), and every difference is named in `evidence["flags"]`. The evidence holds the
    seed (None without an event), so that it can be compared with the candidate's.

    `corrected` are turns a marker has read otherwise, {turn: acts}: the chat is played again with them. What was
    logged is still compared with what the machine had the customer say.
    """
    played = ready({"play": play})

    def grade(response: Response) -> Judgement:
        logged = replay(played, events_of(response))
        chat = replay(played, events_of(response), corrected=corrected) if corrected else logged
        found = judged(played, score, chat.state, unrated=True)
        seed = chat.state.seed if chat.opened else None
        told = {"seed": seed, "flags": list(logged.faults), **_read_by_model(played, chat)}
        return replace(found, evidence={**found.evidence, **told})

    return grade


def _read_by_model(play: Play, chat: Replay) -> dict[str, Any]:
    """Which model the form holds, by turn the acts it read, and what it may not read but suspects; nothing where the
    form holds none."""
    if "model" not in play.data:
        return {}
    read = [[step.number, *step.learned] for step in chat.state.steps if step.learned]
    maybe = [[number, act] for number, act in perhaps(play, chat.state.steps).items()]
    return {"model": play.data["model"]["digest"], "read_by_model": read, **({"perhaps": maybe} if maybe else {})}


def events_of(response: Response) -> Iterator[tuple[str, Any]]:
    """The journal's events of the item; a response built without events is its own list of turns."""
    if response.events:
        yield from ((event.kind, event.value) for event in response.events)
    elif isinstance(response.value, list):
        yield from (turn for turn in map(_pair, response.value) if turn)


def _pair(turn: object) -> tuple[str, Any] | None:
    good = isinstance(turn, list | tuple) and len(turn) == 2 and isinstance(turn[0], str)
    return (turn[0], turn[1]) if good else None  # type: ignore[index]
