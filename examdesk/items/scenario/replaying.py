"""A chat played again from its journal: what the customer said is played anew, never believed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from examdesk.items.scenario.play import Line, Play, checked
from examdesk.items.scenario.waiting import is_unasked
from examdesk.items.scenario.world import NOTHING, Corrected, State, is_open, start, take, wait


@dataclass(frozen=True)
class Replay:
    """A chat played again from its journal."""

    state: State
    opened: bool = False  # the journal names the seed
    faults: tuple[str, ...] = ()  # where the journal and the replay differ
    heard: bool = True  # the journal holds the last answer

    @property
    def answer(self) -> tuple[Line, ...]:
        """What the customer said last."""
        return self.state.steps[-1].lines if self.state.steps else self.state.opening


def replay(play: Play, events: Iterable[tuple[str, Any]], *, corrected: Corrected = NOTHING) -> Replay:
    """The chat in (kind, value) events. What the customer said is played anew, never believed; differences are named.

    A chat without an `opened` event has the seed 0. `corrected` turns are read as a marker has read them.
    """
    chat = Replay(start(play, 0))
    logged = [(kind, value) for kind, value in events if kind in ("opened", "said", "acted", "heard")]
    strict = any(kind == "heard" and not is_unasked(play.data, value) for kind, value in logged)
    for kind, value in logged:
        chat = _taken(play, chat, kind, value, strict=strict, corrected=corrected)
    return chat


def _taken(play: Play, chat: Replay, kind: str, value: Any, *, strict: bool, corrected: Corrected) -> Replay:
    """The replay after one more event; `strict`: the journal holds answers, so every turn must have its own."""
    turn = len(chat.state.steps)
    differs = f"replay differs at turn {turn}"
    try:
        value = checked(play, kind, value)
    except ValueError:
        return _with(chat, differs if kind == "heard" else f"after turn {turn}: no panel writes this {kind}")
    if kind == "opened":
        return chat if chat.opened or turn else Replay(start(play, value["seed"]), True, chat.faults, heard=False)
    if kind == "heard" and "waited" in value:  # he spoke unasked
        state, lines = wait(play, chat.state, value["waited"])
        same = not strict or value["lines"] == [list(line) for line in lines]
        return replace(chat if same else _with(chat, differs), state=state)
    if kind == "heard":
        same = value["lines"] == [list(line) for line in chat.answer]
        return replace(chat if same else _with(chat, differs), heard=True)
    if not is_open(play, chat.state, value):
        return _with(chat, f"after turn {turn}: the chat was over")
    chat = _with(chat, differs) if strict and not chat.heard else chat
    state, _ = take(play, chat.state, kind, value, read=corrected.get(turn + 1))
    return replace(chat, state=state, heard=False)


def _with(chat: Replay, fault: str) -> Replay:
    return chat if fault in chat.faults else replace(chat, faults=(*chat.faults, fault))
