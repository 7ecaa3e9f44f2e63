"""What an author writes for a triage item, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from examdesk.bank import Explained, ItemFile, Labelled, Loc, Problem
from examdesk.bank.schema import repeated
from examdesk.items.triage.grader import pairs_kept
from examdesk.model import text

_PAIRS = {"zh": "轻重不同的 {all} 对工单中，先后排对 {kept} 对（同一类的先后不计）。",
          "en": "{kept} of {all} pairs of tickets of different urgency are in the right order (within one class any "
                "order will do)."}
_CRITERIA = {"order": {"zh": "先后顺序", "en": "Order"}, "classes": {"zh": "处理时限", "en": "Classes"}}


class Authored(ItemFile):
    type: Literal["triage"]
    rule: Literal["right-minus-wrong", "exact"]
    ask_class: bool = False
    classes: Annotated[list[Labelled], Field(min_length=2, max_length=6)]
    tickets: Annotated[list[Explained], Field(min_length=3, max_length=12)]
    key: dict[str, str]


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Faults pydantic cannot see."""
    classes, tickets = ([one["id"] for one in body[part]] for part in ("classes", "tickets"))
    key, found = body["key"], repeated(classes, ("classes",)) + repeated(tickets, ("tickets",))
    for name in tickets:
        if name not in key:
            found.append(Problem(("key",), "a ticket has no class", name, f"add {name}: … to it"))
    for name, one in key.items():
        if name not in tickets:
            cure = f"use some of: {', '.join(tickets)}"
            found.append(Problem(("key", name), "the key names something that is no ticket", name, cure))
        if one not in classes:
            found.append(Problem(("key", name), "no such class", one, f"use one of: {', '.join(classes)}"))
    return found or _key_faults(classes, key)


def _key_faults(classes: list[str], key: Mapping[str, str]) -> list[Problem]:
    if len(set(key.values())) < 2:
        return [Problem(("key",), "every ticket is of one class, so any order is right", next(iter(key.values())),
                        "give the tickets at least two classes")]
    by_id = [classes.index(key[name]) for name in sorted(key)]
    if by_id in (sorted(by_id), sorted(by_id, reverse=True)):
        cure = "candidates' files hold the ids: give the tickets ids that do not follow their urgency"
        return [Problem(("key",), "the ids give the order away", ", ".join(sorted(key)), cure)]
    return []


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "triage"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """Every reason of the item with its place."""
    for index, ticket in enumerate(body["tickets"]):
        yield ("tickets", index, "reason"), ticket["reason"]


def criterion_text(body: Mapping[str, Any], criterion: str, language: str) -> str:
    """The name of a criterion, for the candidate."""
    return text(_CRITERIA[criterion], language)


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """Why the answer earned what it earned.

    A reason says how urgent a ticket is, which is the key. So a candidate reads how many pairs are right, and the
    reasons only when everything is, or where the exam shows the key; then the most urgent first.
    """
    given = value if isinstance(value, dict) else {}
    classes, key = [one["id"] for one in body["classes"]], body["key"]
    lines, right = [], False
    if isinstance(given.get("order"), list):
        kept, pairs = pairs_kept(given["order"], key, classes)
        lines = [text(_PAIRS, language).format(kept=kept, all=pairs)]
        right = kept == pairs and (not body["ask_class"] or given.get("classes") == key)
    if not show_key and not right:
        return lines
    named = {one["id"]: text(one["text"], language) for one in body["classes"]}
    tickets = sorted(body["tickets"], key=lambda ticket: classes.index(key[ticket["id"]]))
    return lines + [f"{named[key[one['id']]]}: {text(one['text'], language)} – {text(one['reason'], language)}"
                    for one in tickets]
