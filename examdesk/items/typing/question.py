"""What a candidate may see of a typing item: everything but the norm's reason; there is no key to hide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from examdesk.model import Item

FIELDS = {"language", "ms", "pasted", "text"}
LONGEST_MS = 24 * 3_600_000


def public(item: Item) -> dict[str, Any]:
    """The public data of the item: stem, passages with the speed asked for, time, errors allowed."""
    body = item.body
    return {
        "stem": dict(body["stem"]),
        "passages": [dict(one) for one in body["passages"]],
        "seconds": body["seconds"],
        "max_errors": body["max_errors"],
        "rule": body["rule"],
    }


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question: there is nothing to shuffle."""
    return dict(public)


def longest(passage: str) -> int:
    """How many characters an answer may have: twice the passage, so that nobody is cut off by mistakes."""
    return 2 * len(passage)


def clean(public: Mapping[str, Any], value: object) -> dict[str, Any]:
    """The answer as it is journalled, {} when nothing was typed. Raises ValueError.

    `text` as typed; `language` of the passage; `ms` from the first keystroke to the last by the browser's clock;
    `pasted`: how often pasting was tried and prevented.
    """
    if value == {}:
        return {}
    if not isinstance(value, dict) or set(value) != FIELDS:
        raise ValueError("no typed text")
    passages = {one["language"]: one["text"] for one in public["passages"]}
    if not isinstance(value["language"], str) or value["language"] not in passages:
        raise ValueError("no such passage")
    if not isinstance(value["text"], str) or len(value["text"]) > longest(passages[value["language"]]):
        raise ValueError("no text of a fitting length")
    if not _count(value["ms"], LONGEST_MS) or not _count(value["pasted"], 10_000):
        raise ValueError("no such count")
    return {name: value[name] for name in sorted(FIELDS)} if value["text"].strip() else {}


def _count(value: object, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The text as typed, line by line; [] when blank."""
    return str(value["text"]).splitlines() if isinstance(value, dict) and "text" in value else []
