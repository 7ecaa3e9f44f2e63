"""How candidates behave at an inbox, by its model answers: for tests and for simulated cohorts."""

from __future__ import annotations

import random
from typing import Any

from examdesk.items.inbox.desk import Desk
from examdesk.items.inbox.trials import events_of
from examdesk.model import Item, Said


def right(item: Item) -> list[Said]:
    """The first right answer."""
    return _answers(item, "right")[0]


def vary(item: Item, rng: random.Random) -> list[Said]:
    """Any right answer, sometimes after looking around."""
    return [*_wandering(item, rng), *rng.choice(_answers(item, "right"))]


def partial(item: Item, rng: random.Random) -> list[Said]:
    return [*_wandering(item, rng), *rng.choice(_answers(item, "partial"))]


def wrong(item: Item, rng: random.Random) -> list[Said]:
    return [*_wandering(item, rng), *rng.choice(_answers(item, "wrong"))]


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no panel would send."""
    row, place = item.body["desk"]["rows"][0]["id"], item.body["desk"]["places"][0]["id"]
    odd: list[Any] = [{"do": "no"}, {"do": [], "rows": [], "args": {}}, {"do": "open", "rows": [row] * 2, "args": {}},
                      {"do": "open", "rows": ["nonsense"], "args": {}},
                      {"do": "go", "rows": [], "args": {"to": [place]}},
                      {"do": "go", "rows": [], "args": {"to": "nowhere"}}, {"do": "open", "rows": [[row]], "args": {}},
                      {"do": "open", "rows": [row], "args": {"x": 1}},
                      {"do": "back", "rows": {}, "args": []}]  # fmt: skip
    return ["nonsense", 3, True, ["a"], {"a": 1}, "a" * 5000, *odd, [["acted", one] for one in odd]]


def _answers(item: Item, kind: str) -> list[list[Said]]:
    return [events_of(one) for one in item.body["score"]["answers"] if one["kind"] == kind]


def _wandering(item: Item, rng: random.Random) -> list[Said]:
    """To some place and back to where everybody begins, or nothing."""
    desk = Desk(item.body["desk"])
    begins = desk.data["begins"]
    to = rng.choice(sorted(desk.links(begins)))
    way = (to, begins) if rng.random() < 0.3 else ()
    return [("acted", {"do": "go", "rows": [], "args": {"to": name}}) for name in way]
