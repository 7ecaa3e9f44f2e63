"""What a candidate may see of a matching item."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from examdesk.model import Item, digest, text


def public(item: Item) -> dict[str, Any]:
    """The public data of the item. The right side stands in the order of a digest, never in the key's."""
    body = item.body
    right = sorted(body["right"], key=lambda entry: digest([item.id, entry["id"]]))
    return {
        "stem": dict(body["stem"]),
        "rule": body["rule"],
        "left": [{"id": entry["id"], "text": dict(entry["text"])} for entry in body["left"]],
        "right": [{"id": entry["id"], "text": dict(entry["text"])} for entry in right],
    }


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question with the right side in the order of one candidate; the left side stays as it is told."""
    right = list(public["right"])
    random.Random(seed).shuffle(right)
    return {**public, "right": right}


def clean(public: Mapping[str, Any], value: object) -> dict[str, str]:
    """The answer as it is journalled: {left id: right id} of the pairs made; {} is blank. Raises ValueError."""
    left, right = ([entry["id"] for entry in public[side]] for side in ("left", "right"))
    if not isinstance(value, dict) or any(name not in left for name in value):
        raise ValueError("no such entry on the left")
    if any(not isinstance(chosen, str) or chosen not in right for chosen in value.values()):
        raise ValueError("no such entry on the right")
    return {name: value[name] for name in left if name in value}


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The answer in words, one line for each pair made; [] when blank."""
    pairs = value if isinstance(value, dict) else {}
    right = {entry["id"]: text(entry["text"], language) for entry in public["right"]}
    return [
        f"{text(entry['text'], language)} → {right[pairs[entry['id']]]}"
        for entry in public["left"]
        if pairs.get(entry["id"]) in right
    ]
