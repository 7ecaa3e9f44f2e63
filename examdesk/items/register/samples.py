"""How candidates behave on a register item: for tests and for simulated cohorts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil
from typing import Any

from examdesk.items.register.question import MOST_ROWS, TICKED
from examdesk.marking import shown
from examdesk.model import Item, Said, exact
from examdesk.typed import read, typed_time

_ANY = {"date": "2025-06-01", "time": "10:00"}  # near it lies what is wrong in a field that must stay empty


def right(item: Item) -> list[Said]:
    return [("answered", [dict(row) for row in item.body["example"]])]


def partial(item: Item, rng: random.Random) -> list[Said]:
    """About a third of the fields wrong, in one row where rows count as a whole; a single field is wrong."""
    rows, match = [dict(row) for row in item.body["example"]], item.body.get("rows", {}).get("match")
    cells = [(at, field) for at, field in _cells(item) if field["id"] != match]
    if item.body["rule"] == "per-row":
        cells = [cell for cell in cells if cell[0] == 0]
    for at, field in rng.sample(cells, rng.randint(1, max(1, len(cells) // 3))):
        _spoil(rows, at, field, rng)
    return [("answered", rows)]


def wrong(item: Item, rng: random.Random) -> list[Said]:
    """Every field wrong, a near miss where there is one, else left empty; too few rows; every check failed."""
    rows, kept = [dict(row) for row in item.body["example"]], item.body.get("rows", {})
    for at, field in _cells(item):
        _spoil(rows, at, field, rng)
    ordered = {name for check in item.body.get("checks", []) for name in check.get("fields", [])[-1:]}
    rows = [{name: typed for name, typed in row.items() if name not in ordered} for row in rows]
    if kept and kept["match"] != "fixed" and kept.get("min", len(rows)) > 1:
        rows = [row for row in rows if row][:1]
    return [("answered", rows if any(rows) else [])]


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no widget would send."""
    name = next(one["id"] for one in item.body["fields"])
    rows = [3, None, "x", [name], {"nonsense": "1"}, {name: 3}, {name: None}, {name: True}, {name: ["1"]},
            {name: {"a": "1"}}, {name: "9" * 2001}, {name: "x" * 5000}]  # fmt: skip
    return ["nonsense", 3, True, {name: "1"}, [{name: "1"}] * (MOST_ROWS + 1), *([row] for row in rows)]


def _cells(item: Item) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(row of the example, field) of everything that is marked."""
    wanted = item.body.get("rows", {}).get("wanted", [])
    for at in range(len(item.body["example"])):
        keys = wanted[at]["values"] if at < len(wanted) else {}
        for field in item.body["fields"]:
            if field["required"] or "key" in field or field["id"] in keys:
                yield at, {**field, **({"key": keys[field["id"]]} if field["id"] in keys else {})}


def _spoil(rows: list[dict[str, str]], at: int, field: Mapping[str, Any], rng: random.Random) -> None:
    missed = _missed(field, rows[at].get(field["id"], ""), rng)
    rows[at].pop(field["id"], None)
    if missed:
        rows[at][field["id"]] = missed


def _missed(field: Mapping[str, Any], typed: str, rng: random.Random) -> str:
    """Something wrong for the field; "" where only an empty one is wrong."""
    keys = field.get("key")
    if field["kind"] == "check":
        return "" if typed == TICKED else TICKED
    if field["kind"] == "long":
        return "略" if field.get("words") or field.get("size", {}).get("min", 0) > 1 else ""
    if field["kind"] == "choice":
        others = [option["id"] for option in field["options"] if keys is not None and option["id"] not in keys]
        return rng.choice(others) if others else ""
    if keys is None:
        return ""
    if field["kind"] == "text":
        return "不详"
    return _near(field["kind"], typed or _ANY.get(field["kind"], "1"), exact(field["tolerance"]), rng)


def _near(kind: str, typed: str, tolerance: Fraction, rng: random.Random) -> str:
    """A value a little outside the tolerance."""
    value = read(kind, typed)
    assert isinstance(value, Fraction)
    off = ceil(2 * tolerance) + rng.randint(1, 5)
    return typed_time(kind, value + off) if kind in ("date", "time") else shown(value + off)
