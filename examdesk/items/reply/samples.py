"""How candidates write: the author's samples, for tests and for simulated cohorts."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Any

from examdesk.marking import shown
from examdesk.model import Item, Said, exact
from examdesk.typed import read


def right(item: Item) -> list[Said]:
    if "steps" in item.body:
        return _stepped(item, "right", lambda samples: samples[0])
    return [("answered", item.body["samples"]["right"][0])]


def vary(item: Item, rng: random.Random) -> list[Said]:
    """Any of the full-mark replies."""
    return _any(item, "right", rng)


def partial(item: Item, rng: random.Random) -> list[Said]:
    return _any(item, "partial", rng)


def wrong(item: Item, rng: random.Random) -> list[Said]:
    return _any(item, "wrong", rng)


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no widget would send."""
    plain: list[object] = [3, True, ["a"], {"a": 1}]
    if "steps" not in item.body:
        return [*plain, "a" * (2 * item.body["limits"]["max"] + 1), "a" * 20_001]
    first, second = (step["id"] for step in item.body["steps"][:2])
    long = "a" * (2 * item.body["steps"][0]["limits"]["max"] + 1)
    steps: list[object] = [3, [], {"nonsense": {"text": "a"}}, {second: {"text": "not open yet"}}, {first: "a"},
                           {first: {"text": 3}}, {first: {"nonsense": "a"}}, {first: {"text": long}},
                           {first: {"figure": "9" * 41}}]
    cooked = [{"final": 0, "steps": one} for one in steps]
    return [*plain, "a text", *cooked, *({"final": n, "steps": {}} for n in (-1, 9, True, "1"))]


def _any(item: Item, how: str, rng: random.Random) -> list[Said]:
    if "steps" in item.body:
        return _stepped(item, how, rng.choice)
    return [("answered", rng.choice(item.body["samples"][how]))]


def _stepped(item: Item, how: str, choose: Callable[[Sequence[str]], str]) -> list[Said]:
    """Step after step: what is written, then that it is final. Only who is wrong gets the figure wrong."""
    said: list[Said] = []
    written: dict[str, dict[str, str]] = {}
    for number, step in enumerate(item.body["steps"]):
        written[step["id"]] = {"text": choose(step["samples"][how]), **_figure(step, how)}
        said.append(("answered", {"final": number, "steps": dict(written)}))
        if number + 1 < len(item.body["steps"]):
            said.append(("answered", {"final": number + 1, "steps": dict(written)}))
    return said


def _figure(step: Mapping[str, Any], how: str) -> dict[str, str]:
    if "figure" not in step:
        return {}
    asked = step["figure"]
    value = read(asked["kind"], asked["key"])
    assert isinstance(value, Fraction)
    return {"figure": asked["key"] if how != "wrong" else shown(value + ceil(exact(asked["tolerance"])) + 7)}
