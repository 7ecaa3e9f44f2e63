"""A small trained model of what an agent may mean, applied in whole numbers, the same on every machine.

A clause becomes the set of its character 2- to 4-grams and words, hashed into `BUCKETS`; every act has a weight for
each of them. The margin of a clause is how far its best act stands above nothing at all and above the next act that
may be meant where the customer is. From `hi` on the act counts, from `lo` on the customer asks whether it is meant.
It is trained when a form is frozen, see `learning.py`, and stands in the form; what it may read, `second.py` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple
from zlib import crc32

from examdesk.wording.phrases import is_number, is_wide

BITS = 14
BUCKETS = 1 << BITS
GRAMS = (2, 3, 4)
NOTHING = -128  # the score of what an act does not mean; +128 is that of its phrases
LIMIT = 31  # no weight is larger
REACH = 3  # words behind a word that it is paired with
CLAUSE = 120  # characters of a clause that are read
_NO = frozenset("不没无别未非拒莫勿") | {
    "not", "no", "never", "none", "nothing", "nobody", "neither", "nor", "without", "unable", "refuse", "decline",
    "cannot", "cant", "wont", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "wouldnt", "couldnt", "shouldnt",
    "neednt", "mustnt", "havent", "hasnt",
}  # fmt: skip
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUE = {char: value for value, char in enumerate(_DIGITS)}

Scores = Mapping[str, int]


class Guess(NamedTuple):
    """What a clause may mean, and how sure that is."""

    act: str
    margin: int


def features(clause: Sequence[str]) -> list[int]:
    """The buckets of a clause, given as tokens; numbers are all alike.

    >>> features(["发", "票"]) == features(["发", "票"]), features([])
    (True, [])
    """
    if not clause:
        return []
    pieces = ["#" if is_number(token) else token for token in clause]
    text = "".join(piece if is_wide(piece) or piece == "#" else f" {piece} " for piece in pieces)
    text = f" {' '.join(text.split())} "[:CLAUSE]
    grams = {text[start : start + size] for size in GRAMS for start in range(len(text) - size + 1)}
    turned = "-" if is_negated(clause) else "+"
    words = {f"{sign}{piece}" for piece in pieces for sign in ("", turned)}
    pairs = {f"{one}\x1f{other}" for at, one in enumerate(pieces) for other in pieces[at + 1 : at + 1 + REACH]}
    return sorted({crc32(gram.encode("utf-8", "replace")) % BUCKETS for gram in grams | words | pairs})


def is_negated(clause: Iterable[str]) -> bool:
    """Whether a clause says no to something.

    >>> is_negated(["不", "收"]), is_negated(["we", "dont", "charge"]), is_negated(["免", "费"])
    (True, True, False)
    """
    return not _NO.isdisjoint(clause)


def packed(weights: Sequence[int]) -> str:
    """The weights that are not 0, four characters each: three for the bucket, one for the weight."""
    return "".join(
        f"{_DIGITS[at >> 12]}{_DIGITS[at >> 6 & 63]}{_DIGITS[at & 63]}{_DIGITS[weight + 32]}"
        for at, weight in enumerate(weights) if weight
    )  # fmt: skip


def unpacked(text: str) -> dict[int, int]:
    """{bucket: weight}, the inverse of `packed`.

    >>> unpacked(packed([0, 5, 0, -7]))
    {1: 5, 3: -7}
    """
    pieces = (text[at : at + 4] for at in range(0, len(text), 4))
    return {(_VALUE[one[0]] << 12) + (_VALUE[one[1]] << 6) + _VALUE[one[2]]: _VALUE[one[3]] - 32 for one in pieces}


class _Weights:
    """The weights of one act."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._bias: int = data["bias"]
        self._packed: str = data["weights"]

    @cached_property
    def _weights(self) -> dict[int, int]:
        return unpacked(self._packed)

    def score(self, buckets: Iterable[int]) -> int:
        return self._bias + sum(self._weights.get(bucket, 0) for bucket in buckets)


class Model:
    """A trained model, ready to be applied. `data` is what the form holds."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.hi, self.lo = int(data["hi"]), int(data["lo"])
        self.anywhere: Sequence[str] = data.get("anywhere", ())  # a model of earlier days goes by the states alone
        self._acts = {name: _Weights(act) for name, act in data["acts"].items()}
        self._pairs = {name: _Weights(act) for name, act in data["pairs"].items()}
        self._plain = frozenset(data["plain"])

    def guess(self, clause: Sequence[str], acts: Iterable[str]) -> Guess | None:
        """The act of `acts` a clause may mean, None when it means none of them.

        An act and its opposite use the same words, so that between these two weights of their own decide. An act that
        never says no in its phrases is not read where something is denied.
        """
        buckets = features(clause)
        if not buckets:
            return None
        found = best({name: self._acts[name].score(buckets) for name in acts if name in self._acts})
        if found is None or (found.act in self._plain and is_negated(clause)):
            return None
        if found.act not in self._pairs:
            return found
        apart = min(found.margin, 2 * self._pairs[found.act].score(buckets))
        return Guess(found.act, apart) if apart > 0 else None


def best(scores: Scores) -> Guess | None:
    """The act that stands out, and how far: above the next one, and above what means nothing."""
    ranked = sorted(((score, name) for name, score in scores.items() if score > NOTHING), reverse=True)
    if not ranked:
        return None
    return Guess(ranked[0][1], ranked[0][0] - (ranked[1][0] if len(ranked) > 1 else NOTHING))
