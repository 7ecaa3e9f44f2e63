"""What an author writes for a choice item, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from examdesk.bank import Choosable, ItemFile, Loc, Problem
from examdesk.bank.schema import repeated
from examdesk.model import text


class Authored(ItemFile, Choosable):
    type: Literal["choice"]
    layout: Literal["list", "true-false"] = "list"
    key: str


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Faults pydantic cannot see."""
    ids = [option["id"] for option in body["options"]]
    found = repeated(ids, ("options",))
    if body["key"] not in ids:
        found.append(Problem(("key",), "the key is none of the options", body["key"], f"use one of: {', '.join(ids)}"))
    if body["layout"] == "true-false" and ids != ["t", "f"]:
        cure = "write exactly two options with the ids t and f, in this order"
        found.append(Problem(("options",), "a true-false item has other options", ", ".join(ids), cure))
    return found


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "true-false" if body["layout"] == "true-false" else "choice"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """Every reason of the item with its place."""
    for index, option in enumerate(body["options"]):
        yield ("options", index, "reason"), option["reason"]


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """Why the answer earned what it earned; the key only where the exam shows it."""
    chosen = [option for option in body["options"] if option["id"] == value]
    lines = [text(option["reason"], language) for option in chosen]
    if show_key and value != body["key"]:
        key = next(option for option in body["options"] if option["id"] == body["key"])
        lines.append(f"{text(key['text'], language)} – {text(key['reason'], language)}")
    return lines
