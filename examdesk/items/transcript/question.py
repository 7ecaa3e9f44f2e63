"""What a candidate may see of a transcript item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from examdesk.model import Item, text

_LINE = {"zh": "第 {n} 行：{rule}", "en": "Line {n}: {rule}"}
_NO_RULE = {"zh": "未写明规则", "en": "no rule named"}


def public(item: Item) -> dict[str, Any]:
    """The public data of the item: the record, the rules, and what a mark and a false alarm count."""
    body = item.body
    return {
        "stem": dict(body["stem"]),
        "line_only": body["line_only"],
        "false_alarm": body["false_alarm"],
        "speakers": _labelled(body["speakers"]),
        "lines": [_line(line) for line in body["lines"]],
        "rules": _labelled(body["rules"]),
    }


def _labelled(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": entry["id"], "text": dict(entry["text"])} for entry in entries]


def _line(authored: Mapping[str, Any]) -> dict[str, Any]:
    time = {"at": authored["at"]} if "at" in authored else {}
    return {"by": authored["by"], **time, "text": dict(authored["text"])}


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question: a record has one order, and the rules keep the author's."""
    return dict(public)


def clean(public: Mapping[str, Any], value: object) -> dict[str, str]:
    """The answer as it is journalled: {line number: rule, "" while none is named}; {} is blank. Raises ValueError."""
    lines = [str(number) for number, _ in enumerate(public["lines"], start=1)]
    rules = ["", *(rule["id"] for rule in public["rules"])]
    if not isinstance(value, dict) or any(name not in lines for name in value):
        raise ValueError("no such line")
    if any(not isinstance(rule, str) or rule not in rules for rule in value.values()):
        raise ValueError("no such rule")
    return {name: value[name] for name in lines if name in value}


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The answer in words, one line for each line marked; [] when blank."""
    marked = value if isinstance(value, dict) else {}
    rules = {rule["id"]: text(rule["text"], language) for rule in public["rules"]}
    return [
        text(_LINE, language).format(n=number, rule=rules.get(marked[str(number)], text(_NO_RULE, language)))
        + f" – {text(line['text'], language)}"
        for number, line in enumerate(public["lines"], start=1)
        if str(number) in marked
    ]
