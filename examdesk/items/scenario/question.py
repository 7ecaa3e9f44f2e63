"""What a candidate may see of a scenario: the play half, which speaks in his kernel. The score half never leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

from examdesk.items.scenario.play import Line, Play, checked
from examdesk.items.scenario.world import State, replay
from examdesk.model import Item, Texts, text

NAMES: dict[str, Texts] = {
    "customer": {"zh": "买家", "en": "Buyer"},
    "agent": {"zh": "客服", "en": "Agent"},
    "action": {"zh": "操作", "en": "Action"},
    "note": {"zh": "系统", "en": "System"},
}
CALLER: Texts = {"zh": "对方", "en": "Other side"}  # on the phone, where the scenario names nobody


def public(item: Item) -> dict[str, Any]:
    """The public data of the item: the stem and the play half."""
    return {"stem": dict(item.body["stem"]), "play": json.loads(json.dumps(item.body["play"]))}


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question; a seed changes the customer's wording only, see `world.start`."""
    return dict(public)


def shown(public: Mapping[str, Any], value: object) -> dict[str, Any]:
    """What the browser needs to draw the question; the rest of the play half stays in the kernel."""
    play = public["play"]
    tools = [{name: tool[name] for name in ("id", "label", "args")} for tool in play["tools"]]
    rest = {name: value for name, value in public.items() if name != "play"}
    channel = {name: play[name] for name in ("channel",) if name in play}
    return {**rest, **channel, "briefing": play["briefing"], "tools": tools, "customer": names(play)["customer"]}


def clean(public: Mapping[str, Any], value: object) -> NoReturn:
    """Raises ValueError: a chat is said and done, never answered; see `clean_event`."""
    raise ValueError("a chat has no single answer")


def clean_event(public: Mapping[str, Any], kind: str, value: object) -> dict[str, Any]:
    """The value of an opened, said, acted or heard event as it is journalled. Raises ValueError for anything else."""
    return checked(ready(public), kind, value)


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The chat in words, one line a message; [] when blank. The customer speaks in the wording of the seed 0."""
    turns = value if isinstance(value, list) else []
    events = [(turn[0], turn[1]) for turn in turns if isinstance(turn, list | tuple) and len(turn) == 2]
    play = ready(public)
    state = replay(play, events).state
    lines = transcript(play, state) if state.steps else []
    who = names(play.data)
    return [f"{text(who[line['who']], language)}: {spoken(line['text'], language)}" for line in lines]


def names(play: Mapping[str, Any]) -> dict[str, Texts]:
    """Who speaks, in every language; a scenario may name its customer."""
    unnamed = {"customer": CALLER} if "channel" in play else {}
    return NAMES | unnamed | {name: play[name] for name in ("customer",) if name in play}


def spoken(words: str | Texts, language: str) -> str:
    """The words of a transcript's line in a language; what the agent wrote is in his own."""
    return words if isinstance(words, str) else text(words, language)


def transcript(play: Play, state: State) -> list[dict[str, Any]]:
    """The chat as a list of {who, text}; a text is the agent's own words, or one text per language."""
    lines = [_line(play, line) for line in state.opening]
    for step in state.steps:
        if step.kind == "said":
            lines.append({"who": "agent", "text": step.text})
        else:
            lines.append({"who": "action", "text": _action(play, step.tool, step.args)})
        lines += [_line(play, line) for line in step.lines]
    return lines


def screen(play: Play, state: State) -> list[dict[str, Any]]:
    """The order screen: {label, value} of every field that may be seen by now."""
    return [
        {"label": entry["label"], "value": _value(entry, state.fields[entry["id"]])}
        for entry in play.data["fields"]
        if "label" in entry and all(state.fields[name] == value for name, value in entry["after"].items())
    ]


@lru_cache(maxsize=4)
def _ready(source: str) -> Play:
    return Play(json.loads(source))


def ready(public: Mapping[str, Any]) -> Play:
    """The play half ready to be played; read once for every item."""
    return _ready(json.dumps(public["play"], sort_keys=True))


def _line(play: Play, line: Line) -> dict[str, Any]:
    return {"who": "note" if "." in line[0] else "customer", "text": play.texts(line)}


def _action(play: Play, tool: str, args: Mapping[str, Any]) -> Texts:
    """A tool with what was typed into it, in every language."""
    spec = play.tools[tool]
    return {language: _filled(spec, args, language) for language in spec["label"]}


def _filled(spec: Mapping[str, Any], args: Mapping[str, Any], language: str) -> str:
    typed = [f"{text(arg['label'], language)} {_value(arg, args[arg['id']], language)}" for arg in spec["args"]]
    return text(spec["label"], language) + (f" ({', '.join(typed)})" if typed else "")


def _value(spec: Mapping[str, Any], value: Any, language: str | None = None) -> Any:
    """A field's or argument's value in words: the text of the option chosen, or the value itself."""
    texts = next((option["text"] for option in spec.get("options", ()) if option["id"] == value), None)
    if texts is None:
        return str(value)
    return texts if language is None else text(texts, language)
