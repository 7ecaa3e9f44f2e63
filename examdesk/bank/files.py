"""YAML files that remember the line of every value, so that a fault can point at it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from examdesk.bank.words import all_in_words, brief, syntax_words
from examdesk.errors import Fault

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff]"
)  # line ends and tabs are fine
Path_ = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Document:
    """One YAML file: its data, the line of every path in it, and the faults found while reading it."""

    path: Path
    name: str  # as shown to the author, relative to the course folder
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def line(self, loc: Sequence[str | int] = ()) -> int:
        """The line of the value at `loc`, or of the nearest thing above it."""
        path = tuple(loc)
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, loc: Sequence[str | int], wrong: str, *, found: str = "", cure: str = "") -> Fault:
        return Fault(self.name, self.line(loc), wrong, brief(found), cure)

    def listed(self, name: str) -> list[str]:
        """The words of a list on the file's first level; [] where there is none, whatever faults the file has."""
        given = self.data.get(name) if isinstance(self.data, dict) else None
        return [word for word in given if isinstance(word, str)] if isinstance(given, list) else []


def load_yaml(path: Path, *, root: Path, limit: int = MAX_BYTES) -> Document:
    """The document at `path`; what cannot be read becomes its faults, never an exception.

    Values mean what an author sees: `no`, `15:40`, `010` and `2014-04-15` stay texts, and so does every field's name.
    """
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except OSError as error:
        return _broken(path, name, 1, "the file cannot be read", str(error.strerror), "check its name and rights")
    if len(raw) > limit:
        cure = "an item is one small file; split it, or copy only the item you need"
        return _broken(path, name, 1, "the file is too large", f"more than {limit:,} bytes", cure)
    try:
        source = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        cure = "open it in the editor and save it as UTF-8"
        return _broken(path, name, line, "the file is not UTF-8 text", "another encoding", cure)
    return _parsed(path, name, source)


class _Unusable(Exception):
    """A place that stops the reading of a file: line, fault, what was found, cure."""


def _parsed(path: Path, name: str, source: str) -> Document:
    lines: dict[Path_, int] = {}
    faults: list[Fault] = []
    try:
        _refuse_tricks(source)
        loader = FAST(source)
        node = loader.get_single_node()
        if node is None:
            return _broken(path, name, 1, "the file is empty", "", "copy a similar file and change it")
        _walk(node, (), lines, faults, name)
        data = loader.construct_document(node)
    except _Unusable as place:
        return _broken(path, name, *place.args)
    except yaml.YAMLError:
        return _broken(path, name, *_explained(source))
    except (ValueError, RecursionError):
        return _broken(
            path, name, 1, "the file cannot be understood", "", "copy a similar file and change it step by step"
        )
    return Document(path, name, data, lines, tuple(faults))


def _refuse_tricks(source: str) -> None:
    """Stops at aliases and deep nesting before anything is built: they let a small file fill the memory."""
    depth = 0
    for event in _events(source):
        if isinstance(event, yaml.AliasEvent):
            cure = "write the text out; a text that begins with * or & needs quotes around it"
            raise _Unusable(_line(event), "an item cannot refer to another place with *", event.anchor, cure)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _Unusable(
                _line(event),
                "groups are nested too deeply",
                "",
                "check the brackets and the indentation",
            )


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _events(source: str) -> Iterator[yaml.Event]:
    loader = FAST(source)
    while loader.check_event():
        yield loader.get_event()


def _explained(source: str) -> tuple[int, str, str, str]:
    """Line, fault, found and cure of a text that is no YAML, in the same words on every machine."""
    try:
        PLAIN(source).get_single_node()
    except yaml.YAMLError as error:
        return syntax_words(error, source)
    except (ValueError, RecursionError):
        pass
    return 1, "the file cannot be understood", "", "copy a similar file and change it step by step"


def _walk(node: yaml.Node, at: Path_, lines: dict[Path_, int], faults: list[Fault], name: str) -> None:
    line = node.start_mark.line + 1
    lines.setdefault(at, line)
    if node.tag.removeprefix("tag:yaml.org,2002:") not in _TAGS:
        raise _Unusable(line, "a text cannot begin with !", node.tag, "put the text into quotes")
    if isinstance(node, yaml.ScalarNode) and (hidden := _INVISIBLE.search(node.value)):
        wrong = "an invisible sign stands in the text"
        faults.append(Fault(name, line, wrong, f"U+{ord(hidden[0]):04X}", "type the text anew around it"))
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _walk(child, (*at, index), lines, faults, name)
    elif isinstance(node, yaml.MappingNode):
        _walk_fields(node, at, lines, faults, name)


def _walk_fields(node: yaml.MappingNode, at: Path_, lines: dict[Path_, int], faults: list[Fault], name: str) -> None:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _Unusable(
                line, "the name of a field is not a word", "", "put a text that begins with { or [ into quotes"
            )
        label = key.value
        if label in seen:
            faults.append(
                Fault(name, line, f'"{brief(label)}" stands twice', f"also in line {seen[label]}", "keep one of them")
            )
        seen.setdefault(label, line)
        lines[(*at, label)] = line
        _walk(value, (*at, label), lines, faults, name)


def _broken(path: Path, name: str, line: int, wrong: str, found: str, cure: str) -> Document:
    return Document(path, name, faults=(Fault(name, line, wrong, brief(found), cure),))


def validated(document: Document, model: type[M]) -> tuple[M | None, list[Fault]]:
    """The model read from the document, or every fault of it in plain words."""
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        complaints = all_in_words(document.data, error.errors(include_url=False), model)
        return None, [document.fault(loc, wrong, found=found, cure=cure) for loc, wrong, found, cure in complaints]


# The YAML of authors: only true, false, null and plain numbers are no texts. PyYAML's own rules turn `no` into false,
# `15:40` into 940 and `010` into 8.

_TAGS = {"map", "seq", "str", "int", "float", "bool", "null"}
_RULES = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,17})", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,20}(?:e[-+][0-9]{1,3})?", "-+0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
)


def _authors_yaml(base: Any) -> Any:
    loader: Any = type("AuthorsYaml", (base,), {"yaml_implicit_resolvers": {}, "construct_mapping": _fields})
    for tag, pattern, first in _RULES:
        loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), list(first))
    return loader


def _fields(self: Any, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
    return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


PLAIN = _authors_yaml(yaml.SafeLoader)
FAST = _authors_yaml(getattr(yaml, "CSafeLoader", yaml.SafeLoader))
