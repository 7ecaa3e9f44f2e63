"""What a candidate sees of the desk: a place with its ways on, a list or an open row, and what can be done there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from examdesk.items.inbox.desk import MOVES, READ, Desk, fits
from examdesk.items.inbox.world import State, Step, listed, offered
from examdesk.model import Texts


def screen(desk: Desk, state: State) -> dict[str, Any]:
    """The screen as plain data; every text in all its languages."""
    place = desk.places[state.at]
    return {
        "at": state.at,
        "place": place["label"],
        "links": [_link(desk, state, to) for to in desk.links(state.at)],
        "list": _list(desk, state) if "shows" in place and state.open is None else None,
        "row": None if state.open is None else _row(desk, state, state.open),
        "actions": [_action(desk, state, name) for name in offered(desk, state)],
        "done": _outcome(desk, state.steps[-1]) if state.steps else None,
        "steps": len(state.steps),
    }


def _link(desk: Desk, state: State, to: str) -> dict[str, Any]:
    """A way to another place, by the name it has here; with its unread rows counted where the platform does so."""
    named = {link["to"]: link["label"] for link in desk.places[state.at]["links"] if "label" in link}
    place, label = desk.places[to], named.get(to, desk.places[to]["label"])
    if not place.get("unread"):
        return {"to": to, "label": label}
    unread = sum(row[READ] == "no" and desk.in_list(to, row) for row in state.rows.values())
    return {"to": to, "label": label, "unread": unread}


def _list(desk: Desk, state: State) -> dict[str, Any]:
    columns = [field for field in desk.fields.values() if field["listed"]]
    rows = [_entry(desk, columns, name, state.rows[name]) for name in listed(desk, state)]
    return {"columns": [field["label"] for field in columns], "rows": rows}


def _entry(desk: Desk, columns: Sequence[Mapping[str, Any]], name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    cells = [_shown(field, row) for field in columns]
    return {"id": name, "title": desk.rows[name]["title"], "unread": row[READ] == "no", "cells": cells}


def _row(desk: Desk, state: State, name: str) -> dict[str, Any]:
    spec, row = desk.rows[name], state.rows[name]
    fields = [field for field in desk.fields.values() if "label" in field and not field["in_parts"]]
    return {
        "id": name,
        "title": spec["title"],
        "fields": [{"label": one["label"], "value": _shown(one, row)} for one in fields if row[one["id"]] != ""],
        "letter": spec["letter"],
        "parts": [_part(desk, row, part) for part in spec["parts"]],
        "sent": [sent(desk, step) for step in state.steps if is_sent(desk, step) and name in step.rows],
    }


def _part(desk: Desk, row: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    lines = [{"label": line.get("label") or desk.fields[line["field"]]["label"],
              "value": line["text"] if "text" in line else _shown(desk.fields[line["field"]], row)}
             for line in part["lines"]]  # fmt: skip
    return {"id": part["id"], "title": part["title"], "lines": lines, "menu": list(part["menu"])}


def _action(desk: Desk, state: State, name: str) -> dict[str, Any]:
    spec = desk.actions[name]
    args = [_arg(desk, state, arg) for arg in spec["args"]]
    return {"id": name, "label": spec["label"], "rows": spec["rows"], "args": args}


def _arg(desk: Desk, state: State, arg: Mapping[str, Any]) -> dict[str, Any]:
    """A field to fill in: with what stands in it first, and the templates that may be put into it."""
    shown = {name: arg[name] for name in ("id", "label", "kind", "options", "max") if name in arg}
    if "starts" in arg and state.open is not None:
        shown["starts"] = str(state.rows[state.open][arg["starts"]])
    if "templates" in arg:
        source = arg["templates"]
        shown["templates"] = [{"title": desk.rows[name]["title"], "text": str(row[source["field"]])}
                              for name, row in state.rows.items() if fits(row, source["where"])]  # fmt: skip
    return shown


def is_sent(desk: Desk, step: Step) -> bool:
    """Whether a step has sent a text to somebody."""
    return step.refused is None and step.do not in MOVES and bool(desk.actions[step.do]["sends"])


def sent(desk: Desk, step: Step) -> dict[str, Any]:
    """What was sent, under the name of the action."""
    return {"label": desk.label(step.do), "text": "\n".join(texts_of(desk, step))}


def texts_of(desk: Desk, step: Step) -> list[str]:
    """Every text typed into an action."""
    if step.do in MOVES:
        return []
    return [step.args[arg["id"]] for arg in desk.actions[step.do]["args"] if arg["kind"] in ("text", "long")]


def _outcome(desk: Desk, step: Step) -> dict[str, Any] | None:
    """What the platform says to the last thing done; nothing to a step from one place to another."""
    if step.do in MOVES:
        return None
    spec = desk.actions[step.do]
    said: Texts = spec["done"] if step.refused is None else spec["rules"][step.refused]["refused"]
    return {"text": said, "refused": step.refused is not None, "rows": [desk.rows[name]["title"] for name in step.rows]}


def _shown(field: Mapping[str, Any], row: Mapping[str, Any]) -> Any:
    """A field's value in words: the text of its option, or the value itself."""
    value = row[field["id"]]
    return next((one["text"] for one in field["options"] if one["id"] == value), str(value))
