"""What an author writes for a register item, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from examdesk.bank import ItemFile, Labelled, Loc, Problem, TextMap
from examdesk.bank.schema import Exact, Slug, Strict, Table, Words
from examdesk.items.register.faults import body_faults
from examdesk.items.register.grader import COUNT
from examdesk.items.register.made import grader_of
from examdesk.items.register.question import LONG, MOST_ROWS
from examdesk.model import Response, text

_COUNT = {"zh": "行数", "en": "Number of rows"}
_ROW = {"zh": "应填的第 {n} 行", "en": "Row {n} that was asked for"}


def _keys(value: object) -> object:
    """A key, or keys any of which is right, as texts: they stay what they are marked by."""
    keys = value if isinstance(value, list) else [value]
    for key in keys:
        if isinstance(key, float):
            raise ValueError(f'write the key in quotes, "{key}", so that it stays exact')
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise ValueError('the key must be a text or a number, or a list of them; write dates like "2025-06-02"')
    return [str(key).strip() for key in keys]


def _typed(value: object) -> object:
    """What stands in a field of the example, as a text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Typed = Annotated[str, BeforeValidator(_typed), WithJsonSchema({"type": ["string", "integer"]})]
Keys = Annotated[
    list[str],
    BeforeValidator(_keys),
    Field(min_length=1, max_length=20),
    WithJsonSchema({"type": ["string", "integer", "array"]}),
]


class Size(Strict):
    min: Annotated[int, Field(ge=0, le=LONG)] = 0
    max: Annotated[int, Field(ge=1, le=LONG)] = LONG


class Asked(Strict):
    id: Slug
    label: TextMap
    hint: TextMap | None = None  # a line under the label
    kind: Literal["text", "long", "integer", "decimal", "percent", "money", "date", "time", "choice", "check"]
    required: bool = True  # empty = named at grading; a box = must be ticked
    key: Keys | None = None  # none: whatever can be read; "" must stay empty; a box: yes or no
    tolerance: Exact = "0"
    unit: TextMap | None = None
    options: Annotated[list[Labelled], Field(min_length=2, max_length=12)] | None = None
    size: Size | None = None  # characters of a text
    words: list[Annotated[list[Words], Field(min_length=1)]] | None = None  # a long text: one of every group
    weight: Exact = "1"
    reason: TextMap | None = None


class Row(Strict):
    id: Slug
    head: TextMap | None = None  # of a fixed row
    values: dict[str, Keys]
    reason: TextMap


class Rows(Strict):
    match: Slug  # fixed, place, each, or the field by which a row is found
    min: Annotated[int, Field(ge=1, le=MOST_ROWS)] | None = None  # of rows a candidate adds
    max: Annotated[int, Field(ge=1, le=MOST_ROWS)] | None = None
    show: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 1  # empty rows at the start
    wanted: Annotated[list[Row], Field(min_length=1, max_length=MOST_ROWS)] | None = None
    reason: TextMap | None = None  # of the number of rows


class Check(Strict):
    id: Slug
    kind: Literal["covers", "no-overlap", "in-order"]
    label: TextMap
    start: str | None = None  # covers, no-overlap: fields with a time
    end: str | None = None
    span: Annotated[list[str], Field(min_length=2, max_length=2)] | None = None  # covers: from, to
    each: str | None = None  # the field with the person
    who: list[str] | None = None  # covers: everybody of these, all the time
    at_least: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 1  # covers: so many at any moment
    fields: Annotated[list[str], Field(min_length=2)] | None = None  # in-order: dates, or times, of one row
    weight: Exact = "1"
    reason: TextMap


class Authored(ItemFile):
    type: Literal["register"]
    rule: Literal["per-field", "per-row", "all-or-nothing"]
    table: Table | None = None
    fields: Annotated[list[Asked], Field(min_length=1, max_length=12)]
    rows: Rows | None = None
    checks: Annotated[list[Check], Field(min_length=1, max_length=6)] | None = None
    example: Annotated[list[dict[str, Typed]], Field(min_length=1, max_length=MOST_ROWS)]  # a register with full marks


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Faults pydantic cannot see; the example is marked at every check."""
    found = body_faults(body)
    if found:
        return found
    judged = grader_of(body, parts=True)(Response("", body["example"]))
    if judged.fraction == 1:
        return []
    lost = [f"{part.criterion} ({part.reason})" for part in judged.parts if part.fraction < 1]
    cure = "correct the example, or the key it is marked by"
    return [Problem(("example",), "the example does not earn all points", "; ".join(lost), cure)]


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "register"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """Every reason of the item with its place."""
    for loc, entry in _entries(body):
        if "reason" in entry:
            yield (*loc, "reason"), entry["reason"]


def _entries(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    """Everything of the item that may have a reason."""
    rows = body.get("rows", {})
    for index, one in enumerate(body["fields"]):
        yield ("fields", index), one
    for index, row in enumerate(rows.get("wanted", [])):
        yield ("rows", "wanted", index), row
    yield ("rows",), rows
    for index, check in enumerate(body.get("checks", [])):
        yield ("checks", index), check


def criterion_text(body: Mapping[str, Any], criterion: str, language: str) -> str:
    """The name of a criterion, for the candidate. A row that was to be found is named by its number only."""
    named = {one["id"]: text(one["label"], language) for one in (*body["fields"], *body.get("checks", []))}
    wanted = body.get("rows", {}).get("wanted", [])
    row, _, field = criterion.partition(".")
    for number, one in enumerate(wanted, start=1):
        if one["id"] == row:
            name = text(one.get("head", _ROW), language).format(n=number)
            return f"{name} · {named[field]}" if field else name
    return text(_COUNT, language) if criterion == COUNT else named[criterion]


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """Why the answer earned what it earned.

    A reason tells what belongs into a field. What is right stands in the parts of the mark; so without the key nothing
    is added, unless everything is right. With the key: the reasons of what is not.
    """
    response = Response("", value)
    judged = grader_of(body, parts=True)(response)
    if response.is_blank and not show_key:
        return []
    missed = {part.criterion for part in judged.parts if part.fraction < 1}
    if missed and not show_key:
        return []
    told = [(name, entry) for name, entry in _named(body, language) if not missed or _missed(name, missed)]
    return [f"{label}: {text(entry['reason'], language)}" for (_, label), entry in told if "reason" in entry]


def _named(body: Mapping[str, Any], language: str) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    """((criterion or row, its name), entry) of everything that may have a reason."""
    for loc, entry in _entries(body):
        criterion = COUNT if loc == ("rows",) else entry["id"]
        yield (criterion, criterion_text(body, criterion, language)), entry


def _missed(name: tuple[str, str], missed: set[str]) -> bool:
    """Whether a field, a row or a check is among the criteria missed; a field in any row, a row in any field."""
    return any(name[0] in (criterion, *criterion.split(".")) for criterion in missed)
