"""What a candidate may see of a reply item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from examdesk.items.reply import steps
from examdesk.model import Item

LONGEST = 20_000  # characters; the journal's bound


def public(item: Item) -> dict[str, Any]:
    """The public data of the item: stem, message and its sender, what the agent knows; no rubric, phrase or sample."""
    body = item.body
    asked = {
        "stem": dict(body["stem"]),
        "message": dict(body["message"]),
        **({"sender": dict(body["sender"])} if "sender" in body else {}),
        "context": [dict(known) for known in body["context"]],
        "answer_in": body["answer_in"],
    }
    if "steps" not in body:
        return {**asked, "limits": dict(body["limits"])}
    table = {"table": {"columns": [dict(column) for column in body["table"]["columns"]],
                       "rows": [list(row) for row in body["table"]["rows"]]}} if "table" in body else {}
    return {**asked, **table, "steps": [_step(step) for step in body["steps"]]}


def _step(authored: Mapping[str, Any]) -> dict[str, Any]:
    """One step without rubric, samples and the figure's key."""
    texts = {name: dict(authored[name]) for name in ("title", "prompt", "message") if name in authored}
    step = {"id": authored["id"], **texts, "limits": dict(authored["limits"])}
    if "figure" in authored:
        figure = authored["figure"]
        unit = {"unit": dict(figure["unit"])} if "unit" in figure else {}
        step["figure"] = {"label": dict(figure["label"]), "kind": figure["kind"], **unit}
    return step


def shown(public: Mapping[str, Any], value: object) -> dict[str, Any]:
    """What the browser gets: of a reply in steps only those that are open, and how many there are."""
    if "steps" not in public:
        return dict(public)
    return {**public, "steps": steps.opened(public, value), "of": len(public["steps"])}


def settled(public: Mapping[str, Any], newest: Any, older: Iterator[Any]) -> Any:
    """The answer that counts: the newest, but a final step as it was made final. `older` runs back in time."""
    return steps.settled(public, reversed([*chain([newest], older)])) if "steps" in public else newest


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question: there is nothing to shuffle."""
    return dict(public)


def clean(public: Mapping[str, Any], value: object) -> str | dict[str, Any]:
    """The reply as it is journalled; white space alone is blank. Raises ValueError when it is far too long."""
    if "steps" in public:
        return steps.cleaned(public, value)
    longest = min(LONGEST, 2 * public["limits"]["max"])
    if not isinstance(value, str):
        raise ValueError("a reply is a text")
    if len(value) > longest:
        raise ValueError(f"a reply has at most {longest} characters")
    return value if value.strip() else ""


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The reply line by line, step by step; [] when blank."""
    if "steps" in public:
        return steps.told(public, value, language)
    return value.splitlines() if isinstance(value, str) else []
