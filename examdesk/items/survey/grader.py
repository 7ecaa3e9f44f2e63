"""Notes that a survey was answered. It is worth no points, so nothing in it can be wrong."""

from __future__ import annotations

from fractions import Fraction

from examdesk.marking import whole
from examdesk.model import Grader, Judgement, Response


def survey() -> Grader:
    """Nothing out of nothing. What was answered stays in the journal: a mark stands beside a name, an opinion must not.

    >>> survey()(Response("I-C20", {"pace": "4"}))
    Judgement(fraction=Fraction(0, 1), reason='answered', parts=(), critical=(), suspected=(), evidence={})
    """
    return _noted


def _noted(response: Response) -> Judgement:
    return whole(Fraction(0), "left blank" if response.is_blank else "answered")
