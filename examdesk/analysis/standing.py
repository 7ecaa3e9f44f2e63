"""What every item of one sitting is worth, and can still come to. Exact fractions, pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from examdesk.model import Form, Item
from examdesk.records import MarkRow


@dataclass(frozen=True)
class Standing:
    """What one item can still be worth."""

    item: Item
    given: Fraction  # the points of all its marks
    best: Fraction  # the points it can still come to
    unmarked: bool
    suspected: bool  # marked by no person, with a suspicion that waits for a person
    violated: bool  # a critical violation is certain
    void: bool  # it does not count: everybody has its full points
    evidence: Mapping[str, Any]  # what was measured of it, of all its marks together

    @property
    def best_share(self) -> Fraction:
        """The share of its points it can still come to; all of it for an item without points."""
        return self.best / self.item.points if self.item.points else Fraction(1)


def standings_of(form: Form, marks: Sequence[MarkRow]) -> list[Standing]:
    """The standing of every item of the form, by the marks in force of one sitting."""
    by_item: dict[str, list[MarkRow]] = {}
    for row in marks:
        by_item.setdefault(row.item, []).append(row)
    return [_standing(item, by_item.get(item.id, []), void=item.id in form.void) for item in form.items.values()]


def _standing(item: Item, rows: Sequence[MarkRow], *, void: bool) -> Standing:
    given = sum((row.points for row in rows if row.points is not None), Fraction(0))
    unmarked = not rows or any(row.points is None for row in rows)
    still = sum((row.out_of for row in rows if row.points is None), Fraction(0)) if rows else item.points
    suspected = any(row.kind != "marker" and row.evidence.get("suspected") for row in rows)
    best = item.points if suspected else given + still
    evidence = {name: value for row in rows for name, value in row.evidence.items()}
    return Standing(item, given, best, unmarked, suspected, any(row.evidence.get("critical") for row in rows), void,
                    evidence)


def best_by_part(form: Form, standings: Sequence[Standing]) -> Mapping[str, Fraction]:
    """{part: the best share still possible}."""
    best: dict[str, Fraction] = {}
    out_of: dict[str, Fraction] = {}
    for standing in standings:
        part = form.part_of(standing.item.id)
        best[part] = best.get(part, Fraction(0)) + standing.best
        out_of[part] = out_of.get(part, Fraction(0)) + standing.item.points
    return {part: best[part] / out_of[part] for part in best if out_of[part]}  # a part of surveys has no points
