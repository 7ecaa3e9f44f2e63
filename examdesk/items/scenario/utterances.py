"""What agents wrote when they were told only what an act means: the sentences the model learns from and is measured on.

    utterances:
      can:                     # the act
        zh:
          a: [没问题，开票可以的, …]   # the writer; writers saw neither the phrases nor each other's sentences

They stay on the author's side: a form holds the model trained from them, a candidate's notebook none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from examdesk.bank.schema import Problem

LONGEST = 160  # characters of a sentence

Utterances = Mapping[str, Mapping[str, Mapping[str, Iterable[str]]]]
"""{act: {language: {writer: sentences}}}"""


class Uttered(NamedTuple):
    """A sentence, what it means and who wrote it."""

    act: str
    language: str
    writer: str
    text: str


def uttered(utterances: Utterances) -> Iterator[Uttered]:
    """Every sentence, in the author's order."""
    for act, by_language in utterances.items():
        for language, by_writer in by_language.items():
            for writer, texts in by_writer.items():
                yield from (Uttered(act, language, writer, text) for text in texts)


def faults(body: Mapping[str, Any], spoken: set[str]) -> Iterator[Problem]:
    """Sentences of acts that do not exist, in a language the chat is not held in, too long, or written twice."""
    seen: dict[tuple[str, str], str] = {}
    for one in uttered(body.get("utterances", {})):
        loc = ("utterances", one.act, one.language, one.writer)
        if one.act not in body["play"]["acts"]:
            yield Problem(("utterances", one.act), "there is no act of this name", one.act, "name an act of play.acts")
        elif one.language not in spoken:
            yield Problem(loc, "the chat is not held in this language", one.language, "remove it")
        elif len(one.text) > LONGEST:
            yield Problem(loc, f"longer than {LONGEST} characters", one.text[:40] + "…", "say one thing")
        elif seen.setdefault((one.text, one.language), one.act) != one.act:
            wrong = "the same sentence stands for two acts"
            yield Problem(loc, wrong, one.text, f"keep it here or under {seen[one.text, one.language]}")
