"""Sentences as a hurried hand types them, always the same: what the model learns from beside the sentences themselves.

About one word in `ONE_IN` is mistyped (of Chinese one character): a letter missing, a letter twice, or two the wrong
way round. Another letter is never invented, and numbers stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from examdesk.model import seed_of
from examdesk.wording.phrases import is_number

HANDS = 3  # a sentence is mistyped so often
ONE_IN = 4
_PIECES = re.compile(r"[A-Za-z']+|.", re.DOTALL)


def slipped(text: str) -> Iterator[str]:
    """The text mistyped, each version once; none where nothing was.

    >>> list(slipped("you can have an invoice"))
    ['you can hvae an invoice', 'yo can havve ann invoice']
    >>> list(slipped("7"))
    []
    """
    found = dict.fromkeys("".join(_mistyped(text, hand)) for hand in range(HANDS))
    yield from (version for version in found if version != text)


def _mistyped(text: str, hand: int) -> Iterator[str]:
    pieces = _PIECES.findall(text)
    for at, piece in enumerate(pieces):
        chance = seed_of("slip", text, str(hand), str(at))
        if not piece.isalpha() or is_number(piece) or chance % ONE_IN:
            yield piece
            continue
        letter = chance // ONE_IN // 3 % len(piece)
        yield _slip(piece, letter, chance // ONE_IN % 3)


def _slip(word: str, at: int, how: int) -> str:
    """A word with the letter at this place missing, twice, or behind the next one, if there is one."""
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return before + (after if how == 0 else letter + letter + after if how == 1 else after[:1] + letter + after[1:])
