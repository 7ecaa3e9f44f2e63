"""What a candidate may see of a reply item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from examdesk.model import Item

LONGEST = 20_000  # characters; the journal's bound


def public(item: Item) -> dict[str, Any]:
    """The public data of the item: stem, the buyer's message, what the agent knows; no rubric, phrase or sample."""
    body = item.body
    return {
        "stem": dict(body["stem"]),
        "message": dict(body["message"]),
        "context": [dict(known) for known in body["context"]],
        "answer_in": body["answer_in"],
        "limits": dict(body["limits"]),
    }


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question: there is nothing to shuffle."""
    return dict(public)


def clean(public: Mapping[str, Any], value: object) -> str:
    """The reply as it is journalled; white space alone is blank. Raises ValueError when it is far too long."""
    longest = min(LONGEST, 2 * public["limits"]["max"])
    if not isinstance(value, str):
        raise ValueError("a reply is a text")
    if len(value) > longest:
        raise ValueError(f"a reply has at most {longest} characters")
    return value if value.strip() else ""


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The reply line by line; [] when blank."""
    return value.splitlines() if isinstance(value, str) else []
