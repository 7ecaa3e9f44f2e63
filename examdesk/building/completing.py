"""What freezing adds to an item that no author writes, like a scenario's trained model; and the item without it."""

from __future__ import annotations

from dataclasses import replace

from examdesk.items import part
from examdesk.model import Item


def completed(item: Item) -> Item:
    """The item as it is frozen."""
    complete = getattr(part(item.type, "key"), "complete", None)
    return replace(item, body=complete(item.body)) if complete else item


def written(item: Item) -> Item:
    """The item as its author wrote it."""
    bare = getattr(part(item.type, "key"), "written", None)
    return replace(item, body=bare(item.body)) if bare else item
