"""Exam files: title, time, sections, forms, blueprint and pass rules."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from examdesk.bank.files import Document, load_yaml, validated
from examdesk.bank.schema import ITEM, Exact, Labelled, Slug, Strict, TextMap, Words
from examdesk.errors import AuthorError, Fault
from examdesk.model import exact


def _share(value: object) -> str:
    """A share like 90% or 0.9, kept as an exact text."""
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?(/[1-9][0-9]{0,8})? ?%?", text):
        raise ValueError("must be a share; write it like 90%")
    number = exact(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)
    if number > 1:
        raise ValueError("must be a share between 0% and 100%; write it like 90%")
    return str(number)


Share = Annotated[str, BeforeValidator(_share), WithJsonSchema({"type": ["string", "number"]})]
PARTS = Literal["quiz", "replies", "scenarios"]


class SectionFile(Strict):
    id: Slug
    title: TextMap
    part: PARTS
    minutes: Annotated[int, Field(ge=1, le=600)] | None = None  # optional: a time of its own; needs one_way


class PanelFile(Strict):
    """Who set a cut score, and how."""

    method: Words
    judges: Annotated[list[Words], Field(min_length=2)]
    on: date
    rounds: Annotated[int, Field(ge=1, le=9)] = 1
    standard_error: Exact | None = None  # in points


class GateFile(Strict):
    """Another exam that must be passed, and how long its pass is valid."""

    exam: Slug
    months: Annotated[int, Field(ge=1, le=60)]


class ChecklistFile(Strict):
    """What a lead ticks for every candidate."""

    id: Slug
    lines: Annotated[list[Labelled], Field(min_length=1, max_length=40)]


class PassFile(Strict):
    cut: Share
    panel: PanelFile | None = None  # optional: without a panel the cut is provisional
    part_minimum: Share | None = None
    critical: Literal["all-right"] | None = None
    each: dict[Slug, Share] = Field(default_factory=dict)  # optional: {item type: the share every item must earn}
    mean: dict[Slug, Share] = Field(default_factory=dict)  # optional: {item type: the mean of its items' shares}
    typing: Literal["required"] | None = None  # optional: every typing item right
    twice: dict[Slug, TextMap] = Field(default_factory=dict)  # optional: {what items are about: its words}
    waits: Share | None = None  # optional: of all waits in all chats, the share in time
    kappa: Share | None = None  # optional: agreement with the keys of all transcripts, line by line
    gate: GateFile | None = None  # optional: a pass of another exam, valid on the day
    checklist: ChecklistFile | None = None  # optional: all of it ticked


class FeedbackFile(Strict):
    show_key: bool = False


class ExamFile(Strict):
    """`exams/<exam>/exam.yaml`."""

    id: Slug
    title: TextMap
    minutes: Annotated[int, Field(ge=1, le=600)]
    languages: Annotated[list[Literal["zh", "en"]], Field(min_length=1)]
    language: Literal["zh", "en"]
    shuffle: bool = True
    one_way: bool = False  # optional: sections come one after the other, and nobody goes back
    pause: Annotated[int, Field(ge=1, le=120)] | None = None  # optional: minutes all pauses together may take
    pack: Slug | None = None  # optional: the product pack its items are made of, of exams/packs/
    variants: Annotated[int, Field(ge=1, le=50)] = 1  # optional: of every item a generator makes; one for a candidate
    certifies: bool = False  # optional: only items that two persons have reviewed may stand in it
    pilot: list[Annotated[str, Field(pattern=ITEM)]] = Field(default_factory=list)  # optional: on trial, not scored
    feedback: FeedbackFile = FeedbackFile()
    sections: Annotated[list[SectionFile], Field(min_length=1)]
    forms: Annotated[dict[Slug, dict[str, list[str]]], Field(min_length=1)]
    blueprint: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    critical: Annotated[int, Field(ge=0)] | None = None  # optional: the number of critical items of a form
    points: Exact | None = None  # optional: the points a form must have
    pass_: PassFile = Field(alias="pass")

    def cut(self) -> Fraction:
        return Fraction(self.pass_.cut)


def read_exam(exams: Path, exam: str, *, root: Path) -> tuple[ExamFile, Document]:
    """The exam file of `exam`; raises `AuthorError` with every fault."""
    path = exams / exam / "exam.yaml"
    if not path.exists():
        known = ", ".join(sorted(file.parent.name for file in exams.glob("*/exam.yaml"))) or "none"
        raise AuthorError(Fault(f"exams/{exam}/exam.yaml", 1, "no such exam", exam, f"the exams here are: {known}"))
    found, document, faults = _read(path, root=root)
    if found is None or faults:
        raise AuthorError(*faults)
    return found, document


def read_exams(exams: Path, *, root: Path) -> tuple[dict[str, tuple[ExamFile, Document]], list[Fault]]:
    """{exam id: (file, document)} of all exams that could be read, and the faults of all."""
    read, faults = {}, []
    for path in sorted(exams.glob("*/exam.yaml")):
        found, document, wrong = _read(path, root=root)
        faults += wrong
        if found is not None:
            read[found.id] = (found, document)
    return read, faults


def _read(path: Path, *, root: Path) -> tuple[ExamFile | None, Document, list[Fault]]:
    document = load_yaml(path, root=root)
    if document.data is None and document.faults:
        return None, document, list(document.faults)
    found, faults = validated(document, ExamFile)
    if found is not None and found.id != path.parent.name:
        faults = [
            document.fault(
                ("id",),
                f"the id is not the folder's name, {path.parent.name}",
                found=found.id,
                cure=f"rename the folder to {found.id} or correct the id",
            )
        ]
    return found, document, [*document.faults, *faults]
