"""The card of whoever plays the customer: wishes, facts to tell only when asked, twists to raise, mood; and probing.

The card is made of the play half and of the persona the scenario names, so it holds nothing of the score. What
somebody told in his own words is found by the words only that fact has: two or more of them, and a good part of one of
its wordings. That finds little more than half (34 of 60 wordings held back, and none of 2,637 lines that tell no fact),
so who tells a fact in his own words says so: `/told 1`, `/raised 2`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from examdesk.bank.personas import Portrait
from examdesk.errors import CourseError
from examdesk.items.scenario.question import names
from examdesk.model import Texts, text
from examdesk.wording.phrases import BREAK, is_wide, tokens

ENOUGH = Fraction(1, 4)  # of the words of a wording that only this entry has
LEAST = 2  # such words, unless it has fewer
COMMON = 1  # a word that stands in more lines than this tells nothing

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """One fact or twist of the card."""

    id: str
    wordings: tuple[str, ...]  # in the language played
    own: tuple[frozenset[str], ...]  # of every wording the words few other lines have

    def stands_in(self, message: str) -> bool:
        """Whether a message tells it, in the card's words or in others."""
        said = grams(message)
        return any(_enough(words, words & said) for words in self.own)


@dataclass(frozen=True)
class Card:
    """What the customer player knows."""

    customer: str
    opening: tuple[str, ...]  # what he comes with
    facts: tuple[Entry, ...]  # told only when asked
    twists: tuple[Entry, ...]  # what he may raise on the way
    mood: tuple[str, ...]  # what he says when it changes
    patience: int  # messages
    persona: tuple[str, ...] = ()  # what he buys for, what worries him, and how such a customer speaks

    def lines(self, language: str) -> Iterator[str]:
        """The card to read."""
        said = _WORDS[language]
        yield said["who"].format(self.customer, self.patience)
        yield from (f"  {words}" for words in self.opening)
        yield from self.persona
        for title, entries, command in (("facts", self.facts, "/tell"), ("twists", self.twists, "/raise")):
            if entries:
                yield said[title].format(command)
                yield from (f"  {number}. {entry.wordings[0]}" for number, entry in enumerate(entries, start=1))
        if self.mood:
            yield said["mood"]
            yield from (f"  {words}" for words in self.mood)


_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {"who": "您扮演顾客：{}，大约有 {} 句话的耐心。您来是为了：",
           "motive": "您的动机：{}", "worry": "您的顾虑：{}", "speech": "您大概这样说话（学语气，不照念）：",
           "facts": "只有被问到才说（{} 序号，或用自己的话）：",
           "twists": "路上可以提出（{} 序号，或用自己的话）：", "mood": "心情变了，可以说："},
    "en": {"who": "You play the customer: {}, with patience for some {} messages. You come with:",
           "motive": "Your motive: {}", "worry": "Your worry: {}",
           "speech": "You speak somewhat like this (the tone, not the words):",
           "facts": "Tell only when asked ({} NUMBER, or in your own words):",
           "twists": "Raise on the way ({} NUMBER, or in your own words):", "mood": "When your mood changes:"},
}  # fmt: skip


def card(play: Body, language: str, persona: Portrait | None = None) -> Card:
    """The card of a scenario's customer, in the language played or the only one he speaks; with his persona's.

    Raises `CourseError` for a queue of customers: a person plays one.
    """
    if "chats" in play:
        raise CourseError("here are several customers at once, and a person plays one. Cure: rehearse it as agent")
    speaks = str(play.get("speaks", language))
    shared = _shared(play, speaks)
    ways = [(name, state) for name, state in play["states"].items() if not state["end"]]
    twists = [(name, [line for line in (*state["say"], state.get("hint")) if line])
              for name, state in ways if name != play["begins"]]
    return Card(
        text(names(play)["customer"], language),
        tuple(_first(play, line, speaks) for line in play["opening"]),
        tuple(_entry(play, fact["id"], [fact["say"]], speaks, shared) for fact in play["facts"]),
        tuple(_entry(play, name, lines, speaks, shared) for name, lines in twists if lines),
        tuple(_first(play, tone["say"], speaks) for tone in play["mood"]["tones"]),
        int(play["patience"]),
        tuple(_portrayed(persona, language, speaks)) if persona else (),
    )


def _portrayed(found: Portrait, language: str, speaks: str) -> Iterator[str]:
    """The persona for who plays him; what serves him is the other one's business."""
    said = _WORDS[language]
    yield said["motive"].format(text(found.motive, language))
    yield said["worry"].format(text(found.persona.worry, language))
    yield said["speech"]
    yield from (f"  {_in(words, speaks)}" for words in found.persona.speech)


def grams(message: str) -> frozenset[str]:
    """The words of a text that can tell something: pairs of characters where no spaces stand, else words and numbers.

    >>> sorted(grams("短发, under 60"))
    ['60', 'under', '短发']
    """
    found, read = set(), tokens(message)
    for token, following in zip(read, [*read[1:], BREAK], strict=True):
        if token == BREAK:
            continue
        if not is_wide(token):
            found.add(token)
        elif following != BREAK and is_wide(following):
            found.add(token + following)
    return frozenset(found)


def _shared(play: Body, language: str) -> frozenset[str]:
    """The words that stand in more than a few of the customer's lines: they tell nothing."""
    said = play["lines"].values()
    lines = ({gram for wording in wordings for gram in grams(_in(wording, language))} for wordings in said)
    counted = Counter(gram for words in lines for gram in words)
    return frozenset(gram for gram, count in counted.items() if count > COMMON)


def _entry(play: Body, name: str, lines: Sequence[str], language: str, shared: frozenset[str]) -> Entry:
    wordings = tuple(_in(wording, language) for line in lines for wording in play["lines"][line])
    return Entry(name, wordings, tuple(grams(wording) - shared for wording in wordings))


def _enough(words: frozenset[str], said: frozenset[str]) -> bool:
    return len(said) >= min(LEAST, len(words)) > 0 and Fraction(len(said), len(words)) >= ENOUGH


def _first(play: Body, line: str, language: str) -> str:
    return _in(play["lines"][line][0], language)


def _in(wording: Texts, language: str) -> str:
    return text(wording, language)


# Probing


@dataclass
class Probing:
    """What the customer player told and raised, against what the agent player asked. Messages are numbered from 1."""

    card: Card
    asked: dict[str, int] = field(default_factory=dict)  # fact: the message that asked for it first
    told: dict[str, int] = field(default_factory=dict)
    raised: dict[str, int] = field(default_factory=dict)

    def agent(self, number: int, asked: Sequence[str]) -> None:
        """The agent's message asked for these facts."""
        for fact in asked:
            self.asked.setdefault(fact, number)

    def customer(self, number: int, message: str) -> None:
        """The customer player's message."""
        for entries, found in ((self.card.facts, self.told), (self.card.twists, self.raised)):
            for entry in entries:
                if entry.stands_in(message):
                    found.setdefault(entry.id, number)

    def owned_up(self, kind: str, entry: str, number: int) -> None:
        """The customer player says that his last message told a fact, or raised a twist."""
        (self.told if kind == "told" else self.raised).setdefault(entry, number)

    def facts(self) -> dict[str, str]:
        """{fact: told when asked, kept, given away, or withheld}."""
        return {entry.id: self._fact(entry.id) for entry in self.card.facts}

    def _fact(self, name: str) -> str:
        asked, told = self.asked.get(name), self.told.get(name)
        if told is None:
            return "kept" if asked is None else "withheld"
        return "told when asked" if asked is not None and asked < told else "given away"

    def as_json(self) -> dict[str, Any]:
        """What the record keeps: every fact, the twists raised, and how many of how many."""
        facts, good = self.facts(), ("told when asked", "kept")
        return {"facts": facts, "right": sum(how in good for how in facts.values()), "of": len(facts),
                "twists": sorted(self.raised), "of_twists": len(self.card.twists)}
