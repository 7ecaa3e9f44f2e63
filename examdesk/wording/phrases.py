"""Understanding a message by plain phrases: no model, no regular expression, the same on every machine.

A text becomes a list of tokens: every Chinese character is one, every run of letters is one, every number is one, and
what ends a clause is `BREAK`. A phrase is found where its tokens stand next to each other. In a phrase `…` stands for
up to `GAP` other tokens of the same clause, `#` for any number, `(a|b)` for either, `(a|)` for a or nothing, `{eta}`
for a date, amount or number of the world by its name, see `entities.py`.

>>> tokens("发票免 费开,7天内寄。Don't worry")
['发', '票', '免', '费', '开', '|', '7', '天', '内', '寄', '|', 'dont', 'worry']
>>> [span.phrase for span in find(heard("抬头麻烦您发我一下"), compiled(["(抬头|税号)…发我"]))]
['(抬头|税号)…发我']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

MAX_TEXT = 2000  # characters of a message, before anything else is done with it
GAP = 8  # tokens a `…` may stand for
BREAK = "|"

_SILENT = frozenset("'’‘`´")  # don't = dont
_SPACE = frozenset("-‐‑‒/\"“”„«»「」『』《》〈〉()[]{}【】〔〕<>*_")  # end a word, not a clause
_CHINESE_NUMBERS = frozenset("〇一二三四五六七八九十两半几")
_WIDE = ((0x2E80, 0x9FFF), (0xA960, 0xD7FF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))  # scripts without spaces


_ENTITY = re.compile(r"\{([a-z][a-z-]*)\}")

Words = tuple[str, ...]
Slot = tuple[Words, ...]
"""What may stand at one place: "(am|pm|)" is am, pm or nothing."""


class Part(NamedTuple):
    """What stands between two gaps."""

    slots: tuple[Slot, ...]
    firsts: Words  # the tokens it may begin with
    begun: tuple[Mapping[str, tuple[Words, ...]], ...]  # of every slot its choices by their first token, "" for nothing


class Phrase(NamedTuple):
    """A phrase ready to be found."""

    text: str
    parts: tuple[Part, ...]
    needs: frozenset[str]  # tokens that stand wherever it does


class Phrases(NamedTuple):
    """Phrases ready to be found in a text; those that may begin with a token are known by it."""

    phrases: tuple[Phrase, ...]
    by_first: Mapping[str, tuple[int, ...]]


class Heard(NamedTuple):
    """A text ready to be searched."""

    tokens: list[str]
    places: dict[str, list[int]]  # of every token; "#" for the numbers


class Span(NamedTuple):
    """Where a phrase stands: tokens start … end - 1."""

    start: int
    end: int
    phrase: str


def compiled(phrases: Iterable[str]) -> Phrases:
    """The phrases of an author, ready for `find`."""
    return _indexed(tuple(phrases))


@lru_cache(maxsize=1000)
def _indexed(phrases: tuple[str, ...]) -> Phrases:
    found = tuple(phrase for phrase in map(_compiled, phrases) if phrase.parts)
    by_first: dict[str, tuple[int, ...]] = {}
    for number, phrase in enumerate(found):
        for token in phrase.parts[0].firsts:
            by_first[token] = (*by_first.get(token, ()), number)
    return Phrases(found, by_first)


@lru_cache(maxsize=20_000)
def _compiled(phrase: str) -> Phrase:
    parts = (_part(part) for part in phrase.replace("...", "…").split("…"))
    kept = tuple(part for part in parts if part.slots)
    return Phrase(phrase, kept, frozenset(token for part in kept for token in _needs(part)))


def _needs(part: Part) -> Iterator[str]:
    """The tokens that stand wherever the part does."""
    for slot in part.slots:
        yield from slot[0] if len(slot) == 1 else ()


def _part(text: str) -> Part:
    pieces = [piece.split("|") for piece in text.replace(")", "(").split("(")]
    slots = [tuple(sorted({_words(one) for one in piece})) for piece in pieces if any(piece)]
    firsts: set[str] = set()
    for slot in slots:
        firsts |= {words[0] for words in slot if words}
        if () not in slot:
            break
    return Part(tuple(slots), tuple(sorted(firsts)), tuple(map(_begun, slots)))


def _begun(slot: Iterable[Words]) -> dict[str, tuple[Words, ...]]:
    """The choices of a place by the token they begin with; "" for nothing at all."""
    found: dict[str, tuple[Words, ...]] = {}
    for words in slot:
        first = words[0] if words else ""
        found[first] = (*found.get(first, ()), words)
    return found


def _words(text: str) -> Words:
    """The tokens of one choice; `{name}` is one, see `entities.py`."""
    found: list[str] = []
    for number, piece in enumerate(_ENTITY.split(text)):
        found += [f"{{{piece}}}"] if number % 2 else [one for one in tokens(piece, wildcard=True) if one != BREAK]
    return tuple(found)


def words(phrases: Iterable[str]) -> frozenset[str]:
    """Every token that may stand where one of the phrases does."""
    parts = (part for phrase in phrases for part in _compiled(phrase).parts)
    return frozenset(token for part in parts for slot in part.slots for choice in slot for token in choice)


def is_sound(phrase: str) -> bool:
    """Whether every part of a phrase asks for something ("(please|)…" would not) and closes its brackets."""
    parts = _compiled(phrase).parts
    closed = all(part.count("(") == part.count(")") for part in phrase.replace("...", "…").split("…"))
    return closed and bool(parts) and all(any(() not in slot for slot in part.slots) for part in parts)


def examples(phrase: str) -> list[str]:
    """Two texts the phrase is found in: one word for every place, nothing in the gaps, 3 for any number."""
    slots = [slot for part in _compiled(phrase).parts for slot in part.slots]
    return [" ".join(token for slot in slots for token in slot[end]).replace("#", "3") for end in (0, -1)]


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
    if char == "#" and wildcard:
        return "one"
    if char in ".," and plain[index - 1 : index].isdigit() and plain[index + 1 : index + 2].isdigit():
        return "digit"
    return _own_kind(char)


@lru_cache(maxsize=10_000)
def _own_kind(char: str) -> str:
    """What a character is, whatever stands beside it."""
    if char in "\r\n":
        return "break"
    if char.isspace() or char in _SPACE:
        return "space"
    if char in _SILENT or unicodedata.category(char)[0] in "MC":
        return "silent"
    if char in "0123456789":
        return "digit"
    if char == "%":
        return "one"
    if char.isalnum():
        return "one" if is_wide(char) else "letter"
    return "break"


def is_wide(token: str) -> bool:
    """Whether a token is of a script without spaces, where every character is a token."""
    return any(low <= ord(token[0]) <= high for low, high in _WIDE)


def heard(text: str) -> Heard:
    """A text ready to be searched."""
    return placed(tokens(text))


def placed(found: list[str]) -> Heard:
    """The tokens of a text ready to be searched."""
    places: dict[str, list[int]] = {}
    for index, token in enumerate(found):
        places.setdefault(token, []).append(index)
        if is_number(token):
            places.setdefault("#", []).append(index)
    return Heard(found, places)


def find(text: Heard, phrases: Phrases) -> list[Span]:
    """Every place of every phrase in a text, in order of place."""
    begun = {number for token in phrases.by_first.keys() & text.places.keys() for number in phrases.by_first[token]}
    return sorted({span for number in begun for span in _spans(text, phrases.phrases[number])})


def _spans(text: Heard, phrase: Phrase) -> Iterator[Span]:
    if not phrase.needs <= text.places.keys():
        return
    first, *rest = phrase.parts
    if any(text.places.keys().isdisjoint(part.firsts) for part in rest):
        return
    for start in _starts(text, first):
        ends = _ends(text.tokens, first, start)
        for part in rest:
            ends = {end for after in ends for end in _behind(text, part, after)}
        yield from (Span(start, end, phrase.text) for end in ends)


def _starts(text: Heard, part: Part) -> Iterator[int]:
    for token in part.firsts:
        yield from text.places.get(token, ())


def _behind(text: Heard, part: Part, after: int) -> Iterator[int]:
    """Where a part may end that begins within the gap behind `after`."""
    for start in range(after, min(after + GAP + 1, len(text.tokens))):
        if text.tokens[start] == BREAK:
            return
        yield from _ends(text.tokens, part, start)


def _ends(text: Sequence[str], part: Part, start: int) -> set[int]:
    """Where a part may end that begins at `start`; empty when it does not stand there."""
    ends = {start}
    for slot in part.begun:
        ends = {end for begin in ends for end in _after(text, slot, begin)}
    return ends - {start}


def _after(text: Sequence[str], slot: Mapping[str, tuple[Words, ...]], start: int) -> Iterator[int]:
    """Where a place of a phrase may end that begins at `start`."""
    if "" in slot:
        yield start
    if start == len(text):
        return
    token = text[start]
    for first in (token, "#") if is_number(token) else (token,):
        for words in slot.get(first, ()):
            if len(words) == 1 or _fit(words, text, start):
                yield start + len(words)


def _fit(words: Words, text: Sequence[str], start: int) -> bool:
    standing = text[start : start + len(words)]
    return len(standing) == len(words) and all(map(_fits, words, standing))


def _fits(word: str, token: str) -> bool:
    return word == token or (word == "#" and is_number(token))


def is_number(token: str) -> bool:
    """Whether a token is a number, in figures or as a Chinese character."""
    return token in _CHINESE_NUMBERS or token[0] in "0123456789"


def outside(spans: Iterable[Span], covers: Sequence[Span]) -> list[Span]:
    """The spans that do not stand inside one of `covers`."""
    return [s for s in spans if not any(c.start <= s.start and s.end <= c.end for c in covers)]


def flat(by_language: Mapping[str, Sequence[str]]) -> list[str]:
    """The phrases of all languages."""
    return [phrase for language in sorted(by_language) for phrase in by_language[language]]


def spotted(phrases: Sequence[str], allowed: Sequence[str], text: str) -> str | None:
    """The first of the phrases that stands in a text outside everything that is allowed."""
    return _spotted(tuple(phrases), tuple(allowed), text)


@lru_cache(maxsize=6_000)
def _spotted(phrases: tuple[str, ...], allowed: tuple[str, ...], text: str) -> str | None:
    message = heard(text)
    spans = outside(find(message, compiled(phrases)), find(message, compiled(allowed)))
    return spans[0].phrase if spans else None


def clauses(text: Sequence[str], fillers: frozenset[str]) -> list[tuple[int, tuple[str, ...]]]:
    """(place, tokens) of every clause, without the little words in `fillers`; empty clauses are left out."""
    found, start = [], 0
    for index in range(len(text) + 1):
        if index == len(text) or text[index] == BREAK:
            found.append((start, tuple(token for token in text[start:index] if token not in fillers)))
            start = index + 1
    return [(place, clause) for place, clause in found if clause]
