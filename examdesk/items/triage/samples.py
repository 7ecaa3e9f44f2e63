"""How candidates behave on a triage item: for tests and for simulated cohorts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from examdesk.model import Item, Said


def right(item: Item) -> list[Said]:
    return [_said(item, _by_urgency(item), item.body["key"])]


def vary(item: Item, rng: random.Random) -> list[Said]:
    """Another right queue: within one class in any order."""
    ids = rng.sample(list(item.body["key"]), len(item.body["key"]))
    return [_said(item, sorted(ids, key=_rank(item)), item.body["key"])]


def partial(item: Item, rng: random.Random) -> list[Said]:
    """One neighbouring pair of different classes is the wrong way round."""
    order, rank = _by_urgency(item), _rank(item)
    steps = [at for at in range(1, len(order)) if rank(order[at - 1]) != rank(order[at])]
    at = rng.choice(steps)
    order[at - 1], order[at] = order[at], order[at - 1]
    return [_said(item, order, item.body["key"])]


def wrong(item: Item, rng: random.Random) -> list[Said]:
    """The least urgent first, every ticket in a wrong class."""
    classes = [one["id"] for one in item.body["classes"]]
    missed = {ticket: rng.choice([one for one in classes if one != name]) for ticket, name in item.body["key"].items()}
    return [_said(item, _by_urgency(item)[::-1], missed)]


def blank(item: Item) -> list[Said]:
    return []


def malformed(item: Item) -> list[object]:
    """Values no widget would send."""
    ids, name = [ticket["id"] for ticket in item.body["tickets"]], item.body["classes"][0]["id"]
    orders: list[object] = [ids[1:], [*ids, ids[0]], [ids[0]] * len(ids), [[one] for one in ids], "abc", None,
                            dict.fromkeys(ids, name)]
    classes: dict[str, object] = {"classes": {}} if item.body["ask_class"] else {}
    odd: list[object] = ["nonsense", 3, True, ids, {"order": ids[1:], "key": 1}, {"classes": {ids[0]: name}}]
    return [*odd, *({"order": order, **classes} for order in orders)]


def _by_urgency(item: Item) -> list[str]:
    return sorted((ticket["id"] for ticket in item.body["tickets"]), key=_rank(item))


def _rank(item: Item) -> Any:
    classes = [one["id"] for one in item.body["classes"]]
    return lambda ticket: classes.index(item.body["key"][ticket])


def _said(item: Item, order: Sequence[str], classes: dict[str, str]) -> Said:
    chosen = {"classes": dict(classes)} if item.body["ask_class"] else {}
    return "answered", {"order": list(order), **chosen}
