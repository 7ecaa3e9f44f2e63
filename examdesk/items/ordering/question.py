"""What a candidate may see of an ordering item."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from examdesk.model import Item, digest, text


def public(item: Item) -> dict[str, Any]:
    """The public data of the item. Entries stand in the order of a digest, so that the file's order does not show."""
    entries = sorted(item.body["entries"], key=lambda entry: digest([item.id, entry["id"]]))
    return {
        "stem": dict(item.body["stem"]),
        "rule": item.body["rule"],
        "entries": [{"id": entry["id"], "text": dict(entry["text"])} for entry in entries],
    }


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question with its entries in the first order one candidate sees."""
    entries = list(public["entries"])
    random.Random(seed).shuffle(entries)
    return {**public, "entries": entries}


def clean(public: Mapping[str, Any], value: object) -> list[str]:
    """The answer as it is journalled: the ids of all entries, each once, in the candidate's order."""
    ids = [entry["id"] for entry in public["entries"]]
    if not isinstance(value, list) or len(value) != len(ids) or any(entry not in value for entry in ids):
        raise ValueError("no order of all entries")
    return list(value)


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The answer in words, one numbered line for each entry; [] when blank."""
    texts = {entry["id"]: text(entry["text"], language) for entry in public["entries"]}
    order = value if isinstance(value, list) else []
    return [f"{place}. {texts[entry]}" for place, entry in enumerate(order, start=1) if entry in texts]
