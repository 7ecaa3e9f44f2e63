"""Items whose texts and keys are made: by a generator from a seed, from a product pack, or both.

The file of such an item is an ordinary item with {names} in it. What stands for them is filled in when it is read, so
that everything after this module, from the check to the grader, sees ordinary items.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import Any

from pydantic import ValidationError

from examdesk.bank.files import Document
from examdesk.bank.packs import Pack
from examdesk.bank.schema import Loc, MadeFile
from examdesk.bank.words import all_in_words
from examdesk.errors import AuthorError, Fault
from examdesk.generators import GENERATORS, Generator, NoVariant, Values
from examdesk.model import Item, canonical, seed_of

SLOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")
TRIES = 40  # seeds in a row without a new variant, before there are no more
Read = Callable[[Document], tuple[Item | None, list[Fault]]]


class Unmade(Exception):
    """A variant that cannot be made: place in the item's file, fault, found, cure."""


@dataclass(frozen=True)
class Template:
    """The file of an item that is made, and how it is read."""

    id: str
    document: Document
    read: Read
    generator: Generator | None
    ranges: Mapping[str, tuple[int, int]]
    variants: int
    with_pack: bool

    def item(self, variant: int, pack: Pack | None) -> Item:
        """The item as this variant, of this pack; raises `AuthorError`."""
        try:
            item, faults = self.read(self.filled(variant, pack))
        except Unmade as error:
            raise AuthorError(self.fault(error)) from None
        if item is None or faults:
            raise AuthorError(*faults)
        return item

    def fault(self, error: Unmade) -> Fault:
        loc, wrong, found, cure = error.args
        return self.document.fault(loc, wrong, found=found, cure=cure)

    def numbers(self, exam: str, form: str, count: int = 1) -> tuple[int, ...]:
        """The `count` variants of a form, or all there are; forms with letters side by side have different ones."""
        letters, count = int.from_bytes(form.encode()), min(count, self.variants)
        begin = seed_of("variant", exam, self.id) + count * letters
        return tuple((begin + place) % self.variants for place in range(count))

    def filled(self, variant: int, pack: Pack | None) -> Document:
        """The item's file with everything filled in; raises `Unmade`."""
        found = next(islice(self.different(pack), variant, None), None)
        if found is None:
            only = sum(1 for _ in self.different(pack))
            cure = "widen the ranges, or write a smaller number for variants"
            raise Unmade(("generator",), f"there are not {variant + 1} different variants", f"only {only}", cure)
        return found

    def different(self, pack: Pack | None) -> Iterator[Document]:
        """The variants in their order, each unlike all before it."""
        seen, misses = set[str](), 0
        for seed in count():
            made = self.drawn(seed, pack)
            if (text := seen_of(made.data)) not in seen:
                seen.add(text)
                misses = 0
                yield made
            elif (misses := misses + 1) > TRIES or self.generator is None:
                return

    def drawn(self, seed: int, pack: Pack | None) -> Document:
        """The item's file with what one seed gives; raises `Unmade`."""
        values = self.values(seed, pack)
        return replace(self.document, data={name: fill(value, values, (name,)) for name, value in
                                            self.document.data.items()})

    def values(self, seed: int, pack: Pack | None) -> Values:
        """What stands for the names in the item's file; raises `Unmade`."""
        given = dict(pack.values) if pack and self.with_pack else {}
        if self.generator is None:
            return given
        try:
            made = self.generator.values(seed_of("variant", self.id, str(seed)), self.ranges, given)
        except NoVariant as error:
            raise Unmade(("generator", "ranges"), "no variant within these ranges can be asked", str(error),
                         "widen the ranges") from None
        except (KeyError, ValueError, ZeroDivisionError) as error:
            raise Unmade(("generator",), f"{self.generator.name} cannot work with these numbers", str(error),
                         "correct the ranges, or the numbers of the pack") from None
        return {**given, **made}


def seen_of(data: Any) -> str:
    """What a candidate meets of an item's file: all but keys and reasons."""
    return canonical(_without(data))


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without(inner) for name, inner in value.items() if name not in ("key", "reason")}
    return [_without(inner) for inner in value] if isinstance(value, list) else value


def fill(value: Any, values: Values, loc: Loc = (), language: str | None = None) -> Any:
    """A part of an item with every {name} filled in; raises `Unmade` for a name nobody gives."""
    if isinstance(value, str):
        return _filled(value, values, loc, language)
    if isinstance(value, dict):
        texts = bool(value) and set(value) <= {"zh", "en"}
        return {name: fill(inner, values, (*loc, name), name if texts else language) for name, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, values, (*loc, index), language) for index, inner in enumerate(value)]
    return value


def _filled(text: str, values: Values, loc: Loc, language: str | None) -> Any:
    alone = SLOT.fullmatch(text)
    if alone and language is None and alone[1] in values:
        value = values[alone[1]]
        return dict(value) if isinstance(value, Mapping) else value
    filled = SLOT.sub(lambda slot: _said(slot[1], values, loc, language), text)
    return filled[:1].upper() + filled[1:] if language == "en" and text.startswith("{") else filled


def _said(name: str, values: Values, loc: Loc, language: str | None) -> str:
    if name not in values:
        known = ", ".join(sorted(values)) or "nothing: name a generator, or write  pack: true"
        raise Unmade(loc, "nobody gives a value of this name", "{" + name + "}", f"there are: {known}")
    value = values[name]
    if isinstance(value, str):
        return value
    if language is None or language not in value:
        raise Unmade(loc, "this value has a text per language and can stand only in a text with languages",
                     "{" + name + "}", "write  zh:  and  en:, or the value alone")
    return value[language]


def slots(value: Any) -> Iterator[str]:
    """The names that stand in a part of an item's file."""
    if isinstance(value, str):
        yield from SLOT.findall(value)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from slots(inner)


def is_made(data: Any) -> bool:
    """Whether the file of an item says that it is made."""
    return isinstance(data, dict) and ("generator" in data or bool(data.get("pack")))


def template(document: Document, read: Read) -> tuple[Template | None, list[Fault]]:
    """How an item is made, and what is wrong about that; None where it cannot be made at all."""
    data = document.data
    faults = list[Fault]()
    try:
        made = MadeFile.model_validate({name: data[name] for name in MadeFile.model_fields if name in data})
    except ValidationError as error:
        said = all_in_words(data, error.errors(include_url=False), MadeFile)
        return None, [document.fault(loc, wrong, found=found, cure=cure) for loc, wrong, found, cure in said]
    name = made.generator.name if made.generator else None
    if name is not None and name not in GENERATORS:
        cure = f"use one of: {', '.join(sorted(GENERATORS))}"
        return None, [document.fault(("generator", "name"), "no such generator", found=name, cure=cure)]
    generator = GENERATORS[name] if name else None
    ranges = made.generator.ranges if made.generator else {}
    if generator:
        faults += _misfits(document, generator, ranges)
        if made.variants is None:
            cure = "add the line  variants: 20"
            faults.append(document.fault(("generator",), "nothing says how many variants there are", cure=cure))
    known = {name: span for name, span in ranges.items() if generator and name in generator.ranges}
    return Template(str(data.get("id")), document, read, generator, known, made.variants or 1, made.pack), faults


def _misfits(document: Document, generator: Generator, ranges: Mapping[str, Sequence[int]]) -> Iterator[Fault]:
    if document.data.get("edition") not in generator.editions:
        yield document.fault(("edition",), f"{generator.name} computes by another edition",
                             found=str(document.data.get("edition")), cure=f"use: {' or '.join(generator.editions)}")
    for name, (low, high) in ranges.items():
        place = ("generator", "ranges", name)
        if name not in generator.ranges:
            cure = f"use some of: {', '.join(generator.ranges)}"
            yield document.fault(place, "the generator has no such range", found=name, cure=cure)
        elif low > high:
            yield document.fault(place, "the range ends before it begins", found=f"{low}, {high}", cure="exchange them")
