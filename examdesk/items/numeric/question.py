"""What a candidate may see of a numeric item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from examdesk.model import Item, text
from examdesk.typed import LONGEST


def public(item: Item) -> dict[str, Any]:
    """The public data of the item: stem, table and fields with unit and options; no key, tolerance or reason."""
    body = item.body
    table = {"table": {"columns": [dict(c) for c in body["table"]["columns"]],
                       "rows": [list(row) for row in body["table"]["rows"]]}} if "table" in body else {}
    return {"stem": dict(body["stem"]), "rule": body["rule"], **table, "fields": [_field(f) for f in body["fields"]]}


def _field(authored: Mapping[str, Any]) -> dict[str, Any]:
    field = {"id": authored["id"], "label": dict(authored["label"]), "kind": authored["kind"]}
    if "unit" in authored:
        field["unit"] = dict(authored["unit"])
    if "options" in authored:
        field["options"] = [{"id": option["id"], "text": dict(option["text"])} for option in authored["options"]]
    return field


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question: fields, table and choices keep the author's order for everybody."""
    return dict(public)


def clean(public: Mapping[str, Any], value: object) -> dict[str, str]:
    """The answer as it is journalled: {field id: text as typed, trimmed} without empty ones. Raises ValueError."""
    fields = {field["id"]: field for field in public["fields"]}
    if not isinstance(value, dict) or any(name not in fields for name in value):
        raise ValueError("no such field")
    return {name: typed for name, field in fields.items() if name in value and (typed := _typed(field, value[name]))}


def _typed(field: Mapping[str, Any], typed: object) -> str:
    if not isinstance(typed, str):
        raise ValueError("a field holds no text")
    typed = typed.strip()
    if len(typed) > LONGEST:
        raise ValueError(f"a field holds more than {LONGEST} characters")
    if typed and field["kind"] == "choice" and typed not in [option["id"] for option in field["options"]]:
        raise ValueError("no such option")
    return typed


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The answer in words, one line for each field filled in; [] when blank."""
    typed = value if isinstance(value, dict) else {}
    return [
        f"{text(field['label'], language)}: {_said(field, typed[field['id']], language)}"
        for field in public["fields"]
        if typed.get(field["id"])
    ]


def _said(field: Mapping[str, Any], typed: object, language: str) -> str:
    """A choice by its text, everything else as typed, with its unit."""
    if field["kind"] == "choice":
        return next((text(o["text"], language) for o in field["options"] if o["id"] == typed), str(typed))
    return f"{typed} {text(field['unit'], language)}" if "unit" in field else str(typed)
