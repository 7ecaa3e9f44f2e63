"""A small desk for tests: two customers, and a third who comes later. A phrase is a short word and a number word."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from examdesk.items.scenario.authored import Authored
from examdesk.items.scenario.desk import Queue
from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.play import Play
from examdesk.items.scenario.world import start, take
from examdesk.model import Item, Judgement, Response, Said
from tests.workbench.parcel import LINES, WORDS, act, earns


def customer(name: str, *, arrives: int = 0, patience: int = 10, wants: str = "size", **more: Any) -> dict[str, Any]:
    """A customer who wants to hear one thing and then a goodbye."""
    return {
        "id": name, "customer": {"en": f"sample_{name}"}, "arrives": arrives, "patience": patience,
        "waits": {"turns": 4, "say": "still", "mood": -1, "times": 3},
        "mood": {"start": 0, "min": -3, "max": 3},
        "begins": "ask", "opening": ["hello"],
        "leaves": {"go": "left", "say": ["cold"], "warning": "hurry", "warns_at": 2},
        "states": {
            "ask": {"say": [], "hint": "hint", "moves_on": "last",
                    "rules": [{"act": wants, "go": "last", "say": ["thanks"]},
                              {"act": "rude", "mood": -1, "say": ["ouch"]}]},
            "last": {"say": ["waits"], "hint": "hint", "moves_on": "last",
                     "rules": [{"act": "closing", "go": "served"}]},
            "served": {"say": ["done"], "end": True},
            "left": {"say": [], "end": True},
        },
        **more,
    }  # fmt: skip


def say(chat: str, text: str) -> Said:
    return ("said", {"chat": chat, "text": text})


def do(chat: str, tool: str, **args: Any) -> Said:
    return ("acted", {"chat": chat, "tool": tool, "args": args})


def script(name: str, kind: str, points: int, *turns: str) -> dict[str, Any]:
    """A transcript; a turn is "anna: words" or "anna: /tool"."""
    made = []
    for turn in turns:
        chat, _, words = turn.partition(": ")
        made.append({"in": chat, "do": words[1:], "args": {}} if words[0] == "/" else {"in": chat, "say": words})
    return {"id": name, "kind": kind, "language": "en", "earns": points, "turns": made}


def desk() -> dict[str, Any]:
    """The scenario as its author would have written it: Bob buys by the hundred and comes first."""
    return {
        "id": "S-91", "type": "scenario", "domain": "D8", "points": 10, "facts": ["F-TB-01"], "edition": "HB",
        "stem": {"en": "Serve three customers."},
        "play": {
            "briefing": [{"en": "Whoever buys by the hundred comes first."}],
            "fallback": {"rephrase": "what", "moves_on": "moved", "many": "many", "repeat": "again",
                         "unclear": "which"},
            "fields": [{"id": "stock", "label": {"en": "In stock"}, "value": 3},
                       {"id": "looked", "value": "no"}],
            "tools": [
                {"id": "look", "label": {"en": "Look at the stock"}, "sets": {"looked": "yes"},
                 "done": {"en": "Shown."}, "refused": {"en": "No."}},
                {"id": "refund", "label": {"en": "Refund"}, "sets": {"looked": "yes"},
                 "done": {"en": "Refunded."}, "refused": {"en": "No."}},
            ],
            "acts": {
                "sorry": act("sry", light=True), "size": act("siz"), "price": act("pri"), "closing": act("bye"),
                "rude": act("fool"), "promise": act("vow", unless={"en": ["never vow three"]}),
            },
            "chats": [
                customer("anna", fields=[{"id": "pair", "label": {"en": "Wants"}, "value": "boots"}]),
                customer("bob", wants="price"),
                customer("cleo", arrives=3, tools=[
                    {"id": "open_link", "label": {"en": "Open the link"}, "sets": {"looked": "yes"},
                     "done": {"en": "Open."}, "refused": {"en": "No."}}]),
            ],
            "happens": [{"after": 2, "sets": {"stock": 1}}, {"chat": "bob", "at": ["served"], "sets": {"stock": 0}}],
            "anywhere": [{"act": "size", "if": {"fields": {"stock": 0}}, "means": "rude", "say": ["ouch"]}],
            "lines": {name: [{"en": f"{name} {word}"} for word in WORDS[:3]] for name in (*LINES, "still")},
        },
        "score": {
            "pass_mark": "90%",
            "goal": {"states": ["served"]},
            "criteria": [
                {"id": "solved", "text": {"en": "Solved"}, "reason": {"en": "They want an answer."}},
                {"id": "order", "text": {"en": "Order"}, "reason": {"en": "Who buys most comes first."}},
            ],
            "required": [
                earns("end-a", "solved", 20, goal=True, chat="anna"),
                earns("end-b", "solved", 20, goal=True, chat="bob"),
                earns("end-c", "solved", 20, goal=True, chat="cleo"),
                earns("regrets", "solved", 10, act="sorry", chat="cleo"),
                earns("bob-first", "order", 10, answered="bob", before=["anna", "cleo"]),
                earns("cleo-soon", "order", 10, answered="cleo", within=3),
                earns("brief", "order", 10, short=40, chats=3),
            ],
            "forbidden": [
                {"id": "pasted", "criterion": "order", "minus": 10, "event": {"copied": 3},
                 "text": {"en": "sent one answer to all"}, "reason": {"en": "Nobody asked the same."}},
                {"id": "insult", "criterion": "solved", "minus": 10, "event": {"act": "rude"}, "excused_by": ["sorry"],
                 "text": {"en": "insulted somebody"}, "reason": {"en": "Nobody is called names."}}],
            "critical": [{"id": "link", "text": {"en": "opened the link"}, "tools": [{"tool": "open_link"}],
                          "ends": True, "reason": {"en": "It is phishing."}},
                         {"id": "vowed", "text": {"en": "promised a day"}, "reason": {"en": "Nobody knows the day."},
                          "acts": ["promise"]}],
            "transcripts": [
                script("gold", "gold", 100, "bob: pri one", "anna: siz two", "anna: bye one", "cleo: sry one",
                       "cleo: siz one", "bob: bye six", "cleo: bye ten"),
                script("middle", "borderline", 80, "anna: siz one", "anna: bye one", "bob: pri one", "bob: bye two",
                       "cleo: siz two", "cleo: bye ten"),
                script("bad", "fail", 20, "anna: siz one", "anna: bye one", "bob: vow two", "cleo: /open_link"),
            ],
        },
    }  # fmt: skip


def desk_item() -> Item:
    """The small desk as an item."""
    body = Authored.model_validate(desk()).body()
    return Item("S-91", "scenario", "D8", Fraction(10), ("F-TB-01",), "HB", False, body)


def timed_desk() -> dict[str, Any]:
    """The small desk on the exam's clock: each asks after 40 seconds and leaves after 120; time earns five points."""
    data = desk()
    data["play"]["clock"] = {}
    for chat in data["play"]["chats"]:
        chat["waits"] = {"turns": 20, "seconds": 40, "say": "still", "mood": -1, "times": 3}
    data["score"]["required"][4]["weight"] -= 5
    data["score"]["waits"] = {"id": "in-time", "criterion": "order", "weight": 5, "limit": 20, "share": "80%",
                              "answers": 3, "text": {"en": "answered in time"}}
    data["score"]["transcripts"][1]["earns"], data["score"]["transcripts"][2]["earns"] = 85, 25
    return data


def timed_desk_item() -> Item:
    return replace(desk_item(), body=Authored.model_validate(timed_desk()).body())


# Held


def lived(*turns: Said, play: Play, seed: int = 0) -> Queue:
    """The desk after these turns."""
    state = start(play, seed)
    for kind, value in turns:
        state, _ = take(play, state, kind, value)
    assert isinstance(state, Queue)
    return state


def judged(*turns: Said, body: Any) -> Judgement:
    """The mark of these turns."""
    return scenario(play=body["play"], score=body["score"])(Response("S-91", [list(turn) for turn in turns]))
