"""Model transcripts as hurried people would have typed them: with typing errors, and without punctuation."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from examdesk.model import Said

EVERY = 8  # words: one typing error among so many
WIDE = 2 * EVERY  # the same in Chinese characters
TYPED = 10  # rewrites with typing errors of every transcript
NEGATIONS = "不没无别未"  # without them a text means the opposite: that is no typing error
# What an input method offers first when the wrong sign is chosen.
_RIGHT = "的得在再已账您做作哪她吗票寄税付费登记抬邮财周请问"
_WRONG = "得的再在以帐你作做那他嘛漂记睡副废灯纪台油才州情闻"
SAME_SOUND = dict(zip(_RIGHT, _WRONG, strict=True))

_WORD = re.compile(r"[A-Za-z']{4,}|[\u4e00-\u9fff]")


def rewrites(turns: Sequence[Said]) -> Iterator[tuple[str, list[Said]]]:
    """(what was done, the transcript) of every rewrite; the same on every machine."""
    yield "no punctuation", _each(turns, without_punctuation)
    for seed in range(TYPED):
        yield "typing errors", _each(turns, partial(with_typos, rng=random.Random(seed)))


def _each(turns: Sequence[Said], change: Callable[[str], str]) -> list[Said]:
    typed = lambda value: {**value, "text": change(value["text"]) or "…"}
    return [(kind, typed(value) if kind == "said" else value) for kind, value in turns]


def without_punctuation(text: str) -> str:
    """The text with spaces for all marks but those within a number; the apostrophe of "don't" goes without one."""
    kept = (_kept(text, index) for index in range(len(text)))
    return " ".join("".join(kept).split())


def _kept(text: str, index: int) -> str:
    char = text[index]
    if char in ".,:" and text[index - 1 : index].isdigit() and text[index + 1 : index + 2].isdigit():
        return char
    if char in "'’":
        return ""
    return " " if unicodedata.category(char)[0] == "P" and char != "%" else char


def with_typos(text: str, rng: random.Random) -> str:
    """The text with one typing error in eight words on average; short words are left alone."""
    words = [word for word in _WORD.finditer(text) if word[0] not in NEGATIONS]
    wide = sum(len(word[0]) == 1 for word in words)
    errors = (wide + rng.randrange(WIDE)) // WIDE if wide else (len(text.split()) + rng.randrange(EVERY)) // EVERY
    for word in sorted(rng.sample(words, min(errors, len(words))), key=lambda one: -one.start()):
        text = text[: word.start()] + mistyped(word[0], rng) + text[word.end() :]
    return text


def mistyped(word: str, rng: random.Random) -> str:
    """A word with one error: letters the wrong way round, missing or twice; a sign of the same sound, or twice."""
    if len(word) == 1:
        return SAME_SOUND.get(word, word * 2)
    place = rng.randrange(1, len(word) - 1)
    return rng.choice((
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        word[:place] + word[place + 1 :],
        word[:place] + word[place] + word[place:],
    ))
