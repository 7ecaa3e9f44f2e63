"""`examdesk facts stale`: what an expired or changed fact of the handbook touches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from examdesk.bank import Bank, Handbook, form_files, read_bank, read_form, read_handbook
from examdesk.bank.validity import expired, to_be_checked
from examdesk.building.freezing import key_modules
from examdesk.building.publishing import labelled, unpublishable
from examdesk.errors import AuthorError
from examdesk.model import Form


@dataclass(frozen=True)
class Stale:
    """A fact that does not hold on a day, or reads otherwise than a form has it, with what names it."""

    fact: str
    why: str
    items: tuple[str, ...]
    unlabelled: tuple[str, ...]  # those of `items` that do not say "per the handbook": they may not be published
    forms: tuple[str, ...]  # frozen forms in which it is asked, or in which it reads otherwise

    def as_json(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)


def stale_facts(course: Path, on: date) -> list[Stale]:
    """Every fact of the handbook that is stale on that day and touches something, in the handbook's order."""
    exams = Path(course) / "exams"
    handbook = read_handbook(exams, root=course)
    if handbook.faults:
        raise AuthorError(*handbook.faults)
    bank = read_bank(exams, root=course, types=key_modules())
    forms = [read_form(path) for path in form_files(course)]
    found = [one for name in handbook.facts for one in _stale(name, handbook, bank, forms, on)]
    return [one for one in found if one.items or one.forms]


def _stale(name: str, handbook: Handbook, bank: Bank, forms: list[Form], on: date) -> Iterator[Stale]:
    items = tuple(item.id for item in bank.drafts.values() if name in item.facts)
    bare = tuple(item for item in items if _unlabelled(item, bank, handbook, on))
    edition = handbook.editions.get(handbook.facts[name].edition)
    if why := expired(handbook, name, on):
        yield Stale(name, why, items, bare, tuple(form.id for form in forms if name in form.facts))
    elif edition is not None and (since := to_be_checked(edition, on)):
        yield Stale(name, f"its edition is to be checked since {since}", items, (),
                    tuple(form.id for form in forms if name in form.facts))
    text = dict(handbook.facts[name].text)
    if moved := tuple(form.id for form in forms if name in form.facts and dict(form.facts[name]) != text):
        yield Stale(name, "it reads otherwise than when the form was frozen", items, (), moved)


def _unlabelled(item: str, bank: Bank, handbook: Handbook, on: date) -> bool:
    one = bank.drafts[item]
    return not labelled(one, handbook) or any(fault.found == one.edition for fault in
                                              unpublishable(one, bank.documents[item], handbook, on))
