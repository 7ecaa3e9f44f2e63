"""The notebook cell of a multi item."""

from __future__ import annotations

from examdesk.marking import show_cell
from examdesk.model import Cell, Item


def cells(item: Item) -> list[Cell]:
    """One locked cell: the question, and its hidden grader."""
    options = [option["id"] for option in item.body["options"]]
    key = [option for option in options if option in item.body["key"]]
    return [show_cell(item, f"multi(options={options!r}, key={key!r}, rule={item.body['rule']!r})", "multi")]
