"""A queue of tickets: classes are in order, tickets within a class are not."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from examdesk.items.triage.grader import triage
from examdesk.items.triage.key import explain, faults
from examdesk.model import Response
from tests.conftest import real_bank

F = Fraction
CLASSES = ["now", "today", "later"]
KEY = {"a": "later", "b": "now", "c": "today", "d": "now"}


def share(order: str, rule: str = "right-minus-wrong") -> Fraction | None:
    return triage(classes=CLASSES, key=KEY, rule=rule)(Response("Q-01", {"order": list(order)})).fraction


@pytest.mark.parametrize(
    ("order", "pairs", "exact"),
    [
        ("bdca", F(1), F(1)),
        ("dbca", F(1), F(1)),  # within one class any order will do
        ("bcda", F(3, 5), F(0)),  # one of five pairs is the wrong way round, and cancels a right one
        ("bdac", F(3, 5), F(0)),
        ("cbda", F(1, 5), F(0)),
        ("acbd", F(0), F(0)),
        ("abdc", F(0), F(0)),
    ],
)
def test_pairs_of_different_classes_count(order: str, pairs: Fraction, exact: Fraction) -> None:
    assert (share(order), share(order, "exact")) == (pairs, exact)


def test_a_queue_left_to_chance_earns_little_and_one_turned_round_nothing() -> None:
    shares = [share("".join(order)) for order in permutations("abcd")]
    assert sum(one == 1 for one in shares if one is not None) == 2
    assert sum((one for one in shares if one is not None), F(0)) / len(shares) < F(1, 4)
    assert share("acdb") == 0


def test_with_classes_half_the_points_are_for_the_order_and_half_for_the_classes() -> None:
    def mark(order: str, classes: dict[str, str], rule: str = "right-minus-wrong") -> list[Fraction]:
        grade = triage(classes=CLASSES, key=KEY, rule=rule, ask_class=True)
        found = grade(Response("Q-02", {"order": list(order), "classes": classes}))
        assert found.fraction == sum(part.fraction * part.weight for part in found.parts)
        return [part.fraction for part in found.parts]

    assert mark("bdca", KEY) == [1, 1]
    assert mark("bdca", {}) == [1, 0]
    assert mark("bdca", {**KEY, "a": "now"}) == [1, F(3, 4)]
    assert mark("bdca", {**KEY, "a": "now"}, "exact") == [1, 0]
    assert mark("acdb", KEY) == [0, 1]


def test_the_first_order_is_no_answer() -> None:
    mark = triage(classes=CLASSES, key=KEY, rule="exact", ask_class=True)(Response("Q-02"))
    assert mark.fraction == 0 and mark.reason == "no order confirmed"


def test_without_the_key_reasons_are_told_only_when_everything_is_right() -> None:
    item = real_bank().items["Q-02"]
    order = sorted(item.body["key"], key=lambda name: ["now", "today", "week", "none"].index(item.body["key"][name]))
    right = {"order": order, "classes": item.body["key"]}
    assert len(explain(item.body, right, "zh", show_key=False)) == 8
    assert len(explain(item.body, {**right, "classes": {}}, "zh", show_key=False)) == 1
    assert len(explain(item.body, {**right, "order": order[::-1]}, "zh", show_key=False)) == 1


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"key": {**KEY, "a": "soon"}}, "no such class"),
        ({"key": {name: KEY[name] for name in "abc"}}, "a ticket has no class"),
        ({"key": {**KEY, "z": "now"}}, "no ticket"),
        ({"key": dict.fromkeys("abcd", "now")}, "any order is right"),
        ({"key": {"a": "now", "b": "now", "c": "today", "d": "later"}}, "the ids give the order away"),
        ({"key": {"d": "now", "c": "now", "b": "today", "a": "later"}}, "the ids give the order away"),
    ],
)
def test_faults_of_an_author(change: dict[str, Any], wrong: str) -> None:
    body = {"classes": [{"id": name} for name in CLASSES], "tickets": [{"id": name} for name in "abcd"], "key": KEY}
    assert faults(body) == []
    found = faults({**body, **change})
    assert len(found) == 1 and wrong in found[0].wrong and found[0].cure
