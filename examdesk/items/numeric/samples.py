"""How candidates behave on a numeric item: for tests and for simulated cohorts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Any

from examdesk.marking import shown
from examdesk.model import Item, Said, exact
from examdesk.typed import read, typed_time


def right(item: Item) -> list[Said]:
    return [("answered", {field["id"]: field["key"] for field in item.body["fields"]})]


def partial(item: Item, rng: random.Random) -> list[Said]:
    """The first fields right, then a slip that spoils the rest; a single field is wrong."""
    fields = item.body["fields"]
    slip = rng.randrange(1, len(fields)) if len(fields) > 1 else 0
    return [("answered", {f["id"]: f["key"] if at < slip else _missed(f, rng) for at, f in enumerate(fields)})]


def wrong(item: Item, rng: random.Random) -> list[Said]:
    return [("answered", {field["id"]: _missed(field, rng) for field in item.body["fields"]})]


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no widget would send."""
    name = item.body["fields"][0]["id"]
    typed = [3, None, True, ["1"], {"a": "1"}, "9" * 41, "9" * 5000]
    return ["nonsense", 3, True, [name], {"nonsense": "1"}, *({name: text} for text in typed)]


def _missed(field: Mapping[str, Any], rng: random.Random) -> str:
    """A near miss: another option, or a value a little outside the tolerance."""
    kind, key = field["kind"], field["key"]
    if kind == "choice":
        return rng.choice([option["id"] for option in field["options"] if option["id"] != key])
    value = read(kind, key)
    assert isinstance(value, Fraction)
    off = ceil(exact(field["tolerance"])) + rng.randint(1, 5)
    return typed_time(kind, value + off) if kind in ("date", "time") else shown(value + off)
