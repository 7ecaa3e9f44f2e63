"""The notebook cell of a register item."""

from __future__ import annotations

from examdesk.items.register.made import CHECKS, source_of
from examdesk.marking import show_cell
from examdesk.model import Cell, Item


def cells(item: Item) -> list[Cell]:
    """One locked cell: the register, and its hidden grader with one line for each field, row and check."""
    body = item.body
    names = {"column", "register", *(CHECKS[check["kind"]] for check in body.get("checks", []))}
    names |= {"wanted"} if "wanted" in body.get("rows", {}) else set()
    return [show_cell(item, source_of(body), ", ".join(sorted(names)))]
