"""How candidates behave on a choice item: for tests and for simulated cohorts."""

from __future__ import annotations

import random

from examdesk.model import Item, Said


def right(item: Item) -> list[Said]:
    return [("answered", item.body["key"])]


def partial(item: Item, rng: random.Random) -> list[Said]:
    """A choice item has no half-right answer; the wrong one stands in."""
    return wrong(item, rng)


def wrong(item: Item, rng: random.Random) -> list[Said]:
    """A distractor; the first ones of the file are the more tempting."""
    others = [option["id"] for option in item.body["options"] if option["id"] != item.body["key"]]
    weights = range(len(others), 0, -1)
    return [("answered", rng.choices(others, weights=list(weights))[0])]


def against_the_key(item: Item, knows: bool, rng: random.Random) -> list[Said]:
    """Under a wrong key: who knows chooses the true answer, the first distractor; who does not, any other option."""
    others = [option["id"] for option in item.body["options"] if option["id"] != item.body["key"]]
    return [("answered", others[0] if knows else rng.choice([item.body["key"], *others[1:]]))]


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no widget would send."""
    return ["nonsense", 3, True, ["a"], {"a": 1}, "a" * 5000]
