"""Stems that ask the same in nearly the same words: the share of runs of three they have in common (Jaccard).

A run is three words of English or three characters of Chinese. Three letters of English are less than a word: by them
every two stems beginning "To which of these does each … belong?" would be one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from examdesk.bank import Bank
from examdesk.errors import Fault
from examdesk.model import LANGUAGES, Item, without_pictures

ALIKE = Fraction(1, 2)  # above this share of runs in common, two stems are one
FRAMED = ("scenario", "typing", "survey", "inbox")  # their stems say what to do; what is asked stands in the body


def likeness_faults(bank: Bank) -> Iterator[Fault]:
    """A fault for every stem that is much like an earlier one of the same language."""
    items = [item for item in bank.drafts.values() if item.type not in FRAMED]
    for language in LANGUAGES:
        asked = {item.id: runs(_asked(item, language)) for item in items}
        for one, other, share in alike({name: found for name, found in asked.items() if found}):
            if share == 1:  # a copy, which is told as such
                continue
            document = bank.documents[other]
            yield document.fault(
                ("stem", language), f"the stem is much like the one of {one}: {int(100 * share)}% of their runs of "
                f"three {'words' if language == 'en' else 'characters'} are the same",
                found=item_text(bank.drafts[other], language)[:80],
                cure="ask for another thing in another case, or remove one of the two items")


def item_text(item: Item, language: str) -> str:
    return without_pictures(item.body["stem"].get(language, ""))


def _asked(item: Item, language: str) -> str:
    """What an item asks: its stem, and the buyer's message where there is one."""
    message = item.body.get("message", {})
    return f"{item_text(item, language)} {message.get(language, '') if isinstance(message, dict) else ''}"


def runs(said: str) -> frozenset[str]:
    """The runs of three words, or of three Chinese characters, of a text without punctuation and case.

    >>> sorted(runs("Who pays the freight?")), sorted(runs("谁付邮费？"))
    (['pays the freight', 'who pays the'], ['付 邮 费', '谁 付 邮'])
    """
    words = re.findall(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+", said.casefold())
    return frozenset(" ".join(words[at : at + 3]) for at in range(len(words) - 2))


def alike(texts: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str, Fraction]]:
    """(earlier, later, share) of every pair with more than half of its runs in common.

    Such a pair shares one of the rarer halves of its runs, so only texts that do are compared.
    """
    seldom = Counter(run for found in texts.values() for run in found)
    holding: dict[str, list[str]] = {}
    for name, found in texts.items():
        rare = sorted(found, key=lambda run: (seldom[run], run))[: len(found) // 2 + 1]
        near = dict.fromkeys(other for run in rare for other in holding.get(run, ()))
        for other in near:
            both = len(found & texts[other])
            share = Fraction(both, len(found) + len(texts[other]) - both)
            if share > ALIKE:
                yield other, name, share
        for run in rare:
            holding.setdefault(run, []).append(name)
