"""S-04 with a customer who does not wait for ever: the scenario of the bank, and what its author would add."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from examdesk.items.scenario.trials import events_of
from examdesk.workbench.stage import stage
from tests.items.chats import Chat, chat

LINES = {
    "are-you-there": [
        {"zh": "您还在吗？", "en": "Are you still there?"},
        {"zh": "在吗？", "en": "Hello?"},
        {"zh": "有人吗？", "en": "Is anybody there?"},
    ],
    "still-there": [
        {"zh": "怎么没人回我呀？", "en": "Why does nobody answer me?"},
        {"zh": "我还在等您回复呢。", "en": "I am still waiting for your answer."},
        {"zh": "客服去哪儿了？", "en": "Where has the agent gone?"},
    ],
}
CLOCK = {"silence": 60, "says": ["are-you-there", "still-there"], "mood": -1, "patience": 300}
WAITS = {
    "id": "prompt", "criterion": "courtesy", "weight": 5, "limit": 20, "greeting": 30, "share": "9/10", "answers": 3,
    "typing": 60, "text": {"zh": "在限定时间内回复", "en": "answered within the time"},
}  # fmt: skip


def timed(body: Mapping[str, Any], **clock: Any) -> dict[str, Any]:
    """The body with a clock, and with five points for answering in time taken from the heaviest event."""
    made: dict[str, Any] = copy.deepcopy(dict(body))
    made["play"]["clock"] = {**CLOCK, **clock}
    made["play"]["lines"].update(copy.deepcopy(LINES))
    heaviest = max(made["score"]["required"], key=lambda entry: entry["weight"])
    heaviest["weight"] -= WAITS["weight"]
    made["score"]["waits"] = copy.deepcopy(WAITS)
    for script in made["score"]["transcripts"]:
        tried = stage(made)
        script["earns"] = int(tried.points(tried.judged(tried.chat(events_of(script)))))
    return made


def timed_chat(**clock: Any) -> Chat:
    """S-04 with a clock."""
    item = chat("S-04").item
    return Chat(replace(item, body=timed(item.body, **clock)))
