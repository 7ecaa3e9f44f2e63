"""Marks a numeric item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from examdesk.marking import by_parts, whole
from examdesk.model import Grader, Judgement, Part, Response, exact
from examdesk.typed import KINDS, Value, compared, printable, read

RULES = ("per-field", "all-or-nothing")


@dataclass(frozen=True)
class Field:
    """One field and its key. `numeric` marks fields that `field` made."""

    id: str
    kind: str
    key: Value
    tolerance: Fraction  # in the key's own unit; dates in days, times in minutes
    unit: tuple[str, ...]  # words a candidate may type behind the number


def field(id: str, kind: str, key: str | int, *, tolerance: str | int = 0, unit: Sequence[str] = ()) -> Field:
    """The field `id` with its key, for the hidden cell of a numeric item.

    `kind` is integer, decimal, percent, money, date, time or choice; keys with decimals are texts, so that they stay
    exact. Raises ValueError when the key is none of its kind.
    """
    if kind not in KINDS:
        raise ValueError(f"field {id}: no kind {kind!r}; there are: {', '.join(KINDS)}")
    value = read(kind, str(key))
    if isinstance(key, float) or value is None:
        raise ValueError(f"field {id}: the key {key!r} is no {kind}")
    return Field(id, kind, value, exact(tolerance), tuple(unit))


def numeric(*, fields: Sequence[Field], rule: str) -> Grader:
    """An equal share for every field within its tolerance; with all-or-nothing everything or nothing.

    >>> mark = numeric(fields=[field("speed", "integer", 54), field("verdict", "choice", "fail")], rule="per-field")
    >>> mark(Response("I-202", {"speed": "５４", "verdict": "pass"})).fraction
    Fraction(1, 2)
    """
    if rule not in RULES:
        raise ValueError(f"no rule {rule!r} for numeric; there are: {', '.join(RULES)}")

    def grade(response: Response) -> Judgement:
        typed = response.value if isinstance(response.value, dict) else {}
        parts = [_part(one, typed.get(one.id), Fraction(1, len(fields))) for one in fields]
        done = sum(part.fraction for part in parts)
        reason = f"{done} of {len(parts)} fields right" if typed else "no field filled in"
        return by_parts(parts, reason) if rule == "per-field" else whole(Fraction(done == len(parts)), reason)

    return grade


def _part(one: Field, typed: object, weight: Fraction) -> Part:
    """The judgement of one field. Its reason reaches the candidate: it says what was answered, never the key."""
    if not isinstance(typed, str) or not typed.strip():
        return Part(one.id, Fraction(0), weight, "blank")
    fraction, why = judged(one, typed)
    return Part(one.id, fraction, weight, f"answered {printable(typed)}{why}")


def judged(one: Field, typed: str) -> tuple[Fraction, str]:
    """(1 or 0, what is to be said about a wrong answer) of one field."""
    return compared(one.kind, typed, one.key, tolerance=one.tolerance, unit=one.unit)
