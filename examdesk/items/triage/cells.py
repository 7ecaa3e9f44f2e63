"""The notebook cell of a triage item."""

from __future__ import annotations

from examdesk.marking import show_cell
from examdesk.model import Cell, Item


def cells(item: Item) -> list[Cell]:
    """One locked cell: the question, and its hidden grader."""
    body = item.body
    classes = [one["id"] for one in body["classes"]]
    key = {ticket["id"]: body["key"][ticket["id"]] for ticket in body["tickets"]}
    asked = ", ask_class=True" if body["ask_class"] else ""
    return [show_cell(item, f"triage(classes={classes!r}, key={key!r}, rule={body['rule']!r}{asked})", "triage")]
