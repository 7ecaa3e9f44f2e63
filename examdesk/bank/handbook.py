"""The handbook: facts with ids, and the editions they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from examdesk.bank.files import Document, load_yaml, validated
from examdesk.bank.schema import DOMAIN, SourceFile, Strict, TextMap, Words
from examdesk.errors import Fault

KINDS = r"^(PF|CALC|PROC|RP|SS|TP)(\+(PF|CALC|PROC|RP|SS|TP))*$"


class Edition(Strict):
    label: TextMap
    valid_from: date | None = None
    valid_to: date | None = None
    status: Literal["current", "historical"]
    checked_on: date | None = None  # optional: when its rules were last compared with what holds today
    recheck_months: Annotated[int, Field(ge=1, le=120)] | None = None  # optional: how long that is good for


class Fact(Strict):
    domain: Annotated[str, StringConstraints(pattern=DOMAIN)]
    platform: Words
    kind: Annotated[str, StringConstraints(pattern=KINDS)]
    edition: str
    text: TextMap
    note: Words | None = None
    valid_from: date | None = None  # optional: where the fact has days of its own, beside its edition's
    valid_to: date | None = None
    status: Literal["current", "historical"] | None = None
    superseded_by: str | None = None  # optional: the fact that holds instead
    source: SourceFile | Literal["unverified"] | None = None  # optional: the handbook, unless said otherwise
    asked: bool = True  # false: not to be asked, e.g. a value the company sets


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
    faults += [
        document.fault(("facts", name, "superseded_by"), f"fact {name} is superseded by one that is not listed",
                       found=str(fact.superseded_by), cure="correct the id")
        for name, fact in read.facts.items()
        if fact.superseded_by is not None and (fact.superseded_by not in read.facts or fact.superseded_by == name)
    ] + [
        document.fault(("facts", name, "valid_to"), f"fact {name} ends before it begins", found=str(fact.valid_to),
                       cure="correct one of the two dates")
        for name, fact in read.facts.items()
        if fact.valid_from and fact.valid_to and fact.valid_to < fact.valid_from
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
