"""A small scenario for trying the workbench out: a parcel is late. A phrase is a short word and a number word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def phrases(name: str) -> dict[str, list[str]]:
    return {"en": [f"{name} {word}" for word in WORDS]}


def act(name: str, **more: Any) -> dict[str, Any]:
    return {"phrases": phrases(name), **more}


def earns(name: str, criterion: str, weight: int, **event: Any) -> dict[str, Any]:
    return {"id": name, "criterion": criterion, "weight": weight, "event": event, "text": {"en": f"did {name}"}}


def chat(name: str, kind: str, points: int, *turns: str) -> dict[str, Any]:
    """A transcript; a turn that begins with "/" is an action."""
    made = [{"do": turn[1:], "args": {}} if turn.startswith("/") else {"say": turn} for turn in turns]
    return {"id": name, "kind": kind, "language": "en", "earns": points, "turns": made}


TALK = ("sun", "rain", "ball", "cat", "dog", "tea", "pop", "zoo", "car", "job")  # what does not belong here
LINES = (
    "hello", "cold", "hurry", "what", "moved", "many", "again", "which", "hint", "thanks", "waits", "done", "ouch",
)  # fmt: skip


def parcel() -> dict[str, Any]:
    """The scenario as its author would have written it."""
    waits = {"act": "rude", "mood": -1, "say": ["ouch"]}
    return {
        "id": "S-90", "type": "scenario", "domain": "D8", "points": 10, "facts": ["F-TB-01"], "edition": "HB",
        "stem": {"en": "Serve the customer. He waits for his parcel."},
        "play": {
            "patience": 10,
            "mood": {"start": 0, "min": -3, "max": 3},
            "briefing": [{"en": "The parcel comes on Friday."}],
            "begins": "ask",
            "opening": ["hello"],
            "leaves": {"go": "left", "say": ["cold"], "warning": "hurry", "warns_at": 2},
            "fallback": {"rephrase": "what", "moves_on": "moved", "many": "many", "repeat": "again",
                         "unclear": "which"},
            "fields": [{"id": "status", "label": {"en": "Parcel"}, "value": "lost"},
                       {"id": "note", "label": {"en": "Note"}, "value": ""}],
            "tools": [
                {"id": "trace", "label": {"en": "Trace the parcel"}, "sets": {"status": "traced"},
                 "done": {"en": "Traced."}, "refused": {"en": "No."}},
                {"id": "refund", "label": {"en": "Refund"}, "sets": {"status": "refunded"},
                 "done": {"en": "Refunded."}, "refused": {"en": "No."}},
                {"id": "write_note", "label": {"en": "Write a note"}, "sets": {"note": "$words"},
                 "args": [{"id": "words", "label": {"en": "Words"}, "kind": "text", "max": 20},
                          {"id": "days", "label": {"en": "Days"}, "kind": "number", "min": 1, "max": 9}],
                 "done": {"en": "Noted."}, "refused": {"en": "No."}},
            ],
            "acts": {
                "sorry": act("sry", light=True),
                "eta": act("fri"),
                "number": act("num"),
                "closing": act("bye"),
                "rude": act("fool"),
                "promise": act("vow", unless={"en": ["never vow three"]}),
                **{name: act(name) for name in TALK},
            },
            "states": {
                "ask": {"say": [], "hint": "hint", "moves_on": "last",
                        "rules": [{"act": "eta", "go": "last", "say": ["thanks"]}, waits]},
                "last": {"say": ["waits"], "hint": "hint", "moves_on": "last",
                         "rules": [{"act": "closing", "if": {"fields": {"status": "traced"}}, "go": "served"}]},
                "served": {"say": ["done"], "end": True},
                "left": {"say": [], "end": True},
            },
            "anywhere": [{"act": name, "mood": -1, "say": ["ouch"]} for name in TALK],
            "lines": {name: [{"en": f"{name} {word}"} for word in WORDS[:3]] for name in LINES},
        },
        "score": {
            "pass_mark": "60%",
            "goal": {"states": ["served"], "fields": {"status": ["traced"]}},
            "criteria": [
                {"id": "solved", "text": {"en": "Solved"}, "reason": {"en": "He wants a parcel and not words."}},
                {"id": "kind", "text": {"en": "Kind"}, "reason": {"en": "Who waits wants to hear that it is seen."}},
            ],
            "required": [
                earns("end", "solved", 30, goal=True), earns("says-friday", "solved", 20, act="eta"),
                earns("asks-number", "solved", 20, act="number"), earns("traces", "solved", 20, tool="trace"),
                earns("regrets", "kind", 10, act="sorry"),
            ],
            "forbidden": [{"id": "insult", "criterion": "kind", "minus": 10, "event": {"act": "rude"},
                           "text": {"en": "insulted him"}, "reason": {"en": "Nobody is called names in this shop."}}],
            "critical": [{"id": "refunds", "text": {"en": "refunded at once"}, "tools": [{"tool": "refund"}],
                          "reason": {"en": "A refund before the trace is lost money."}, "acts": ["promise"],
                          "phrases": {"en": ["money back"]}, "allowed": {"en": ["no money back"]}}],
            "transcripts": [
                chat("gold", "gold", 100, "sry one", "/trace", "fri two", "num six", "bye ten"),
                chat("middle", "borderline", 70, "/trace", "fool one", "fri two", "bye ten"),
                chat("bad", "fail", 20, "fri one", "vow two", "/refund"),
            ],
        },
    }  # fmt: skip


def written(folder: Path, data: dict[str, Any]) -> Path:
    """A course folder that holds the scenario."""
    path = folder / "exams" / "bank" / "d08" / "S-90.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000), "utf-8")
    return folder
