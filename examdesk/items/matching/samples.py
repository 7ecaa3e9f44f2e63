"""How candidates behave on a matching item: for tests and for simulated cohorts."""

from __future__ import annotations

import random

from examdesk.model import Item, Said


def right(item: Item) -> list[Said]:
    return [("answered", dict(item.body["key"]))]


def partial(item: Item, rng: random.Random) -> list[Said]:
    """About half of the pairs right, the others taken for a wrong partner; a single pair is wrong."""
    left = list(item.body["key"])
    return _missed(item, rng.sample(left, max(1, len(left) // 2)), rng)


def wrong(item: Item, rng: random.Random) -> list[Said]:
    return _missed(item, list(item.body["key"]), rng)


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no widget would send."""
    left, right = item.body["left"][0]["id"], item.body["right"][0]["id"]
    partners = ["nonsense", None, 3, [right], {right: 1}, "a" * 5000]
    return ["nonsense", 3, True, [left, right], {"nonsense": right}, *({left: partner} for partner in partners)]


def _missed(item: Item, left: list[str], rng: random.Random) -> list[Said]:
    """The key's pairs, those of `left` with another partner."""
    key = item.body["key"]
    partners = [entry["id"] for entry in item.body["right"]]
    others = {name: rng.choice([p for p in partners if p != key[name]]) for name in sorted(left)}
    return [("answered", {**key, **others})]
