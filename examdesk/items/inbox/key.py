"""What an author writes for an inbox, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.bank import Loc, Problem
from examdesk.items.inbox import trials
from examdesk.items.inbox.authored import Authored
from examdesk.items.inbox.desk import Desk
from examdesk.items.inbox.faults import names_faults
from examdesk.items.inbox.grader import steps_given
from examdesk.items.inbox.scoring import broken, earning, judged
from examdesk.items.inbox.world import replay
from examdesk.model import Response, text

__all__ = ["Authored", "criterion_text", "explain", "faults", "in_one_language", "kind", "reasons"]


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Every fault of the inbox with its place; it is tried only when all names are right."""
    return names_faults(body) or trials.faults(body)


def in_one_language(body: Mapping[str, Any], place: Loc) -> bool:
    """Whether a text is written in one language by purpose: a buyer writes in his own."""
    return place[:2] == ("desk", "rows") and "letter" in place


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "inbox"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """The reason of every criterion, forbidden action and critical violation with its place."""
    for group in ("criteria", "forbidden", "critical"):
        for index, entry in enumerate(body["score"][group]):
            yield ("score", group, index, "reason"), entry["reason"]


def criterion_text(body: Mapping[str, Any], criterion: str, language: str) -> str:
    """The name of a criterion, for the candidate."""
    return next(text(one["text"], language) for one in body["score"]["criteria"] if one["id"] == criterion)


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """Why every criterion that lost something matters, and why what was done is forbidden; what was missing only with
    the key.

    Who has everything right reads all the reasons. Only certain violations are told: a suspicion is a question to a
    person, and may have been cleared.
    """
    score, response = body["score"], Response("", value)
    if response.is_blank and not show_key:
        return []
    desk = Desk(body["desk"])
    state = replay(desk, steps_given(response)).state
    found = judged(desk, score, state)
    right = found.fraction == 1
    lost = [part.criterion for part in found.parts if part.fraction < 1 or right]
    certain = [rule for rule, _ in found.critical]
    lines = [_because(entry, language) for entry in score["criteria"] if entry["id"] in lost]
    did = [*(entry for entry in score["forbidden"] if broken(desk, entry, state.steps)),
           *(entry for entry in score["critical"] if entry["id"] in certain)]  # fmt: skip
    lines += [_because(entry, language) for entry in did]
    if show_key and not right:
        lines += [text(entry["text"], language) for entry in earning(score) if entry["criterion"] in lost]
    return lines


def _because(entry: Mapping[str, Any], language: str) -> str:
    return f"{text(entry['text'], language)} – {text(entry['reason'], language)}"
