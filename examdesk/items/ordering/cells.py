"""The notebook cell of an ordering item."""

from __future__ import annotations

from examdesk.marking import show_cell
from examdesk.model import Cell, Item


def cells(item: Item) -> list[Cell]:
    """One locked cell: the question, and its hidden grader."""
    return [show_cell(item, f"ordering(key={item.body['key']!r}, rule={item.body['rule']!r})", "ordering")]
