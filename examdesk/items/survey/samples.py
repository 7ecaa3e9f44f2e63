"""How candidates fill in a survey: for tests and for simulated cohorts. No answer is better than another."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from examdesk.items.survey.question import options
from examdesk.model import Item, Said


def right(item: Item) -> list[Said]:
    """Everything answered."""
    return vary(item, random.Random(1))


def vary(item: Item, rng: random.Random) -> list[Said]:
    """Everything answered in some way."""
    return [("answered", {one["id"]: _answer(one, rng) for one in item.body["questions"]})]


def partial(item: Item, rng: random.Random) -> list[Said]:
    """The first question only."""
    first = item.body["questions"][0]
    return [("answered", {first["id"]: _answer(first, rng)})]


def wrong(item: Item, rng: random.Random) -> list[Said]:
    """Nothing can be wrong: everything answered in some way."""
    return vary(item, rng)


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no widget would send."""
    odd: dict[str, list[object]] = {
        "single": [3, ["a"], "nonsense"], "multi": ["a", ["nonsense"], [1], [["a"]]], "scale": [3, "0", "6", ["1"]],
        "text": [3, ["a"], "a" * 5000],
    }  # fmt: skip
    return ["nonsense", 3, True, ["a"], {"nonsense": "1"}, *({one["id"]: answer} for one in item.body["questions"]
                                                             for answer in odd[one["kind"]])]


def _answer(one: Mapping[str, Any], rng: random.Random) -> Any:
    if one["kind"] == "text":
        return "案例再多一些更好。"[: one["at_most"]]
    known = options(one)
    if one["kind"] == "multi":
        chosen = rng.sample(known, rng.randint(1, len(known)))
        return [name for name in known if name in chosen]
    return rng.choice(known)
