"""What may not be published, that is frozen into a form: expired facts without a label, content nobody verified."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from examdesk.bank import Bank, Document, ExamFile, Handbook
from examdesk.bank.validity import edition_expired, expired
from examdesk.building.lint import texts
from examdesk.errors import Fault
from examdesk.model import Item

PER_HANDBOOK = {  # how a stem says whose rule it asks for
    "zh": re.compile(r"(按|根据|依|照)[^。？?]{0,8}手册|手册[^。？?]{0,12}(规定|写|版)"),
    "en": re.compile(r"\b(per|by|according to|in|as) (the|this) [^.?]{0,30}handbook\b|\bhandbook's\b|"
                     r"\bthe handbook (says|gives|names|allows|has|asks|sets)\b", re.IGNORECASE),
}
Exams = Mapping[str, tuple[ExamFile, Document]]


def labelled(item: Item, handbook: Handbook) -> bool:
    """Whether the question says that it asks for the handbook's rule: by its edition, which is printed when it is not
    current, or in its stem or what the candidate is told of the case, in every language."""
    edition = handbook.editions.get(item.edition)
    if edition is not None and edition.status != "current":
        return True
    told = [said for part in _told(item) for _, said in texts(part)]
    return all(any(PER_HANDBOOK[language].search(said.get(language, "")) for said in told)
               for language in item.body["stem"])


def _told(item: Item) -> list[Any]:
    """What a candidate reads before answering: the stem, a reply's context, a scenario's briefing."""
    return [item.body["stem"], item.body.get("context", []), item.body.get("play", {}).get("briefing", [])]


def unpublishable(item: Item, document: Document, handbook: Handbook, on: date) -> Iterator[Fault]:
    """What keeps an item from being published on that day; nothing for most."""
    edition = handbook.editions.get(item.edition)
    why = "" if edition is None or edition.status != "current" else edition_expired(edition, on)
    if why:
        yield document.fault(("edition",), f"{why}, but the handbook calls it current, so no question would say "
                             "\"per the handbook\"", found=item.edition,
                             cure="write status: historical for it in exams/handbook/facts.yaml, or valid_to: anew")
    if not why and not labelled(item, handbook):
        for index, name in enumerate(item.facts):
            if reason := expired(handbook, name, on):
                yield document.fault(("facts", index), f"the fact does not hold on {on} ({reason}), and the question "
                                     "does not say \"per the handbook\"", found=name,
                                     cure="write 按手册 and per the handbook into the stem, or ask for what holds now")
    if unverified(item, document, handbook):
        yield document.fault(("facts",), "the item has no verified source: none of its facts has one",
                             found=", ".join(item.facts), cure="add source: {text, verified_on, by} to the item, or "
                             "name the fact that carries its key, e.g. not to guess")


def unverified(item: Item, document: Document, handbook: Handbook) -> bool:
    """Whether every fact of the item is unverified, and the item names no source of its own."""
    known = [handbook.facts[name] for name in item.facts if name in handbook.facts]
    own = isinstance(document.data, dict) and document.data.get("source")
    return bool(known) and not own and all(fact.source == "unverified" for fact in known)


def form_publishing_faults(exam: ExamFile, form: str, bank: Bank, handbook: Handbook, on: date) -> Iterator[Fault]:
    """The faults of all items of a form that is to be frozen."""
    for names in exam.forms[form].values():
        for name in names:
            if name in bank.drafts:
                yield from unpublishable(bank.drafts[name], bank.documents[name], handbook, on)


def publishing_faults(exams: Exams, bank: Bank, handbook: Handbook, frozen: Mapping[str, set[str]], on: date
                      ) -> Iterator[Fault]:
    """The same for every form that is not frozen yet; what is frozen was right when it was."""
    for exam, _ in exams.values() if not handbook.faults else ():  # a handbook with faults says them itself
        for form in exam.forms:
            if form not in frozen.get(exam.id, ()):
                yield from form_publishing_faults(exam, form, bank, handbook, on)
