"""The nouns of an exam as frozen dataclasses. Standard library only; imported on both sides of the exam."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

LANGUAGES = ("zh", "en")

Texts = Mapping[str, str]
"""One text per language code, Markdown."""

Said = tuple[str, Any]
"""What a candidate does with one item: (event kind, value), e.g. ("answered", "b")."""

PICTURE = re.compile(r"!\[([^\]\n]*)\]\(([^)\n]*)\)")  # ![what it shows](where it lies)


def text(texts: Texts, language: str) -> str:
    """The text in `language`, or in the first language there is.

    >>> text({"zh": "可以", "en": "yes"}, "en")
    'yes'
    """
    return texts[language] if language in texts else next(iter(texts.values()))


def without_pictures(markdown: str) -> str:
    """Markdown with each picture replaced by its alternative text.

    >>> without_pictures("See ![a coat](data:image/png;base64,aWY=) here")
    'See a coat here'
    """
    return PICTURE.sub(r"\1", markdown)


def stamp(at: datetime | None = None, timespec: str = "seconds") -> str:
    """The moment `at`, or now, as journals and records write it: UTC, ISO 8601, with a Z."""
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


@lru_cache(maxsize=4096, typed=True)
def exact(number: str | int) -> Fraction:
    """The number as an exact fraction; a float is refused, it has drifted already.

    >>> exact("0.1") + exact("0.2") == exact("0.3")
    True
    """
    if isinstance(number, bool) or not isinstance(number, str | int):
        raise ValueError(f"{number!r} is no exact number; write decimals in quotes")
    try:
        return Fraction(number) if isinstance(number, str) and "/" in number else Fraction(Decimal(number))
    except (InvalidOperation, ValueError, OverflowError):
        raise ValueError(f"{number!r} is no number") from None


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(value: object) -> str:
    """Canonical JSON: sorted keys, no spaces, no NaN; the form of everything that is hashed."""
    return _CANONICAL.encode(value)


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON of `value`, in hex."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def seed_of(*parts: str) -> int:
    """A seed below 10**12 from names, equal on every machine. It spreads copies; it is no secret."""
    return int(hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16], 16) % 10**12


@dataclass(frozen=True)
class Item:
    """An authored item with its key. Never leaves the author's side; see `Question`."""

    id: str
    type: str  # name in the registry of item types
    domain: str  # D1 … D12
    points: Fraction  # out_of
    facts: tuple[str, ...]  # ids of handbook facts
    edition: str  # id of a handbook edition
    critical: bool  # wrong = the exam is failed
    body: Mapping[str, Any]  # the type's own fields, plain JSON data, validated by its key.py

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.body["stem"])

    def on_trial(self) -> Item:
        """The item as a form holds it on trial: worth no points, and never critical."""
        return replace(self, points=Fraction(0), critical=False)


@dataclass(frozen=True)
class Question:
    """The item as a candidate sees it; everything in it is public."""

    item: str
    type: str
    number: int  # position in the form, from 1
    out_of: Fraction
    public: Mapping[str, Any]  # written by the type's question.py


@dataclass(frozen=True)
class Event:
    """One line of the journal."""

    seq: int
    at: str  # UTC, ISO 8601; informative only
    mono: int  # ms on the kernel's monotonic clock
    item: str | None
    kind: str
    value: Any
    prev: str
    hash: str
    line: int = 0  # line number in the file, from 1


@dataclass(frozen=True)
class Response:
    """What a candidate left for one item: the last saved answer and every event that led to it."""

    item: str
    value: Any = None
    events: tuple[Event, ...] = ()

    @property
    def is_blank(self) -> bool:
        return self.value is None or self.value == "" or self.value == [] or self.value == {}


@dataclass(frozen=True)
class Part:
    """The judgement of one criterion of an item, e.g. one field of a numeric item."""

    criterion: str
    fraction: Fraction
    weight: Fraction  # share of the item's points; the weights of an item sum to 1
    reason: str
    waits: bool = False  # a person must rate it: the fraction is no mark yet, and never counted


@dataclass(frozen=True)
class Judgement:
    """What a grader finds: an exact share of the points and the reason, as short codes.

    `fraction` is None while a marker must decide. `critical` holds violations that are certain, `suspected` those a
    person must confirm: (rule id, what was found).
    """

    fraction: Fraction | None
    reason: str
    parts: tuple[Part, ...] = ()
    critical: tuple[tuple[str, str], ...] = ()
    suspected: tuple[tuple[str, str], ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)


Grader = Callable[[Response], Judgement]


@dataclass(frozen=True)
class Cell:
    """One cell of an exam notebook that belongs to an item."""

    grade_id: str
    kind: str  # "autograder" (locked code cell) or "task" (Markdown, marked by a person)
    source: str
    points: Fraction


@dataclass(frozen=True)
class Mark:
    """Points on one criterion of one response: by whom and why. `points` is None while unmarked."""

    candidate: str
    form: str
    attempt: int
    item: str
    criterion: str  # "whole" for items without criteria
    points: Fraction | None
    out_of: Fraction
    reason: str
    grader: str  # "examdesk <version>" or the marker's name
    kind: str  # "machine", "moderated" (the machine's, after a marker's correction), "marker" or "regrade"
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Flag:
    """Something an instructor should see about a submission; `hold` withholds the result until a person decides."""

    code: str
    detail: str
    hold: bool = False


@dataclass(frozen=True)
class Section:
    """A part of a form as it is sat: a title and the ids of its items in order."""

    id: str
    title: Texts
    part: str  # quiz, replies, scenarios: the parts that may have a minimum
    items: tuple[str, ...]
    minutes: int | None = None  # a time of its own


@dataclass(frozen=True)
class Gate:
    """Another exam a candidate must hold a pass of on the day of the sitting."""

    exam: str
    months: int  # so long a pass is valid, from the day it was sat


@dataclass(frozen=True)
class Checklist:
    """What must be ticked for a candidate before a result counts."""

    id: str  # ticks are kept under it; exams with the same id share them
    lines: Mapping[str, Texts]  # {line: its words}


@dataclass(frozen=True)
class About:
    """What several items of a form ask about."""

    label: Texts  # its words: "the materials"
    items: tuple[str, ...]  # those of the form


@dataclass(frozen=True)
class PassRule:
    """When an exam is passed. Shares are of the points of the form, part or item."""

    cut: Fraction
    part_minimum: Fraction | None = None
    critical: str | None = None  # "all-right": a critical item wrong or a critical violation is a fail
    panel: Mapping[str, Any] | None = None  # who set the cut, how and when; without one it is provisional
    each: Mapping[str, Fraction] = field(default_factory=dict)  # {item type: the share every item of it must earn}
    mean: Mapping[str, Fraction] = field(default_factory=dict)  # {item type: the mean of its items' shares}
    typing: bool = False  # every typing item must have its full points
    twice: Mapping[str, About] = field(default_factory=dict)  # of the items about each of these no two may be wrong
    waits: Fraction | None = None  # the share of the waits in all chats that must be in time
    kappa: Fraction | None = None  # the least agreement with the master's marks, over the lines of all transcripts
    gate: Gate | None = None
    checklist: Checklist | None = None

    @property
    def can_fail(self) -> bool:
        """Whether anybody can fail; an open checklist withholds a result and fails nobody."""
        shares = (self.cut, self.part_minimum or 0)
        rules = (self.critical, self.each, self.mean, self.typing, self.twice, self.waits, self.kappa, self.gate)
        return any(rules) or any(share > 0 for share in shares)

    @property
    def asks_beside_marks(self) -> bool:
        """Whether more is needed than the marks of one sitting."""
        return self.gate is not None or self.checklist is not None


@dataclass(frozen=True)
class Price:
    """What a violation costs in the edition of its item."""

    points: int
    per: str  # "case": once in a chat, however often; "order": every time


@dataclass(frozen=True)
class Correction:
    """What was corrected of one item after a form was sat: by whom and why. Points and question stay what they were."""

    at: str  # UTC, ISO 8601
    regrade: int  # the regrade it belongs to, from 1; one may correct several items
    by: str
    why: str
    item: str
    body: Mapping[str, Any] | None = None  # the fields of the item's body that change; None for a void item
    variant: int = 0  # place of the variant `body` corrects
    void: bool = False  # everybody has the item's full points
    never_lower: bool = False  # a mark that would fall stays


@dataclass(frozen=True)
class Form:
    """A frozen form: everything needed to rebuild, mark, explain and regrade it without the bank."""

    id: str  # the assignment, e.g. "E10-a"
    exam: str
    title: Texts
    minutes: int
    languages: tuple[str, ...]
    language: str
    shuffle: bool
    show_key: bool
    sections: tuple[Section, ...]
    pass_rule: PassRule
    items: Mapping[str, Item]  # in the order of the form
    facts: Mapping[str, Texts] = field(default_factory=dict)  # the handbook facts of the items, for the feedback
    editions: Mapping[str, Texts] = field(default_factory=dict)  # labels of editions that are not current
    digest: str = ""
    one_way: bool = False  # sections come one after the other, and nobody goes back
    pause: int | None = None  # minutes all pauses together may take
    corrections: tuple[Correction, ...] = ()  # `items` are as corrected
    as_sat: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)  # corrected items, every variant as frozen
    prices: Mapping[str, Mapping[str, Price]] = field(default_factory=dict)  # {item: {violation it names: its price}}
    pack: str | None = None  # the product pack its items were made of
    variants: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # {made item: numbers of its variants}
    others: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)  # {such an item: its variants but the first}
    certifies: bool = False  # every item was signed by two persons when it was frozen
    pilot: tuple[str, ...] = ()  # items on trial: shown, marked, and worth no points

    @property
    def void(self) -> frozenset[str]:
        """The items that do not count: everybody has their full points."""
        return frozenset(entry.item for entry in self.corrections if entry.void)

    @property
    def regrade(self) -> int:
        """The number of the newest correction; 0 for a form as it was frozen."""
        return self.corrections[-1].regrade if self.corrections else 0

    @cached_property
    def out_of(self) -> Fraction:
        return sum((item.points for item in self.items.values()), Fraction(0))

    def every(self, item: str) -> tuple[Item, ...]:
        """All variants of an item; most items have one."""
        return self.items[item], *self.others.get(item, ())

    def with_variants(self, places: Mapping[str, int]) -> Form:
        """The form of somebody who is shown these variants, {item: place}; the same one where there are none."""
        seen = {name: self.every(name)[places.get(name, 0)] for name in self.items}
        return replace(self, items=seen, others={}) if places else self

    def part_of(self, item: str) -> str:
        return next(section.part for section in self.sections if item in section.items)
