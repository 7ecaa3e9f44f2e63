"""Marks a matching item."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from examdesk.marking import by_parts, whole
from examdesk.model import Grader, Judgement, Part, Response

RULES = ("per-pair", "all-or-nothing")


def matching(*, key: Mapping[str, str], rule: str) -> Grader:
    """An equal share for every pair made as the key makes it; with all-or-nothing everything or nothing.

    >>> key = {"price": "cost", "place": "convenience"}
    >>> matching(key=key, rule="per-pair")(Response("I-103", {"price": "cost"})).fraction
    Fraction(1, 2)
    """
    if rule not in RULES:
        raise ValueError(f"no rule {rule!r} for matching; there are: {', '.join(RULES)}")

    def grade(response: Response) -> Judgement:
        pairs = response.value if isinstance(response.value, dict) else {}
        parts = [_part(left, right, pairs.get(left), len(key)) for left, right in key.items()]
        done = sum(part.fraction for part in parts)
        reason = f"{done} of {len(parts)} pairs right" if pairs else "no pair made"
        return by_parts(parts, reason) if rule == "per-pair" else whole(Fraction(done == len(parts)), reason)

    return grade


def _part(left: str, right: str, chosen: object, pairs: int) -> Part:
    reason = "blank" if chosen is None else f"chose {str(chosen)[:40]}"
    return Part(left, Fraction(chosen == right), Fraction(1, pairs), reason)
