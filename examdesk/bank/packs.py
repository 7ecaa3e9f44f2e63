"""Product packs, exams/packs/<pack>.yaml: what there is to know about one kind of goods, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from examdesk.bank.files import Document, load_yaml, validated
from examdesk.bank.schema import Slug, Strict, TextMap
from examdesk.errors import Fault

FOLDER = "packs"


def _value(value: object) -> object:
    """A whole number, a word, or a text per language; numbers with decimals are written in quotes."""
    if isinstance(value, float):
        raise ValueError(f'has a decimal point but no quotes; write it in quotes, "{value}", so that it stays exact')
    texts = value.values() if isinstance(value, dict) else [value]
    good = isinstance(value, int | str) or (isinstance(value, dict) and set(value) == {"zh", "en"})
    if not good or isinstance(value, bool) or any(not isinstance(one, str | int) or one == "" for one in texts):
        raise ValueError("must be a number, a word, or one text per language; write  {zh: …, en: …}, and texts with a "
                         "comma in quotes")
    return {name: str(one) for name, one in value.items()} if isinstance(value, dict) else str(value)


PackValue = Annotated[Any, BeforeValidator(_value), WithJsonSchema({"type": ["integer", "string", "object"]})]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class PackFile(Strict):
    """The values every pack has; what stands for {name} in an item with `pack: true`."""

    id: Slug
    title: TextMap
    values: Annotated[dict[Name, PackValue], Field(min_length=1)]


@dataclass(frozen=True)
class Pack:
    id: str
    values: Mapping[str, str | Mapping[str, str]]
    document: Document


@dataclass(frozen=True)
class Packs:
    """All packs by id, sorted, and their faults."""

    packs: Mapping[str, Pack] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def read_packs(exams: Path, *, root: Path) -> Packs:
    """The packs under `exams`."""
    found, faults = dict[str, Pack](), list[Fault]()
    for path in sorted((exams / FOLDER).glob("*.y*ml")):
        document = load_yaml(path, root=root)
        faults += document.faults
        if document.data is None and document.faults:
            continue
        read, misfits = validated(document, PackFile)
        faults += misfits
        if read is None:
            continue
        if read.id != path.stem:
            cure = f"rename the file to {read.id}.yaml or correct the id"
            wrong = f"the id is not the file's name, {path.stem}"
            faults.append(document.fault(("id",), wrong, found=read.id, cure=cure))
        found[path.stem] = Pack(path.stem, read.values, document)
    return Packs(found, (*faults, *_uneven(found)))


def _uneven(packs: Mapping[str, Pack]) -> list[Fault]:
    """A value that another pack has and this one lacks: an exam could not be given with it."""
    owners: dict[str, str] = {}
    for pack in packs.values():
        for name in pack.values:
            owners.setdefault(name, pack.id)
    return [
        pack.document.fault(("values",), f"the pack has no value {name}", found=f"{owner} has one", cure="add it")
        for pack in packs.values()
        for name, owner in owners.items()
        if name not in pack.values
    ]
