"""From marks to a result: pass, fail or withheld, in exact fractions. Pure.

A result is withheld while anything is open: an item unmarked, a suspected violation nobody has looked at, a flag that
holds the submission. It is a fail at once when no marker could change it: the best score still possible is below the
cut, a part is below its minimum, a critical item is wrong or a critical violation certain. A held submission is never
judged: what it holds may not be this candidate's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from examdesk.model import Form, Item
from examdesk.records import MarkRow


@dataclass(frozen=True)
class Outcome:
    """The result of one sitting and its reasons as short codes."""

    result: str  # pass, fail or withheld
    why: tuple[str, ...]  # below-cut, part:replies, critical:I-801, critical-violation, unmarked:R-C06, held:…, …
    score: Fraction | None  # None while something is unmarked
    out_of: Fraction
    unmarked: int  # items
    waiting: tuple[str, ...] = ()  # what a marker still has to do, whatever the result: unmarked:…, suspected:…


@dataclass(frozen=True)
class Standing:
    """What one item can still be worth."""

    item: Item
    given: Fraction  # the points of all its marks
    best: Fraction  # the points it can still come to
    unmarked: bool
    suspected: bool  # marked by no person, with a suspicion that waits for a person
    violated: bool  # a critical violation is certain


def judge(form: Form, marks: Sequence[MarkRow], *, held: Iterable[str] = ()) -> Outcome:
    """The outcome of one sitting from its marks in force; `held` are the reasons why a person must decide first."""
    standings = _standings(form, marks)
    waiting = [f"unmarked:{s.item.id}" for s in standings if s.unmarked]
    waiting += [f"suspected:{s.item.id}" for s in standings if s.suspected and not s.unmarked]
    unmarked = sum(s.unmarked for s in standings)
    score = None if unmarked else sum((s.given for s in standings), Fraction(0))
    result, why = _decided([*held], _failed(form, standings), waiting)
    return Outcome(result, tuple(why), score, form.out_of, unmarked, tuple(waiting))


def _decided(held: list[str], failed: list[str], waiting: list[str]) -> tuple[str, list[str]]:
    if held:
        return "withheld", held + waiting
    if failed:
        return "fail", failed
    return ("withheld", waiting) if waiting else ("pass", [])


def _standings(form: Form, marks: Sequence[MarkRow]) -> list[Standing]:
    by_item: dict[str, list[MarkRow]] = {}
    for row in marks:
        by_item.setdefault(row.item, []).append(row)
    return [_standing(item, by_item.get(item.id, [])) for item in form.items.values()]


def _standing(item: Item, rows: Sequence[MarkRow]) -> Standing:
    given = sum((row.points for row in rows if row.points is not None), Fraction(0))
    unmarked = not rows or any(row.points is None for row in rows)
    still = sum((row.out_of for row in rows if row.points is None), Fraction(0)) if rows else item.points
    suspected = any(row.kind != "marker" and row.evidence.get("suspected") for row in rows)
    best = item.points if suspected else given + still
    return Standing(item, given, best, unmarked, suspected, any(row.evidence.get("critical") for row in rows))


def _failed(form: Form, standings: Sequence[Standing]) -> list[str]:
    """Why the exam is failed whatever is still decided; [] while it can be passed."""
    rule, why = form.pass_rule, []
    if sum((s.best for s in standings), Fraction(0)) < rule.cut * form.out_of:
        why.append("below-cut")
    if rule.part_minimum is not None:
        why += [f"part:{part}" for part, share in best_by_part(form, standings).items() if share < rule.part_minimum]
    if rule.critical == "all-right":
        why += [f"critical:{s.item.id}" for s in standings if s.item.critical and s.best < s.item.points]
        why += ["critical-violation"] if any(s.violated for s in standings) else []
    return why


def best_by_part(form: Form, standings: Sequence[Standing]) -> Mapping[str, Fraction]:
    """{part: the best share still possible}."""
    best: dict[str, Fraction] = {}
    out_of: dict[str, Fraction] = {}
    for standing in standings:
        part = form.part_of(standing.item.id)
        best[part] = best.get(part, Fraction(0)) + standing.best
        out_of[part] = out_of.get(part, Fraction(0)) + standing.item.points
    return {part: best[part] / out_of[part] for part in best if out_of[part]}  # a part of surveys has no points
