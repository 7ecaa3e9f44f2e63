"""The items a new form may hold: from no tutorial, not retired, of a verified source, labelled where they are old."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from examdesk.bank import Bank, read_exams, read_handbook
from examdesk.bank.lives import life_of
from examdesk.bank.programme import read_programme
from examdesk.building.publishing import unpublishable
from examdesk.building.syllabus import electives
from examdesk.model import Item


def usable_items(exams: Path, bank: Bank, *, root: Path, on: date | None = None) -> list[Item]:
    """The items of the bank that may come into a form on that day, in the bank's order; today unless said otherwise."""
    read, _ = read_exams(exams, root=root)
    shown = {name for file, _ in read.values() if file.feedback.show_key and not file.cut()  # a tutorial
             for form in file.forms.values() for items in form.values() for name in items}
    programme = read_programme(exams, root=root).file
    rehearsed = frozenset() if programme is None else frozenset(programme.rehearsed)
    handbook, outside, day = read_handbook(exams, root=root), electives(exams, root=root), on or date.today()

    def usable(item: Item) -> bool:
        document = bank.documents[item.id]
        life = life_of(document)
        return not (
            item.id in shown or item.id in rehearsed
            or (life is not None and life.state == "retired")
            or (item.points and outside.intersection(document.listed("tags")))
            or any(unpublishable(item, document, handbook, day))
        )

    return [item for item in bank.items.values() if usable(item)]
