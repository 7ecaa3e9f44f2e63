"""All items under exams/bank/, read with every fault of every file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from examdesk.bank.files import Document, load_yaml, validated
from examdesk.bank.packs import Pack, Packs, read_packs
from examdesk.bank.pictures import with_pictures
from examdesk.bank.schema import ITEM, ItemFile, Problem
from examdesk.bank.variants import Template, Unmade, is_made, template
from examdesk.bank.words import brief
from examdesk.errors import Fault
from examdesk.model import Item, exact


class KeyModule(Protocol):
    """The part of an item type's key.py that the border needs."""

    Authored: type[ItemFile]
    faults: Callable[[Mapping[str, Any]], Sequence[Problem]]


@dataclass(frozen=True)
class Bank:
    """The items that can be used, everything that could be read, and all faults."""

    items: Mapping[str, Item]  # without faults of their own
    documents: Mapping[str, Document]  # of `drafts`
    faults: tuple[Fault, ...]
    drafts: Mapping[str, Item] = field(default_factory=dict)  # `items`, and items whose faults are named in `faults`
    templates: Mapping[str, Template] = field(default_factory=dict)  # of `drafts` that are made; these are their first
    packs: Mapping[str, Pack] = field(default_factory=dict)  # product packs

    def made(self, name: str, *, variant: int, pack: str | None) -> Item:
        """The item as a form has it: this variant, of this pack. Raises `AuthorError` when it cannot be made so."""
        if name not in self.templates:
            return self.drafts[name]
        return self.templates[name].item(variant, self.packs[pack] if pack else None)

    def needs_pack(self, name: str) -> bool:
        """Whether an item is made of a product pack."""
        return name in self.templates and self.templates[name].with_pack

    def of_pack(self, pack: str) -> Bank:
        """The items that are made of a pack, as this pack has them, and what is wrong with them."""
        drafts, faults = dict[str, Item](), list[Fault]()
        for name, made in self.templates.items():
            if made.with_pack:
                draft, wrong = first(made, self.packs[pack])
                faults += wrong
                drafts |= {name: draft} if draft else {}
        return Bank({}, self.documents, tuple(faults), drafts)


def read_bank(exams: Path, *, root: Path, types: Mapping[str, KeyModule]) -> Bank:
    """The bank under `exams`; `types` are the key modules of the registered item types."""
    items: dict[str, Item] = {}
    drafts: dict[str, Item] = {}
    documents: dict[str, Document] = {}
    templates: dict[str, Template] = {}
    packs = read_packs(exams, root=root)
    faults: list[Fault] = list(packs.faults)
    for path in _item_files(exams / "bank"):
        document = load_yaml(path, root=root)
        if is_made(document.data):
            made, draft, found = read_made(document, packs, types=types)
        else:
            made, (draft, found) = None, read_draft(document, types=types)
        faults += [*document.faults, *found]
        if draft is None:
            continue
        if draft.id in drafts:  # a copy whose id was never changed has been told so already
            if path.stem == draft.id:
                faults.append(
                    document.fault(
                        ("id",),
                        f"{draft.id} exists already",
                        found=documents[draft.id].name,
                        cure="give this item the next free id",
                    )
                )
            continue
        drafts[draft.id], documents[draft.id] = draft, document
        if made:
            templates[draft.id] = made
        if not found and not document.faults:
            items[draft.id] = draft
    return Bank(items, documents, tuple(faults), drafts, templates, packs.packs)


def read_made(
    document: Document, packs: Packs, *, types: Mapping[str, KeyModule]
) -> tuple[Template | None, Item | None, list[Fault]]:
    """How an item is made, its first variant, of the first pack, and the faults."""
    made, faults = template(document, partial(read_draft, types=types))
    if made is None:
        return None, None, faults
    if made.with_pack and not packs.packs:
        cure = "add one to exams/packs/, or remove the line"
        return None, None, [*faults, document.fault(("pack",), "there is no product pack", cure=cure)]
    draft, wrong = first(made, next(iter(packs.packs.values()), None))
    return made, draft, [*faults, *wrong]


def first(made: Template, pack: Pack | None) -> tuple[Item | None, list[Fault]]:
    """The first variant, and what is wrong with it."""
    try:
        return made.read(made.filled(0, pack))
    except Unmade as error:
        return None, [made.fault(error)]


def _item_files(folder: Path) -> list[Path]:
    """The files of the bank in order; those with the name of an item first, so that a copy never takes its place."""
    return sorted(folder.rglob("*.y*ml"), key=lambda path: (not re.fullmatch(ITEM, path.stem), path))


def read_item(document: Document, *, types: Mapping[str, KeyModule]) -> tuple[Item | None, list[Fault]]:
    """The item of one file, None with its faults when it cannot be used."""
    draft, faults = read_draft(document, types=types)
    return (None if faults else draft), faults


def read_draft(document: Document, *, types: Mapping[str, KeyModule]) -> tuple[Item | None, list[Fault]]:
    """The item of one file even when it has faults, None when it cannot be read at all; and the faults."""
    if document.data is None and document.faults:
        return None, []
    if not isinstance(document.data, dict):
        cure = "copy a similar item and change it; every line is  name: value  with a space after the colon"
        return None, [document.fault((), "this is no item", found=brief(document.data), cure=cure)]
    kind = document.data.get("type")
    if not isinstance(kind, str) or kind not in types:
        wrong = "the type is missing" if kind is None else "no such item type"
        found = "" if kind is None else brief(kind)
        return None, [document.fault(("type",), wrong, found=found, cure=f"use one of: {', '.join(sorted(types))}")]
    authored, faults = validated(document, types[kind].Authored)
    if authored is None:
        return None, faults
    body, pictures = with_pictures(document, authored.body())
    faults += pictures
    faults += [document.fault(p.loc, p.wrong, found=p.found, cure=p.cure) for p in types[kind].faults(body)]
    points, wrong_points = _points(document, authored, body)
    faults += [*_place_faults(document, authored), *wrong_points]
    if authored.critical and not authored.scored:
        wrong = "an item without points cannot be critical"
        faults.append(document.fault(("critical",), wrong, cure="remove the line"))
    item = Item(
        authored.id, kind, authored.domain, points, tuple(authored.facts), authored.edition, authored.critical, body
    )
    return item, faults


def _points(document: Document, authored: ItemFile, body: Mapping[str, Any]) -> tuple[Fraction, list[Fault]]:
    """The points of the item; without a line of their own they are the sum of its rubric. Unscored items have none."""
    if not authored.scored:
        wrong, cure = f"an item of the type {authored.type} is worth no points", "remove the line"
        found = authored.points or "0"
        return Fraction(0), [] if exact(found) == 0 else [document.fault(("points",), wrong, found=found, cure=cure)]
    parts = [part for part in (body, *body.get("steps", ())) if "rubric" in part]  # a reply in steps has one in each
    rubric = sum((exact(one["points"]) for part in parts for one in part["rubric"]), Fraction(0)) if parts else None
    points = rubric if authored.points is None else exact(authored.points)
    if points is None:
        return Fraction(0), [document.fault((), "the item has no points", cure="add the line  points: 1")]
    if points <= 0:
        found = authored.points or str(points)
        return points, [
            document.fault(("points",), "an item needs points above 0", found=found, cure="use a number above 0")
        ]
    return points, []


def _place_faults(document: Document, authored: ItemFile) -> list[Fault]:
    faults = []
    if document.path.stem != authored.id:
        faults.append(
            document.fault(
                ("id",),
                f"the id is not the file's name, {document.path.stem}",
                found=authored.id,
                cure=f"rename the file to {authored.id}.yaml or correct the id",
            )
        )
    folder = f"d{int(authored.domain[1:]):02}"
    if document.path.parent.name != folder:
        faults.append(
            document.fault(
                ("domain",),
                f"an item of {authored.domain} belongs into the folder {folder}",
                found=document.path.parent.name,
                cure="move the file or correct the domain",
            )
        )
    return faults
