"""What a candidate sees of a survey item: everything; there is nothing to mark and nothing to hide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from examdesk.model import Item, text

STEPS = ("1", "2", "3", "4", "5")  # of a scale


def public(item: Item) -> dict[str, Any]:
    """The public data of the item: its stem and its questions."""
    return {"stem": dict(item.body["stem"]), "questions": [dict(one) for one in item.body["questions"]]}


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same questions: everybody is asked in the same order."""
    return dict(public)


def clean(public: Mapping[str, Any], value: object) -> dict[str, Any]:
    """The answer as it is journalled: {question id: option, options, step or text} without empty ones.

    Raises ValueError.
    """
    asked = {one["id"]: one for one in public["questions"]}
    if not isinstance(value, dict) or any(name not in asked for name in value):
        raise ValueError("no such question")
    given = {name: _answer(one, value[name]) for name, one in asked.items() if name in value}
    return {name: answer for name, answer in given.items() if answer}


def _answer(one: Mapping[str, Any], answer: object) -> str | list[str]:
    if one["kind"] == "multi":
        if not isinstance(answer, list) or any(not isinstance(name, str) for name in answer):
            raise ValueError("no list of options")
        known = options(one)
        if any(name not in known for name in answer) or len(set(answer)) != len(answer):
            raise ValueError("no such option")
        return [name for name in known if name in answer]
    if not isinstance(answer, str):
        raise ValueError("no text")
    if one["kind"] == "text":
        if len(answer) > one["at_most"]:
            raise ValueError("the text is too long")
        return answer if answer.strip() else ""
    if answer and answer not in options(one):
        raise ValueError("no such option")
    return answer


def options(one: Mapping[str, Any]) -> list[str]:
    """What can be chosen: the ids of the options, or the steps of a scale."""
    return list(STEPS) if one["kind"] == "scale" else [option["id"] for option in one["options"]]


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The answers in words, one line for each question answered; [] when blank."""
    given = value if isinstance(value, dict) else {}
    return [
        f"{text(one['text'], language)} {_said(one, given[one['id']], language)}"
        for one in public["questions"] if given.get(one["id"])
    ]


def _said(one: Mapping[str, Any], answer: Any, language: str) -> str:
    if one["kind"] in ("text", "scale"):
        return f"{answer} / {STEPS[-1]}" if one["kind"] == "scale" else str(answer)
    chosen = answer if isinstance(answer, list) else [answer]
    joint = "；" if language == "zh" else "; "
    return joint.join(text(option["text"], language) for option in one["options"] if option["id"] in chosen)
