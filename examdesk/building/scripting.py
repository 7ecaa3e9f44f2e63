"""Whether the script library serves the bank: its facts, its texts, and a reply item for every class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from examdesk.bank import Bank, Handbook
from examdesk.bank.scripts import Scripts, handbook_faults, read_scripts
from examdesk.building.lint import text_faults
from examdesk.errors import Fault
from examdesk.wording.slots import open_slots


def script_faults(exams: Path, bank: Bank, handbook: Handbook, *, root: Path) -> Iterator[Fault]:
    """Every fault of `exams/scripts.yaml` and of the items that name its classes."""
    scripts = read_scripts(exams, root=root)
    yield from scripts.faults
    if scripts.document is not None:
        yield from text_faults(scripts.document, scripts.document.data)
        yield from handbook_faults(scripts, handbook)
        yield from _unnamed(scripts)
    yield from task_faults(scripts, bank)


def task_faults(scripts: Scripts, bank: Bank) -> Iterator[Fault]:
    """Items that name a class that does not exist or is of another language, and classes no reply item names."""
    named = {item: name for item, document in bank.documents.items() if (name := script_of(document.data))}
    for item, name in named.items():
        if not scripts.faults:
            yield from _item_faults(scripts, bank, item, name)
    document = None if scripts.faults else scripts.document
    for name in scripts.classes if document else ():
        if document and name not in named.values():
            yield document.fault(("classes", name), "no reply item is of this class", found=name,
                                         cure=f"write  script: {name}  into a reply item, or write one")


def script_of(data: object) -> str:
    """The class of scripts an item's file names; "" when it names none."""
    named = data.get("script") if isinstance(data, dict) and data.get("type") == "reply" else None
    return named if isinstance(named, str) else ""


def _item_faults(scripts: Scripts, bank: Bank, item: str, name: str) -> Iterator[Fault]:
    document, asked = bank.documents[item], bank.drafts[item].body["answer_in"]
    if name not in scripts.classes:
        cure = f"use one of: {', '.join(scripts.classes)}; or add it there"
        if scripts.document is None:  # a reply copied into an older course
            cure = "copy scripts.yaml from the exams/ this item comes from, or remove the line"
        yield document.fault(("script",), "exams/scripts.yaml has no class of this name", found=name, cure=cure)
    elif scripts.classes[name].language != asked:
        yield document.fault(("script",), f"the class is for replies in {scripts.classes[name].language}",
                             found=f"{name}; answer_in: {asked}", cure="name a class of the reply's language")


def _unnamed(scripts: Scripts) -> Iterator[Fault]:
    """Templates with a gap no slot names, such as xxx or (name): whoever fills the slots would send it."""
    assert scripts.document is not None
    for at, script in enumerate(scripts.scripts):
        for left in open_slots(script.text):
            if left.strip("{}") not in script.slots:
                yield scripts.document.fault(("scripts", at, "text"), "a gap of the text is no slot", found=left,
                                             cure="write a slot like {shop} there")
