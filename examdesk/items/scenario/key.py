"""What an author writes for a scenario, and how a mark is explained."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from examdesk.bank import Loc, Problem
from examdesk.items.scenario import (
    desk_faults,
    halves,
    lessons,
    moderating,
    phase_faults,
    phases,
    photos,
    secrecy,
    trials,
)
from examdesk.items.scenario.authored import Authored
from examdesk.items.scenario.desk_faults import whole
from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.learning import learned
from examdesk.items.scenario.proven import is_proven, prove
from examdesk.items.scenario.scoring import earning
from examdesk.items.scenario.secrets import secrets_of
from examdesk.items.scenario.world import NOTHING, Corrected
from examdesk.model import Item, Response, text

__all__ = ["Authored", "complete", "explain", "faults", "in_one_language", "kind", "lost", "moderating", "reasons",
           "violations", "written"]


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Every fault of the scenario with its place; the chat is tried only when all names are right."""
    return [*_faults(json.dumps(body, sort_keys=True))]


@lru_cache(maxsize=64)  # a bank is read several times in one run
def _faults(source: str) -> tuple[Problem, ...]:
    if is_proven(source):
        return ()
    body = json.loads(source)
    named = [*desk_faults.faults(body), *phase_faults.faults(body), *photos.faults(body["play"]),
             *secrecy.faults(whole(body))]
    found = tuple(named or trials.faults(body))
    if not found:
        prove(source)
    return found


def complete(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as it is frozen: with the trained model, where the customer can ask what is meant."""
    play = body["play"]
    if "unsure" not in play:
        return dict(body)
    return {**body, "play": {**play, "model": _model(json.dumps([play, body.get("utterances", {})], sort_keys=True))}}


@lru_cache(maxsize=64)  # several forms hold the same scenario
def _model(source: str) -> dict[str, Any]:
    return learned(*json.loads(source))


def written(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as its author wrote it."""
    return {**body, "play": {name: value for name, value in body["play"].items() if name != "model"}}


def in_one_language(body: Mapping[str, Any], place: Loc) -> bool:
    """Whether a text has no other language: what a customer says who speaks one only."""
    return "speaks" in body["play"] and halves.in_chat(place)


def measures_waits(body: Mapping[str, Any]) -> bool:
    """Whether the chat's mark tells how many messages came in time."""
    return "waits" in body["score"]


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "scenario"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """The reason of every criterion, forbidden event, critical violation and secret with its place."""
    for group in ("criteria", "forbidden", "critical", "secrets"):
        for index, entry in enumerate(body["score"].get(group, ())):
            yield ("score", group, index, "reason"), entry["reason"]


def violations(body: Mapping[str, Any]) -> Iterator[tuple[Loc, str]]:
    """The rules of the points table the scenario names, with their places."""
    for group in ("forbidden", "critical", "secrets"):
        for index, entry in enumerate(body["score"].get(group, ())):
            if "violation" in entry:
                yield ("score", group, index, "violation"), entry["violation"]


def criterion_text(body: Mapping[str, Any], criterion: str, language: str) -> str:
    """The name of a criterion, for the candidate."""
    return next(text(one["text"], language) for one in body["score"]["criteria"] if one["id"] == criterion)


def lost(item: Item, value: object, language: str, *, show_key: bool, corrected: Corrected = NOTHING
         ) -> list[dict[str, str]]:
    """Every point the chat lost with its turn, and what a better turn was; see `lessons.py`."""
    return lessons.told(lessons.lessons(item, value, language, show_key=show_key, corrected=corrected))


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool, corrected: Corrected = NOTHING
            ) -> list[str]:
    """What was missing of every criterion and why it matters; `lost` says which turn lost what. Of a blank chat, where
    the exam shows its key, everything that earns points.

    Only certain violations are told: a suspicion is a question to a person, and may have been cleared. `corrected` are
    the turns a marker has read otherwise.
    """
    score, response = body["score"], Response("", value)
    if response.is_blank and not show_key:
        return []
    found = scenario(play=body["play"], score=score, corrected=corrected)(response)
    short = [part.criterion for part in found.parts if part.fraction < 1 and not part.waits]
    broken = [rule for rule, _ in found.critical]
    lines = [_because(entry, language) for entry in score["criteria"] if entry["id"] in short]
    lines += [_because(entry, language) for entry in (*score["critical"], *secrets_of(score)) if entry["id"] in broken]
    if "phases" in found.evidence:  # the steps are taught; which of them were taken is no key
        lines.append(phases.told(score, phases.Taken.read(found.evidence["phases"]), language))
    if response.is_blank:
        lines += [text(entry["text"], language) for entry in earning(score) if entry["criterion"] in short]
    return lines


def _because(entry: Mapping[str, Any], language: str) -> str:
    return f"{text(entry['text'], language)} – {text(entry['reason'], language)}"
