"""Corrections of a frozen form: appended beside it, in forms/<form>.corrections.yaml, and never taken back.

    - at: '2026-03-09T10:00:00Z'
      regrade: 1
      by: Li Hua
      why: two options were right
      item: I-801
      body: {key: b}              # the fields of the item's score half that change; null takes an optional one away
      never_lower: false

An entry holds either `body` or `void: true`. A void item counts full for everybody, and stays void.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, RootModel, StringConstraints, model_validator

from examdesk.bank.files import Document, load_yaml, validated
from examdesk.bank.schema import ITEM, Strict, Words
from examdesk.disk import sync
from examdesk.errors import AuthorError, CourseError, Fault
from examdesk.model import Correction, Form, Item, digest

MAX_BYTES = 10_000_000
SUFFIX = ".corrections.yaml"
HEADER = "# Appended by `examdesk regrade`; never edit it. The frozen form beside it stays as it was sat.\n"


class CorrectionFile(Strict):
    """One entry of the file."""

    at: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")]
    regrade: Annotated[int, Field(ge=1)]
    by: Words
    why: Words
    item: Annotated[str, StringConstraints(pattern=ITEM)]
    variant: Annotated[int, Field(ge=0)] = 0  # which of the form's variants of the item `body` corrects, from 0
    body: Annotated[dict[str, Any], Field(min_length=1)] | None = None
    void: Literal[True] | None = None
    never_lower: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> CorrectionFile:
        if (self.body is None) == (self.void is None):
            raise ValueError("an entry holds either body: or void: true; keep the one that is meant")
        return self


class CorrectionsFile(RootModel[list[CorrectionFile]]):
    """`exams/<exam>/forms/<form>.corrections.yaml`."""


def corrections_path(form: Path) -> Path:
    """The corrections of the frozen form at the path `form`, e.g. forms/a.corrections.yaml of forms/a.yaml."""
    return form.with_name(form.stem + SUFFIX)


def read_corrections(path: Path, form: Form, *, root: Path) -> tuple[tuple[Correction, ...], Document, list[Fault]]:
    """The entries of the file at `path` for the frozen `form`, the file, and every fault of it."""
    document = load_yaml(path, root=root, limit=MAX_BYTES)
    if document.faults:
        return (), document, list(document.faults)
    found, faults = validated(document, CorrectionsFile)
    if found is None:
        return (), document, faults
    entries = tuple(Correction(**entry.model_dump(exclude={"void"}), void=bool(entry.void)) for entry in found.root)
    return entries, document, _misplaced(entries, form, document)


def _misplaced(entries: Sequence[Correction], form: Form, document: Document) -> list[Fault]:
    """Entries that do not fit the form or the entries above them."""
    faults, void, number = [], set[str](), 0
    for index, entry in enumerate(entries):
        if entry.item not in form.items:
            cure = "remove the entry; restore the file from your backup"
            faults.append(document.fault((index, "item"), f"{form.id} has no such item", found=entry.item, cure=cure))
        elif entry.variant >= len(form.every(entry.item)):
            faults.append(document.fault((index, "variant"), f"{form.id} has no such variant of {entry.item}",
                                         found=str(entry.variant), cure="restore the file from your backup"))
        elif entry.item in void:
            faults.append(document.fault((index, "item"), f"{entry.item} is void already, and stays so",
                                         cure="remove the entry"))
        if entry.regrade not in (number, number + 1) or entry.regrade == 0:
            faults.append(document.fault((index, "regrade"), "the regrades are not in order",
                                         found=str(entry.regrade), cure="restore the file from your backup"))
        number = max(number, entry.regrade)
        void |= {entry.item} if entry.void else set()
    return faults


def load_corrected(path: Path, form: Form) -> Form:
    """The frozen form with what the file at `path` corrects; raises `AuthorError` with every fault of it."""
    entries, _, faults = read_corrections(path, form, root=path.parent)
    if faults:
        raise AuthorError(*faults)
    return corrected(form, entries)


def corrected(form: Form, entries: Sequence[Correction]) -> Form:
    """The frozen `form` with its items as corrected; another digest, the same questions and points."""
    if not entries:
        return form
    changed = {entry.item for entry in entries}
    as_sat = {name: form.every(name) for name in form.items if name in changed}
    every = {name: list(items) for name, items in as_sat.items()}
    for entry in entries:
        if entry.body is not None:
            item = every[entry.item][entry.variant]
            every[entry.item][entry.variant] = replace(item, body=_merged(item, entry.body))
    return replace(
        form, corrections=tuple(entries), as_sat=as_sat,
        items={name: every[name][0] if name in every else item for name, item in form.items.items()},
        others={name: tuple(every[name][1:]) if name in every else items for name, items in form.others.items()},
        digest=digest({"form": form.digest, "corrections": [_hashed(entry) for entry in entries]}),
    )  # fmt: skip


def _hashed(entry: Correction) -> dict[str, Any]:
    """Without what an entry of a form with one variant of each item does not say, so that digests stay."""
    return {name: value for name, value in vars(entry).items() if name != "variant" or value}


def _merged(item: Item, changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**item.body, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def changes(old: Item, new: Item) -> dict[str, Any]:
    """What an entry's `body` must hold so that the item `old` gets the body of `new`; {} when they are equal."""
    names = [*new.body, *(name for name in old.body if name not in new.body)]
    return {name: new.body.get(name) for name in names if old.body.get(name) != new.body.get(name)}


class _Written(yaml.SafeDumper):
    """Writes everything out; an alias would be refused when the file is read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def append_corrections(path: Path, form: Form, entries: Sequence[Correction]) -> None:
    """Appends `entries` for the frozen `form`; earlier ones stay byte for byte. All of it is there, or nothing.

    Raises `CourseError` when what was written would not be read as it was meant.
    """
    before = path.read_bytes() if path.exists() else HEADER.encode()
    text = yaml.dump([_entry(one) for one in entries], Dumper=_Written, allow_unicode=True, sort_keys=False, width=110)
    staged = path.with_name(path.name + ".tmp")
    with staged.open("wb") as file:
        file.write(before if before.endswith(b"\n") else before + b"\n")
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    read, _, faults = read_corrections(staged, form, root=path.parent)
    if faults or read[-len(entries):] != tuple(entries):
        staged.unlink()
        raise CourseError(f"{path.name}: the correction cannot be written as it is ({faults[0].wrong if faults else ''}"
                          "). Cure: write who and why in plain words")
    staged.replace(path)
    sync(path.parent)


def _entry(one: Correction) -> dict[str, Any]:
    what: dict[str, Any] = {"void": True} if one.body is None else {"body": dict(one.body)}
    return {"at": one.at, "regrade": one.regrade, "by": one.by, "why": one.why, "item": one.item,
            **({"variant": one.variant} if one.variant else {}), **what,
            "never_lower": one.never_lower}
