"""The violation points items name: every rule is one of grading/points.yaml in the item's edition, and is frozen so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from examdesk.bank import Bank, prices_of, read_points
from examdesk.bank.points import load_points, points_path
from examdesk.errors import CourseError, Fault
from examdesk.items import part
from examdesk.model import Item, Price


def violation_faults(course: Path, bank: Bank) -> Iterator[Fault]:
    """Every item that names a rule the points table does not have for the item's edition."""
    read = load_points(course)[0] if points_path(course).exists() else None
    known = {(rule.edition, rule.id) for rule in read.rules} if read else set()
    for item in bank.drafts.values():
        for place, name in _named(item):
            if (item.edition, name) not in known:
                ids = ", ".join(sorted(rule for edition, rule in known if edition == item.edition)) or "none yet"
                yield bank.documents[item.id].fault(
                    place, f"grading/points.yaml has no such rule in {item.edition}", found=name,
                    cure=f"use one of: {ids}; or add the rule there")


def prices(course: Path, items: Iterable[Item]) -> dict[str, Mapping[str, Price]]:
    """{item: {rule: its price}} of the items that name violations, by their editions; to be frozen with them.

    Raises `CourseError` for a rule the points table does not have.
    """
    named = [(item, sorted({name for _, name in _named(item)})) for item in items]
    rules = read_points(course) if any(names for _, names in named) else {}
    found: dict[str, Mapping[str, Price]] = {}
    for item, names in named:
        table = prices_of(rules, item.edition)
        if missing := [name for name in names if name not in table]:
            raise CourseError(f"grading/points.yaml: no such rule in {item.edition}, which {item.id} names (found: "
                              f"{missing[0]}). Cure: run  examdesk check")
        if names:
            found[item.id] = {name: table[name] for name in names}
    return found


def _named(item: Item) -> Iterable[tuple[tuple[str | int, ...], str]]:
    key = part(item.type, "key")
    return key.violations(item.body) if hasattr(key, "violations") else ()
