"""The notebook cell of a transcript item."""

from __future__ import annotations

from examdesk.items.transcript.key import keyed
from examdesk.marking import call, literal, show_cell
from examdesk.model import Cell, Item


def cells(item: Item) -> list[Cell]:
    """One locked cell: the record, and its hidden grader."""
    body = item.body
    source = call(
        "transcript",
        lines=str(len(body["lines"])),
        rules=[literal(rule["id"]) for rule in body["rules"]],
        key=repr(keyed(body)),
        line_only=literal(body["line_only"]),
        false_alarm=literal(body["false_alarm"]),
    )
    return [show_cell(item, source, "transcript")]
