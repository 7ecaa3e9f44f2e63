"""Violation points: what each breach of a rule costs, by handbook edition. grading/points.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from examdesk.bank.files import Document, load_yaml, validated
from examdesk.bank.schema import Slug, Strict, TextMap
from examdesk.errors import AuthorError, CourseError, Fault
from examdesk.model import Price


class ViolationRule(Strict):
    """One breach and its points."""

    id: Slug
    edition: str
    points: Annotated[int, Field(ge=1, le=48)]
    per: Literal["case", "order"]  # what is counted: the case as a whole, or every order in it
    facts: Annotated[list[str], Field(min_length=1)]
    text: TextMap


class PointsFile(Strict):
    """`grading/points.yaml`."""

    rules: Annotated[list[ViolationRule], Field(min_length=1)]


Rules = Mapping[tuple[str, str], ViolationRule]
"""{(edition, rule id): rule}."""


def prices_of(rules: Rules, edition: str) -> dict[str, Price]:
    """{rule id: its price} in one edition."""
    return {name: Price(rule.points, rule.per) for (of, name), rule in rules.items() if of == edition}


def violation_points(events: Iterable[str | tuple[str, str]], prices: Mapping[str, Price]) -> int:
    """The points of the violations of a log or a chat.

    An event is a rule's id, or (rule's id, the case it belongs to). A rule that is counted per case costs its points
    once a case, however often it was broken there; one per order costs them for every event. Raises `CourseError` for
    a rule without a price: a breach is never counted as nothing.

    >>> table = {"invoice-refusal": Price(6, "case"), "order-closed-without-consent": Price(1, "order")}
    >>> violation_points(["invoice-refusal"] + 3 * ["order-closed-without-consent"], table)
    9
    """
    total, cases = 0, set()
    for event in events:
        name, case = event if isinstance(event, tuple) else (event, "")
        if name not in prices:
            raise CourseError(f"this violation has no points (found: {name}). Cure: use one of: "
                              f"{', '.join(sorted(prices)) or 'none yet'}; or add it to grading/points.yaml with its "
                              "edition")
        if prices[name].per == "order" or (name, case) not in cases:
            total += prices[name].points
        cases.add((name, case))
    return total


def points_path(course: Path) -> Path:
    return course / "grading" / "points.yaml"


def read_points(course: Path) -> Rules:
    """{(edition, rule id): rule} of the course; raises `AuthorError` with every fault."""
    read, document, faults = load_points(course)
    if read is None or faults:
        raise AuthorError(*document.faults, *faults)
    return {(rule.edition, rule.id): rule for rule in read.rules}


def load_points(course: Path) -> tuple[PointsFile | None, Document, list[Fault]]:
    """The file, its document and its faults; without the faults of the YAML itself, which the document holds."""
    document = load_yaml(points_path(course), root=course)
    if document.data is None and document.faults:
        return None, document, []
    read, faults = validated(document, PointsFile)
    return read, document, [*faults, *(_twice(document, read) if read else [])]


def _twice(document: Document, read: PointsFile) -> list[Fault]:
    places = [(rule.edition, rule.id) for rule in read.rules]
    return [
        document.fault(
            ("rules", index, "id"),
            f'the rule "{rule}" stands twice for the edition {edition}',
            found=rule,
            cure="keep one of them",
        )
        for index, (edition, rule) in enumerate(places)
        if (edition, rule) in places[:index]
    ]
