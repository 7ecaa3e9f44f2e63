"""What an author writes for a matching item, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from examdesk.bank import Explained, ItemFile, Labelled, Loc, Problem
from examdesk.bank.schema import repeated
from examdesk.model import text

_PAIRS = {"zh": "{all} 组中配对正确 {right} 组。", "en": "{right} of {all} pairs are right."}


class Authored(ItemFile):
    type: Literal["matching"]
    rule: Literal["per-pair", "all-or-nothing"]
    left: Annotated[list[Explained], Field(min_length=1, max_length=12)]
    right: Annotated[list[Labelled], Field(min_length=2, max_length=12)]
    key: dict[str, str]


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Faults pydantic cannot see."""
    left, right = ([entry["id"] for entry in body[side]] for side in ("left", "right"))
    found = repeated(left, ("left",)) + repeated(right, ("right",))
    for name in left:
        if name not in body["key"]:
            found.append(Problem(("key",), "an entry on the left has no partner", name, f"add {name}: … to it"))
    for name, partner in body["key"].items():
        if name not in left:
            cure = f"use some of: {', '.join(left)}"
            found.append(Problem(("key", name), "the key names something that is not on the left", name, cure))
        if partner not in right:
            cure = f"use one of: {', '.join(right)}"
            found.append(Problem(("key", name), "the partner is not on the right", partner, cure))
        if partner == name:
            cure = "candidates' files hold the ids: give the partners ids of their own"
            found.append(Problem(("key", name), "equal ids give the pair away", name, cure))
    return found


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "matching"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """Every reason of the item with its place."""
    for index, entry in enumerate(body["left"]):
        yield ("left", index, "reason"), entry["reason"]


def criterion_text(body: Mapping[str, Any], criterion: str, language: str) -> str:
    """The name of a criterion, for the candidate."""
    return next(text(left["text"], language) for left in body["left"] if left["id"] == criterion)


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """Why the answer earned what it earned.

    A reason names the right partner. So a candidate reads how many pairs are right; with per-pair, where the parts of
    the mark say which, also the reasons of those; the other reasons only where the exam shows the key.
    """
    pairs = value if isinstance(value, dict) else {}
    right = [name for name, partner in body["key"].items() if pairs.get(name) == partner]
    count = _PAIRS.get(language, _PAIRS["en"]).format(right=len(right), all=len(body["key"]))
    known = right if body["rule"] == "per-pair" or len(right) == len(body["key"]) else []
    partners = {entry["id"]: text(entry["text"], language) for entry in body["right"]}
    return ([count] if pairs else []) + [
        f"{text(entry['text'], language)} → {partners[body['key'][entry['id']]]} – {text(entry['reason'], language)}"
        for entry in body["left"]
        if show_key or entry["id"] in known
    ]
