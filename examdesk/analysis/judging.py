"""From marks to a result: pass, fail or withheld, in exact fractions. Pure.

A result is withheld while anything is open: an item unmarked, a suspected violation nobody has looked at, a flag that
holds the submission, something a pass rule needs and nobody knows yet. It is a fail at once when nothing still open
could change it: the best score still possible is below the cut, or another rule of `rules.py` is broken for certain.
A held submission is never judged: what it holds may not be this candidate's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from examdesk.analysis.rules import NOTHING_KNOWN, RULES, Known
from examdesk.analysis.standing import standings_of
from examdesk.model import Form
from examdesk.records import MarkRow


@dataclass(frozen=True)
class Outcome:
    """The result of one sitting and its reasons as short codes."""

    result: str  # pass, fail or withheld
    why: tuple[str, ...]  # below-cut, part:replies, critical:I-801, each:R-C06, …, unmarked:R-C06, held:…, …
    score: Fraction | None  # None while something is unmarked
    out_of: Fraction
    unmarked: int  # items
    waiting: tuple[str, ...] = ()  # what a marker still has to do, whatever the result: unmarked:…, suspected:…


def judge(form: Form, marks: Sequence[MarkRow], *, held: Iterable[str] = (), known: Known = NOTHING_KNOWN) -> Outcome:
    """The outcome of one sitting from its marks in force; `held` are the reasons why a person must decide first.

    `known` is what is known of the candidate beside the marks; only forms with a gate or a checklist ask for it.
    """
    standings = standings_of(form, marks)
    waiting = [f"unmarked:{s.item.id}" for s in standings if s.unmarked]
    waiting += [f"suspected:{s.item.id}" for s in standings if s.suspected and not s.unmarked]
    unmarked = sum(s.unmarked for s in standings)
    score = None if unmarked else sum((s.given for s in standings), Fraction(0))
    found = [one for rule in RULES.values() for one in rule(form, standings, known)]
    failed, unknown = [one.code for one in found if one.certain], [one.code for one in found if not one.certain]
    result, why = _decided([*held], failed, [*waiting, *unknown])
    return Outcome(result, tuple(why), score, form.out_of, unmarked, tuple(waiting))


def _decided(held: list[str], failed: list[str], waiting: list[str]) -> tuple[str, list[str]]:
    if held:
        return "withheld", held + waiting
    if failed:
        return "fail", failed
    return ("withheld", waiting) if waiting else ("pass", [])
