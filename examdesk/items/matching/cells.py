"""The notebook cell of a matching item."""

from __future__ import annotations

from examdesk.marking import show_cell
from examdesk.model import Cell, Item


def cells(item: Item) -> list[Cell]:
    """One locked cell: the question, and its hidden grader."""
    key = {entry["id"]: item.body["key"][entry["id"]] for entry in item.body["left"]}
    return [show_cell(item, f"matching(key={key!r}, rule={item.body['rule']!r})", "matching")]
