"""The life of an item in its own file: its state, its author, and who has read which text of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml

from examdesk.bank.files import FAST, Document, load_yaml
from examdesk.bank.schema import LifeFile, ReviewFile
from examdesk.bank.variants import is_made
from examdesk.errors import CourseError
from examdesk.model import Item, digest


def life_of(document: Document) -> LifeFile | None:
    """The life in an item's file, None where nobody has written one; the file has been validated before."""
    given = document.data.get("life") if isinstance(document.data, dict) else None
    return None if given is None else LifeFile.model_validate(given)


def content(item: Item) -> str:
    """Twelve hex digits of what a reviewer reads: everything of the item but its life.

    A review counts for the text it was given for, and no longer once that is another one.
    """
    read = {"type": item.type, "domain": item.domain, "points": str(item.points), "facts": list(item.facts),
            "edition": item.edition, "critical": item.critical, "body": dict(item.body)}
    return digest(read)[:12]


def read_of(document: Document, item: Item) -> str:
    """The digest of what a reviewer reads: the item, or the file it is made from, whatever the variant."""
    if not is_made(document.data):
        return content(item)
    beside = {"id", "life", "difficulty", "level", "apart", "tags", "about"}
    return digest({name: value for name, value in document.data.items() if name not in beside})[:12]


def signers(life: LifeFile | None, of: str) -> list[str]:
    """The persons who reviewed the text `of`, each once; never the author."""
    if life is None:
        return []
    people: dict[str, str] = {}
    for review in life.reviews:
        if review.kind == "person" and review.of == of and not same(review.by, life.author):
            people.setdefault(_plain(review.by), review.by)
    return list(people.values())


def same(one: str, other: str) -> bool:
    """Whether two names are those of one person, as they are written."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def append_review(document: Document, item: Item, *, by: str, kind: Literal["person", "machine"], on: date,
                  note: str | None = None) -> ReviewFile:
    """Appends a review of the item as it stands to its file, and changes nothing else in it.

    Raises `CourseError` for the author's own review, for one that is there already, and where no life is written.
    """
    life, name = life_of(document), document.name
    if life is None:
        raise CourseError(f"{name}: nobody is named as the author. Cure: add  life: {{state: draft, author: NAME}}  "
                          "and review then")
    if kind == "person" and same(by, life.author):
        raise CourseError(f"{name}: {by} wrote this item. Cure: let somebody else review it")
    review = ReviewFile(by=by, kind=kind, on=on, of=read_of(document, item), note=note)
    if any(same(one.by, by) and one.of == review.of and one.kind == kind for one in life.reviews):
        raise CourseError(f"{name}: {by} has reviewed this text already. Cure: nothing is to be done")
    text = document.path.read_text("utf-8")
    changed = _with_review(text, review.model_dump(mode="json", exclude_none=True))
    _replace(document.path, changed)
    return review


def _with_review(text: str, review: Mapping[str, Any]) -> str:
    """The file with one more review: a line of its own after the last one; the list is begun where there is none."""
    written = _flow(dict(review))
    root = yaml.compose(text, Loader=FAST)
    life = _value(root, "life")
    reviews = _value(life, "reviews")
    lines = text.splitlines(keepends=True)
    if life is None or life.flow_style or (reviews is not None and reviews.flow_style):
        return _rewritten(text, review)
    if reviews is None:
        at, indent = _after(life), life.start_mark.column
        new = f"{' ' * indent}reviews:\n{' ' * (indent + 2)}- {written}\n"
    else:
        at, new = _after(reviews), f"{' ' * reviews.start_mark.column}- {written}\n"
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return "".join([*lines[:at], new, *lines[at:]])


def _value(node: yaml.Node | None, name: str) -> Any:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _after(node: yaml.Node) -> int:
    """The number of lines up to the end of the last plain value: a node itself ends where the next one begins."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return int(node.end_mark.line) + 1 if node.end_mark.column else int(node.end_mark.line)


def _rewritten(text: str, review: Mapping[str, Any]) -> str:
    """The file with its life written out in lines, where it stood in braces or brackets."""
    root: Any = yaml.compose(text, Loader=FAST)
    key, value = next((key, value) for key, value in root.value if key.value == "life")
    life = yaml.load(text, Loader=FAST)["life"]
    life["reviews"] = [*life.get("reviews", []), dict(review)]
    rows = [f"  {name}: {_flow(given)}\n" for name, given in life.items() if name != "reviews"]
    rows += ["  reviews:\n", *(f"    - {_flow(one)}\n" for one in life["reviews"])]
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: key.start_mark.line], "life:\n", *rows, *lines[_after(value) :]])


def _flow(value: Any) -> str:
    dumped = yaml.dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000)
    return str(dumped).removesuffix("...\n").strip()


def _replace(path: Path, text: str) -> None:
    """Writes the file whole, and only when nothing but the reviews has changed in it."""
    staged = path.with_name(f".{path.name}.tmp")
    with staged.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    before, after = (load_yaml(one, root=path.parent) for one in (path, staged))
    known, now = (_reviews(one.data) for one in (before, after))
    if after.faults or _rest(before.data) != _rest(after.data) or known != now[:-1] or len(now) != len(known) + 1:
        staged.unlink()
        raise CourseError(f"{path.name}: the review cannot be added to this file. Cure: write life: in lines of "
                          "its own, as exams/README.md shows")
    staged.replace(path)


def _reviews(data: Any) -> list[Any]:
    return list(data["life"].get("reviews") or ()) if isinstance(data, dict) and "life" in data else []


def _rest(data: Any) -> Any:
    """The file's data but for the reviews."""
    return data and {**data, "life": {name: given for name, given in data["life"].items() if name != "reviews"}}
