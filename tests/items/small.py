"""A small scenario, made of the acts it is about: for trying what a score half can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from examdesk.items.scenario.authored import Authored
from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.trials import events_of
from examdesk.model import Item, Judgement, Said, exact
from examdesk.workbench.stage import talk
from tests.conftest import respond

WORDS = "一二三四五六七八九十"
LINES = ("hello", "cold", "hurry", "what", "moved", "many", "again", "which", "hint", "done")


def texts(zh: str, en: str = "") -> dict[str, str]:
    return {"zh": zh, "en": en or zh}


def criterion(name: str, zh: str, en: str) -> dict[str, Any]:
    return {"id": name, "text": texts(zh, en), "reason": texts(f"{zh}很重要，要做到。", f"{en} matters, do it.")}


def earns(name: str, of: str, weight: int, zh: str, en: str, **event: Any) -> dict[str, Any]:
    return {"id": name, "criterion": of, "weight": weight, "text": texts(zh, en), "event": event}


def act(*phrases: str, **more: Any) -> dict[str, Any]:
    """An act that is read by these phrases, and by as many more as an author must write."""
    return {"phrases": {"zh": [*phrases, *(f"{phrases[0]}{word}" for word in WORDS)]}, **more}


def small(acts: Mapping[str, dict[str, Any]], score: Mapping[str, Any], gold: Sequence[str | Said],
          **play: Any) -> Item:
    """The scenario: a customer who waits for `bye` and answers with a hint; `play` changes its fields.

    `gold` is its model transcript; messages are strings.
    """
    states = {
        "talk": {"hint": "hint", "moves_on": "talk", "rules": [{"act": "bye", "go": "served"}]},
        "served": {"say": ["done"], "end": True},
        "left": {"end": True},
    }
    lines = {name: [{"zh": f"{name}{word}"} for word in WORDS[:3]] for name in (*LINES, *play.pop("says", ()))}
    data = {
        "id": "S-91", "type": "scenario", "domain": "D3", "points": 10, "facts": ["F-OP-01"], "edition": "HB",
        "stem": texts("请接待这位买家。", "Serve this buyer."),
        "play": {
            "speaks": "zh", "patience": 20, "mood": {"start": 0, "min": -3, "max": 3},
            "briefing": [texts("店里有货。", "It is in stock.")], "begins": "talk", "opening": ["hello"],
            "leaves": {"go": "left", "say": ["cold"], "warning": "hurry", "warns_at": 2},
            "fallback": {"rephrase": "what", "moves_on": "moved", "many": "many", "repeat": "again",
                         "unclear": "which"},
            "fields": [{"id": "note", "value": ""}],
            "tools": [{"id": "write_note", "label": texts("写备注", "Write a note"), "sets": {"note": "$words"},
                       "args": [{"id": "words", "label": texts("内容", "Words"), "kind": "text", "max": 60}],
                       "done": texts("已记录。", "Noted."), "refused": texts("不行。", "No.")}],
            "acts": {"bye": act("再见", "祝您生活愉快"), **acts}, "states": states, "lines": lines, **play,
        },
        "score": {
            "pass_mark": "60%", "goal": {"states": ["served"]},
            "transcripts": [transcript("gold", 100, gold), transcript("fail", 0, ["嗯"]),
                            transcript("borderline", 0, [*gold[: len(gold) // 2], "再见"])],
            **score,
        },
    }  # fmt: skip
    authored = Authored.model_validate(data)
    item = Item(authored.id, "scenario", "D3", exact(str(authored.points)), tuple(authored.facts), "HB", False,
                authored.body())
    for one in item.body["score"]["transcripts"][1:]:  # what the others earn is worked out here
        one["earns"] = int(100 * (judged(item, *events_of(one)).fraction or 0))
    return item


def transcript(kind: str, earned: int, turns: Sequence[str | Said]) -> dict[str, Any]:
    made = [{"say": turn} if isinstance(turn, str) else {"do": turn[1]["tool"], "args": turn[1]["args"]}
            for turn in turns]
    return {"id": kind, "kind": kind, "language": "zh", "earns": earned, "turns": made}


def said(*turns: str | Said) -> list[Said]:
    """Messages and actions as the events a candidate leaves."""
    return [talk(turn)[0] if isinstance(turn, str) else turn for turn in turns]


def judged(item: Item, *turns: str | Said) -> Judgement:
    return scenario(play=item.body["play"], score=item.body["score"])(respond(item, said(*turns)))
