"""How candidates behave on a multi item: for tests and for simulated cohorts."""

from __future__ import annotations

import random

from examdesk.model import Item, Said


def right(item: Item) -> list[Said]:
    return [("answered", _in_order(item, set(item.body["key"])))]


def partial(item: Item, rng: random.Random) -> list[Said]:
    """One right option overlooked; a wrong answer stands in where there is no half-right one."""
    key = item.body["key"]
    if len(key) == 1 or item.body["rule"] == "all-or-nothing":
        return wrong(item, rng)
    return [("answered", _in_order(item, set(key) - {rng.choice(key)}))]


def wrong(item: Item, rng: random.Random) -> list[Said]:
    """Distractors only: one or two of them, or all where every option counts for itself."""
    others = [option["id"] for option in item.body["options"] if option["id"] not in item.body["key"]]
    some = others if item.body["rule"] == "per-option" else rng.sample(others, min(len(others), rng.randint(1, 2)))
    return [("answered", _in_order(item, set(some)))]


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no widget would send."""
    first = item.body["options"][0]["id"]
    lists = [[first, first], [first, "nonsense"], [[first]], [None], ["a" * 5000]]
    return ["nonsense", first, 3, True, {first: 1}, *lists]


def _in_order(item: Item, chosen: set[str]) -> list[str]:
    return [option["id"] for option in item.body["options"] if option["id"] in chosen]
