"""Whether two languages of one text name the same numbers: "扣6分" and "costs 4 points" do not."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from itertools import pairwise

_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万半]+")
_WORD = re.compile(r"[A-Za-z]+")
_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}


def _numbered(words: str, *, start: int = 0, step: int = 1) -> dict[str, Decimal]:
    return {word: Decimal(start + step * place) for place, word in enumerate(words.split())}


_MONTHS = _numbered(  # with a capital: may is also a verb
    "January February March April May June July August September October November December", start=1
)
_TENS = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", start=20, step=10)
_ENGLISH = {
    **_numbered(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    ),
    **_numbered("never first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"),
    **_numbered("no a twice thrice"),
    **_numbered("nothing once both"),
    **_numbered("none an double"),
    **_numbered("midnight single pair"),
    **_numbered("seventeen eighteen nineteen", start=17),
    **_numbered("dozen", start=12),
    **_numbered("noon", start=12),
    **_numbered("hundred", start=100),
    **_numbered("thousand", start=1000),
    **_MONTHS,
    **_TENS,
}


def missing(text: str, other: str) -> list[str]:
    """The numbers written in digits in `text` that `other` names neither in digits nor in words.

    >>> missing("拒开发票扣6分", "A refusal costs 4 points"), missing("9月1日前付2次", "Pay twice before 1 September")
    (['6'], [])
    >>> missing("2016-08-18，2016年", "18 August 2016")
    []
    """
    named = _digits(other) | _in_chinese(other) | _in_english(other)
    return [f"{number:f}" for number in sorted(_digits(text, alone=True)) if not _said(number, text, named)]


def _said(number: Decimal, text: str, named: set[Decimal]) -> bool:
    """Whether `number` is named, also as 下午3点 for 15:00, 9折 for 10% off, 1万 for 10,000."""
    same = {number}
    if re.search(r"点|时|:|am|pm|o'clock", text):
        same |= {number + 12, number - 12}
    if "折" in text:
        same.add(100 - 10 * number)
    if "万" in text:
        same.add(number * 10_000)
    return bool(same & named)


def _digits(text: str, *, alone: bool = False) -> set[Decimal]:
    plain = unicodedata.normalize("NFKC", text.replace("，", "， "))  # a full-width comma parts numbers
    plain = re.sub(r"(\d):00(?!\d)", r"\1", plain)
    found = {Decimal(number.replace(",", "")) for number in _DIGITS.findall(plain)}
    if not alone:
        found |= {number * 10_000 for number in found if f"{number}万" in plain}
        found |= {100 - 10 * Decimal(number) for number in re.findall(r"(\d(?:\.\d)?) ?折", plain)}
    return {number.normalize() + 0 for number in found}


def _in_chinese(text: str) -> set[Decimal]:
    found: set[Decimal] = set()
    for run in _CHINESE.findall(text):
        found |= {Decimal(_VALUES[char]) for char in run if char in _VALUES}
        found |= {Decimal(_UNITS[char]) for char in run if char in _UNITS}
        found.add(_value(run))
    if "半" in text:
        found |= {number + Decimal("0.5") for number in found} | {Decimal("0.5")}
    return found


def _value(run: str) -> Decimal:
    """The value of a Chinese numeral, e.g. 二十四 = 24."""
    total = current = 0
    for char in run.replace("半", ""):
        if char in _VALUES:
            current = _VALUES[char]
        else:
            total, current = total + max(current, 1) * _UNITS[char], 0
    return Decimal(total + current)


def _in_english(text: str) -> set[Decimal]:
    words = [word if word in _MONTHS else word.lower() for word in _WORD.findall(text)]
    found = {_ENGLISH[word] for word in words if word in _ENGLISH}
    found |= {_ENGLISH[a] + _ENGLISH[b] for a, b in pairwise(words) if a in _TENS and b in _ENGLISH}
    return found | ({number + Decimal("0.5") for number in found} | {Decimal("0.5")} if "half" in words else set())
