"""Whether the personas that scenarios name are in the library, exams/personas.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from examdesk.bank import Bank, Document
from examdesk.bank.personas import Library, Played, played
from examdesk.errors import Fault
from examdesk.model import Item


def casting_faults(bank: Bank, library: Library) -> Iterator[Fault]:
    """Every scenario that names a persona the library does not hold, or for a customer it does not have."""
    for item in bank.drafts.values():
        document = bank.documents[item.id]
        for one in played(document.data):
            yield from _customer_faults(item, document, one)
            if one.persona not in library.personas and not library.faults:
                yield unknown(document, one, library)


def unknown(document: Document, one: Played, library: Library) -> Fault:
    """The fault of a persona that does not exist."""
    cure = f"use one of: {', '.join(library.personas)}; or add it there"
    if library.document is None:  # a scenario copied into an older course
        cure = "copy personas.yaml from the exams/ this scenario comes from, or remove the line"
    return document.fault(one.loc, "exams/personas.yaml has no persona of this name", found=one.persona, cure=cure)


def _customer_faults(item: Item, document: Document, one: Played) -> Iterator[Fault]:
    chats = [chat["id"] for chat in item.body.get("play", {}).get("chats", ())]
    if one.chat not in (chats or [""]):
        cure = f"write one persona for each of: {', '.join(chats)}" if chats else "write  persona:  with one id"
        yield document.fault(one.loc, "there is no chat of this name", found=one.chat or one.persona, cure=cure)
