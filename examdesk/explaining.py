"""Why an answer earned what it earned: one way to say it, for the feedback page and for practice.

Texts only, never HTML: whoever shows them escapes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from examdesk.items import part
from examdesk.marking import shown
from examdesk.model import Form, Item, Response, text

Corrected = Mapping[int, Sequence[str]]
"""{turn of a chat: what a marker has read in it}."""

NOTHING: Corrected = {}
WHOLE = "whole"  # the criterion of an item that has none
VOID = {
    "zh": "本题已作废：不论怎样作答，每位考生都得满分。",
    "en": "This question was taken out: everybody has its full points, whatever the answer.",
}


@dataclass(frozen=True)
class Scored:
    """Points on an item or on one of its criteria; None while unmarked."""

    criterion: str
    points: Fraction | None
    out_of: Fraction


@dataclass(frozen=True)
class Explained:
    """What a candidate reads about one answer, in one language."""

    state: str  # full, part, none, unmarked or unscored
    points: str
    out_of: str
    answer: list[str]  # as the candidate gave it; [] where there is none, or it must not be shown
    parts: list[dict[str, str]]  # {name, points, out_of} of every criterion
    why: list[str]
    facts: list[str]  # what the handbook says
    lost: list[dict[str, str]] = field(default_factory=list)  # {turn, points, what, said, better} of a chat

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def explained(form: Form, item: Item, response: Response, scored: Sequence[Scored], language: str, *,
              show_key: bool, public: Mapping[str, Any] | None = None, corrected: Corrected = NOTHING) -> Explained:
    """What there is to say about `response` and its points; of an item that was taken out only that.

    The answer to an unscored question is never told: an opinion does not stand beside a name. `corrected` are the
    turns of a chat a marker has read otherwise: points and reasons then say the same.
    """
    question = part(item.type, "question")
    unmarked = not scored or any(one.points is None for one in scored)
    points = None if unmarked else sum((one.points for one in scored if one.points is not None), Fraction(0))
    seen = item.points and not response.is_blank
    public = question.public(item) if public is None else public
    told = question.told(public, response.value, language) if seen else []
    parts = [one for one in scored if one.criterion != WHOLE] if told and not unmarked else []
    more: dict[str, Any] = {"show_key": show_key, **({"corrected": corrected} if corrected else {})}
    return Explained(
        state="unmarked" if unmarked else "unscored" if not item.points else _state(points, item.points),
        points=shown(points),
        out_of=shown(item.points),
        answer=told,
        parts=[_part(item, one, language) for one in parts],
        why=_why(form, item, response, language, more) if told or item.id in form.void else [],
        facts=[text(form.facts[fact], language) for fact in item.facts if fact in form.facts],
        lost=_lost(item, response, language, more) if parts and item.id not in form.void else [],
    )


def _why(form: Form, item: Item, response: Response, language: str, more: Mapping[str, Any]) -> list[str]:
    if item.id in form.void:
        return [VOID[language]]
    lines: list[str] = part(item.type, "key").explain(item.body, response.value, language, **more)
    return lines


def _lost(item: Item, response: Response, language: str, more: Mapping[str, Any]) -> list[dict[str, str]]:
    """Turn by turn what was lost, for types that have turns; of points a person gave as a whole nothing."""
    key = part(item.type, "key")
    found: list[dict[str, str]] = key.lost(item, response.value, language, **more) if hasattr(key, "lost") else []
    return found


def _state(points: Fraction | None, out_of: Fraction) -> str:
    return "full" if points == out_of else "none" if not points else "part"


def _part(item: Item, one: Scored, language: str) -> dict[str, str]:
    name = part(item.type, "key").criterion_text(item.body, one.criterion, language)
    return {"name": name, "points": shown(one.points), "out_of": shown(one.out_of)}
