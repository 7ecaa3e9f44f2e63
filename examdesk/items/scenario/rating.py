"""What only a person can hear in a chat, e.g. its tone: a criterion rated from 1 to at most 5. Unrated is not zero.

    - id: tone
      text: {zh: 语气, en: Tone}
      reason: {zh: …, en: …}
      rated: {weight: 10, levels: [{zh: 生硬, en: curt}, …, {zh: 亲切, en: warm}]}

The worst level earns nothing, the best one everything, those between in equal steps. A chat in which nothing was said
needs no person: there is nothing to rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from examdesk.model import Part, text

FULL = 100  # the weights of a score half sum to this


def weight(criteria: Sequence[Mapping[str, Any]]) -> int:
    """The points of 100 that a person gives."""
    return sum(criterion["rated"]["weight"] for criterion in criteria if "rated" in criterion)


def part(criterion: Mapping[str, Any], *, waits: bool, blank: bool) -> Part:
    """The part of a rated criterion; without a person it counts as full, or waits."""
    share = Fraction(criterion["rated"]["weight"], FULL)
    reason = "nothing to rate" if blank else "a person must rate it" if waits else "as if rated best"
    return Part(criterion["id"], Fraction(not blank), share, reason, waits=waits)


def fraction(criterion: Mapping[str, Any], level: int) -> Fraction:
    """What a level earns. Raises ValueError for a level there is not.

    >>> fraction({"rated": {"levels": [{}, {}, {}, {}, {}]}}, 4)
    Fraction(3, 4)
    """
    levels = len(criterion["rated"]["levels"])
    if not 1 <= level <= levels:
        raise ValueError(f"a level from 1 to {levels} is needed")
    return Fraction(level - 1, levels - 1)


def wanted(parts: Iterable[Part]) -> str:
    """What the chat waits for."""
    return f"a person must rate: {', '.join(part.criterion for part in parts if part.waits)}"


def levels(criterion: Mapping[str, Any], language: str) -> list[str]:
    """The levels with their numbers, for the person who rates."""
    return [f"{number} {text(words, language)}" for number, words in enumerate(criterion["rated"]["levels"], start=1)]
