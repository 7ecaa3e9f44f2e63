"""Faults of item writing that help a guesser: a key that stands out by its length, "all of the above", and their like.

The thresholds are ours. In the bank of November 2026 (177 single-choice items) no key is longer than 1.31 times its
longest distractor in both languages, no option is contained in another, and no question is negative without a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from examdesk.bank import Bank, Document
from examdesk.errors import Fault
from examdesk.model import Item, without_pictures

LONGER = 1.4  # times the longest distractor, in every language
LONGER_BY = {"zh": 6, "en": 15}  # and at least so many characters: "30 days" beside "6 months" gives nothing away
LONG_TO_READ = {"zh": 420, "en": 1500}  # characters of stem and options together
CHOSEN = ("choice", "multi")
_ABOVE = {
    "zh": re.compile(r"^以上|以上(都|皆|均|全|所有|各项|选项)|"
                     r"^(都对|都不对|全都对|全部正确|均正确|皆是|都是|都不是)[。!！]?$"),
    "en": re.compile(r"^(all|none|any|both|neither) of (these|them)\W*$|\bof the above\b|"
                     r"\b(of|with) (these|the other) (options|answers)\b", re.IGNORECASE),
}
_ABSOLUTE = {
    "zh": re.compile(r"一定|必须|绝对|永远|从不|总是|肯定|完全|绝不|一律|百分之百|100%"),
    "en": re.compile(r"\b(always|never|absolutely|certainly|completely|guarantee\w*|must|every time|100%)",
                     re.IGNORECASE),
}
_NEGATIVE = {
    "zh": re.compile(r"哪[^。？?，,*]{0,12}(?<![是会能可])(不(?!过|同|仅|但|止|良)|没有)|"
                     r"(不|没有)[^。？?，,*]{1,12}的(是|有)[^。]{0,6}[？?]|除了"),
    "en": re.compile(r"\b(which|what)\b[^.?,;:*]*?\b(not|never)\b|\bexcept\b", re.IGNORECASE),
}
_ASIDE = re.compile(r"[(（][^)）]*[)）]")
_RANGE = re.compile(r"^\D{0,6}(\d+(?:\.\d+)?)\s*(?:-|–|—|~|～|至|到|to)\s*(\d+(?:\.\d+)?)\D{0,12}$")


def writing_faults(bank: Bank) -> Iterator[Fault]:
    """The faults of every item a guesser could use."""
    for item in bank.drafts.values():
        if item.type not in CHOSEN:
            continue
        document = bank.documents[item.id]
        yield from _above(document, item)
        yield from _negative(document, item)
        yield from _ranges(document, item)
        yield from _inside(document, item)
        if stands_out(item):
            yield document.fault(("key",), f"the key is by far the longest option: {LONGER} times the next, or more, "
                                 "in every language", found=str(item.body["key"]),
                                 cure="shorten it, or give the others as much detail")


def writing_notes(bank: Bank) -> Iterator[Fault]:
    """What a person should look at: it may be meant."""
    for item in bank.drafts.values():
        document = bank.documents[item.id]
        if item.type == "choice" and _only_wrong_are_absolute(item):
            yield document.fault(("options",), "absolute words stand in wrong options only; who has noticed that habit "
                                 "need not know the rule",
                                 cure="word the options alike, unless absolute words are what is asked")
        if item.type in CHOSEN and (long := _long(item)):
            yield document.fault(("stem",), "the item is long to read", found=long,
                                 cure="cut what the answer does not need")


def by_length(item: Item) -> dict[str, tuple[int, int]]:
    """{language: characters of the key, of its longest distractor} of a single choice of more than two options."""
    if item.type != "choice" or len(item.body["options"]) < 3:
        return {}
    found = {}
    for language in item.body["stem"]:
        size = {one["id"]: len(one["text"].get(language, "")) for one in item.body["options"]}
        key = size.pop(item.body["key"], 0)
        found[language] = (key, max(size.values()))
    return found


def stands_out(item: Item) -> bool:
    """Whether the key is the longest option noticeably, in every language."""
    lengths = by_length(item)
    return bool(lengths) and all(key >= LONGER * other and key - other >= LONGER_BY[language]
                                 for language, (key, other) in lengths.items())


def _options(item: Item) -> Iterator[tuple[int, str, str, str]]:
    """Place, id, language and text of every option."""
    for index, option in enumerate(item.body["options"]):
        for language, said in option["text"].items():
            yield index, str(option["id"]), language, said


def _above(document: Document, item: Item) -> Iterator[Fault]:
    for index, _, language, said in _options(item):
        if _ABOVE[language].search(said):
            yield document.fault(("options", index, "text", language), "an option speaks of the other options",
                                 found=said, cure="options are shuffled, and who knows two of them knows this one; "
                                 "name a case of its own, or make the item multi")


def _negative(document: Document, item: Item) -> Iterator[Fault]:
    if len(item.body["options"]) < 3:
        return
    for language, stem in item.body["stem"].items():
        sentences = re.split(r"(?<=[。？?！!.])\s*|\n+", without_pictures(stem))
        for asked in (one for one in sentences if one.rstrip()[-1:] in ("？", "?")):
            if (found := _NEGATIVE[language].search(_ASIDE.sub("", asked))) and "**" not in asked:
                yield document.fault(("stem", language), "the question is negative, and nothing marks it",
                                     found=found[0],
                                     cure="ask for what is right; or set the negative word in bold, **不** or **not**")


def _ranges(document: Document, item: Item) -> Iterator[Fault]:
    """Options like 1–3 days and 3–5 days: three days are both."""
    spans: dict[str, list[tuple[int, str, float, float]]] = {}
    for index, _, language, said in _options(item):
        if span := _RANGE.match(said):
            spans.setdefault(language, []).append((index, said, float(span[1]), float(span[2])))
    for language, found in spans.items():
        for (_, one, low, high), (index, other, least, most) in combinations(found, 2):
            if low < high and least < most and low <= most and least <= high:
                yield document.fault(("options", index, "text", language), "two options overlap",
                                     found=f"{one}; {other}", cure="let each begin behind the other's end")


def _inside(document: Document, item: Item) -> Iterator[Fault]:
    """Single choice: an option that says all of another one and more, in every language."""
    options = item.body["options"] if item.type == "choice" else []
    for index, (one, other) in ((options.index(pair[1]), pair) for pair in combinations(options, 2)):
        pairs = [(_bare(said), _bare(other["text"].get(language, ""))) for language, said in one["text"].items()]
        if all(a != b and min(len(a), len(b)) >= 4 and (a in b or b in a) for a, b in pairs):
            yield document.fault(("options", index), f'"{one["id"]}" and "{other["id"]}" overlap: one says all that '
                                 "the other says", found=next(iter(other["text"].values())),
                                 cure="let every option say something of its own")


def _bare(said: str) -> str:
    return re.sub(r"[\W_]+", "", said.casefold())


def _only_wrong_are_absolute(item: Item) -> bool:
    """Whether two or more distractors hold an absolute word and the key none, in every language."""
    if len(item.body["options"]) < 3:
        return False
    for language in item.body["stem"]:
        absolute = {name for _, name, spoken, said in _options(item)
                    if spoken == language and _ABSOLUTE[language].search(said)}
        if len(absolute) < 2 or item.body["key"] in absolute:
            return False
    return True


def _long(item: Item) -> str:
    for language, stem in item.body["stem"].items():
        size = len(without_pictures(stem))
        size += sum(len(said) for _, _, spoken, said in _options(item) if spoken == language)
        if size > LONG_TO_READ[language]:
            return f"{size} characters in {language}"
    return ""
