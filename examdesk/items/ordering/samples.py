"""How candidates behave on an ordering item: for tests and for simulated cohorts."""

from __future__ import annotations

import random

from examdesk.items.ordering.grader import pairs_kept
from examdesk.model import Item, Said


def right(item: Item) -> list[Said]:
    return [("answered", list(item.body["key"]))]


def partial(item: Item, rng: random.Random) -> list[Said]:
    """The right chain begun at a wrong place: one pair is lost. A wrong order where there is no half-right one."""
    key = list(item.body["key"])
    if len(key) == 2 or item.body["rule"] == "exact":
        return wrong(item, rng)
    start = rng.randrange(1, len(key))
    return [("answered", key[start:] + key[:start])]


def wrong(item: Item, rng: random.Random) -> list[Said]:
    """An order that keeps no pair of the key; backwards, when none turns up."""
    key = list(item.body["key"])
    for _ in range(20):
        order = rng.sample(key, len(key))
        if pairs_kept(order, key) == 0:
            return [("answered", order)]
    return [("answered", key[::-1])]


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no widget would send."""
    ids = [entry["id"] for entry in item.body["entries"]]
    return ["nonsense", 3, True, ids[1:], [*ids, ids[0]], [ids[0]] * len(ids), [[name] for name in ids],
            [1] * len(ids), dict.fromkeys(ids, 1), [None, *ids[1:]], ["a" * 5000]]
