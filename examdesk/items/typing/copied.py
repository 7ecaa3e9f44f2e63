"""What was copied of a passage, and how fast: pure counting, shared by the grader and the author's side."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from rapidfuzz.distance import Levenshtein

STROKES = {"zh": 1, "en": 5}  # characters of one unit of speed: a Chinese character, an English word of 5 keystrokes
COARSE = 100  # with so many errors and more, not every place where the typing may have ended is tried

_SAME = {0xFF01 + place: 0x21 + place for place in range(94)}  # ，and , are the same key of two input methods
_SAME |= {ord(typed): ord(same) for typed, same in zip("　“”‘’", " \"\"''", strict=True)}


@dataclass(frozen=True)
class Copied:
    """What was typed, against the passage."""

    typed: int  # characters
    wrong: int  # edits: a wrong, a missing and a superfluous character count one each
    whole: bool  # the end of the passage was reached

    @property
    def right(self) -> int:
        return max(0, self.typed - self.wrong)


def plain(text: str) -> str:
    """The text as it is compared: full-width signs as half-width ones, plain quotes, one space for any white space.

    >>> plain("您好，　亲！\\n“在的”")
    '您好, 亲! "在的"'
    """
    return " ".join(text.translate(_SAME).split())


def copied(typed: str, passage: str) -> Copied:
    """The fewest edits that turn what was typed into a beginning of the passage.

    Whoever does not come to the end is not charged with the rest. Edits are those of Levenshtein (1966), character by
    character in both languages.

    >>> copied("亲,您号", "亲，您好，欢迎光临")
    Copied(typed=4, wrong=1, whole=False)
    """
    mine, asked = plain(typed), plain(passage)
    far = Levenshtein.distance(mine, asked[: len(mine)])  # at most twice the fewest edits, so no end is further off
    first, last = max(0, len(mine) - far), min(len(asked), len(mine) + far)
    ends = {*range(first, last + 1, 1 + far // COARSE), last, min(len(mine), len(asked))}
    edits, end = min(((Levenshtein.distance(mine, asked[:end]), end) for end in ends), key=_fewest)
    return Copied(len(mine), edits, bool(mine) and end == len(asked))


def _fewest(found: tuple[int, int]) -> tuple[int, int]:
    """Fewest edits first; among equals the one that read most of the passage."""
    return found[0], -found[1]


def speed(right: int, *, minutes: Fraction, language: str) -> Fraction:
    """Characters (zh) or words of five keystrokes (en) a minute."""
    return Fraction(right, STROKES[language]) / minutes if minutes else Fraction(0)
