"""What a candidate may see of a multi item."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from examdesk.model import Item, text


def public(item: Item) -> dict[str, Any]:
    """The public data of the item: stem, options and the rule by which choices count; no key, no reasons."""
    body = item.body
    return {
        "stem": dict(body["stem"]),
        "rule": body["rule"],
        "keep_order": body["keep_order"],
        "options": [{"id": option["id"], "text": dict(option["text"])} for option in body["options"]],
    }


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question with its options in the order of one candidate."""
    options = list(public["options"])
    if not public["keep_order"]:
        random.Random(seed).shuffle(options)
    return {**public, "options": options}


def clean(public: Mapping[str, Any], value: object) -> list[str]:
    """The answer as it is journalled: option ids in the author's order; [] is blank. Raises ValueError."""
    ids = [option["id"] for option in public["options"]]
    if not isinstance(value, list) or any(not isinstance(chosen, str) or chosen not in ids for chosen in value):
        raise ValueError("no such option")
    if len(set(value)) != len(value):
        raise ValueError("an option stands twice")
    return [option for option in ids if option in value]


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The answer in words, one line for each option chosen; [] when blank."""
    chosen = value if isinstance(value, list) else []
    return [text(option["text"], language) for option in public["options"] if option["id"] in chosen]
