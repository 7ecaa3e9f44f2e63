"""The notebook cell of a survey item."""

from __future__ import annotations

from examdesk.marking import show_cell
from examdesk.model import Cell, Item


def cells(item: Item) -> list[Cell]:
    """One locked cell worth no points: the questions, and the note that they were answered."""
    return [show_cell(item, "survey()", "survey")]
