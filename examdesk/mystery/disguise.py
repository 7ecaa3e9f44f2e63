"""A scenario as a normal chat: without its own id, its own stem, and the names of its states, which tell the goal."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from examdesk.model import Item, Texts

Body = Mapping[str, Any]

STEM: Texts = {
    "zh": "您是店里的客服，一位顾客来找您。请接待，把事情办完。\n\n"
          "- 先看对话上方的说明和订单；要办的事在“操作”里办，规定以手册为准。\n"
          "- 消息写短一些：顾客一条消息最多看得进两件事，其余的会再问。\n"
          "- {}对话到顾客道别为止。\n",
    "en": "You are an agent of the shop, and a customer writes to you. Serve the customer until the matter is done.\n\n"
          "- Look at the notes above the chat and at the order first; what has to be done is done under “Actions”, by "
          "the handbook.\n"
          "- Write short messages: a customer takes in two things a message at most and will ask for the rest.\n"
          "- {}The chat lasts until the customer says goodbye.\n",
}
SPEAKS: Mapping[str | None, Texts] = {
    "zh": {"zh": "请用中文。", "en": "Write in Chinese. "},
    "en": {"zh": "请用英文。", "en": "Write in English. "},
    None: {"zh": "中文、英文都可以。", "en": "Chinese and English are both fine. "},
}


def slot(number: int) -> str:
    """The only name a candidate sees of the chat with this number, from 1."""
    return f"customer-{number}"


def disguised(item: Item, *, number: int, seed: int) -> Item:
    """The same scenario with the same marks, under the name of its slot.

    Facts and edition stay with the item on the author's side; the states, which carry names like "served", get numbers
    in an order of the seed.
    """
    order = sorted(item.body["play"]["states"])
    random.Random(seed).shuffle(order)
    names = {state: f"s{place}" for place, state in enumerate(order, start=1)}
    says = SPEAKS[item.body["play"].get("speaks")]
    stem = {language: STEM[language].format(says[language]) for language in item.languages}
    score = item.body["score"]
    goal = {**score["goal"], "states": [names[state] for state in score["goal"]["states"]]}
    body = {**item.body, "stem": stem, "play": _renamed(item.body["play"], names), "score": {**score, "goal": goal}}
    return replace(item, id=slot(number), body=body)


def _renamed(play: Body, names: Mapping[str, str]) -> dict[str, Any]:
    """The play half with other names of its states."""
    return {
        **play,
        "begins": names[play["begins"]],
        "leaves": {**play["leaves"], "go": names[play["leaves"]["go"]]},
        "anywhere": [_led(rule, names) for rule in play["anywhere"]],
        "tools": [{**tool, "at": [names[at] for at in tool["at"]]} if "at" in tool else tool for tool in play["tools"]],
        "states": {names[name]: _state(play["states"][name], names) for name in sorted(names, key=lambda n: names[n])},
    }


def _state(state: Body, names: Mapping[str, str]) -> dict[str, Any]:
    changed: dict[str, Any] = {"rules": [_led(rule, names) for rule in state["rules"]]}
    if "skip" in state:
        changed["skip"] = _led(state["skip"], names)
    if "moves_on" in state:
        changed["moves_on"] = names[state["moves_on"]]
    return {**state, **changed}


def _led(rule: Body, names: Mapping[str, str]) -> Any:
    return {**rule, "go": names[rule["go"]]} if "go" in rule else rule
