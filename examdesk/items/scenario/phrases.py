"""Understanding a message by plain phrases: no model, no regular expression, the same on every machine.

A text becomes a list of tokens: every Chinese character is one, every run of letters is one, every number is one, and
what ends a clause is `BREAK`. A phrase is found where its tokens stand next to each other. In a phrase `…` stands for
up to `GAP` other tokens of the same clause, `#` for any number.

>>> tokens("发票免 费开,7天内寄。Don't worry")
['发', '票', '免', '费', '开', '|', '7', '天', '内', '寄', '|', 'dont', 'worry']
>>> [span.phrase for span in find(heard("抬头麻烦您发我一下"), compiled(["抬头…发我"]))]
['抬头…发我']
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

MAX_TEXT = 2000  # characters of a message, before anything else is done with it
GAP = 8  # tokens a `…` may stand for
BREAK = "|"

_SILENT = frozenset("'’‘`´")  # don't = dont
_SPACE = frozenset("-‐‑‒/\"“”„«»「」『』《》〈〉()[]{}【】〔〕<>*_")  # end a word, not a clause
_CHINESE_NUMBERS = frozenset("〇一二三四五六七八九十两半几")
_WIDE = ((0x2E80, 0x9FFF), (0xA960, 0xD7FF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))  # scripts without spaces


class Phrase(NamedTuple):
    """A phrase ready to be found: its parts between the gaps."""

    text: str
    parts: tuple[tuple[str, ...], ...]


class Heard(NamedTuple):
    """A text ready to be searched."""

    tokens: list[str]
    places: dict[str, list[int]]  # of every token; "#" for the numbers


class Span(NamedTuple):
    """Where a phrase stands: tokens start … end - 1."""

    start: int
    end: int
    phrase: str


def compiled(phrases: Iterable[str]) -> tuple[Phrase, ...]:
    """The phrases of an author, ready for `find`."""
    return tuple(found for found in map(_compiled, phrases) if found.parts)


@lru_cache(maxsize=20_000)
def _compiled(phrase: str) -> Phrase:
    parts = phrase.replace("...", "…").split("…")
    split = (tuple(token for token in tokens(part, wildcard=True) if token != BREAK) for part in parts)
    return Phrase(phrase, tuple(part for part in split if part))


def tokens(text: str, *, wildcard: bool = False) -> list[str]:
    """The tokens of a text; zero-width characters, combining marks, quotes and the case of letters do not count."""
    plain = unicodedata.normalize("NFKC", text[:MAX_TEXT])[: 2 * MAX_TEXT].casefold()
    found: list[str] = []
    run, kind = "", ""
    for index, char in enumerate(plain):
        now = _kind(char, plain, index, wildcard=wildcard)
        if now == "silent":
            continue
        if run and now != kind:
            found.append(run)
            run = ""
        if now in ("letter", "digit"):
            run += char
        elif now == "one":
            found.append(char)
        elif now == "break" and found and found[-1] != BREAK:
            found.append(BREAK)
        kind = now
    if run:
        found.append(run)
    return found[:-1] if found and found[-1] == BREAK else found


def _kind(char: str, plain: str, index: int, *, wildcard: bool) -> str:
    if char in "\r\n":
        return "break"
    if char.isspace() or char in _SPACE:
        return "space"
    if char in _SILENT or unicodedata.category(char)[0] in "MC":
        return "silent"
    if char in "0123456789":
        return "digit"
    if char == "%" or (char == "#" and wildcard):
        return "one"
    if char in ".," and plain[index - 1 : index].isdigit() and plain[index + 1 : index + 2].isdigit():
        return "digit"
    if char.isalnum():
        return "one" if any(low <= ord(char) <= high for low, high in _WIDE) else "letter"
    return "break"


def heard(text: str) -> Heard:
    """A text ready to be searched."""
    places: dict[str, list[int]] = {}
    for index, token in enumerate(found := tokens(text)):
        places.setdefault(token, []).append(index)
        if _is_number(token):
            places.setdefault("#", []).append(index)
    return Heard(found, places)


def find(text: Heard, phrases: Iterable[Phrase]) -> list[Span]:
    """Every place of every phrase in a text, in order of place."""
    return sorted({span for phrase in phrases for span in _spans(text, phrase)})


def _spans(text: Heard, phrase: Phrase) -> list[Span]:
    spans = []
    for start in text.places.get(phrase.parts[0][0], ()):
        end = _end(text.tokens, phrase.parts[0], start)
        for part in phrase.parts[1:]:
            end = _next(text, part, end) if end else 0
        if end:
            spans.append(Span(start, end, phrase.text))
    return spans


def _next(text: Heard, part: tuple[str, ...], after: int) -> int:
    """The end of the first place of `part` within the gap behind `after`, 0 when there is none."""
    at = text.places.get(part[0], [])
    for index in range(bisect_left(at, after), len(at)):
        start = at[index]
        if start > after + GAP or BREAK in text.tokens[after:start]:
            return 0
        if end := _end(text.tokens, part, start):
            return end
    return 0


def _end(text: Sequence[str], part: tuple[str, ...], start: int) -> int:
    """The end of `part` if it stands at `start`, else 0."""
    end = start + len(part)
    fits = end <= len(text) and all(_fits(word, token) for word, token in zip(part, text[start:end], strict=True))
    return end if fits else 0


def _fits(word: str, token: str) -> bool:
    return word == token or (word == "#" and _is_number(token))


def _is_number(token: str) -> bool:
    return token in _CHINESE_NUMBERS or token[0] in "0123456789"


def outside(spans: Iterable[Span], covers: Sequence[Span]) -> list[Span]:
    """The spans that do not stand inside one of `covers`."""
    return [s for s in spans if not any(c.start <= s.start and s.end <= c.end for c in covers)]


def clauses(text: Sequence[str], fillers: frozenset[str]) -> list[tuple[int, tuple[str, ...]]]:
    """(place, tokens) of every clause, without the little words in `fillers`; empty clauses are left out."""
    found, start = [], 0
    for index in range(len(text) + 1):
        if index == len(text) or text[index] == BREAK:
            found.append((start, tuple(token for token in text[start:index] if token not in fillers)))
            start = index + 1
    return [(place, clause) for place, clause in found if clause]
