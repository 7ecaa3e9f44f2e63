"""How candidates behave on a typing item: for tests and for simulated cohorts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Any

from examdesk.items.typing.copied import STROKES
from examdesk.model import Item, Said, exact


def right(item: Item) -> list[Said]:
    return _typed(item, item.body["passages"][0], pace=Fraction(6, 5))


def vary(item: Item, rng: random.Random) -> list[Said]:
    """Fast enough in any of the languages, and without an error."""
    return _typed(item, rng.choice(item.body["passages"]), pace=Fraction(rng.randint(21, 32), 20))


def partial(item: Item, rng: random.Random) -> list[Said]:
    """Clean, but at about two thirds of the speed."""
    return _typed(item, rng.choice(item.body["passages"]), pace=Fraction(rng.randint(55, 75), 100))


def wrong(item: Item, rng: random.Random) -> list[Said]:
    """At a quarter of the speed, and every other character is wrong."""
    return _typed(item, rng.choice(item.body["passages"]), pace=Fraction(1, 4), spoilt=2)


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no widget would send."""
    (_, _), (_, good) = right(item)
    long = "a" * (2 * len(item.body["passages"][0]["text"]) + 1)
    odd: list[dict[str, object]] = [
        {"text": None}, {"text": ["a"]}, {"text": long, "ms": -1}, {"language": "fr"}, {"language": ["zh"]},
        {"ms": "9"}, {"ms": True}, {"ms": None}, {"more": 1, "language": 3},
    ]  # fmt: skip
    return ["nonsense", 3, True, [], {"text": good["text"]}, *({**good, **change} for change in odd)]


def takes(item: Item, kind: str, value: Any) -> int:
    """How many ms pass before the event: a text is typed as long as it says."""
    return int(value["ms"]) if kind == "answered" and value else 0


def _typed(item: Item, passage: Mapping[str, Any], *, pace: Fraction, spoilt: int = 0) -> list[Said]:
    """The passage at `pace` × the speed asked for, as far as the time lets it come; every `spoilt`-th sign is wrong."""
    speed, whole = pace * exact(passage["per_minute"]) * STROKES[passage["language"]], len(passage["text"])
    come = min(whole, ceil(speed * item.body["seconds"] / 60))
    text = "".join("x" if spoilt and not at % spoilt else char for at, char in enumerate(passage["text"][:come]))
    answer = {"language": passage["language"], "ms": int(come / speed * 60_000), "pasted": 0, "text": text}
    return [("opened", None), ("answered", answer)]
