"""Looking for phrases in a text somebody may have written to break us: bounded, then normalised, then plain find.

No regular expression runs over a reply. Everything here is linear in its length.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST = 20_000  # characters looked at
LONGEST_RUN = 4  # combining marks in a row; normalising long runs takes quadratic time
AROUND = 10  # characters shown on either side of what was found
_INVISIBLE = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")  # nothing to see, yet no white space
_NEGATIONS = ("不", "没", "别", "无法")
_NOT = frozenset({"not", "never", "don't", "dont", "cannot", "can't", "won't", "no"})


@dataclass(frozen=True)
class Plain:
    """A text made comparable."""

    text: str  # NFKC; what people are shown
    bare: str  # casefolded, without white space and invisible characters; what phrases are looked for in
    at: tuple[int, ...]  # the place in `text` of every character of `bare`

    def around(self, start: int, end: int) -> str:
        """What stands at `bare[start:end]` with a little of what stands around it, on one line."""
        first, last = self.at[start], self.at[end - 1]
        return " ".join(self.text[max(0, first - AROUND) : last + 1 + AROUND].split())

    def negated(self, start: int) -> bool:
        """Whether a negation stands close before `bare[start]`: 4 characters, or 4 words."""
        words = self.text[: self.at[start]][-80:].casefold().replace("’", "'").split()[-4:]
        close = self.bare[max(0, start - 4) : start]
        return any(word in close for word in _NEGATIONS) or any(word in _NOT for word in words)


def plain(text: str) -> Plain:
    """The comparable form of a text.

    >>> plain("免 费\\u200b开，ＯＫ").bare
    '免费开,ok'
    """
    shown = unicodedata.normalize("NFKC", _capped(text))
    bare, at = [], []
    for index, char in enumerate(shown):
        if char.isspace() or char in _INVISIBLE or unicodedata.category(char) in ("Cc", "Cf") or _selects(char):
            continue
        for folded in char.casefold():
            bare.append(folded)
            at.append(index)
    return Plain(shown, "".join(bare), tuple(at))


def _selects(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _capped(text: str) -> str:
    """The text cut to what will still be short when it is normalised, with short runs of marks.

    A character may become eighteen, and a letter may become a mark; so each is looked at as it will be.
    """
    kept, run, length = [], 0, 0
    for char in text[:LONGEST]:
        becomes = unicodedata.normalize("NFKC", char)
        run = run + 1 if unicodedata.combining(becomes[0]) else 0
        if run > LONGEST_RUN:
            continue
        length += len(becomes)
        if length > LONGEST:
            break
        kept.append(char)
    return "".join(kept)


def find(bare: str, phrases: Iterable[str]) -> tuple[int, str] | None:
    """(place, phrase) of the first of the bare phrases that stands in the bare text; never inside a longer number."""
    found = [(start, phrase) for phrase in phrases if (start := _place(bare, phrase)) >= 0]
    return min(found, default=None, key=lambda place: place[0])


def _place(bare: str, phrase: str) -> int:
    start = bare.find(phrase)
    while start > 0 and phrase[0].isdigit() and bare[start - 1].isdigit():
        start = bare.find(phrase, start + 1)  # "7天内" is not said by "17天内"
    return start


def masked(bare: str, allowed: Iterable[str]) -> str:
    """The bare text with the look-alikes that are fine made unreadable; places stay the same."""
    for phrase in sorted(allowed, key=len, reverse=True):
        bare = bare.replace(phrase, "\0" * len(phrase))
    return bare


def pasted(bare: str, sources: Sequence[str]) -> int:
    """The share of the bare text that is copied from the bare sources, in percent."""
    covered = bytearray(len(bare))
    for source in sources:
        run = 16 if source.isascii() else 6  # characters in a row that hardly agree by chance
        known = {source[i : i + run] for i in range(len(source) - run + 1)}
        for start in range(len(bare) - run + 1):
            if bare[start : start + run] in known:
                covered[start : start + run] = b"\1" * run
    return 100 * sum(covered) // len(bare) if bare else 0


def covered(bare: str, phrases: Iterable[str]) -> int:
    """The share of the bare text that is any of the bare phrases, in percent."""
    inside = bytearray(len(bare))
    for phrase in phrases:
        start = bare.find(phrase)
        while start >= 0:
            inside[start : start + len(phrase)] = b"\1" * len(phrase)
            start = bare.find(phrase, start + len(phrase))
    return 100 * sum(inside) // len(bare) if bare else 0


def repeated(bare: str) -> int:
    """The share of the bare text that only says again what it said before, in percent; 0 for a short one."""
    if len(bare) < 40:
        return 0
    runs = [bare[i : i + 4] for i in range(len(bare) - 3)]
    return 100 * (len(runs) - len(set(runs))) // len(runs)
