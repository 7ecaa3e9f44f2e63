"""Partial credit, exactly: what every rule gives for every kind of answer."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest

from examdesk.items.matching.grader import matching
from examdesk.items.multi.grader import RULES, multi
from examdesk.items.numeric.grader import field, numeric
from examdesk.items.ordering.grader import ordering
from examdesk.model import Response

F = Fraction
OPTIONS = ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("rule", "chosen", "earned"),
    [
        ("right-minus-wrong", "ace", F(1)),
        ("right-minus-wrong", "ac", F(2, 3)),
        ("right-minus-wrong", "a", F(1, 3)),
        ("right-minus-wrong", "abc", F(1, 3)),
        ("right-minus-wrong", "abce", F(2, 3)),
        ("right-minus-wrong", "ab", F(0)),
        ("right-minus-wrong", "abd", F(0)),  # 1 right, 2 wrong: never below 0
        ("right-minus-wrong", "bd", F(0)),
        ("right-minus-wrong", "abcde", F(0)),  # choosing everything decides nothing
        ("right-minus-wrong", "", F(0)),
        ("per-option", "ace", F(1)),
        ("per-option", "ac", F(4, 5)),
        ("per-option", "abc", F(3, 5)),
        ("per-option", "bd", F(0)),
        ("per-option", "b", F(1, 5)),
        ("per-option", "abcde", F(0)),
        ("per-option", "", F(0)),
        ("all-or-nothing", "ace", F(1)),
        ("all-or-nothing", "ac", F(0)),
        ("all-or-nothing", "abce", F(0)),
        ("all-or-nothing", "abcde", F(0)),
        ("all-or-nothing", "", F(0)),
    ],
)
def test_multi(rule: str, chosen: str, earned: Fraction) -> None:
    grade = multi(options=OPTIONS, key=["a", "c", "e"], rule=rule)
    assert grade(Response("I-802", list(chosen))).fraction == earned


@pytest.mark.parametrize("rule", sorted(RULES))
def test_no_multi_rule_leaves_the_range_or_rewards_everything_but_the_key_with_everything(rule: str) -> None:
    for keys in (1, 2, 4):
        for key in combinations(OPTIONS, keys):
            grade = multi(options=OPTIONS, key=key, rule=rule)
            assert grade(Response("I-802", list(OPTIONS))).fraction == 0
            for size in range(len(OPTIONS) + 1):
                for chosen in combinations(OPTIONS, size):
                    fraction = grade(Response("I-802", list(chosen))).fraction
                    assert fraction is not None and 0 <= fraction <= 1
                    assert (fraction == 1) == (set(chosen) == set(key))


def test_multi_names_what_was_chosen_in_the_authors_order() -> None:
    mark = multi(options=OPTIONS, key=["a", "c"], rule="right-minus-wrong")(Response("I-802", ["c", "b"]))
    assert mark.evidence == {"chose": ["b", "c"]}
    assert mark.reason == "chose b, c"


@pytest.mark.parametrize("value", [["a", "a"], ["a", "x"], "a", {"a": 1}, 3, True, [["a"]], [None]])
def test_multi_gives_nothing_for_what_no_widget_sends(value: object) -> None:
    mark = multi(options=OPTIONS, key=["a"], rule="right-minus-wrong")(Response("I-802", value))
    assert (mark.fraction, mark.reason) == (0, "no readable answer")


def test_an_unknown_rule_is_a_mistake_of_the_author_not_a_zero() -> None:
    with pytest.raises(KeyError):
        multi(options=OPTIONS, key=["a"], rule="generous")
    with pytest.raises(KeyError):
        ordering(key=["a", "b"], rule="generous")
    with pytest.raises(ValueError):
        matching(key={"a": "b"}, rule="generous")
    with pytest.raises(ValueError):
        numeric(fields=[], rule="generous")


@pytest.mark.parametrize(
    ("rule", "order", "earned"),
    [
        ("adjacent-pairs", "cdab", F(1)),
        ("adjacent-pairs", "dabc", F(2, 3)),  # the chain begun at a wrong place
        ("adjacent-pairs", "cdba", F(1, 3)),
        ("adjacent-pairs", "abcd", F(2, 3)),  # two halves exchanged
        ("adjacent-pairs", "badc", F(0)),  # backwards
        ("adjacent-pairs", "acbd", F(0)),
        ("exact", "cdab", F(1)),
        ("exact", "dabc", F(0)),
    ],
)
def test_ordering(rule: str, order: str, earned: Fraction) -> None:
    mark = ordering(key=["c", "d", "a", "b"], rule=rule)(Response("I-104", list(order)))
    assert mark.fraction == earned
    assert mark.evidence["order"] == list(order)


@pytest.mark.parametrize("value", [["c", "d", "a"], ["c", "c", "d", "a"], "cdab", ["c", "d", "a", ["b"]], {"c": 1}])
def test_ordering_gives_nothing_for_what_is_no_order(value: object) -> None:
    assert ordering(key=["c", "d", "a", "b"], rule="adjacent-pairs")(Response("I-104", value)).fraction == 0


def test_an_order_that_was_never_confirmed_is_blank() -> None:
    assert ordering(key=["a", "b"], rule="exact")(Response("I-104")).reason == "no order confirmed"


PAIRS = {"product": "customer", "price": "cost", "place": "convenience", "promotion": "communication"}


@pytest.mark.parametrize(
    ("value", "per_pair", "whole"),
    [
        (PAIRS, F(1), F(1)),
        ({**PAIRS, "price": "customer"}, F(3, 4), F(0)),
        ({"price": "cost"}, F(1, 4), F(0)),  # what is left open costs only itself
        (dict.fromkeys(PAIRS, "cost"), F(1, 4), F(0)),  # one partner for everybody
        ({"price": "customer"}, F(0), F(0)),
        ({}, F(0), F(0)),
        (None, F(0), F(0)),
        (["price"], F(0), F(0)),
        ({"price": ["cost"]}, F(0), F(0)),
    ],
)
def test_matching(value: object, per_pair: Fraction, whole: Fraction) -> None:
    response = Response("I-103", value)
    assert matching(key=PAIRS, rule="per-pair")(response).fraction == per_pair
    assert matching(key=PAIRS, rule="all-or-nothing")(response).fraction == whole


def test_matching_says_for_every_pair_what_was_chosen_and_never_the_partner_it_should_have() -> None:
    parts = matching(key=PAIRS, rule="per-pair")(Response("I-103", {"price": "customer"})).parts
    assert [(part.criterion, part.reason) for part in parts] == [
        ("product", "blank"), ("price", "chose customer"), ("place", "blank"), ("promotion", "blank"),
    ]  # fmt: skip
    assert {part.weight for part in parts} == {F(1, 4)}


def test_numeric_fields_share_the_points_or_stand_together() -> None:
    fields = [field("speed", "integer", 54), field("verdict", "choice", "fail"), field("day", "date", "2014-04-15")]
    answer = Response("I-202", {"speed": "54", "day": "2014/4/15"})
    assert numeric(fields=fields, rule="per-field")(answer).fraction == F(2, 3)
    assert numeric(fields=fields, rule="all-or-nothing")(answer).fraction == 0
    right = Response("I-202", {"speed": "54", "day": "2014/4/15", "verdict": "fail"})
    assert numeric(fields=fields, rule="all-or-nothing")(right).fraction == 1
