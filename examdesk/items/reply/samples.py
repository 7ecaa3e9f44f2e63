"""How candidates write: the author's samples, for tests and for simulated cohorts."""

from __future__ import annotations

import random

from examdesk.model import Item, Said


def right(item: Item) -> list[Said]:
    return [("answered", item.body["samples"]["right"][0])]


def vary(item: Item, rng: random.Random) -> list[Said]:
    """Any of the full-mark replies."""
    return [("answered", rng.choice(item.body["samples"]["right"]))]


def partial(item: Item, rng: random.Random) -> list[Said]:
    return [("answered", rng.choice(item.body["samples"]["partial"]))]


def wrong(item: Item, rng: random.Random) -> list[Said]:
    return [("answered", rng.choice(item.body["samples"]["wrong"]))]


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no widget would send."""
    return [3, True, ["a"], {"a": 1}, "a" * (2 * item.body["limits"]["max"] + 1), "a" * 20_001]
