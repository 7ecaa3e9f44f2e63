"""The scenarios of the bank, ready to be chatted with, and the tricks candidates may try on any of them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import pytest

from examdesk.items.scenario import question
from examdesk.items.scenario.desk import Desk, Queue, play_of
from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.halves import spoken
from examdesk.items.scenario.play import Line, Play, checked
from examdesk.items.scenario.trials import events_of
from examdesk.items.scenario.world import State, is_open, is_over, start, take
from examdesk.model import Item, Judgement, Said, exact, text
from examdesk.workbench.stage import Stage, placed, stage, talk
from tests.conftest import real_bank, respond

Paraphrases = Mapping[str, tuple[str, Sequence[str]]]
"""{act: (state in which it is asked for, what an agent may type in place of the author's phrases)}."""


@dataclass(frozen=True)
class Chat:
    """One scenario with its two halves."""

    item: Item

    @cached_property
    def play(self) -> Play:
        return play_of(self.item.body["play"])

    @cached_property
    def stage(self) -> Stage:
        return stage(self.item.body)

    @cached_property
    def public(self) -> dict[str, Any]:
        return question.public(self.item)

    @property
    def score(self) -> dict[str, Any]:
        score: dict[str, Any] = self.item.body["score"]
        return score

    @property
    def transcripts(self) -> list[dict[str, Any]]:
        scripts: list[dict[str, Any]] = self.score["transcripts"]
        return scripts

    @property
    def pass_mark(self) -> Fraction:
        return exact(self.score["pass_mark"])

    @property
    def language(self) -> str:
        """A language the chat may be held in: Chinese where it may be."""
        return max(spoken(self.item.body))

    def named(self, kind: str) -> list[str]:
        return [one["id"] for one in self.transcripts if one["kind"] == kind]

    def script(self, name: str) -> list[Said]:
        return events_of(next(one for one in self.transcripts if one["id"] == name))

    def judge(self, said: Sequence[Said], *, seed: int | None = 0) -> Judgement:
        opened: list[Said] = [] if seed is None else [("opened", {"seed": seed})]
        return scenario(play=self.item.body["play"], score=self.score)(respond(self.item, [*opened, *self.aimed(said)]))

    def aimed(self, said: Sequence[Said]) -> list[Said]:
        """The turns as they are; where several are served, one without a chat goes to whoever has waited longest."""
        if not isinstance(self.play, Desk):
            return list(said)
        state, turns = start(self.play, 0), list[Said]()
        for kind, value in said:
            bare = kind in ("said", "acted") and "chat" not in (value or {})
            turns.append((self.aimed_at(state, kind, value) if bare else None) or (kind, value))
            if kind in ("said", "acted") and "chat" in (turns[-1][1] or {}):
                state = take(self.play, state, *turns[-1])[0]
        return turns

    def aimed_at(self, state: State, kind: str, value: Any) -> Said | None:
        """The turn in the chat of who has waited longest; None when no panel would send it, or nobody is there."""
        assert isinstance(state, Queue)
        for name in sorted(state.last, key=lambda name: state.last[name]):
            try:
                turn = checked(self.play, kind, {"chat": name, **value})
            except (ValueError, TypeError):
                continue
            if is_open(self.play, state, turn):
                return kind, turn
        return None

    def points(self, said: Sequence[Said]) -> Fraction:
        fraction = self.judge(said).fraction
        assert fraction is not None
        return fraction

    def lived(self, said: Sequence[Said], seed: int) -> tuple[State, list[Said]]:
        """The chat as a panel plays it, and the journal it leaves."""
        state = start(self.play, seed)
        journal: list[Said] = [("opened", {"seed": seed}), heard(state.opening)]
        for kind, value in said:
            state, lines = take(self.play, state, kind, value)
            own = [("heard", {**heard(lines)[1], "waited": value["waited"]})] if kind == "heard" else []
            journal += own or [(kind, value), heard(lines)]
        return state, journal

    def worded(self, name: str, language: str) -> list[str]:
        """The phrases of an act as somebody would type them who has read form.json."""
        return self.stage.phrases(name, language)

    def means(self, text: str, act: str, *, at: str) -> bool:
        """Whether a message counts as an act where the customer asks for it."""
        return act in self.stage.after(placed(start(self.play, 0), at), talk(text)[0]).steps[0].credited

    def not_understood(self, paraphrases: Paraphrases) -> list[tuple[str, str]]:
        """(act, text) of what does not count; none of it may be one of the author's own phrases."""
        every = [(act, at, text) for act, (at, texts) in paraphrases.items() for text in texts]
        acts = self.play.data["acts"].values()
        phrases = {text for act in acts for texts in act["phrases"].values() for text in texts}
        assert not phrases & {text for _, _, text in every}
        return [(act, text) for act, at, text in every if not self.means(text, act, at=at)]


def chat(name: str) -> Chat:
    return Chat(real_bank().items[name])


TRIED = ("S-04", "S-14")  # one chat and several: what takes long is tried on these in make test, on all in make soak
CHATS = [chat(name) for name in sorted(real_bank().items) if real_bank().items[name].type == "scenario"]
QUEUES = [one for one in CHATS if isinstance(one.play, Desk)]  # several customers at once
ALONE = [one for one in CHATS if one not in QUEUES]


def do(tool: str, **args: Any) -> Said:
    return ("acted", {"tool": tool, "args": args})


def heard(lines: Sequence[Line]) -> Said:
    return ("heard", {"lines": [list(line) for line in lines]})


def check_hostile(chat: Chat, event: Said) -> None:
    """An event no panel writes is refused by the panel's side, skipped at marking, and named."""
    with pytest.raises(ValueError):
        question.clean_event(chat.public, *event)
    gold = chat.script(chat.named("gold")[0])
    mark = chat.judge([*gold[:1], event, *gold[1:]])
    assert mark.fraction == 1
    assert mark.evidence["flags"]
    assert question.told(chat.public, [list(event), 5, None, ["said"], {"a": 1}], "zh") == []


# Tricks: chats by somebody who has read form.json, or nothing at all

POLITE = {
    "zh": ["您好亲", "不好意思", "让您久等了", "请稍等", "感谢您的支持", "祝您生活愉快", "很高兴为您服务"],
    "en": ["Hello dear", "So sorry", "Sorry for the inconvenience", "One moment please", "I fully understand you",
           "Have a nice day", "Happy to help you"],
}  # fmt: skip


def stuffed(chat: Chat, rng: random.Random) -> list[Said]:
    """Every phrase there is, in every message."""
    every = [text for name in chat.play.data["acts"] for text in chat.worded(name, chat.language)]
    return talk(*("，".join(rng.sample(every, len(every)))[:2000] for _ in range(20)))


def good_words(chat: Chat, rng: random.Random) -> list[Said]:
    """The right phrases only, all in one message, again and again."""
    names = [entry["event"]["act"] for entry in chat.score["required"] if "act" in entry["event"]]
    names += ["noted"] if "noted" in chat.play.data["acts"] else []
    text = "，".join(rng.choice(chat.worded(name, chat.language)) for name in names)
    return talk(*[text] * 20)


def random_acts(chat: Chat, rng: random.Random) -> list[Said]:
    language = min(spoken(chat.item.body))  # English where it may be
    return talk(*(rng.choice(chat.worded(rng.choice(list(chat.play.data["acts"])), language)) for _ in range(16)))


def polite(chat: Chat, rng: random.Random) -> list[Said]:
    return talk(*rng.sample(POLITE[chat.language] * 3, 16))


def tools_only(chat: Chat, rng: random.Random) -> list[Said]:
    """The actions of a gold transcript without a word."""
    return [turn for turn in chat.script(chat.named("gold")[0]) if turn[0] == "acted"] * 5


def every_button(chat: Chat, rng: random.Random) -> list[Said]:
    """Any action with any values, and a kind word."""
    said: list[Said] = []
    for _ in range(12):
        spec = rng.choice(list(chat.play.data["tools"]))
        args = {arg["id"]: rng.choice([one["id"] for one in arg["options"]] or ["7"]) for arg in spec["args"]}
        said += [do(spec["id"], **args), *talk(rng.choice(POLITE[chat.language]))]
    return said


def parrot(chat: Chat, rng: random.Random) -> list[Said]:
    """What the buyer says, pasted back."""
    said: list[Said] = []
    state = start(chat.play, rng.randrange(100))
    lines = list(state.opening)
    while not is_over(chat.play, state):
        pasted = " ".join(text(chat.play.texts(line), chat.language) for line in lines if "." not in line[0]) or "…"
        kind, value = talk(pasted)[0]
        said.append((isinstance(state, Queue) and chat.aimed_at(state, kind, value)) or (kind, value))
        state, lines = take(chat.play, state, *said[-1])
    return said


MONKEYS = [stuffed, good_words, random_acts, polite, tools_only, every_button, parrot]


def long(chats: Sequence[Chat]) -> pytest.MarkDecorator:
    """For a test that takes long with every scenario."""
    tried = [pytest.param(one, id=one.item.id, marks=pytest.mark.slow if one.item.id in TRIED else pytest.mark.soak)
             for one in chats]  # fmt: skip
    return pytest.mark.parametrize("chat", tried)


QUICK = ("S-04", "S-09", "S-13", "S-14")  # in two languages, in English, on the telephone, several at once


def each(chats: Sequence[Chat]) -> pytest.MarkDecorator:
    """Every scenario: four in the quick tests, all in make test."""
    return pytest.mark.parametrize("chat", [
        pytest.param(chat, id=chat.item.id, marks=() if chat.item.id in QUICK else pytest.mark.slow) for chat in chats
    ])  # fmt: skip
