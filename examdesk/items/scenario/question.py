"""What a candidate may see of a scenario: the play half, which speaks in his kernel. The score half never leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NoReturn

from examdesk.items.scenario.desk import Desk, Queue, play_of
from examdesk.items.scenario.play import Line, Play, checked
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.waiting import timed_kinds
from examdesk.items.scenario.world import State, is_over
from examdesk.model import Item, Texts, text

NAMES: dict[str, Texts] = {
    "customer": {"zh": "买家", "en": "Buyer"},
    "agent": {"zh": "客服", "en": "Agent"},
    "action": {"zh": "操作", "en": "Action"},
    "note": {"zh": "系统", "en": "System"},
}
CALLER: Texts = {"zh": "对方", "en": "Other side"}  # on the phone, where the scenario names nobody

OWN = ("agent", "action")  # turns of the candidate


def public(item: Item) -> dict[str, Any]:
    """The public data of the item: the stem and the play half."""
    return {"stem": dict(item.body["stem"]), "play": json.loads(json.dumps(item.body["play"]))}


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question; a seed changes the customer's wording only, see `world.start`."""
    return dict(public)


def shown(public: Mapping[str, Any], value: object) -> dict[str, Any]:
    """What the browser needs to draw the question; the rest of the play half stays in the kernel."""
    play = public["play"]
    rest = {name: value for name, value in public.items() if name != "play"}
    own = {"chats": [_customer(chat) for chat in play["chats"]]} if "chats" in play else names(play, "customer")
    channel = {name: play[name] for name in ("channel",) if name in play}
    return {**rest, **channel, "briefing": play["briefing"], "tools": _drawn(play["tools"]), **own}


def _customer(chat: Mapping[str, Any]) -> dict[str, Any]:
    """One of several customers: his name, and what can be done in his chat alone."""
    return {"id": chat["id"], "customer": chat["customer"], "tools": _drawn(chat["tools"])}


def _drawn(tools: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: tool[name] for name in ("id", "label", "args")} for tool in tools]


def timed(public: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of events that tell the seconds before them, where waiting counts."""
    return timed_kinds(public["play"])


def clean(public: Mapping[str, Any], value: object) -> NoReturn:
    """Raises ValueError: a chat is said and done, never answered; see `clean_event`."""
    raise ValueError("a chat has no single answer")


def clean_event(public: Mapping[str, Any], kind: str, value: object) -> dict[str, Any]:
    """The value of an opened, said, acted or heard event as it is journalled. Raises ValueError for anything else."""
    return checked(ready(public), kind, value)


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """The chat in words, one line a message, the agent's turns numbered; [] when blank.

    The customer speaks in the wording of the seed 0.
    """
    turns = value if isinstance(value, list) else []
    events = [(turn[0], turn[1]) for turn in turns if isinstance(turn, list | tuple) and len(turn) == 2]
    play = ready(public)
    state = replay(play, events).state
    lines, numbers = transcript(play, state) if state.steps else [], count(1)
    return [f"{f'{next(numbers)}. ' if line['who'] in OWN else ''}{speaker(play, line, language)}: "
            f"{in_words(line, language)}" for line in lines]


def in_words(line: Mapping[str, Any], language: str) -> str:
    """A transcript's line where no picture can be shown: what it shows stands in brackets."""
    words = spoken(line["text"], language)
    return f"{words} [{text(line['picture']['alt'], language)}]" if "picture" in line else words


def names(play: Mapping[str, Any], *only: str) -> dict[str, Texts]:
    """Who speaks, in every language; a scenario may name its customer."""
    unnamed = {"customer": CALLER} if "channel" in play else {}
    every = NAMES | unnamed | {name: play[name] for name in ("customer",) if name in play}
    return {name: every[name] for name in only or every}


def speaker(play: Play, line: Mapping[str, Any], language: str) -> str:
    """Who speaks in a line of a transcript; where there are several customers, also to whom."""
    if "chat" not in line:
        return text(names(play.data)[line["who"]], language)
    customer = text(_one(play, line["chat"]).data["customer"], language)
    return customer if line["who"] == "customer" else f"{text(NAMES[line['who']], language)} → {customer}"


def _one(play: Play, chat: str) -> Play:
    return play.chats[chat] if isinstance(play, Desk) else play


def spoken(words: str | Texts, language: str) -> str:
    """The words of a transcript's line in a language; what the agent wrote is in his own."""
    return words if isinstance(words, str) else text(words, language)


def transcript(play: Play, state: State) -> list[dict[str, Any]]:
    """The chat as a list of {who, text}, some with a picture; a text is the agent's own, or one per language."""
    lines = [shown_line(play, line) for line in state.opening]
    for step in state.steps:
        if step.kind == "said":
            lines.append({"who": "agent", "text": step.text, **_in(step.chat)})
        else:
            lines.append({"who": "action", "text": action(play, step.tool, step.args), **_in(step.chat)})
        lines += [shown_line(play, line) for line in step.lines]
    return lines


def _in(chat: str) -> dict[str, str]:
    """The chat of a line, where there are several."""
    return {"chat": chat} if chat else {}


def screen(play: Play, state: State) -> list[dict[str, Any]]:
    """The order screen: {label, value} of every field that may be seen by now; of several customers, each one's."""
    if isinstance(state, Queue):
        chats = [(name, {**one.fields, **state.fields}) for name, one in state.chats.items()]
        return [{**row, **_in(name)} for name, fields in chats for row in _rows(_one(play, name), fields)]
    return _rows(play, state.fields)


def _rows(play: Play, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"label": entry["label"], "value": _value(entry, fields[entry["id"]])}
        for entry in play.data["fields"]
        if "label" in entry and all(fields[name] == value for name, value in entry["after"].items())
    ]


def queue(play: Play, state: State, passed: int = -1) -> list[dict[str, Any]]:
    """Who is at the desk, in the order of coming: {id, over, waited}, in turns since the last answer; [] for one.

    `passed` are the seconds since the last turn, where waiting counts: then also {seconds}, for which he has waited.
    """
    if not isinstance(state, Queue):
        return []
    rows: list[dict[str, Any]] = [
        {"id": name, "over": is_over(_one(play, name), one), "waited": state.time - state.last[name]}
        for name, one in state.chats.items()
    ]
    return rows if passed < 0 else [{**row, "seconds": _waits(state, row["id"], passed)} for row in rows]


def _waits(state: Queue, chat: str, passed: int) -> int:
    """The seconds for which a customer has waited, his own silence left out."""
    return max(0, state.clock + passed - state.since[chat] - state.chats[chat].quiet)


@lru_cache(maxsize=8)  # scenarios of one exam
def _ready(source: str) -> Play:
    return play_of(json.loads(source))


def ready(public: Mapping[str, Any]) -> Play:
    """The play half ready to be played; read once for every item."""
    return _ready(json.dumps(public["play"], sort_keys=True))


def shown_line(play: Play, line: Line) -> dict[str, Any]:
    """{who, text} of something said, in which chat, with the photo the customer sends with it."""
    chat, _, name = line[0].rpartition("/")
    told = {"who": "note" if "." in name else "customer", "text": play.texts(line), **_in(chat)}
    photo = play.data.get("pictures", {}).get(name)
    return {**told, "picture": photo} if photo else told


def action(play: Play, tool: str, args: Mapping[str, Any]) -> Texts:
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
