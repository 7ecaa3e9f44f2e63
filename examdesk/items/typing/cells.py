"""The notebook cell of a typing item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from examdesk.marking import call, literal, show_cell
from examdesk.model import Cell, Item


def cells(item: Item) -> list[Cell]:
    """One locked cell: the passage, and its hidden grader."""
    body = item.body
    named = {"passages": [_passage(one) for one in body["passages"]], "seconds": str(body["seconds"]),
             "rule": literal(body["rule"]), "max_errors": literal(body["max_errors"])}
    if body["rule"] == "per-criterion":
        named["no_points_from"] = literal(body["no_points_from"])
    return [show_cell(item, call("typing", **named), "passage, typing")]


def _passage(one: Mapping[str, Any]) -> str:
    return call("passage", literal(one["language"]), literal(one["text"]), per_minute=literal(one["per_minute"]))
