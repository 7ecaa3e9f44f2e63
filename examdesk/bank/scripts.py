"""The script library: templates by class, with slots that whoever sends one fills. `exams/scripts.yaml`.

A reply item names the class it belongs to with `script: pre`. That line stays in the author's file: it is no part of
the item, so no form, notebook or feedback can hold it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from examdesk.bank.files import Document, load_yaml, validated
from examdesk.bank.handbook import Handbook
from examdesk.bank.personas import Both
from examdesk.bank.schema import Slug, Strict, Words, repeated
from examdesk.errors import Fault
from examdesk.model import Texts

NAME = "scripts.yaml"
FEWEST = 3  # templates of a class
_SLOT = re.compile(r"\{([^{}]*)\}")


class ClassFile(Strict):
    """A class of scripts: when in the talk it is used, or what the letter is about."""

    name: Both
    language: Literal["zh", "en"]  # of its templates, and of the replies that name it


class Script(Strict):
    """One template. A word in {braces} is a slot."""

    id: Slug
    class_: Annotated[Slug, Field(alias="class")]
    when: Both  # to use it
    text: Words
    facts: Annotated[list[str], Field(min_length=1)]
    edition: str  # of at least one of its facts
    dated: date = Field(alias="date")  # when it was written or last changed

    @property
    def slots(self) -> list[str]:
        """The slots of its text in order, each once."""
        return list(dict.fromkeys(_SLOT.findall(self.text)))


class ScriptsFile(Strict):
    """`exams/scripts.yaml`."""

    note: Both  # where the library comes from; printed with it
    classes: Annotated[dict[Slug, ClassFile], Field(min_length=1)]
    slots: dict[Slug, Both]
    scripts: Annotated[list[Script], Field(min_length=1)]


@dataclass(frozen=True)
class Scripts:
    """The templates that can be used; none where the course has no library, or one that cannot be read."""

    note: Texts = field(default_factory=dict)
    classes: Mapping[str, ClassFile] = field(default_factory=dict)
    slots: Mapping[str, Texts] = field(default_factory=dict)
    scripts: Sequence[Script] = ()
    faults: tuple[Fault, ...] = ()
    document: Document | None = None

    def of_class(self, name: str) -> list[Script]:
        """The templates of a class, in the order of the file."""
        return [one for one in self.scripts if one.class_ == name]


def read_scripts(exams: Path, *, root: Path) -> Scripts:
    """The script library under `exams`, with its faults; facts and editions are looked at by `handbook_faults`."""
    if not (exams / NAME).exists():
        return Scripts()
    document = load_yaml(exams / NAME, root=root)
    read, faults = (None, []) if document.faults else validated(document, ScriptsFile)
    if read is None:
        return Scripts(faults=(*document.faults, *faults), document=document)
    wrong = (*_id_faults(document, read), *_class_faults(document, read), *_slot_faults(document, read))
    return Scripts(read.note, read.classes, read.slots, read.scripts, wrong, document)


def _id_faults(document: Document, read: ScriptsFile) -> Iterator[Fault]:
    for one in repeated([script.id for script in read.scripts], ("scripts",)):
        yield document.fault(one.loc, one.wrong, found=one.found, cure=one.cure)


def _class_faults(document: Document, read: ScriptsFile) -> Iterator[Fault]:
    """Templates of classes nobody listed, and classes with too few templates."""
    unknown = [at for at, script in enumerate(read.scripts) if script.class_ not in read.classes]
    for at in unknown:
        yield document.fault(("scripts", at, "class"), "there is no class of this name", found=read.scripts[at].class_,
                             cure=f"use one of: {', '.join(read.classes)}; or add it under classes:")
    for name in read.classes:
        count = sum(script.class_ == name for script in read.scripts)
        if count < FEWEST and not unknown:  # misspelt, it has been told already
            yield document.fault(("classes", name), "the class has too few templates", found=f"{name}: {count}",
                                 cure=f"write at least {FEWEST}, or remove the class")


def _slot_faults(document: Document, read: ScriptsFile) -> Iterator[Fault]:
    """Slots nobody described, braces that are no slot, and slots no template has."""
    used: set[str] = set()
    for at, script in enumerate(read.scripts):
        used |= set(script.slots)
        where = ("scripts", at, "text")
        for name in script.slots:
            if name not in read.slots:
                yield document.fault(where, "there is no slot of this name", found=f"{{{name}}}",
                                     cure=f"use one of: {', '.join(read.slots)}; or add it under slots:")
        if stray := re.search(r".{0,10}[{}].{0,10}", _SLOT.sub("", script.text)):
            yield document.fault(where, "a brace is opened or closed alone", found=stray[0],
                                 cure="write a slot like {shop}")
    for name in read.slots:
        if name not in used:
            yield document.fault(("slots", name), "no template has this slot", found=name,
                                 cure="use it as {" + name + "} in a text, or remove it")


def handbook_faults(scripts: Scripts, handbook: Handbook) -> Iterator[Fault]:
    """Facts and editions the handbook does not hold, and templates of an edition none of their facts has."""
    if scripts.document is None or not handbook.facts:  # the handbook itself could not be read, and says so
        return
    for at, script in enumerate(scripts.scripts):
        unknown = [place for place, fact in enumerate(script.facts) if fact not in handbook.facts]
        for place in unknown:
            yield scripts.document.fault(("scripts", at, "facts", place), "no such fact in the handbook",
                                         found=script.facts[place],
                                         cure="correct the id, or add the fact to exams/handbook/facts.yaml")
        editions = list(dict.fromkeys(handbook.facts[fact].edition for fact in script.facts if fact in handbook.facts))
        if not unknown and script.edition not in editions:
            yield scripts.document.fault(("scripts", at, "edition"), "none of its facts is of this edition",
                                         found=script.edition, cure=f"use one of: {', '.join(editions)}")
