"""What an author writes for a multi item, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from examdesk.bank import Choosable, ItemFile, Loc, Problem
from examdesk.bank.schema import repeated
from examdesk.model import text


class Authored(ItemFile, Choosable):
    type: Literal["multi"]
    rule: Literal["right-minus-wrong", "per-option", "all-or-nothing"]
    key: Annotated[list[str], Field(min_length=1)]


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Faults pydantic cannot see."""
    ids, key = [option["id"] for option in body["options"]], body["key"]
    found = repeated(ids, ("options",))
    for index, name in enumerate(key):
        if name not in ids:
            cure = f"use some of: {', '.join(ids)}"
            found.append(Problem(("key", index), "the key holds something that is none of the options", name, cure))
        if name in key[:index]:
            found.append(Problem(("key", index), "an option stands twice in the key", name, "name it once"))
    if set(key) >= set(ids):
        cure = "add a wrong option: choosing everything must earn nothing"
        found.append(Problem(("key",), "every option is in the key", ", ".join(key), cure))
    return found


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "multi"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """Every reason of the item with its place."""
    for index, option in enumerate(body["options"]):
        yield ("options", index, "reason"), option["reason"]


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """Why the answer earned what it earned.

    Always the reasons of the options the candidate chose; what was left out, right or wrong, says something about the
    key and is explained only where the exam shows it.
    """
    chosen = value if isinstance(value, list) else []
    told = [o for o in body["options"] if o["id"] in chosen or (show_key and o["id"] in body["key"])]
    return [f"{text(option['text'], language)} – {text(option['reason'], language)}" for option in told]
