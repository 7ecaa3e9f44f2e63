"""Photos the customer sends with a line: part of the play half, shown where the line stands in the chat.

    pictures:
      here-is-a-photo: {picture: S-07-front.png, alt: {zh: 整只鞋的正面照, en: the whole shoe from the front}}

What a photo shows stands in every language of the stem, whatever the customer speaks. A line with a photo is said like
any other: the journal holds the line, and no byte of the picture decides anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.bank.schema import Problem

MAX_PICTURES = 8  # of a scenario


def faults(play: Mapping[str, Any]) -> Iterator[Problem]:
    """Every photo goes with a line the customer may say."""
    for name in play.get("pictures", {}):
        if name not in play["lines"]:
            cure = f"use one of: {', '.join(sorted(play['lines']))}"
            yield Problem(("play", "pictures", name), "there is no line of this name", name, cure)
