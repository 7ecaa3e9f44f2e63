"""Marks a multi item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from examdesk.marking import as_list, whole
from examdesk.model import Grader, Judgement, Response

Chosen = frozenset[str]
Rule = Callable[[Chosen, Chosen, Chosen], Fraction]


def right_minus_wrong(chosen: Chosen, key: Chosen, options: Chosen) -> Fraction:
    """Each wrong choice cancels a right one; never below nothing."""
    return max(Fraction(0), Fraction(len(chosen & key) - len(chosen - key), len(key)))


def per_option(chosen: Chosen, key: Chosen, options: Chosen) -> Fraction:
    """Each option decided as the key decides it earns its share."""
    return Fraction(len(options - (chosen ^ key)), len(options))


def all_or_nothing(chosen: Chosen, key: Chosen, options: Chosen) -> Fraction:
    """Everything for exactly the key."""
    return Fraction(chosen == key)


RULES: dict[str, Rule] = {
    "right-minus-wrong": right_minus_wrong,
    "per-option": per_option,
    "all-or-nothing": all_or_nothing,
}


def multi(*, options: Sequence[str], key: Sequence[str], rule: str) -> Grader:
    """The share of the points by `rule`; nothing for choosing no option, or every option, which decides nothing.

    `options` are the ids of all options in the author's order.

    >>> multi(options=["a", "b", "c"], key=["a", "c"], rule="right-minus-wrong")(Response("I-802", ["a"])).fraction
    Fraction(1, 2)
    """
    every, right, share = frozenset(options), frozenset(key), RULES[rule]

    def grade(response: Response) -> Judgement:
        answer = as_list(response)
        chosen = [option for option in options if option in answer]
        if not response.is_blank and (len(chosen) != len(answer) or not chosen):
            return whole(Fraction(0), "no readable answer")
        if not chosen:
            return whole(Fraction(0), "no option chosen")
        if len(chosen) == len(every):
            return whole(Fraction(0), "chose every option", chose=chosen)
        return whole(share(frozenset(chosen), right, every), f"chose {', '.join(chosen)}", chose=chosen)

    return grade
