"""The personas a mock customer may be: what he buys for, what worries him, how he speaks. `exams/personas.yaml`.

A persona is a need or a situation, never a judgement of a person: to label a buyer is a violation (F-BK-13). A scenario
names its own with `persona: gift`, one with several customers `persona: {anna: gift, bob: regular}`. That line stays in
the author's file: it is no part of the item, so no form, notebook or feedback can hold it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, Field

from examdesk.bank.files import Document, load_yaml, validated
from examdesk.bank.schema import Loc, Slug, Strict, TextMap, repeated
from examdesk.errors import Fault
from examdesk.model import LANGUAGES, Texts

NAME = "personas.yaml"
NOT_BUYING: Texts = {"zh": "不为买东西", "en": "not to buy anything"}


def _in_both(texts: dict[str, str]) -> dict[str, str]:
    if set(texts) != set(LANGUAGES):
        raise ValueError("must stand in both languages; write below it  zh: …  and  en: …")
    return texts


Both = Annotated[TextMap, AfterValidator(_in_both)]
Advice = Annotated[list[Both], Field(min_length=1, max_length=6)]


class Persona(Strict):
    """One kind of customer, described so that a person can play him and an agent can serve him."""

    id: Slug
    name: Both  # of the need or situation
    motive: Slug | None = None  # one of `motives`; none: he is not here to buy
    worry: Both
    speech: Annotated[list[Both], Field(min_length=2, max_length=4)]  # what such a customer says
    serves: Advice
    fails: Advice  # what loses him
    difficulty: Literal["easy", "middle", "hard"]  # to serve; the author's guess, nobody has measured it


class PersonasFile(Strict):
    """`exams/personas.yaml`."""

    note: Both  # where the set comes from; printed with it
    motives: Annotated[dict[Slug, Both], Field(min_length=1)]
    personas: Annotated[list[Persona], Field(min_length=1)]


class Portrait(NamedTuple):
    """A persona with its motive in words."""

    persona: Persona
    motive: Texts


@dataclass(frozen=True)
class Library:
    """The personas that can be named; none where the course has no library, or one that cannot be read."""

    note: Texts = field(default_factory=dict)
    motives: Mapping[str, Texts] = field(default_factory=dict)
    personas: Mapping[str, Persona] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    document: Document | None = None

    def portrait(self, name: str) -> Portrait | None:
        """The persona of this id, None when there is none."""
        found = self.personas.get(name)
        return Portrait(found, self.motives.get(found.motive or "", NOT_BUYING)) if found else None


class Played(NamedTuple):
    """A persona a scenario names."""

    loc: Loc
    chat: str  # "" where there is one customer
    persona: str


def read_personas(exams: Path, *, root: Path) -> Library:
    """The library under `exams`, with its faults."""
    if not (exams / NAME).exists():
        return Library()
    document = load_yaml(exams / NAME, root=root)
    read, faults = (None, []) if document.faults else validated(document, PersonasFile)
    if read is None:
        return Library(faults=(*document.faults, *faults), document=document)
    return Library(read.note, read.motives, {one.id: one for one in read.personas}, tuple(_wrong(document, read)),
                   document)


def _wrong(document: Document, read: PersonasFile) -> Iterator[Fault]:
    """Ids that stand twice, motives nobody described, and motives nobody has."""
    for one in repeated([persona.id for persona in read.personas], ("personas",)):
        yield document.fault(one.loc, one.wrong, found=one.found, cure=one.cure)
    had = {persona.motive: index for index, persona in enumerate(read.personas) if persona.motive is not None}
    unknown = had.keys() - read.motives.keys()
    for motive in sorted(unknown):
        yield document.fault(("personas", had[motive], "motive"), "there is no motive of this name", found=motive,
                             cure=f"use one of: {', '.join(read.motives)}; or add it under motives:")
    for motive in [] if unknown else sorted(read.motives.keys() - had.keys()):  # misspelt, it has been told already
        yield document.fault(("motives", motive), "no persona has this motive", found=motive,
                             cure="write a persona who has it, or remove it")


def played(data: Any) -> list[Played]:
    """The personas an item's file names."""
    named = data.get("persona") if isinstance(data, dict) else None
    if isinstance(named, dict):
        return [Played(("persona", chat), chat, str(name)) for chat, name in named.items()]
    return [] if named is None else [Played(("persona",), "", str(named))]
