"""What is wrong with an authored inbox, place by place, with the cure. Whether it works is tried in `trials.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from examdesk.bank import Loc, Problem
from examdesk.bank.schema import repeated
from examdesk.items.inbox.desk import MAX_TEXT, MOVES, READ, TODAY, Desk
from examdesk.items.inbox.scoring import FULL, earning, is_so
from examdesk.wording.phrases import is_sound
from examdesk.wording.secrets import signs

SHORTEST, DIGITS = 3, 5  # signs of a private text; of one that is a number

Body = Mapping[str, Any]
Found = Iterator[Problem]


def names_faults(body: Body) -> list[Problem]:
    """Every name that is wrong, in both halves."""
    return [*_repeated(body), *_desk(body["desk"]), *_score(body)]


def _unknown(loc: Loc, names: Iterable[str], known: Iterable[str], what: str) -> Found:
    allowed = sorted(known)
    for name in names:
        if name not in allowed:
            cure = f"use one of: {', '.join(allowed) or 'none yet'}"
            yield Problem(loc, f"there is no {what} of this name", name, cure)


def _repeated(body: Body) -> Found:
    halves = {"desk": ("places", "fields", "rows", "actions"), "score": ("criteria", "critical", "answers")}
    for half, groups in halves.items():
        for group in groups:
            yield from repeated([one["id"] for one in body[half][group]], (half, group))
    rows = ("goals", "required", "order", "forbidden")
    yield from repeated([one["id"] for group in rows for one in body["score"][group]], ("score",))


def _fields_of(desk: Body) -> set[str]:
    return {READ, *(field["id"] for field in desk["fields"])}


def _days_of(desk: Body) -> set[str]:
    return {field["id"] for field in desk["fields"] if field["day"]}


# The desk


def _desk(desk: Body) -> Found:
    places, fields = [place["id"] for place in desk["places"]], _fields_of(desk)
    yield from _unknown(("desk", "begins"), [desk["begins"]], places, "place")
    for index, place in enumerate(desk["places"]):
        loc: Loc = ("desk", "places", index)
        yield from _unknown((*loc, "links"), [link["to"] for link in place["links"]], places, "place")
        yield from _unknown((*loc, "shows"), place.get("shows", ()), fields, "field")
    for index, rule in enumerate(desk["vanish"]):
        loc = ("desk", "vanish", index)
        yield from _unknown((*loc, "where"), rule["where"], fields, "field")
        yield from _unknown((*loc, "since"), [rule["since"]], _days_of(desk), "field with day: true")
    for index, row in enumerate(desk["rows"]):
        yield from _row(desk, row, ("desk", "rows", index))
    for index, action in enumerate(desk["actions"]):
        yield from _action(desk, action, ("desk", "actions", index))


def _row(desk: Body, row: Body, loc: Loc) -> Found:
    yield from _unknown((*loc, "fields"), row["fields"], _fields_of(desk), "field")
    for index, part in enumerate(row["parts"]):
        inner = (*loc, "parts", index)
        yield from _unknown((*inner, "menu"), part["menu"], [one["id"] for one in desk["actions"]], "action")
        for number, line in enumerate(part["lines"]):
            yield from _line(desk, line, (*inner, "lines", number))


def _line(desk: Body, line: Body, loc: Loc) -> Found:
    if ("text" in line) == ("field" in line) or ("text" in line and "label" not in line):
        yield Problem(loc, "a line is a label with a text, or a field", "", "write label: and text:, or field:")
    elif "field" in line:
        labelled = [one["id"] for one in desk["fields"] if "label" in one or "label" in line]
        yield from _unknown((*loc, "field"), [line["field"]], labelled, "field with a label")


def _action(desk: Body, action: Body, loc: Loc) -> Found:
    fields, places = _fields_of(desk), [place["id"] for place in desk["places"]]
    if action["id"] in MOVES:
        yield Problem((*loc, "id"), "every desk has an action of this name", action["id"], "give it another id")
    yield from repeated([arg["id"] for arg in action["args"]], (*loc, "args"))
    yield from _unknown((*loc, "at"), action.get("at", ()), places, "place")
    yield from _unknown((*loc, "go"), [action["go"]] if "go" in action else (), places, "place")
    yield from _unknown((*loc, "needs"), action["needs"], fields, "field")
    yield from _unknown((*loc, "sets"), action["sets"], fields - {READ}, "field")
    typed = [value for value in action["sets"].values() if str(value).startswith("$")]
    yield from _unknown((*loc, "sets"), typed, [TODAY, *(f"${arg['id']}" for arg in action["args"])], "value")
    for index, rule in enumerate(action["rules"]):
        yield from _rule(desk, rule, (*loc, "rules", index))
    for index, arg in enumerate(action["args"]):
        yield from _argument(desk, arg, (*loc, "args", index))
    if action["sends"] and not any(arg["kind"] in MAX_TEXT for arg in action["args"]):
        yield Problem((*loc, "sends"), "nothing is typed that could be sent", action["id"], "add a text to args:")


def _rule(desk: Body, rule: Body, loc: Loc) -> Found:
    if ("since" in rule) != ("days" in rule) or ("since" not in rule and "where" not in rule):
        yield Problem(loc, "the rule says not what it refuses", "", "write since: and days:, or where:")
    since = [rule["since"]] if "since" in rule else []
    yield from _unknown((*loc, "since"), since, _days_of(desk), "field with day: true")
    yield from _unknown((*loc, "where"), rule.get("where", ()), _fields_of(desk), "field")


def _argument(desk: Body, arg: Body, loc: Loc) -> Found:
    if (arg["kind"] == "choice") != bool(arg["options"]):
        yield Problem(loc, "only a choice has options, and needs them", arg["kind"], "add options:, or change kind:")
    if arg["kind"] in MAX_TEXT and arg["max"] > MAX_TEXT[arg["kind"]]:
        most = MAX_TEXT[arg["kind"]]
        yield Problem((*loc, "max"), "the text may be too long", str(arg["max"]), f"write at most {most}")
    used = [arg["starts"]] if "starts" in arg else []
    used += [arg["templates"]["field"], *arg["templates"]["where"]] if "templates" in arg else []
    yield from _unknown(loc, used, _fields_of(desk), "field")


# The score half


def _score(body: Body) -> Found:
    score, criteria = body["score"], [one["id"] for one in body["score"]["criteria"]]
    total = sum(entry["weight"] for entry in earning(score))
    if total != FULL:
        yield Problem(("score",), f"the weights do not sum to {FULL}", str(total), "change the weights")
    for index, name in enumerate(criteria):
        if name not in [entry["criterion"] for entry in earning(score)]:
            cure = "give it a goal, or remove it"
            yield Problem(("score", "criteria", index), "nothing earns this criterion", name, cure)
    for group in ("goals", "required", "order", "forbidden"):
        for index, entry in enumerate(score[group]):
            loc = ("score", group, index)
            yield from _unknown((*loc, "criterion"), [entry["criterion"]], criteria, "criterion")
            for name in ("event", "first", "then"):
                yield from _event(body, entry[name], (*loc, name)) if name in entry else ()
            yield from _end(body, entry["end"], (*loc, "end")) if "end" in entry else ()
    for index, entry in enumerate(score["forbidden"]):
        if ("event" in entry) == ("end" in entry):
            wrong = "what is forbidden is an action, or how a row is left"
            yield Problem(("score", "forbidden", index), wrong, entry["id"], "write event: or end:")
    for index, rule in enumerate(score["critical"]):
        yield from _critical(body, rule, ("score", "critical", index))


def _event(body: Body, event: Body, loc: Loc) -> Found:
    desk = body["desk"]
    actions = {one["id"]: [arg["id"] for arg in one["args"]] for one in desk["actions"]}
    known = {**actions, **{move: ["to"] if move == "go" else [] for move in MOVES}}
    yield from _unknown((*loc, "do"), [event["do"]], known, "action")
    yield from _unknown((*loc, "row"), [event["row"]] if "row" in event else (), _rows_of(desk), "row")
    yield from _unknown((*loc, "where"), event["where"], known.get(event["do"], ()), "argument")
    yield from _unknown((*loc, "when"), event["when"], _fields_of(desk), "field")
    if event["slots"] and not desk["slots"]:
        yield Problem((*loc, "slots"), "the desk has no slots", "", "list them in desk.slots:")
    words = chain(*event["says"].values(), *event["unless"].values(), _phrases(event["where"]))
    yield from _sound(words, (*loc, "says"))


def _end(body: Body, end: Body, loc: Loc) -> Found:
    desk, fields = body["desk"], _fields_of(body["desk"])
    found = [*_unknown((*loc, "rows"), end["rows"], _rows_of(desk), "row"),
             *_unknown((*loc, "fields"), [*end["fields"], *end["lacks"]], fields, "field")]  # fmt: skip
    yield from found
    yield from _sound(chain(_phrases(end["fields"]), *end["lacks"].values()), loc)
    if not found and is_so(end, Desk(desk).beginning):
        yield Problem(loc, "this is so before anything is done", "", "name what must change")


def _critical(body: Body, rule: Body, loc: Loc) -> Found:
    if not (rule["events"] or "texts" in rule or rule["contacts"] or rule["phrases"]):
        cure = "write events:, texts:, contacts: true or phrases:"
        yield Problem(loc, "nothing shows this violation", rule["id"], cure)
    for index, event in enumerate(rule["events"]):
        yield from _event(body, event, (*loc, "events", index))
    yield from _sound(chain(*rule["phrases"].values(), *rule["allowed"].values()), (*loc, "phrases"))
    for index, text in enumerate(rule.get("texts", ())):
        found = signs(text)
        if len(found) < (DIGITS if found.isdigit() else SHORTEST):
            cure = f"write at least {SHORTEST} characters, or {DIGITS} digits"
            yield Problem((*loc, "texts", index), "so short a text may stand in any message", text, cure)
    if "part" in rule and "texts" not in rule:
        cure = "write texts:, or remove it"
        yield Problem((*loc, "part"), "there is no text to take a part of", str(rule["part"]), cure)


def _rows_of(desk: Body) -> list[str]:
    return [row["id"] for row in desk["rows"]]


def _phrases(accepted: Body) -> Iterator[str]:
    for values in accepted.values():
        yield from (value.removeprefix("~") for value in values if isinstance(value, str) and value.startswith("~"))


def _sound(phrases: Iterable[str], loc: Loc) -> Found:
    for phrase in phrases:
        if not is_sound(phrase.removeprefix("~")):
            cure = "close every bracket, and let each part ask for something"
            yield Problem(loc, "this phrase can never be found, or everywhere", phrase, cure)
