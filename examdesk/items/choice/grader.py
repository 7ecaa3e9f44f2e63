"""Marks a choice item."""

from __future__ import annotations

from fractions import Fraction

from examdesk.marking import whole
from examdesk.model import Grader, Judgement, Response


def choice(*, key: str) -> Grader:
    """Everything for choosing the key, nothing for another option or none.

    >>> choice(key="b")(Response("I-801", "b"))
    Judgement(fraction=Fraction(1, 1), reason='chose b', parts=(), critical=(), suspected=(), evidence={'chose': ['b']})
    """

    def grade(response: Response) -> Judgement:
        if response.is_blank:
            return whole(Fraction(0), "no option chosen")
        return whole(Fraction(response.value == key), f"chose {response.value}", chose=[response.value])

    return grade
