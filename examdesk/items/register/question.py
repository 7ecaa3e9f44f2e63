"""What a candidate may see of a register item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from examdesk.model import Item, text
from examdesk.typed import LONGEST

SHORT, LONG = 120, 2000  # characters of a short and of a long text
MOST_ROWS = 20
TICKED = "yes"
_TICK = {"zh": "已勾选", "en": "ticked"}
_ROW = {"zh": "第 {n} 行", "en": "Row {n}"}


def longest(kind: str) -> int:
    """How many characters a field of this kind can hold."""
    return {"text": SHORT, "long": LONG}.get(kind, LONGEST)


def public(item: Item) -> dict[str, Any]:
    """The public data of the item: stem, table, fields, heads of rows; no key, words, weights or reasons."""
    body = item.body
    rows = {"rows": _rows(body["rows"])} if "rows" in body else {}
    return {"stem": dict(body["stem"]), "rule": body["rule"], **_table(body), **rows,
            "fields": [_field(one) for one in body["fields"]]}  # fmt: skip


def _table(body: Mapping[str, Any]) -> dict[str, Any]:
    if "table" not in body:
        return {}
    columns, rows = body["table"]["columns"], body["table"]["rows"]
    return {"table": {"columns": [dict(column) for column in columns], "rows": [list(row) for row in rows]}}


def _rows(authored: Mapping[str, Any]) -> dict[str, Any]:
    """The heads of fixed rows. Of rows a candidate adds, nothing: their number is part of the task."""
    if authored["match"] == "fixed":
        return {"heads": [dict(row["head"]) for row in authored["wanted"]]}
    return {"add": authored["show"]}


def _field(authored: Mapping[str, Any]) -> dict[str, Any]:
    field = {name: authored[name] for name in ("id", "kind", "required")} | {"label": dict(authored["label"])}
    field |= {name: dict(authored[name]) for name in ("unit", "hint", "size") if name in authored}
    if "options" in authored:
        field["options"] = [{"id": option["id"], "text": dict(option["text"])} for option in authored["options"]]
    return field


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question: a form has one order."""
    return dict(public)


def clean(public: Mapping[str, Any], value: object) -> list[dict[str, str]]:
    """The answer as it is journalled: {field id: text as typed, trimmed} of every row, without empty fields.

    Fixed rows keep their places, a register without rows is one row, empty rows a candidate added are left out;
    [] is blank. Raises ValueError.
    """
    if not isinstance(value, list) or any(not isinstance(row, dict) for row in value):
        raise ValueError("no rows")
    heads = public["rows"].get("heads") if "rows" in public else [{}]
    if len(value) > (MOST_ROWS if heads is None else len(heads)):
        raise ValueError("too many rows")
    rows = [_row(public, row) for row in value]
    if heads is None:
        return [row for row in rows if row]
    return rows + [{}] * (len(heads) - len(rows)) if any(rows) else []


def _row(public: Mapping[str, Any], row: Mapping[str, object]) -> dict[str, str]:
    fields = {field["id"]: field for field in public["fields"]}
    if any(name not in fields for name in row):
        raise ValueError("no such field")
    return {name: typed for name, field in fields.items() if name in row and (typed := _typed(field, row[name]))}


def _typed(field: Mapping[str, Any], typed: object) -> str:
    if not isinstance(typed, str):
        raise ValueError("a field holds no text")
    typed = typed.strip()
    if len(typed) > longest(field["kind"]):
        raise ValueError("a field holds too many characters")
    if typed and field["kind"] == "choice" and typed not in [option["id"] for option in field["options"]]:
        raise ValueError("no such option")
    if field["kind"] == "check" and typed not in ("", TICKED):
        raise ValueError("a box is ticked or not")
    return typed


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The answer in words, one line for each field, or each row, filled in; [] when blank."""
    rows = value if isinstance(value, list) else []
    lines = [[_said(field, row[field["id"]], language) for field in public["fields"] if row.get(field["id"])]
             for row in rows]  # fmt: skip
    if "rows" not in public:
        return [line for row in lines for line in row]
    heads = public["rows"].get("heads", [])
    names = [text(heads[at] if at < len(heads) else _ROW, language).format(n=at + 1) for at in range(len(lines))]
    separator = "；" if language == "zh" else "; "
    return [f"{name} – {separator.join(row)}" for name, row in zip(names, lines, strict=True) if row]


def _said(field: Mapping[str, Any], typed: object, language: str) -> str:
    """A choice by its text, a tick in words, everything else as typed, with its unit."""
    said = str(typed)
    if field["kind"] == "choice":
        said = next((text(o["text"], language) for o in field["options"] if o["id"] == typed), said)
    elif field["kind"] == "check":
        said = text(_TICK, language)
    elif "unit" in field:
        said = f"{said} {text(field['unit'], language)}"
    return f"{text(field['label'], language)}: {said}"
