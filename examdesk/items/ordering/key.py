"""What an author writes for an ordering item, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from examdesk.bank import Explained, ItemFile, Loc, Problem
from examdesk.bank.schema import repeated
from examdesk.items.ordering.grader import pairs_kept
from examdesk.model import text

_PAIRS = {"zh": "{all} 组相邻的先后关系中,排对 {kept} 组。", "en": "{kept} of {all} neighbouring pairs are right."}


class Authored(ItemFile):
    type: Literal["ordering"]
    rule: Literal["adjacent-pairs", "exact"]
    entries: Annotated[list[Explained], Field(min_length=2, max_length=12)]
    key: list[str]


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Faults pydantic cannot see."""
    ids, key = [entry["id"] for entry in body["entries"]], body["key"]
    found = repeated(ids, ("entries",))
    if sorted(key) != sorted(ids):
        cure = f"put each of these once: {', '.join(ids)}"
        found.append(Problem(("key",), "the key is no order of all entries", ", ".join(key), cure))
    elif key in (sorted(ids), sorted(ids, reverse=True)):
        cure = "candidates' files hold the ids: give the entries ids that do not follow the order"
        found.append(Problem(("key",), "the ids give the order away", ", ".join(key), cure))
    return found


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "ordering"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """Every reason of the item with its place."""
    for index, entry in enumerate(body["entries"]):
        yield ("entries", index, "reason"), entry["reason"]


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """Why the answer earned what it earned.

    A reason says where an entry stands, which is the key. So a candidate reads how many pairs are right, and the
    reasons only with a wholly right order or where the exam shows the key; then in the key's order.
    """
    order = value if isinstance(value, list) else []
    kept = pairs_kept(order, body["key"])
    lines = [_PAIRS.get(language, _PAIRS["en"]).format(kept=kept, all=len(body["key"]) - 1)] if order else []
    if not show_key and order != body["key"]:
        return lines
    entries = {entry["id"]: entry for entry in body["entries"]}
    told = [(text(entries[name]["text"], language), text(entries[name]["reason"], language)) for name in body["key"]]
    return lines + [f"{place}. {entry} – {reason}" for place, (entry, reason) in enumerate(told, start=1)]
