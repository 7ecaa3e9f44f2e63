"""A review of one item, appended to its file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from examdesk.bank import load_yaml
from examdesk.bank.bank import read_item, read_made
from examdesk.bank.lives import append_review
from examdesk.bank.packs import read_packs
from examdesk.bank.schema import ReviewFile
from examdesk.bank.variants import is_made
from examdesk.building.freezing import key_modules
from examdesk.errors import AuthorError, CourseError


def review_item(course: Path, item: str, *, by: str, kind: Literal["person", "machine"], on: date,
                note: str | None = None) -> ReviewFile:
    """The review as it was appended; raises `AuthorError` for an item with faults, `CourseError` for who may not."""
    found = sorted((course / "exams" / "bank").rglob(f"{item}.yaml"))
    if not found:
        raise CourseError(f"{item}: no such item in exams/bank. Cure: check the id")
    document = load_yaml(found[0], root=course)
    if is_made(document.data):
        packs = read_packs(course / "exams", root=course)
        _, read, faults = read_made(document, packs, types=key_modules())
        read = None if faults else read
    else:
        read, faults = read_item(document, types=key_modules())
    if read is None or document.faults:
        raise AuthorError(*document.faults, *faults)
    return append_review(document, read, by=by.strip(), kind=kind, on=on, note=note)
