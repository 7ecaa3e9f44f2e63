"""The items a new form may hold: not retired, with a verified source, labelled where they ask what holds no more."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from examdesk.bank import Bank, read_handbook
from examdesk.bank.lives import life_of
from examdesk.building.publishing import unpublishable
from examdesk.building.syllabus import electives, tags_of
from examdesk.model import Item


def usable_items(exams: Path, bank: Bank, *, root: Path, on: date | None = None) -> list[Item]:
    """The items of the bank that may come into a form on that day, in the bank's order; today unless said otherwise."""
    handbook, outside, day = read_handbook(exams, root=root), electives(exams, root=root), on or date.today()

    def usable(item: Item) -> bool:
        document = bank.documents[item.id]
        life = life_of(document)
        return not (
            (life is not None and life.state == "retired")
            or (item.points and outside.intersection(tags_of(document)))
            or any(unpublishable(item, document, handbook, day))
        )

    return [item for item in bank.items.values() if usable(item)]
