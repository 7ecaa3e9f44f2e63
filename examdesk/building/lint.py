"""What is wrong with an item beyond its own fields: its facts, languages and reasons, and its fellows in the bank."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from examdesk.bank import Bank, Document, Handbook, Loc
from examdesk.building.same_numbers import missing
from examdesk.errors import Fault
from examdesk.items import part
from examdesk.model import LANGUAGES, Item, Texts, without_pictures

SHORTEST = {"zh": 8, "en": 15}  # characters of a reason
LISTS = ("options", "entries", "left", "right", "tickets", "classes", "questions")  # lists a candidate chooses from
_HOLLOW = re.compile(r"…+|\.{2,}|todo|tbd|xxx+|待补|待写", re.IGNORECASE)
_FORMULA = re.compile(r"\\[(\[](.+?)\\[)\]]", re.DOTALL)
_LANGUAGE_NAMES = {"zh": "Chinese (zh)", "en": "English (en)"}


def item_faults(bank: Bank, handbook: Handbook, needed: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    """The faults of every item that could be read; `needed` holds the languages its exams want of each item."""
    for item in bank.drafts.values():
        document = bank.documents[item.id]
        yield from _handbook_faults(item, document, handbook)
        yield from _language_faults(item, document, {*item.languages, *needed.get(item.id, ())})
        yield from text_faults(document, item.body)
        yield from _formula_faults(document, item.body["stem"])
        yield from _twin_faults(document, item.body)
    yield from _repeated(
        bank, "stem", "the stem of another item", "ask something else, or remove one of the two items"
    )
    yield from _reason_faults(bank)


def texts(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Texts]]:
    """Every text with its languages, with its place."""
    if isinstance(value, dict) and value and set(value) <= set(LANGUAGES) and _all_texts(value):
        yield loc, {name: without_pictures(said) for name, said in value.items()}
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, (*loc, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts(inner, (*loc, index))


def _formula_faults(document: Document, stem: Texts) -> Iterator[Fault]:
    """Formulas a page could show only as they were typed."""
    for language, source in stem.items():
        for formula in _FORMULA.findall(without_pictures(source)):
            from examdesk.widgets.markdown import mathml  # loads what draws questions, which a check seldom needs

            if not mathml(formula):
                yield document.fault(("stem", language), "this formula cannot be shown", found=formula,
                                     cure="close every { } and use common LaTeX only, e.g.  \\frac{9}{850}")


def _all_texts(value: Mapping[str, Any]) -> bool:
    return all(isinstance(inner, str) for inner in value.values())


def text_faults(document: Document, data: Any) -> Iterator[Fault]:
    """Texts that are still to be written, in the wrong language, or name other numbers in the other language."""
    for place, said in texts(data):
        for language, text in said.items():
            if _HOLLOW.fullmatch(text):
                yield document.fault(
                    (*place, language), "the text is still to be written", found=text, cure="write it"
                )
        if place[-1:] in (("stem",), ("reason",)):
            yield from _wrong_language(document, place, said)
        if len(said) == len(LANGUAGES):
            yield from _number_faults(document, place, said)


def _wrong_language(document: Document, place: Loc, said: Texts) -> Iterator[Fault]:
    for language, text in said.items():
        chinese, latin = len(re.findall(r"[\u3400-\u9fff]", text)), len(re.findall(r"[A-Za-z]", text))
        if (language == "zh" and latin and not chinese) or (language == "en" and chinese > latin):
            yield document.fault(
                (*place, language),
                f"the text is not {_LANGUAGE_NAMES[language]}",
                found=text,
                cure="write zh in Chinese and en in English; perhaps the two are exchanged",
            )


def _number_faults(document: Document, place: Loc, said: Texts) -> Iterator[Fault]:
    zh, en = missing(said["zh"], said["en"]), missing(said["en"], said["zh"])
    if zh or en:
        found = "; ".join(f"only in {name}: {', '.join(extra)}" for name, extra in (("zh", zh), ("en", en)) if extra)
        yield document.fault(
            place,
            "the two languages name different numbers",
            found=found,
            cure="let both say the same; one of them would mislead",
        )


def _handbook_faults(item: Item, document: Document, handbook: Handbook) -> Iterator[Fault]:
    if not handbook.facts:  # the handbook itself could not be read, and says so
        return
    for index, fact in enumerate(item.facts):
        if fact not in handbook.facts:
            yield document.fault(
                ("facts", index),
                "no such fact in the handbook",
                found=fact,
                cure="correct the id, or add the fact to exams/handbook/facts.yaml",
            )
        elif fact in item.facts[:index]:
            yield document.fault(("facts", index), "the fact stands twice", found=fact, cure="keep one of them")
    if item.edition not in handbook.editions:
        yield document.fault(
            ("edition",),
            "no such edition of the handbook",
            found=item.edition,
            cure=f"use one of: {', '.join(handbook.editions)}",
        )
        return
    editions = [handbook.facts[fact].edition for fact in item.facts if fact in handbook.facts]
    editions = [edition for edition in editions if edition in handbook.editions]
    if editions and item.edition not in editions:
        yield document.fault(
            ("edition",),
            "none of the item's facts is of this edition",
            found=item.edition,
            cure=f"use the edition of its facts: {' or '.join(dict.fromkeys(editions))}",
        )


def _language_faults(item: Item, document: Document, needed: Collection[str]) -> Iterator[Fault]:
    in_one_language = getattr(part(item.type, "key"), "in_one_language", lambda body, place: False)
    for place, said in texts(item.body):
        if in_one_language(item.body, place):
            continue
        for language in sorted(set(needed) - set(said), reverse=True):
            name = _named(item.body, place)
            yield document.fault(
                place,
                f"{name} has no {_LANGUAGE_NAMES[language]} text",
                found=f"only {', '.join(said)}",
                cure=f"add the line  {language}: …",
            )


def _named(body: Any, place: Loc) -> str:
    """A place in words: 'the reason of "b"', 'the stem'."""
    owner = None
    for step in place[:-1]:
        body = body[step]
        owner = body.get("id", owner) if isinstance(body, dict) else owner
    name = place[-1] if isinstance(place[-1], str) else f"entry {place[-1] + 1}"
    return f'the {name} of "{owner}"' if owner else f"the {name}"


def _twin_faults(document: Document, body: Any, loc: Loc = ()) -> Iterator[Fault]:
    """Two entries of one list that say the same: a candidate cannot tell them apart."""
    if isinstance(body, list):
        if loc[-1] in LISTS:
            yield from _twins(document, body, loc)
        inner: Any = enumerate(body)
    else:
        inner = body.items() if isinstance(body, dict) else ()
    for step, value in inner:
        yield from _twin_faults(document, value, (*loc, step))


def _twins(document: Document, entries: list[Any], loc: Loc) -> Iterator[Fault]:
    seen: dict[tuple[str, str], str] = {}
    for index, entry in enumerate(entries):
        said = entry.get("text") if isinstance(entry, dict) else None
        for language, text in (said or {}).items():
            key = (language, " ".join(unicodedata.normalize("NFKC", text).casefold().split()))
            if key in seen and seen[key] != entry.get("id"):
                yield document.fault(
                    (*loc, index, "text", language),
                    f'"{seen[key]}" and "{entry.get("id")}" say the same',
                    found=text,
                    cure="make them different, or remove one",
                )
            seen.setdefault(key, str(entry.get("id")))


def _reason_faults(bank: Bank) -> Iterator[Fault]:
    for item in bank.drafts.values():
        for place, said in part(item.type, "key").reasons(item.body):
            for language, text in said.items():
                if len(text) < SHORTEST[language]:
                    yield bank.documents[item.id].fault(
                        (*place, language),
                        f"{_named(item.body, place)} is too short",
                        found=text,
                        cure=f"state the rule in at least {SHORTEST[language]} characters",
                    )
    yield from _repeated(
        bank, "reason", "the reason of another option", "say in each place why just this one is right or wrong"
    )


def _repeated(bank: Bank, what: str, wrong: str, cure: str) -> Iterator[Fault]:
    """A fault for every text of the bank that stands in an earlier place, too."""
    seen: dict[tuple[str, str], str] = {}
    for item in bank.drafts.values():
        document = bank.documents[item.id]
        for place, said in _of(item, what):
            for language, text in said.items():
                key = (language, _essence(text))
                line = document.line((*place, language))
                if key in seen and key[1]:
                    yield document.fault(
                        (*place, language), f"this is word for word {wrong}, {seen[key]}", found=text, cure=cure
                    )
                seen.setdefault(key, f"{document.name}:{line}")


def _of(item: Item, what: str) -> Iterator[tuple[Loc, Texts]]:
    if what == "stem":
        yield from texts(item.body["stem"], ("stem",))
    else:
        yield from part(item.type, "key").reasons(item.body)


def _essence(text: str) -> str:
    """A text without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
