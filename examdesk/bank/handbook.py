"""The handbook: facts with ids, and the editions they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints

from examdesk.bank.files import Document, load_yaml, validated
from examdesk.bank.schema import DOMAIN, Strict, TextMap, Words
from examdesk.errors import Fault

KINDS = r"^(PF|CALC|PROC|RP|SS|TP)(\+(PF|CALC|PROC|RP|SS|TP))*$"


class Edition(Strict):
    label: TextMap
    valid_from: date | None = None
    valid_to: date | None = None
    status: Literal["current", "historical"]


class Fact(Strict):
    domain: Annotated[str, StringConstraints(pattern=DOMAIN)]
    platform: Words
    kind: Annotated[str, StringConstraints(pattern=KINDS)]
    edition: str
    text: TextMap
    note: Words | None = None


class HandbookFile(Strict):
    editions: dict[str, Edition]
    facts: dict[str, Fact]


@dataclass(frozen=True)
class Handbook:
    editions: Mapping[str, Edition] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    document: Document | None = None


def read_handbook(exams: Path, *, root: Path) -> Handbook:
    """The handbook under `exams`, with its faults."""
    document = load_yaml(exams / "handbook" / "facts.yaml", root=root)
    if document.data is None and document.faults:
        return Handbook(faults=document.faults, document=document)
    read, faults = validated(document, HandbookFile)
    if read is None:
        return Handbook(faults=(*document.faults, *faults), document=document)
    return Handbook(read.editions, read.facts, (*document.faults, *_unknown(document, read)), document)


def _unknown(document: Document, read: HandbookFile) -> list[Fault]:
    cure = "add it under editions: or correct the name"
    faults = [
        document.fault(
            ("facts", name, "edition"),
            f"fact {name} names an edition that is not listed",
            found=fact.edition,
            cure=cure,
        )
        for name, fact in read.facts.items()
        if fact.edition not in read.editions
    ]
    return faults + [
        document.fault(
            ("editions", name, "valid_to"),
            f"edition {name} ends before it begins",
            found=str(edition.valid_to),
            cure="correct one of the two dates",
        )
        for name, edition in read.editions.items()
        if edition.valid_from and edition.valid_to and edition.valid_to < edition.valid_from
    ]
