"""Working at an inbox: one deterministic machine, the same in the trainee's kernel and at marking.

    desk = Desk(public["desk"])
    state = start(desk)
    state = act(desk, state, "go", [], {"to": "messages"})    # raises ValueError for what is not on the screen

Nothing depends on a clock or a seed: the desk has a day of its own. A rule of the platform refuses an action whole:
then nothing changes, and the panel says which rule it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from examdesk.items.inbox.desk import BACK, GO, MOVES, OPEN, READ, TODAY, Desk, checked, fits

MAX_STEPS = 300  # of one inbox

Rows = Mapping[str, Mapping[str, Any]]
"""Every row with its fields."""


@dataclass(frozen=True)
class Step:
    """One thing done, and what came of it."""

    number: int  # from 1
    do: str
    rows: tuple[str, ...]  # what it was done to
    args: Mapping[str, Any]
    at: str  # the place it was done in, for `go` the place it led to
    before: Rows
    after: Rows
    refused: int | None = None  # the number of the platform's rule that refused it


@dataclass(frozen=True)
class State:
    """The desk as it stands."""

    at: str  # the place on the screen
    open: str | None  # the row on the screen; None: the list
    rows: Rows
    steps: tuple[Step, ...] = ()


def start(desk: Desk) -> State:
    """The desk before anything is done."""
    return State(desk.data["begins"], None, desk.beginning)


def listed(desk: Desk, state: State) -> list[str]:
    """The rows in the list of the place, as the author has ordered them."""
    return [name for name, row in state.rows.items() if desk.in_list(state.at, row)]


def offered(desk: Desk, state: State) -> list[str]:
    """The actions that are on the screen."""
    return [name for name in desk.actions if targets(desk, state, name) and _is_here(desk, state, name)]


def targets(desk: Desk, state: State, action: str) -> list[str]:
    """The rows an action can be done to, as the screen is."""
    spec = desk.actions[action]
    if spec["rows"] == "all":
        names = list(state.rows)
    elif state.open is not None:
        names = [state.open]
    else:
        names = listed(desk, state) if spec["rows"] == "ticked" else []
    return [name for name in names if fits(state.rows[name], spec["needs"])]


def _is_here(desk: Desk, state: State, action: str) -> bool:
    return state.at in desk.actions[action].get("at", [state.at])


def act(desk: Desk, state: State, do: str, rows: Sequence[str], args: Mapping[str, Any]) -> State:
    """The desk after one thing more. Raises ValueError for what no screen offers where the state is."""
    value = checked(desk, "acted", {"do": do, "rows": list(rows), "args": dict(args)})
    return _moved(desk, state, do, value) if do in MOVES else _done(desk, state, do, value)


def _moved(desk: Desk, state: State, do: str, value: Mapping[str, Any]) -> State:
    at, opened, rows = state.at, None, state.rows
    if do == GO:
        at = value["args"]["to"]
        if at not in desk.links(state.at):
            raise ValueError("no way leads there from here")
    elif do == OPEN:
        (opened,) = value["rows"]
        if opened not in listed(desk, state):
            raise ValueError("this row is not on the screen")
        rows = {**rows, opened: {**rows[opened], READ: "yes"}}
    elif do == BACK and state.open is None:
        raise ValueError("nothing is open")
    step = Step(len(state.steps) + 1, do, tuple(value["rows"]), value["args"], at, state.rows, rows)
    return State(at, opened, rows, (*state.steps, step))


def _done(desk: Desk, state: State, do: str, value: Mapping[str, Any]) -> State:
    spec, may = desk.actions[do], targets(desk, state, do)
    names = value["rows"] or may
    if not names or not _is_here(desk, state, do) or any(name not in may for name in names):
        raise ValueError("this action is not on the screen")
    refused = [rule for name in names if (rule := desk.refusal(do, state.rows[name])) is not None]
    changed = {name: {**state.rows[name], **_effects(desk, spec["sets"], value["args"])} for name in names}
    after = state.rows if refused else {**state.rows, **changed}
    step = Step(len(state.steps) + 1, do, tuple(names), value["args"], state.at, state.rows, after,
                min(refused, default=None))  # fmt: skip
    now = replace(state, rows=after, steps=(*state.steps, step))
    if refused:
        return now
    if "go" in spec:
        return replace(now, at=spec["go"], open=None)
    gone = now.open is not None and not desk.in_list(now.at, now.rows[now.open])
    return replace(now, open=None) if gone else now


def _effects(desk: Desk, sets: Mapping[str, Any], args: Mapping[str, Any]) -> dict[str, Any]:
    """The fields an action changes; "$name" stands for what was typed into that argument, "$today" for the day."""
    typed = {**{f"${name}": value for name, value in args.items()}, TODAY: desk.data["today"]}
    return {name: typed.get(value, value) for name, value in sets.items()}


@dataclass(frozen=True)
class Replay:
    """An inbox worked through again from its journal."""

    state: State
    faults: tuple[str, ...] = ()  # what no panel would have written


def replay(desk: Desk, events: Iterable[tuple[str, Any]]) -> Replay:
    """The desk after (kind, value) events. What cannot be done where it stands is not done, and named."""
    state, faults = start(desk), []
    for kind, value in events:
        if kind != "acted":
            continue
        try:
            if len(state.steps) >= MAX_STEPS:
                raise ValueError(f"more than {MAX_STEPS} actions")
            state = act(desk, state, **checked(desk, kind, value))
        except ValueError as fault:
            faults.append(f"after action {len(state.steps)}: {fault}")
    return Replay(state, tuple(dict.fromkeys(faults)))
