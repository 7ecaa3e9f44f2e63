"""What a candidate may see of an inbox: the desk, which works in his kernel. The score half never leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

from examdesk.items.inbox.desk import BACK, GO, OPEN, Desk, checked
from examdesk.items.inbox.screen import screen
from examdesk.items.inbox.world import State, Step, replay
from examdesk.model import Item, Texts, text

_WORDS: dict[str, Texts] = {
    GO: {"zh": "进入", "en": "went to"},
    OPEN: {"zh": "打开", "en": "opened"},
    BACK: {"zh": "返回列表", "en": "back to the list"},
    "refused": {"zh": "被平台拒绝", "en": "refused by the platform"},
}


def public(item: Item) -> dict[str, Any]:
    """The public data of the item: the stem and the desk."""
    return {"stem": dict(item.body["stem"]), "desk": json.loads(json.dumps(item.body["desk"]))}


def arranged(public: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """The same question: every desk is the same."""
    return dict(public)


def shown(public: Mapping[str, Any], value: object) -> dict[str, Any]:
    """What the browser needs to draw the question: the screen as it stands; the rest stays in the kernel."""
    desk = ready(public)
    rest = {name: value for name, value in public.items() if name != "desk"}
    kept = {name: desk.data[name] for name in ("today", "briefing")}
    return {**rest, **kept, "screen": screen(desk, _played(public, value))}


def clean(public: Mapping[str, Any], value: object) -> NoReturn:
    """Raises ValueError: an inbox is worked at, never answered; see `clean_event`."""
    raise ValueError("an inbox has no single answer")


def clean_event(public: Mapping[str, Any], kind: str, value: object) -> dict[str, Any]:
    """The value of an acted event as it is journalled. Raises ValueError for anything else."""
    return checked(ready(public), kind, value)


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """What was done, one numbered line each; [] when blank."""
    desk = ready(public)
    return [f"{step.number}. {_told(desk, step, language)}" for step in _played(public, value).steps]


def ready(public: Mapping[str, Any]) -> Desk:
    """The desk ready to be worked at; read once for every item."""
    return _ready(json.dumps(public["desk"], sort_keys=True))


@lru_cache(maxsize=4)
def _ready(source: str) -> Desk:
    return Desk(json.loads(source))


def _played(public: Mapping[str, Any], value: object) -> State:
    turns = value if isinstance(value, list) else []
    events = [(turn[0], turn[1]) for turn in turns if isinstance(turn, list | tuple) and len(turn) == 2]
    return replay(ready(public), events).state


def _told(desk: Desk, step: Step, language: str) -> str:
    titles = (", " if language == "en" else "、").join(text(desk.rows[name]["title"], language) for name in step.rows)
    if step.do in _WORDS:
        where = text(desk.places[step.at]["label"], language) if step.do == GO else titles
        return f"{text(_WORDS[step.do], language)} {where}".rstrip()
    typed = [f"{text(arg['label'], language)}: {_typed(arg, step.args[arg['id']], language)}"
             for arg in desk.actions[step.do]["args"]]  # fmt: skip
    said = " – ".join([text(desk.label(step.do), language), titles, *typed])
    return said if step.refused is None else f"{said} ({text(_WORDS['refused'], language)})"


def _typed(arg: Mapping[str, Any], value: Any, language: str) -> str:
    return next((text(one["text"], language) for one in arg["options"] if one["id"] == value), str(value))
