"""Whether two languages of one text name the same numbers: "扣6分" and "costs 4 points" do not."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万半]+")
_WORD = re.compile(r"[a-z]+")
_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_ENGLISH = {
    word: Decimal(value)
    for value, words in {
        1: "a an one once first single january", 2: "two twice second both pair double february",
        3: "three third thrice march", 4: "four fourth april", 5: "five fifth may", 6: "six sixth june",
        7: "seven seventh july", 8: "eight eighth august", 9: "nine ninth september", 10: "ten tenth october",
        11: "eleven eleventh november", 12: "twelve twelfth dozen december noon", 13: "thirteen", 14: "fourteen fortnight",
        15: "fifteen", 16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen", 20: "twenty", 24: "midnight",
        30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety",
        100: "hundred", 1000: "thousand", 0: "zero no none nothing never midnight",
    }.items()
    for word in words.split()
}  # fmt: skip


def missing(text: str, other: str) -> list[str]:
    """The numbers written in digits in `text` that `other` names neither in digits nor in words.

    >>> missing("拒开发票扣6分", "A refusal costs 4 points"), missing("9月1日前付2次", "Pay twice before 1 September")
    (['6'], [])
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
    plain = unicodedata.normalize("NFKC", text)
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
    words = _WORD.findall(text.lower())
    found = {_ENGLISH[word] for word in words if word in _ENGLISH}
    pairs = zip(words, words[1:], strict=False)
    found |= {_ENGLISH[a] + _ENGLISH[b] for a, b in pairs if a in _ENGLISH and b in _ENGLISH and _ENGLISH[a] >= 20}
    return found | ({number + Decimal("0.5") for number in found} | {Decimal("0.5")} if "half" in words else set())
