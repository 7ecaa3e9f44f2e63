"""What an author writes for a numeric item, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from examdesk.bank import ItemFile, Labelled, Loc, Problem, TextMap
from examdesk.bank.schema import Exact, Slug, Strict, Table, repeated, table_faults
from examdesk.items.numeric.grader import field, judged
from examdesk.model import exact, text
from examdesk.typed import read

_EXAMPLES = {"date": '"2014-04-15"', "time": '"15:40"', "integer": "52"}


def _key(value: object) -> str:
    """A key stays the text it is marked by."""
    if isinstance(value, float):
        raise ValueError(f'write the key in quotes, "{value}", so that it stays exact')
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError('the key must be a number or a text; write dates in quotes, like "2014-04-15"')
    return str(value).strip()


class Asked(Strict):
    id: Slug
    label: TextMap
    kind: Literal["integer", "decimal", "percent", "money", "date", "time", "choice"]
    key: Annotated[str, BeforeValidator(_key), WithJsonSchema({"type": ["integer", "string"]})]
    tolerance: Exact = "0"
    unit: TextMap | None = None
    options: Annotated[list[Labelled], Field(min_length=2, max_length=12)] | None = None
    reason: TextMap


class Authored(ItemFile):
    type: Literal["numeric"]
    rule: Literal["per-field", "all-or-nothing"]
    table: Table | None = None
    fields: Annotated[list[Asked], Field(min_length=1, max_length=12)]


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Faults pydantic cannot see."""
    found = repeated([one["id"] for one in body["fields"]], ("fields",))
    for index, one in enumerate(body["fields"]):
        found += _choice_faults(one, index) if one["kind"] == "choice" else _value_faults(one, index)
    return found + table_faults(body)


def _choice_faults(one: Mapping[str, Any], index: int) -> list[Problem]:
    loc, ids = ("fields", index), [option["id"] for option in one.get("options", [])]
    if not ids:
        return [Problem(loc, "a choice has no options", "", "add options with an id and a text each")]
    found = repeated(ids, (*loc, "options"))
    if one["key"] not in ids:
        cure = f"use one of: {', '.join(ids)}"
        found.append(Problem((*loc, "key"), "the key is none of the options", one["key"], cure))
    return found


def _value_faults(one: Mapping[str, Any], index: int) -> list[Problem]:
    loc, found = ("fields", index), []
    value = read(one["kind"], one["key"])
    example = _EXAMPLES.get(one["kind"], '"1.06"')
    if value is None or (one["kind"] == "integer" and not str(value).lstrip("-").isdigit()):
        found.append(Problem((*loc, "key"), f"the key is no {one['kind']}", one["key"], f"write it like {example}"))
    if exact(one["tolerance"]) < 0:
        found.append(Problem((*loc, "tolerance"), "a tolerance is below 0", one["tolerance"], "write 0 or more"))
    if "options" in one:
        found.append(Problem((*loc, "options"), "only a choice has options", one["kind"], "remove them or the kind"))
    return found


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "numeric"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """Every reason of the item with its place."""
    for index, one in enumerate(body["fields"]):
        yield ("fields", index, "reason"), one["reason"]


def criterion_text(body: Mapping[str, Any], criterion: str, language: str) -> str:
    """The name of a criterion, for the candidate."""
    return next(text(one["label"], language) for one in body["fields"] if one["id"] == criterion)


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """Why the answer earned what it earned.

    A reason works the number out, and often the next field's too. Which fields are right stands in the parts of the
    mark; so without the key nothing is added, unless every field is right. With the key: the fields that are wrong.
    """
    typed = value if isinstance(value, dict) else {}
    missed = [one for one in body["fields"] if not _right(one, typed.get(one["id"]))]
    told = (missed or body["fields"]) if show_key or not missed else []
    return [f"{text(one['label'], language)}: {text(one['reason'], language)}" for one in told]


def _right(one: Mapping[str, Any], typed: object) -> bool:
    unit = tuple(one.get("unit", {}).values())
    asked = field(one["id"], one["kind"], one["key"], tolerance=one["tolerance"], unit=unit)
    return isinstance(typed, str) and judged(asked, typed)[0] == 1
