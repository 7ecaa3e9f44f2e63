"""The notebook cell of a numeric item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from examdesk.marking import call, literal, show_cell
from examdesk.model import Cell, Item


def cells(item: Item) -> list[Cell]:
    """One locked cell: the question, and its hidden grader with one line for each field."""
    fields = [_field(field) for field in item.body["fields"]]
    return [show_cell(item, call("numeric", fields=fields, rule=literal(item.body["rule"])), "field, numeric")]


def _field(field: Mapping[str, Any]) -> str:
    given = [field["id"], field["kind"], field["key"]]
    tolerance = {"tolerance": literal(field["tolerance"])} if field["tolerance"] != "0" else {}
    unit = {"unit": literal(tuple(field["unit"].values()))} if "unit" in field else {}
    return call("field", *[literal(value) for value in given], **tolerance, **unit)
