"""JSON Schemas of everything authors write, so that editors complete fields and underline mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from examdesk.bank.draws import DrawFile
from examdesk.bank.exams import ExamFile
from examdesk.bank.handbook import HandbookFile
from examdesk.bank.packs import PackFile
from examdesk.bank.personas import PersonasFile
from examdesk.bank.points import PointsFile
from examdesk.bank.programme import ProgrammeFile
from examdesk.bank.scripts import ScriptsFile
from examdesk.building.freezing import key_modules

DIALECT = "http://json-schema.org/draft-07/schema#"


def write_schemas(folder: Path) -> list[Path]:
    """The schema files, written into `folder`; the same bytes on every machine."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in schema_files().items():
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            staged = path.with_name(f"{name}.tmp")
            staged.write_bytes(content)
            staged.replace(path)
        written.append(path)
    return written


def schema_files() -> dict[str, bytes]:
    """{file name: content}: one for each item type, item.json for all, and one for each other file of authors."""
    types = {name: module.Authored for name, module in key_modules().items()}
    models: dict[str, type[BaseModel]] = {
        **types, "draw": DrawFile, "exam": ExamFile, "facts": HandbookFile, "pack": PackFile,
        "personas": PersonasFile, "points": PointsFile, "programme": ProgrammeFile, "scripts": ScriptsFile,
    }  # fmt: skip
    schemas = {name: _schema(name, model) for name, model in models.items()} | {"item": _any_item(sorted(types))}
    return {f"{name}.json": _bytes(schemas[name]) for name in sorted(schemas)}


def _schema(name: str, model: type[BaseModel]) -> dict[str, Any]:
    return {**_without_titles(model.model_json_schema(by_alias=True)), "$schema": DIALECT, "title": name}


def _without_titles(value: Any) -> Any:
    """The schema without pydantic's titles, which only repeat the names of fields."""
    if isinstance(value, dict):
        return {
            name: _without_titles(inner)
            for name, inner in value.items()
            if not (name == "title" and isinstance(inner, str))
        }
    return [_without_titles(inner) for inner in value] if isinstance(value, list) else value


def _any_item(types: list[str]) -> dict[str, Any]:
    """The schema of an item of any type: `type:` decides."""
    return {
        "$schema": DIALECT,
        "title": "item",
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": types}},
        "allOf": [
            {"if": {"properties": {"type": {"const": name}}, "required": ["type"]}, "then": {"$ref": f"{name}.json"}}
            for name in types
        ],
    }


def _bytes(schema: dict[str, Any]) -> bytes:
    return (json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
