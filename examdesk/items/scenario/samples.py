"""How candidates behave in a scenario, by its model transcripts: for tests and for simulated cohorts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from examdesk.items.scenario.play import SEEDS
from examdesk.items.scenario.scoring import FULL
from examdesk.items.scenario.trials import events_of
from examdesk.items.scenario.waiting import timed_kinds
from examdesk.model import Item, Said

AT_ONCE = 200  # ms
CHATTER = ("刚刚网络卡了一下", "今天咨询有点多", "my screen froze for a second", "typing with one hand")


def right(item: Item) -> list[Said]:
    """The first gold transcript."""
    return [("opened", {"seed": 0}), *events_of(_scripts(item, "gold")[0])]


def vary(item: Item, rng: random.Random) -> list[Said]:
    """A gold transcript under some seed, sometimes with chatter in between."""
    return _varied(item, "gold", rng)


def partial(item: Item, rng: random.Random) -> list[Said]:
    """A borderline transcript that lost points, under some seed, sometimes with chatter in between."""
    return _varied(item, "borderline", rng)


def wrong(item: Item, rng: random.Random) -> list[Said]:
    """A failing transcript under some seed, sometimes with chatter in between."""
    return _varied(item, "fail", rng)


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no panel would send."""
    return ["nonsense", 3, True, ["a"], {"a": 1}, "a" * 5000, {"text": 7}, {"text": ""}, {"tool": "no", "args": {}},
            {"tool": [], "args": []}, {"lines": [["no", 0]]}, {"seed": -1}, {"seed": "1"}, [["said", {"text": "x"}]]]


def takes(item: Item, kind: str, value: Any) -> int:
    """How many ms pass before the event: where waiting counts, the seconds it tells; at once where it tells none."""
    if kind not in timed_kinds(item.body["play"]):
        return 0
    return int(1000 * value.get("waited", 0)) + AT_ONCE


def _scripts(item: Item, kind: str) -> list[Mapping[str, Any]]:
    """The transcripts of a kind; a borderline one that earns everything and waits for a person is no part of it."""
    scripts = [script for script in item.body["score"]["transcripts"] if script["kind"] == kind]
    return [script for script in scripts if kind != "borderline" or script["earns"] < FULL]


def _varied(item: Item, kind: str, rng: random.Random) -> list[Said]:
    turns = events_of(rng.choice(_scripts(item, kind)))
    if rng.random() < 0.3:
        place = rng.randrange(len(turns))
        chat = {name: turns[place][1][name] for name in ("chat",) if name in turns[place][1]}
        turns.insert(place, ("said", {**chat, "text": rng.choice(CHATTER)}))
    return [("opened", {"seed": rng.randrange(SEEDS)}), *turns]
