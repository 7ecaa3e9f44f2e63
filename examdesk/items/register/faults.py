"""What is wrong with an authored register, place by place, with the cure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.bank import Loc, Problem
from examdesk.bank.schema import repeated, table_faults
from examdesk.items.register.grader import COUNT
from examdesk.items.register.made import size_of
from examdesk.model import exact
from examdesk.typed import read

_EXAMPLES = {"date": '"2025-06-02"', "time": '"15:40"', "integer": "52"}
_RANGES = ("covers", "no-overlap")


def body_faults(body: Mapping[str, Any]) -> list[Problem]:
    """Every fault of the register; [] when its example can be marked."""
    found = repeated([one["id"] for one in body["fields"]], ("fields",)) + table_faults(body)
    keyed = "wanted" in body.get("rows", {})
    for index, one in enumerate(body["fields"]):
        if one["id"] == COUNT:
            cure = "give the field another id"
            found.append(Problem(("fields", index, "id"), "this id stands for the number of rows", COUNT, cure))
        found += _field_faults(one, ("fields", index), keyed=keyed)
    found += list(_rows_faults(body)) if "rows" in body else []
    if body["rule"] == "per-row" and not keyed:
        cure = "use per-field, or add rows: with wanted:"
        found.append(Problem(("rule",), "per-row needs rows that are asked for", body["rule"], cure))
    for index, check in enumerate(body.get("checks", [])):
        found += list(_check_faults(body, check, ("checks", index)))
    return found + list(_example_faults(body))


def _field_faults(one: Mapping[str, Any], loc: Loc, *, keyed: bool) -> Iterator[Problem]:
    if one["kind"] == "choice" and "options" not in one:
        yield Problem(loc, "a choice has no options", "", "add options with an id and a text each")
    elif one["kind"] != "choice" and "options" in one:
        yield Problem((*loc, "options"), "only a choice has options", one["kind"], "remove them or the kind")
    yield from repeated([option["id"] for option in one.get("options", [])], (*loc, "options"))
    yield from _key_faults(one, one.get("key", []), (*loc, "key"))
    if "words" in one and one["kind"] != "long":
        yield Problem((*loc, "words"), "only a long text is searched for words", one["kind"], "use kind: long, or key:")
    if "size" in one and (one["kind"] not in ("text", "long") or one["size"]["min"] > one["size"]["max"]):
        yield Problem((*loc, "size"), "the size fits no text", one["kind"], "write min and max of a text, min first")
    if exact(one["tolerance"]) < 0:
        yield Problem((*loc, "tolerance"), "a tolerance is below 0", one["tolerance"], "write 0 or more")
    if exact(one["weight"]) <= 0:
        yield Problem((*loc, "weight"), "a weight is not above 0", one["weight"], "write a number above 0")
    if "reason" not in one and not keyed and (one["required"] or "key" in one):
        yield Problem(loc, "a field that is marked has no reason", one["id"], "add reason: with the rule in words")


def _key_faults(one: Mapping[str, Any], keys: list[str], loc: Loc) -> Iterator[Problem]:
    ids = [option["id"] for option in one.get("options", [])]
    for key in keys:
        if one["kind"] == "long":
            yield Problem(loc, "a long text has no key", key, "use words: and size:")
        elif one["kind"] == "check" and key not in ("yes", "no"):
            yield Problem(loc, "the key of a box is yes or no", key, "write yes or no")
        elif one["kind"] == "choice" and key and key not in ids:
            yield Problem(loc, "the key is none of the options", key, f"use one of: {', '.join(ids)}")
        elif key and one["kind"] not in ("text", "check", "choice") and read(one["kind"], key) is None:
            example = _EXAMPLES.get(one["kind"], '"1.06"')
            yield Problem(loc, f"the key is no {one['kind']}", key, f"write it like {example}")


def _rows_faults(body: Mapping[str, Any]) -> Iterator[Problem]:
    rows, fields = body["rows"], {one["id"]: one for one in body["fields"]}
    wanted = rows.get("wanted", [])
    if rows["match"] not in ("fixed", "place", "each", *fields):
        cure = f"use fixed, place, each or one of: {', '.join(fields)}"
        yield Problem(("rows", "match"), "no way to compare rows", rows["match"], cure)
    if bool(wanted) == (rows["match"] == "each"):
        cure = "add wanted: with a row or more" if not wanted else "remove wanted:, or write match: place"
        yield Problem(("rows",), "the rows do not fit the way they are compared", rows["match"], cure)
    yield from repeated([row["id"] for row in wanted], ("rows", "wanted"))
    for index, row in enumerate(wanted):
        if row["id"] in fields or row["id"] == COUNT:
            loc: Loc = ("rows", "wanted", index, "id")
            yield Problem(loc, "this id stands twice", row["id"], "give every entry its own id")
        yield from _wanted_faults(rows, fields, row, ("rows", "wanted", index))
    least, most = size_of(rows)
    if least > most or (wanted and rows["match"] != "fixed" and not least <= len(wanted) <= most):
        found, cure = f"{least} to {most}", "write min and max around the number of rows that are asked for"
        yield Problem(("rows",), "the number of rows does not fit", found, cure)
    if rows["match"] != "fixed" and "reason" not in rows:
        yield Problem(("rows",), "the number of rows is marked and has no reason", "", "add reason: below rows:")


def _wanted_faults(
    rows: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]], row: Mapping[str, Any], loc: Loc
) -> Iterator[Problem]:
    for name, keys in row["values"].items():
        if name in fields:
            yield from _key_faults(fields[name], keys, (*loc, "values", name))
        else:
            yield Problem((*loc, "values", name), "no such field", name, f"use one of: {', '.join(fields)}")
    if (rows["match"] == "fixed") != ("head" in row):
        cure = "add head: with its name" if rows["match"] == "fixed" else "remove head:, it would give the row away"
        yield Problem(loc, "only fixed rows have a head, and all of them", row["id"], cure)
    if rows["match"] in fields and not any(row["values"].get(rows["match"], [])):
        cure = f"add {rows['match']}: to its values"
        yield Problem((*loc, "values"), "the row has nothing it can be found by", row["id"], cure)


def _check_faults(body: Mapping[str, Any], check: Mapping[str, Any], loc: Loc) -> Iterator[Problem]:
    fields = {one["id"]: one for one in body["fields"]}
    taken = {*fields, COUNT, *(row["id"] for row in body.get("rows", {}).get("wanted", []))}
    if check["id"] in taken or [one["id"] for one in body["checks"]].count(check["id"]) > 1:
        yield Problem((*loc, "id"), "this id stands twice", check["id"], "give every entry its own id")
    if exact(check["weight"]) <= 0:
        yield Problem((*loc, "weight"), "a weight is not above 0", check["weight"], "write a number above 0")
    kinds = ("time",) if check["kind"] in _RANGES else ("date", "time")
    named = [("start", check.get("start")), ("end", check.get("end"))] if check["kind"] in _RANGES else []
    named += [("fields", name) for name in check.get("fields", [""])] if check["kind"] == "in-order" else []
    for word, name in named:
        if name not in fields or fields[name]["kind"] not in kinds:
            cure = f"name a field of kind {' or '.join(kinds)}"
            yield Problem((*loc, word) if word in check else loc, f"{word}: is no such field", name or "", cure)
    if len({fields[name]["kind"] for _, name in named if name in fields}) > 1:
        yield Problem((*loc, "fields"), "dates and times cannot be compared", "", "name fields of one kind")
    yield from _people_faults(fields, check, loc)


def _people_faults(
    fields: Mapping[str, Mapping[str, Any]], check: Mapping[str, Any], loc: Loc
) -> Iterator[Problem]:
    if check["kind"] == "covers":
        times = [read("time", time) for time in check.get("span", [])]
        if len(times) < 2 or None in times or times[0] == times[1]:
            yield Problem(loc, "covers needs a span of two times", "", 'add span: ["0:00", "2:00"]')
    each = check.get("each")
    if each is not None and (each not in fields or fields[each]["kind"] != "choice"):
        cure = "name the field in which a person is chosen"
        yield Problem((*loc, "each"), "each: is no field with a choice", each, cure)
        return
    known = [option["id"] for option in fields[each].get("options", [])] if each else []
    for name in check.get("who", []):
        if name not in known:
            yield Problem((*loc, "who"), "nobody of that name can be chosen", name, f"use some of: {', '.join(known)}")


def _example_faults(body: Mapping[str, Any]) -> Iterator[Problem]:
    fields = [one["id"] for one in body["fields"]]
    for index, row in enumerate(body["example"]):
        for name in row:
            if name not in fields:
                yield Problem(("example", index, name), "no such field", name, f"use one of: {', '.join(fields)}")
    rows = body.get("rows", {"match": "", "wanted": [{}]})
    if rows["match"] in ("", "fixed") and len(body["example"]) != len(rows.get("wanted", [])):
        cure = "write one row" if not rows["match"] else "write one row for each head, {} for an empty one"
        wrong = "the example has more or fewer rows than the register"
        yield Problem(("example",), wrong, str(len(body["example"])), cure)
