"""What an author writes for a scenario, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.bank import Loc, Problem
from examdesk.items.scenario import halves, photos, secrecy, trials
from examdesk.items.scenario.authored import Authored
from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.learning import learned
from examdesk.items.scenario.scoring import earning
from examdesk.items.scenario.secrets import secrets_of
from examdesk.model import Response, text

__all__ = ["Authored", "complete", "explain", "faults", "in_one_language", "kind", "reasons", "written"]


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Every fault of the scenario with its place; the chat is tried only when all names are right."""
    return [*halves.faults(body), *photos.faults(body["play"]), *secrecy.faults(body)] or [*trials.faults(body)]


def complete(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as it is frozen: with the trained model, where the customer can ask what is meant."""
    play = body["play"]
    if "unsure" not in play:
        return dict(body)
    return {**body, "play": {**play, "model": learned(play, body.get("utterances", {}))}}


def written(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as its author wrote it."""
    return {**body, "play": {name: value for name, value in body["play"].items() if name != "model"}}


def in_one_language(body: Mapping[str, Any], place: Loc) -> bool:
    """Whether a text has no other language: what a customer says who speaks one only."""
    return "speaks" in body["play"] and halves.in_chat(place)


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "scenario"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """The reason of every criterion, forbidden event, critical violation and secret with its place."""
    for group in ("criteria", "forbidden", "critical", "secrets"):
        for index, entry in enumerate(body["score"].get(group, ())):
            yield ("score", group, index, "reason"), entry["reason"]


def criterion_text(body: Mapping[str, Any], criterion: str, language: str) -> str:
    """The name of a criterion, for the candidate."""
    return next(text(one["text"], language) for one in body["score"]["criteria"] if one["id"] == criterion)


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """What was missing of every criterion and why it matters; the events only where the exam shows its key.

    Only certain violations are told: a suspicion is a question to a person, and may have been cleared.
    """
    score, response = body["score"], Response("", value)
    if response.is_blank and not show_key:
        return []
    found = scenario(play=body["play"], score=score)(response)
    lost = [part.criterion for part in found.parts if part.fraction < 1]
    broken = [rule for rule, _ in found.critical]
    lines = [_because(entry, language) for entry in score["criteria"] if entry["id"] in lost]
    lines += [_because(entry, language) for entry in (*score["critical"], *secrets_of(score)) if entry["id"] in broken]
    if show_key:
        lines += [text(entry["text"], language) for entry in earning(score) if entry["criterion"] in lost]
    return lines


def _because(entry: Mapping[str, Any], language: str) -> str:
    return f"{text(entry['text'], language)} – {text(entry['reason'], language)}"
