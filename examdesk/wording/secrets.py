"""Secrets: whether a text gives one away. Never runs on the trainee's side.

A text is compared sign by sign: Chinese characters, letters and digits. Width, case, accents, spaces, punctuation and
zero-width characters do not count; a number is the same in digits, in Chinese and, digit by digit, in English words.

>>> signs("８８号 三幢，一二零二室"), signs("No. 88, Building Three, Room one-two-zero-two")
('88号3幢1202室', 'no88building3room1202')

A secret is given away where one of its texts stands whole. Of a text without letters, `part` of its signs in a row
are enough as well: they identify what was to be kept. What is split over several messages is put together again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from examdesk.wording.phrases import BREAK, tokens

_WRITTEN = ("零〇", "一幺壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {sign: str(value) for value, signs in enumerate(_WRITTEN) for sign in signs}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_SPELT = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ENGLISH = {word: str(value) for value, word in enumerate(_SPELT)} | {"oh": "0"}

LONGEST = 80  # signs of a text
_CHARACTERS = 0x2E80  # from here on every character is a word


@lru_cache(maxsize=2000)
def signs(text: str) -> str:
    """What identifies in a text: its characters, letters and digits, every number in Arabic digits."""
    words = (_ENGLISH.get(token, token) for token in tokens(text) if token != BREAK)
    plain = "".join(_plain(char) for word in words for char in word if char.isalnum())
    found, run = "", ""
    for char in (*plain, ""):
        if char and (char in _DIGITS or char in _UNITS):
            run += char
            continue
        found, run = found + _number(run) + char, ""
    return found


def _plain(char: str) -> str:
    """A digit of any script as an Arabic one, a letter without its accents; every other character as it is."""
    return str(int(char)) if char.isdecimal() else unicodedata.normalize("NFD", char)[0]


def _number(run: str) -> str:
    """A Chinese number in Arabic digits: 一二零二 is read digit by digit, 三十六 as a number."""
    if not any(char in _UNITS for char in run):
        return "".join(_DIGITS[char] for char in run)
    total, last = 0, 0
    for char in run:
        if char in _UNITS:
            total, last = total + (last or 1) * _UNITS[char], 0
        else:
            last = int(_DIGITS[char])
    return str(total + last)


def given_away(secret: Mapping[str, Any], message: str, *, before: str = "") -> str | None:
    """The signs of a secret that stand in a message, or that it completes after the signs `before`; None: none do."""
    said = signs(message)
    heard = before + said
    for text in secret["texts"]:
        windows = _wanted(text, secret.get("part"))
        if _ends(windows).isdisjoint(said):
            continue  # nothing of it ends in this message
        for wanted in windows:
            place = heard.rfind(wanted)
            if place >= 0 and place + len(wanted) > len(before):
                return wanted
    return None


@lru_cache(maxsize=1000)
def _wanted(text: str, part: int | None) -> tuple[str, ...]:
    """What must stand in a message: the whole text, or any `part` signs of one without letters."""
    whole = signs(text)
    if part is None or len(whole) <= part or has_letters(whole):
        return (whole,)
    return tuple(whole[start : start + part] for start in range(len(whole) - part + 1))


@lru_cache(maxsize=1000)
def _ends(wanted: tuple[str, ...]) -> frozenset[str]:
    """The signs with which it may end."""
    return frozenset(text[-1:] for text in wanted)


def has_letters(text: str) -> bool:
    """Whether a text holds letters of an alphabet, of which a few in a row say nothing."""
    return any(char.isalpha() and ord(char) < _CHARACTERS for char in text)
