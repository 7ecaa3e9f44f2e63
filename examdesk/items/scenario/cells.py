"""The notebook cell of a scenario."""

from __future__ import annotations

from pprint import pformat

from examdesk.marking import show_cell
from examdesk.model import Cell, Item


def cells(item: Item) -> list[Cell]:
    """One locked cell: the chat, and its hidden grader with both halves of the scenario."""
    play, score = (pformat(item.body[half], width=110, sort_dicts=False) for half in ("play", "score"))
    return [show_cell(item, f"scenario(\nplay={play},\nscore={score},\n)", "scenario")]
