"""`examdesk check --stress`: many variants of every item that is made, each looked at as no author could."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Any

from examdesk.bank import Loc, read_bank
from examdesk.bank.packs import Pack
from examdesk.bank.variants import SLOT, TRIES, Template, Unmade, seen_of, slots
from examdesk.building.freezing import key_modules
from examdesk.errors import AuthorError, Fault
from examdesk.generators import Values
from examdesk.model import Item, exact
from examdesk.typed import read

DECIMALS = 2  # more, and somebody loses the item over a comma
ASKED = ("stem", "table", "options", "left", "right", "entries")  # where a candidate meets numbers
PRINTED = ("stem", "table")  # what a key may be worked out from
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ONE_OF_MANY = re.compile(r"(?<![\w.,÷×/+-] )(?<![\w.])1 (?!is\b|was\b|has\b|less\b|plus\b|leaves\b)[a-z]+s\b")
Again = Mapping[str, Fraction | str]


@dataclass(frozen=True)
class Stressed:
    """What came of one item, of one pack."""

    item: str
    generator: str  # "" for an item that is made of a pack alone
    pack: str
    different: int
    repeated: int  # seeds that gave a variant that was there already; no candidate ever gets one twice
    seconds: float
    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        name = " ".join(filter(None, (self.item, self.generator, self.pack)))
        verdict = f"{len(self.faults) or 'no'} faults"
        return f"{name}: {self.different} variants, {self.repeated} repeated, {verdict}, {self.seconds:.2f} s"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "seconds": round(self.seconds, 3)}


def stress(course: Path, count: int) -> list[Stressed]:
    """`count` variants of every item with a generator, and every pack of every item that is made of one.

    Raises `AuthorError` when the bank cannot be read without faults.
    """
    bank = read_bank(Path(course) / "exams", root=Path(course), types=key_modules())
    if bank.faults:
        raise AuthorError(*bank.faults)
    made = [one for _, one in sorted(bank.templates.items())]
    return [
        stressed(template, count if template.generator else 1, pack)
        for template in made
        for pack in (bank.packs.values() if template.with_pack else (None,))
    ]


def stressed(template: Template, count: int, pack: Pack | None) -> Stressed:
    """What is wrong with the first `count` variants of one item."""
    began, seen, misses, seed = perf_counter(), set[str](), 0, 0
    faults = dict[Fault, None]()
    repeated = 0
    while len(seen) < count and misses <= TRIES:
        try:
            document = template.drawn(seed, pack)
            text = seen_of(document.data)
            if text in seen:
                misses, repeated = misses + 1, repeated + 1
            else:
                seen.add(text)
                misses = 0
                faults |= dict.fromkeys(_faults(template, template.values(seed, pack), *template.read(document)))
        except Unmade as error:
            faults[template.fault(error)] = None
            break
        seed += 1
    if len(seen) < count and not faults:
        cure = "widen the ranges, or print more of what the generator gives"
        wrong = "variants collide: there are not as many different ones as were drawn"
        faults[template.document.fault(("generator",), wrong, found=f"only {len(seen)}", cure=cure)] = None
    named = template.generator.name if template.generator else ""
    return Stressed(template.id, named, pack.id if pack else "", len(seen), repeated, perf_counter() - began,
                    tuple(faults))


def _faults(template: Template, values: Values, item: Item | None, unread: list[Fault]) -> Iterator[Fault]:
    yield from unread
    if item is None:
        return
    fault = template.document.fault
    for place, wrong, found, cure in (*_ugly(template, values, item), *_equals(item), *_keys(template, values, item)):
        yield fault(place, wrong, found=found, cure=cure)


Found = Iterator[tuple[Loc, str, str, str]]


def _ugly(template: Template, values: Values, item: Item) -> Found:
    """Numbers nobody would put into a question."""
    for name in ASKED:
        for text in _texts(item.body.get(name, {})):
            for number in _NUMBER.findall(text):
                if len(number.partition(".")[2]) > DECIMALS:
                    yield (name,), "a number with many decimals is printed", number, "let the generator round it"
    for said in filter(None, map(_ONE_OF_MANY.search, _texts(item.body))):
        yield (), "a text fits every number but 1", said[0], "say it so that 1 fits, too, or narrow the ranges"
    for why in template.generator.ugly(values) if template.generator else ():
        yield ("generator",), "these numbers are not fit to be asked", why, "narrow the ranges"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str | int):
        yield str(value)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def _equals(item: Item) -> Found:
    """Options that say the same: with the key among them, a right answer is marked wrong."""
    for name in ("options", "right", "entries"):
        seen: dict[tuple[str, str], str] = {}
        for index, entry in enumerate(item.body.get(name, ())):
            for language, text in entry["text"].items():
                said = (language, _bare(text))
                if said in seen:
                    keys = item.body["key"] if isinstance(item.body["key"], list) else [item.body["key"]]
                    with_key = {seen[said], entry["id"]} & set(keys) if name == "options" else set()
                    wrong = "a distractor is equal to the key" if with_key else "two entries say the same"
                    yield (name, index), wrong, text, "let the generator rule that out"
                seen.setdefault(said, entry["id"])


def _bare(text: str) -> str:
    """A text as it is compared: 12.5 and 12.50 are one number."""
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _NUMBER.sub(lambda number: f"{Decimal(number[0]).normalize():f}", plain)


def _keys(template: Template, values: Values, item: Item) -> Found:
    """Keys that are not what follows from the printed data, worked out a second way."""
    if template.generator is None:
        return
    printed = {name: values[name] for part in PRINTED for name in slots(template.document.data.get(part, {}))
               if name in values}
    try:
        again = template.generator.again(printed)
    except (KeyError, ValueError, ZeroDivisionError) as error:
        wrong, cure = "the key cannot be worked out from what the item prints", "print it in the stem or the table"
        yield ("stem",), wrong, f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error), cure
        return
    checked = 0
    for place, kind, slot, key, tolerance in _asked(template.document.data, item):
        if slot not in again:
            continue
        checked += 1
        if not _agrees(kind, key, again[slot], tolerance):
            yield place, "the key is outside its tolerance", f"{key} for {again[slot]}", "correct the generator"
    if not checked:
        yield ("generator",), "no key of the item can be worked out a second way", "", "use the generator's own keys"


def _asked(data: Mapping[str, Any], item: Item) -> Iterator[tuple[Loc, str, str, str, Fraction]]:
    """(place, kind, name, key, tolerance) of every key that a generator gave."""
    for index, (written, field) in enumerate(zip(data.get("fields", ()), item.body.get("fields", ()), strict=True)):
        if slot := SLOT.fullmatch(str(written.get("key"))):
            yield ("fields", index, "key"), field["kind"], slot[1], field["key"], exact(field["tolerance"])
    for index, (written, option) in enumerate(zip(data.get("options", ()), item.body.get("options", ()), strict=True)):
        if option["id"] == item.body["key"]:
            for language, text in written["text"].items():
                for slot in SLOT.finditer(text):
                    said = _value_at(text, option["text"][language], slot[1])
                    yield ("options", index), "date" if said.count("-") == 2 else "money", slot[1], said, Fraction(0)


def _value_at(pattern: str, text: str, name: str) -> str:
    """What stands for one {name} in a text."""
    before, _, after = pattern.partition("{" + name + "}")
    return text[len(before):len(text) - len(after)] if not SLOT.search(before + after) else text


def _agrees(kind: str, key: str, exact_key: Fraction | str, tolerance: Fraction) -> bool:
    if isinstance(exact_key, str):
        return key == exact_key
    value = read(kind, key)
    return isinstance(value, Fraction) and abs(value - exact_key) <= tolerance
