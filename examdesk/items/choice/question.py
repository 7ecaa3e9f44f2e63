"""What a candidate may see of a choice item."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from examdesk.model import Item, text


def public(item: Item) -> dict[str, Any]:
    """The public data of the item: stem and options, without key or reasons."""
    body = item.body
    return {
        "stem": dict(body["stem"]),
        "layout": body["layout"],
        "keep_order": body["keep_order"] or body["layout"] == "true-false",
        "options": [{"id": option["id"], "text": dict(option["text"])} for option in body["options"]],
    }


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question with its options in the order of one candidate."""
    options = list(public["options"])
    if not public["keep_order"]:
        random.Random(seed).shuffle(options)
    return {**public, "options": options}


def clean(public: Mapping[str, Any], value: object) -> str:
    """The answer as it is journalled: an option's id. Raises ValueError for anything else."""
    if value not in [option["id"] for option in public["options"]] or not isinstance(value, str):
        raise ValueError("no such option")
    return value


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The answer in words, one line each; [] when blank."""
    return [text(option["text"], language) for option in public["options"] if option["id"] == value]
