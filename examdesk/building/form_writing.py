"""What gives a form away: keys that are the longest too often, keys in one place, items that answer each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from examdesk.bank import Bank, Document, ExamFile
from examdesk.building.item_writing import by_length
from examdesk.errors import Fault
from examdesk.items import part
from examdesk.model import Item

RARE = 0.005  # chance by which a form may look like this although its author favours nothing
Exams = Mapping[str, tuple[ExamFile, Document]]


def form_writing_faults(exams: Exams, bank: Bank) -> Iterator[Fault]:
    """The faults of every form of every exam, and of names under `apart:` that do not exist."""
    yield from _unknown(bank)
    for exam, document in exams.values():
        for form, sections in exam.forms.items():
            items = [bank.drafts[name] for names in sections.values() for name in names if name in bank.drafts]
            yield from _apart(document, form, items, bank)
            yield from _longest(document, form, items)
            yield from _places(document, form, items, shuffled=exam.shuffle)


def never_longest(bank: Bank) -> Iterator[Fault]:
    """A note when the keys of the whole bank avoid being the longest: then the longest option can be ruled out."""
    sized = [(item, lengths) for item in bank.drafts.values() if (lengths := by_length(item))]
    longest = sum(all(key > other for key, other in lengths.values()) for _, lengths in sized)
    chances = [1 / len(item.body["options"]) for item, _ in sized]
    if 1 - at_least(longest + 1, chances) < RARE:
        yield Fault("exams/bank", 1, f"the key is the longest option in only {longest} of {len(sized)} single-choice "
                    "items; who notices that rules the longest option out", "",
                    "let the key be the longest of four now and then, in one item of four")


def _unknown(bank: Bank) -> Iterator[Fault]:
    for name, document in bank.documents.items():
        for index, other in enumerate(document.listed("apart")):
            if other not in bank.drafts or other == name:
                yield document.fault(("apart", index), "no other item has this id", found=other, cure="correct the id")


def _apart(document: Document, form: str, items: Sequence[Item], bank: Bank) -> Iterator[Fault]:
    inside = {item.id for item in items}
    pairs = {tuple(sorted((item.id, other))) for item in items for other in bank.documents[item.id].listed("apart")
             if other in inside and other != item.id}
    for one, other in sorted(pairs):
        yield document.fault(("forms", form), f"form {form} holds {one} and {other}, which may not stand in one form",
                             found=f"apart: in {one} or {other}", cure="put another item in the place of one of them")


def _longest(document: Document, form: str, items: Sequence[Item]) -> Iterator[Fault]:
    """Chance has one in four keys the longest of four options; who guesses so must not pass by it."""
    sized = [(item, by_length(item)) for item in items if by_length(item)]
    longest = [item.id for item, lengths in sized if all(key > other for key, other in lengths.values())]
    chances = [1 / len(item.body["options"]) for item, _ in sized]
    if at_least(len(longest), chances) < RARE:
        count = f"{len(longest)} of the {len(sized)}"
        yield document.fault(("forms", form), f"the key is the longest option in {count} "
                             f"single-choice items of form {form}, far more than by chance",
                             found=", ".join(longest[:6]),
                             cure="shorten these keys, or give their distractors as much detail")


def _places(document: Document, form: str, items: Sequence[Item], *, shuffled: bool) -> Iterator[Fault]:
    """Where options stand as their author wrote them, keys lie in every place; neither true nor false is the rule."""
    fixed: dict[str, list[tuple[int, int]]] = {}
    for item in items:
        if item.type != "choice":
            continue
        kind = part(item.type, "key").kind(item.body)
        if kind == "true-false" or not shuffled or item.body.get("keep_order"):
            ids = [one["id"] for one in item.body["options"]]
            if item.body["key"] in ids:
                fixed.setdefault(kind, []).append((ids.index(item.body["key"]), len(ids)))
    for kind, keys in fixed.items():
        place, count = Counter(at for at, _ in keys).most_common(1)[0]
        limit = 0.05 if kind == "true-false" else RARE
        if at_least(count, [1 / options for _, options in keys]) < limit:
            where = f'key "{"tf"[place]}"' if kind == "true-false" else f"option {place + 1}"
            yield document.fault(("forms", form), f"the key of {count} of the {len(keys)} {kind} items of form {form} "
                                 "whose options are not shuffled lies in one place", found=where,
                                 cure="choose items with other keys, or let the options be shuffled")


def at_least(count: int, chances: Sequence[float]) -> float:
    """The chance that `count` or more of independent events with these chances happen.

    >>> round(at_least(2, [0.5, 0.5, 0.5]), 3), at_least(0, [])
    (0.5, 1.0)
    """
    ways = [1.0]
    for chance in chances:
        ways = [a * (1 - chance) + b * chance for a, b in zip([*ways, 0.0], [0.0, *ways], strict=True)]
    return sum(ways[count:]) if count else 1.0
