"""The grader of an authored register, and its source for the hidden cell: one home for both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from examdesk.items.register import checks as whole_table
from examdesk.items.register.checks import Check
from examdesk.items.register.columns import Column, column
from examdesk.items.register.grader import register, wanted
from examdesk.items.register.question import MOST_ROWS
from examdesk.marking import call, literal
from examdesk.model import Grader

CHECKS = {"covers": "covers", "no-overlap": "no_overlap", "in-order": "in_order"}


def column_words(one: Mapping[str, Any]) -> dict[str, Any]:
    """What `column` is told of a field beside its id, kind and key; only what is not usual."""
    words: dict[str, Any] = {} if one["required"] else {"required": False}
    words |= {"tolerance": one["tolerance"]} if one["tolerance"] != "0" else {}
    words |= {"unit": tuple(one["unit"].values())} if "unit" in one else {}
    words |= {"size": (one["size"]["min"], one["size"]["max"])} if "size" in one else {}
    words |= {"words": tuple(tuple(group) for group in one["words"])} if "words" in one else {}
    return words | ({"weight": one["weight"]} if one["weight"] != "1" else {})


def keys_of(one: Mapping[str, Any], keys: list[str] | None) -> list[str] | None:
    """Keys as they are marked by: of a box "yes", or "" for one that stays unticked."""
    if keys is None or one["kind"] != "check":
        return keys
    return ["yes" if key == "yes" else "" for key in keys]


def check_words(body: Mapping[str, Any], check: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """(arguments, named arguments) of a check, only what is not usual."""
    weight = {"weight": check["weight"]} if check["weight"] != "1" else {}
    if check["kind"] == "in-order":
        kind = next(one["kind"] for one in body["fields"] if one["id"] == check["fields"][0])
        return [check["id"], tuple(check["fields"])], ({} if kind == "date" else {"kind": kind}) | weight
    named = {"span": tuple(check["span"])} if check["kind"] == "covers" else {}
    named |= {"each": check["each"]} if "each" in check else {}
    named |= {"who": tuple(check["who"])} if "who" in check else {}
    named |= {"at_least": check["at_least"]} if check["at_least"] != 1 else {}
    return [check["id"], check["start"], check["end"]], named | weight


def size_of(rows: Mapping[str, Any]) -> tuple[int, int]:
    """How many rows a candidate is to fill in."""
    count = len(rows.get("wanted", [])) or 1
    return rows.get("min", count), rows.get("max", rows.get("min", count) if "wanted" in rows else MOST_ROWS)


def columns_of(body: Mapping[str, Any]) -> list[Column]:
    """The fields of the register with what is right in them."""
    return [column(one["id"], one["kind"], keys_of(one, one.get("key")), **column_words(one)) for one in body["fields"]]


def checks_of(body: Mapping[str, Any]) -> list[Check]:
    """The checks of the whole register."""
    made = []
    for check in body.get("checks", []):
        given, named = check_words(body, check)
        made.append(getattr(whole_table, CHECKS[check["kind"]])(*given, **named))
    return made


def grader_of(body: Mapping[str, Any], *, parts: bool = False) -> Grader:
    """The grader of an item's body. With `parts`, all-or-nothing tells its fields, too."""
    rule = "per-field" if parts and body["rule"] == "all-or-nothing" else body["rule"]
    rows = body.get("rows", {})
    return register(
        columns=columns_of(body),
        rule=rule,
        rows=[wanted(row["id"], values_of(body, row)) for row in rows.get("wanted", [])],
        match=rows.get("match", ""),
        size=size_of(rows),
        checks=checks_of(body),
    )


def values_of(body: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, list[str]]:
    """{field: keys} of a wanted row in the order of the fields."""
    known = {one["id"]: one for one in body["fields"]}
    return {name: keys_of(known[name], row["values"][name]) or [] for name in known if name in row["values"]}


def source_of(body: Mapping[str, Any]) -> str:
    """The same grader as Python source, one line for each field, row and check."""
    rows: Mapping[str, Any] = body.get("rows", {})
    more: dict[str, str | list[str]] = {}
    if rows:
        listed = [call("wanted", literal(row["id"]), repr_of(values_of(body, row))) for row in rows.get("wanted", [])]
        more = {"rows": listed} if listed else {}
        more |= {"match": literal(rows["match"])}
        more |= {"size": repr(size_of(rows))} if rows["match"] != "fixed" else {}
    if "checks" in body:
        more |= {"checks": [_check_source(body, check) for check in body["checks"]]}
    columns = [_column_source(one) for one in body["fields"]]
    return call("register", columns=columns, rule=literal(body["rule"]), **more)


def _column_source(one: Mapping[str, Any]) -> str:
    key = keys_of(one, one.get("key"))
    given = [literal(one["id"]), literal(one["kind"]), *([] if key is None else [repr_of(key)])]
    return call("column", *given, **{name: repr_of(value) for name, value in column_words(one).items()})


def _check_source(body: Mapping[str, Any], check: Mapping[str, Any]) -> str:
    given, named = check_words(body, check)
    words = {name: repr_of(value) for name, value in named.items()}
    return call(CHECKS[check["kind"]], *[repr_of(value) for value in given], **words)


def repr_of(value: Any) -> str:
    """Plain data as source; no text in it can be taken for one of nbgrader's delimiters."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(name)}: {repr_of(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(repr_of, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(repr_of, value)) + ("," if len(value) == 1 else "") + ")"
    return literal(value) if isinstance(value, str) else repr(value)
