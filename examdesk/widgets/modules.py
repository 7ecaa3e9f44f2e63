"""ES modules of the widgets: files beside this one, joined, because a notebook's widget brings one text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@cache
def module(*parts: str | Path) -> str:
    """The shared start, then `parts`: names of files in this folder, or paths of an item type's own."""
    return "\n".join((_HERE / part).read_text("utf-8") for part in ("shared.js", *parts))
