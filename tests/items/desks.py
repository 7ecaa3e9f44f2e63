"""Inboxes for tests: the real ones, what is done at them, and monkeys."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from examdesk.items import part
from examdesk.items.inbox.desk import BACK, GO, OPEN, Desk
from examdesk.items.inbox.scoring import judged
from examdesk.items.inbox.world import State, act, listed, offered, replay, start, targets
from examdesk.model import Item, Judgement
from tests.conftest import real_bank

INBOXES = [item for _, item in sorted(real_bank().items.items()) if item.type == "inbox"]

Deed = tuple[str, list[str], dict[str, Any]]


def inbox(name: str) -> Item:
    return real_bank().items[name]


def desk_of(item: Item) -> Desk:
    return Desk(item.body["desk"])


def events(*deeds: Deed) -> list[tuple[str, Any]]:
    return [("acted", {"do": do, "rows": rows, "args": args}) for do, rows, args in deeds]


def go(*places: str) -> list[Deed]:
    return [("go", [], {"to": place}) for place in places]


def marked(item: Item, *deeds: Deed) -> Judgement:
    """The judgement of deeds that can all be done."""
    work = replay(desk_of(item), events(*deeds))
    assert work.faults == ()
    return judged(desk_of(item), item.body["score"], work.state)


def answer(item: Item, name: str) -> list[Deed]:
    """The deeds of a model answer."""
    (found,) = [one for one in item.body["score"]["answers"] if one["id"] == name]
    return [(turn["do"], list(turn["rows"]), dict(turn["args"])) for turn in found["turns"]]


def right(item: Item) -> list[Deed]:
    said = part("inbox", "samples").right(item)
    return [(value["do"], value["rows"], value["args"]) for _, value in said]


def monkey(desk: Desk, rng: random.Random, steps: int, texts: Sequence[str]) -> State:
    """Somebody who does anything the screen offers, and types one of the texts."""
    state = start(desk)
    for _ in range(steps):
        ways: list[Deed] = [(GO, [], {"to": place}) for place in desk.links(state.at)]
        ways += [(BACK, [], {})] if state.open else [(OPEN, [row], {}) for row in listed(desk, state)]
        do, rows, args = rng.choice([*ways, *((name, [], {}) for name in offered(desk, state))])
        if do in desk.actions:
            rows, args = _aimed(desk, state, do, rng), _typed(desk.actions[do], rng, texts)
        state = act(desk, state, do, rows, args)
    return state


def _aimed(desk: Desk, state: State, do: str, rng: random.Random) -> list[str]:
    may, on = targets(desk, state, do), desk.actions[do]["rows"]
    return [] if on == "all" else rng.sample(may, rng.randint(1, len(may)) if on == "ticked" else 1)


def _typed(action: Mapping[str, Any], rng: random.Random, texts: Sequence[str]) -> dict[str, Any]:
    return {arg["id"]: rng.choice(arg["options"])["id"] if arg["kind"] == "choice" else rng.choice(texts)[: arg["max"]]
            for arg in action["args"]}  # fmt: skip
