"""Corrections of a form that was sat: what the bank offers, and whether a correction may stand.

A correction changes how an item is marked and explained, never the question, its points or its edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from examdesk.bank import read_bank, read_frozen
from examdesk.bank.corrections import changes, corrected, corrections_path, read_corrections
from examdesk.building.completing import written
from examdesk.building.freezing import in_form
from examdesk.errors import CourseError, Fault
from examdesk.items import packages, part
from examdesk.model import Correction, Form, Item

_HIDDEN = re.compile(r"^[^\n]*### BEGIN (HIDDEN TESTS|MARK SCHEME).*?### END \1[^\n]*$", re.MULTILINE | re.DOTALL)
HEAD = ("type", "points", "edition", "critical")  # what no correction can change


Bodies = Mapping[int, Mapping[str, Any]]
"""{place of a variant in the form: the fields of its score half that differ}; 0 for an item with one variant."""


@dataclass(frozen=True)
class Offer:
    """What the bank of today says otherwise than the form."""

    bodies: Mapping[str, Bodies]  # {item: what differs of it}
    left: Mapping[str, str]  # {item: why it is left alone}


def offer(course: Path, form: Form) -> Offer:
    """The items of `form` that the bank marks otherwise today, and those it asks otherwise: these are left alone."""
    types = {name: part(name, "key") for name in packages()}
    bank = read_bank(course / "exams", root=course, types=types)
    bodies, left = {}, {}
    for name in form.items:
        if name in form.void:
            continue
        if name not in bank.items:
            if name in bank.drafts:
                left[name] = "it has faults in the bank; run  examdesk check"
            continue
        new = in_form(form, name, bank)
        if new is None:
            left[name] = "the bank cannot make this variant of it any more; run  examdesk check"
            continue
        pairs = [(written(old), one) for old, one in zip(form.every(name), new, strict=True)]
        differing = {place: found for place, (old, one) in enumerate(pairs) if (found := changes(old, one))}
        if why := next((why for old, one in pairs if (why := _other_question(old, one))), ""):
            left[name] = why
        elif differing:
            bodies[name] = differing
    return Offer(bodies, left)


def _other_question(old: Item, new: Item) -> str:
    """Why the bank's item is another question than the one that was sat; "" when only its marking differs."""
    head = [name for name in HEAD if getattr(old, name) != getattr(new, name)]
    if head:
        return f"its {' and '.join(head)} changed"
    question = part(old.type, "question")
    before, now = question.public(old), question.public(new)
    seen = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    return f"what candidates see changed ({', '.join(seen)})" if seen else ""


def sound(form: Form) -> Form:
    """The form itself; raises `CourseError` when a correction of it cannot stand."""
    for name, why in _unsound(form):
        raise CourseError(f"{form.id}: the correction of {name} cannot stand: {why}. Cure: restore the corrections "
                          "file of the form from your backup, or correct the item in the bank and regrade from it")
    return form


def _unsound(form: Form) -> Iterator[tuple[str, str]]:
    """(item, why) of every corrected item that is no whole item of its type, or asks another question."""
    for name, items in form.as_sat.items():
        for before, now in zip(items, form.every(name), strict=True):
            if why := _no_item(written(now)) or _other_question(before, now):
                yield name, why


def _no_item(item: Item) -> str:
    """What is wrong with the item as its type sees it; names of fields only, for a value may be a key."""
    key = part(item.type, "key")
    head = {"id": item.id, "type": item.type, "domain": item.domain, "points": str(item.points),
            "facts": list(item.facts), "edition": item.edition, "critical": item.critical}
    try:
        whole = key.Authored.model_validate({**head, **item.body})
    except ValidationError as error:
        places = {".".join(str(step) for step in one["loc"][:1]) for one in error.errors()}
        return f"it no longer fits its type ({', '.join(sorted(places))})"
    if whole.body() != dict(item.body):
        return "its fields are not written as its type writes them"
    places = {str(problem.loc[0]) for problem in key.faults(item.body) if problem.loc}
    return f"it has a fault in: {', '.join(sorted(places))}" if places else ""


def correction_faults(course: Path, path: Path) -> Iterator[Fault]:
    """The faults of the corrections beside the frozen form at `path`, for `examdesk check`."""
    place, form = corrections_path(path), read_frozen(path)
    entries, document, faults = read_corrections(place, form, root=course)
    yield from faults
    if faults:
        return
    for name, why in _unsound(corrected(form, entries)):
        index = max(at for at, entry in enumerate(entries) if entry.item == name)
        yield document.fault((index, "body"), f"the correction of {name} cannot stand: {why}",
                             cure="restore this file from your backup")


def seen_cells(cells: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The cells of a notebook as nbgrader releases them: without hidden tests and mark schemes."""
    return [{**cell, "source": _HIDDEN.sub("", "".join(cell["source"]))} for cell in cells]


def new_entries(form: Form, bodies: Mapping[str, Bodies], void: Iterable[str], *, by: str, why: str,
                never_lower: bool, at: str) -> list[Correction]:
    """The entries of one regrade, those of the form's items in the order of the form."""
    common: dict[str, Any] = {"at": at, "regrade": form.regrade + 1, "by": by, "why": why, "never_lower": never_lower}
    void = set(void)
    changed: dict[str, Mapping[int, Mapping[str, Any] | None]] = {**bodies, **{name: {0: None} for name in void}}
    return [Correction(item=name, body=None if body is None else dict(body), void=name in void, variant=place, **common)
            for name in form.items for place, body in changed.get(name, {}).items()]
