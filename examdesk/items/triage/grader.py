"""Marks a triage item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from examdesk.marking import by_parts, whole
from examdesk.model import Grader, Judgement, Part, Response

Rule = Callable[[int, int], Fraction]


def pairs_kept(order: Sequence[str], key: Mapping[str, str], classes: Sequence[str]) -> tuple[int, int]:
    """(pairs in the right order, all pairs) of tickets of different classes. Tickets of one class are no pair.

    >>> pairs_kept(["b", "a", "c"], {"a": "now", "b": "now", "c": "later"}, ["now", "later"])
    (2, 2)
    """
    rank = {name: place for place, name in enumerate(classes)}
    steps = [rank[key[ticket]] for ticket in order]
    pairs = [(before, after) for before, after in combinations(steps, 2) if before != after]
    return sum(before < after for before, after in pairs), len(pairs)


def right_minus_wrong(kept: int, pairs: int) -> Fraction:
    """Every pair the wrong way round cancels a right one: a queue left to chance earns nothing on average."""
    return max(Fraction(0), Fraction(2 * kept - pairs, pairs))


def exact(kept: int, pairs: int) -> Fraction:
    """Everything when no pair is the wrong way round."""
    return Fraction(kept == pairs)


RULES: dict[str, Rule] = {"right-minus-wrong": right_minus_wrong, "exact": exact}


def triage(*, classes: Sequence[str], key: Mapping[str, str], rule: str, ask_class: bool = False) -> Grader:
    """The share of the points by `rule` for the order; with `ask_class` that is half, and half is for the classes.

    `classes` in order, most urgent first; `key` is the class of every ticket. The classes earn the share of the tickets
    put into the right one, by the rule `exact` everything or nothing. An order that was never confirmed earns nothing.

    >>> key = {"size": "later", "remark": "first", "wholesale": "first"}
    >>> grade = triage(classes=["first", "later"], key=key, rule="right-minus-wrong")
    >>> grade(Response("I-212", {"order": ["wholesale", "remark", "size"]})).fraction
    Fraction(1, 1)
    """
    share = RULES[rule]

    def grade(response: Response) -> Judgement:
        value: dict[str, Any] = response.value if isinstance(response.value, dict) else {}
        order, chosen = value.get("order"), value.get("classes", {})
        if response.is_blank:
            return _nothing(ask_class, "no order confirmed")
        if not isinstance(order, list) or not isinstance(chosen, dict) or not _is_order(order, key):
            return _nothing(ask_class, "no readable answer")
        kept, pairs = pairs_kept(order, key, classes)
        reason = f"put {', '.join(order)}: {kept} of {pairs} pairs by urgency"
        if not ask_class:
            return whole(share(kept, pairs), reason, order=order)
        right = sum(chosen.get(ticket) == name for ticket, name in key.items())
        classed = Fraction(right == len(key)) if rule == "exact" else Fraction(right, len(key))
        said = f"{right} of {len(key)} classes right"
        parts = [Part("order", share(kept, pairs), Fraction(1, 2), reason),
                 Part("classes", classed, Fraction(1, 2), said)]
        return by_parts(parts, f"{reason}; {said}", order=order)

    return grade


def _is_order(order: Sequence[Any], key: Mapping[str, str]) -> bool:
    return len(order) == len(key) and all(ticket in order for ticket in key)


def _nothing(ask_class: bool, reason: str) -> Judgement:
    if not ask_class:
        return whole(Fraction(0), reason)
    return by_parts([Part(name, Fraction(0), Fraction(1, 2), reason) for name in ("order", "classes")], reason)
