"""The assessor form: who gives which verdict on a mystery customer, and why; nothing is overwritten.

The verdict is of people, the engine only tells what it found. Every assessor's newest word counts. One word alone can
settle `fit` and `not-yet`; `not-fit` needs two people, and people who differ settle nothing until they agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from examdesk.bank.logged import append_entry, logged
from examdesk.errors import CourseError
from examdesk.model import stamp
from examdesk.mystery.assessing import Sheet, assess
from examdesk.mystery.drawing import LOG, drawn, named

VERDICTS = ("fit", "not-yet", "not-fit")
LEVELS = range(1, 6)  # of adaptability and of product knowledge: 1 poor, 5 excellent
MOST_WHY = 1000  # characters
CONFIRMED = 2  # people who must find somebody not fit


@dataclass(frozen=True)
class Verdict:
    """What one assessor said."""

    candidate: str
    form: str
    by: str
    verdict: str
    adaptability: int
    product_knowledge: int
    why: str
    head: str  # of the journal that was read
    at: str  # UTC, ISO 8601


@dataclass(frozen=True)
class Outcome:
    """What the assessors together have decided; `verdict` is None while they have not."""

    verdict: str | None
    words: str


def give(course: Path, form: str, candidate: str, *, by: str, verdict: str, adaptability: int, product_knowledge: int,
         why: str) -> Outcome:
    """Appends one assessor's form, and says where that leaves the candidate.

    Raises `CourseError` for a form that is not filled in, and for somebody who did not draw this mystery customer.
    """
    draw = drawn(course, form)
    if by not in draw.assessors:
        raise CourseError(f"{by} is no assessor of {form}. Cure: run  examdesk mystery draw {draw.exam} --seed "
                          f"{draw.seed} --assessor {by}")
    sheet = assess(course, form, candidate)
    _check(verdict, adaptability, product_knowledge, why)
    said = Verdict(candidate, form, named(by), verdict, adaptability, product_knowledge, why.strip(), sheet.head,
                   stamp())
    append_entry(course / LOG, {"kind": "verdict", **vars(said)})
    return outcome(verdicts(course, sheet))


def verdicts(course: Path, sheet: Sheet) -> list[Verdict]:
    """Every word on the work of this sheet, the oldest first; another hand-in has to be judged anew."""
    fields = Verdict.__dataclass_fields__
    said = [Verdict(**{name: entry[name] for name in fields}) for entry in logged(course / LOG)
            if entry["kind"] == "verdict"]
    return [one for one in said
            if (one.form, one.candidate, one.head) == (sheet.drawn.form, sheet.candidate, sheet.head)]


def outcome(said: Sequence[Verdict]) -> Outcome:
    """Where the words leave the candidate.

    >>> outcome([]).words
    'nobody has given a verdict yet'
    """
    newest = {one.by: one.verdict for one in said}
    found = set(newest.values())
    if not found:
        return Outcome(None, "nobody has given a verdict yet")
    if len(found) > 1:
        told = ", ".join(f"{by}: {verdict}" for by, verdict in newest.items())
        return Outcome(None, f"open, the assessors differ ({told})")
    verdict = found.pop()
    if verdict == "not-fit" and len(newest) < CONFIRMED:
        return Outcome(None, "open, not-fit needs a second assessor")
    return Outcome(verdict, f"{verdict}, by {' and '.join(newest)}")


def _check(verdict: str, adaptability: int, product_knowledge: int, why: str) -> None:
    if verdict not in VERDICTS:
        raise CourseError(f"there is no verdict of this name (found: {verdict}). Cure: use one of: "
                          f"{', '.join(VERDICTS)}")
    for name, level in (("adaptability", adaptability), ("product knowledge", product_knowledge)):
        if level not in LEVELS:
            raise CourseError(f"{name} has no such level (found: {level}). Cure: use 1 (poor) to 5 (excellent)")
    if not why.strip() or len(why) > MOST_WHY:
        raise CourseError(f"why? Cure: write the reason, in at most {MOST_WHY} characters")
