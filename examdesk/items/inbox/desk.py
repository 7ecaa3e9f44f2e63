"""The public half of an inbox: its places, rows and actions, and what a panel may send. Knows nothing of points.

An event is {"do", "rows", "args"}. Three things can be done on every desk: `go` to a place (args {"to": place}), `open`
a row, and `back` to the list; everything else is an action of the author's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from examdesk.days import months_on
from examdesk.model import Texts
from examdesk.typed import argument

GO, OPEN, BACK = "go", "open", "back"
MOVES = (GO, OPEN, BACK)
READ = "read"  # the field every row has: "yes" when it was opened
MAX_TEXT = {"text": 200, "long": 2000}  # characters of a text typed into an action
TODAY = "$today"  # stands for the desk's day in what an action sets; "$name" for what was typed

Row = Mapping[str, Any]
"""{field: value} of one row."""

Accepted = Mapping[str, Sequence[Any]]
"""{field: values}: one of the values of every field."""


class Desk:
    """The public half of an inbox, ready to be worked at. `data` is what the form holds."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.places: dict[str, Mapping[str, Any]] = {place["id"]: place for place in data["places"]}
        self.rows: dict[str, Mapping[str, Any]] = {row["id"]: row for row in data["rows"]}
        self.actions: dict[str, Mapping[str, Any]] = {action["id"]: action for action in data["actions"]}
        self.fields: dict[str, Mapping[str, Any]] = {field["id"]: field for field in data["fields"]}

    @property
    def today(self) -> date:
        return date.fromisoformat(self.data["today"])

    @cached_property
    def beginning(self) -> dict[str, dict[str, Any]]:
        """Every row as it is before anything is done."""
        blank = {name: field["value"] for name, field in self.fields.items()}
        return {name: {**blank, READ: "no", **row["fields"]} for name, row in self.rows.items()}

    def links(self, place: str) -> Iterator[str]:
        """The places one can go to from a place: those it links to, and where everybody begins."""
        yield from (link["to"] for link in self.places[place]["links"])
        if place != self.data["begins"]:
            yield self.data["begins"]

    def in_list(self, place: str, row: Row) -> bool:
        """Whether a row stands in the list of a place; some places have none, and what has expired has vanished."""
        shows = self.places[place].get("shows")
        return shows is not None and fits(row, shows) and not self.has_vanished(row)

    def has_vanished(self, row: Row) -> bool:
        """Whether a row is gone because its months are over today."""
        for rule in self.data["vanish"]:
            since = row[rule["since"]]
            gone = since and self.today >= months_on(date.fromisoformat(since), rule["months"])
            if gone and fits(row, rule["where"]):
                return True
        return False

    def refusal(self, action: str, row: Row) -> int | None:
        """The number of the first rule that refuses an action on a row, None when it may be done.

        A rule with `days` refuses when more days have passed since the date in its field; one with `where`, what fits.
        """
        for number, rule in enumerate(self.actions[action]["rules"]):
            since = row[rule["since"]] if "since" in rule else ""
            late = bool(since) and (self.today - date.fromisoformat(since)).days > rule["days"]
            if late or ("where" in rule and fits(row, rule["where"])):
                return number
        return None

    def label(self, do: str) -> Texts:
        """The name of an author's action."""
        found: Texts = self.actions[do]["label"]
        return found


def fits(row: Row, accepted: Accepted) -> bool:
    """Whether a row has one of the accepted values in every field named."""
    return all(row[name] in values for name, values in accepted.items())


def checked(desk: Desk, kind: str, value: Any) -> dict[str, Any]:
    """The value of an event as it is journalled. Raises ValueError for what no panel would send."""
    if kind != "acted" or not isinstance(value, dict):
        raise ValueError("no such event")
    do, rows, args = value.get("do"), value.get("rows"), value.get("args")
    if not isinstance(do, str) or not isinstance(rows, list) or not isinstance(args, dict):
        raise ValueError("no such event")
    if any(not isinstance(row, str) or row not in desk.rows for row in rows) or len(set(rows)) < len(rows):
        raise ValueError("no such row")
    return {"do": do, "rows": list(rows), "args": _args(desk, do, len(rows), args)}


def _args(desk: Desk, do: str, rows: int, args: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into the action, every value within its bounds; raises ValueError."""
    if do in MOVES:
        if rows != (do == OPEN) or set(args) != ({"to"} if do == GO else set()):
            raise ValueError("no such step")
        if do == GO and (not isinstance(args["to"], str) or args["to"] not in desk.places):
            raise ValueError("no such place")
        return dict(args)
    if do not in desk.actions:
        raise ValueError("no such action")
    spec = desk.actions[do]
    if not {"open": rows == 1, "ticked": rows >= 1, "all": rows == 0}[spec["rows"]]:
        raise ValueError("no such rows")
    if set(args) != {arg["id"] for arg in spec["args"]}:
        raise ValueError("fill in every field")
    return {arg["id"]: argument(arg, args[arg["id"]]) for arg in spec["args"]}
