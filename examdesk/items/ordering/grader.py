"""Marks an ordering item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from examdesk.marking import as_list, whole
from examdesk.model import Grader, Judgement, Response

Rule = Callable[[Sequence[str], Sequence[str]], Fraction]


def pairs_kept(order: Sequence[str], key: Sequence[str]) -> int:
    """How many of the key's neighbouring pairs stand next to each other, in that order, in the answer."""
    return len(set(pairwise(order)) & set(pairwise(key)))


def adjacent_pairs(order: Sequence[str], key: Sequence[str]) -> Fraction:
    """The share of the key's neighbouring pairs that were kept; one entry moved costs a few pairs, not everything."""
    return Fraction(pairs_kept(order, key), len(key) - 1)


def exact(order: Sequence[str], key: Sequence[str]) -> Fraction:
    """Everything for exactly the key."""
    return Fraction(list(order) == list(key))


RULES: dict[str, Rule] = {"adjacent-pairs": adjacent_pairs, "exact": exact}


def ordering(*, key: Sequence[str], rule: str) -> Grader:
    """The share of the points by `rule`; nothing for an order that was never confirmed.

    >>> ordering(key=["c", "d", "a", "b"], rule="adjacent-pairs")(Response("I-104", ["d", "c", "a", "b"])).fraction
    Fraction(1, 3)
    """
    right, share = tuple(key), RULES[rule]

    def grade(response: Response) -> Judgement:
        order = as_list(response)
        if response.is_blank:
            return whole(Fraction(0), "no order confirmed")
        if len(order) != len(right) or any(entry not in order for entry in right):
            return whole(Fraction(0), "no readable answer")
        kept = f"{pairs_kept(order, right)} of {len(right) - 1} neighbouring pairs"
        return whole(share(order, right), f"put {', '.join(order)}: {kept}", order=order)

    return grade
