"""Marks a register item: every field, the number of rows, and checks of the whole table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from examdesk.items.register.checks import Check
from examdesk.items.register.columns import Column, Row, judged, missing_fields, readable, written
from examdesk.items.register.question import MOST_ROWS, SHORT
from examdesk.marking import by_parts, whole
from examdesk.model import Grader, Judgement, Part, Response
from examdesk.typed import bare, compared, read

RULES = ("per-field", "per-row", "all-or-nothing")
COUNT = "rows"  # the criterion of the number of rows
Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Wanted:
    """A row that must stand in the register: {field: what is right in it}."""

    id: str
    values: Values


class _Found(NamedTuple):
    """What was found of one criterion."""

    criterion: str
    weight: Fraction
    fraction: Fraction
    reason: str


def wanted(id: str, values: Values) -> Wanted:
    """The row `id`, for the hidden cell of a register item."""
    return Wanted(id, dict(values))


def register(
    *,
    columns: Sequence[Column],
    rule: str,
    rows: Sequence[Wanted] = (),
    match: str = "",
    size: tuple[int, int] = (1, 1),
    checks: Sequence[Check] = (),
) -> Grader:
    """A share for every field that is right, for the number of rows where it is free, and for every check.

    Without `match` the register is one row. `match` "fixed" or "place" compares the n-th row with the n-th of `rows`;
    the name of a field finds each of `rows` by what stands in that field; "each" asks the same of every row. Where a
    candidate adds rows, between `size[0]` and `size[1]` must be filled in. Rows nobody asked for earn nothing.

    >>> from examdesk.items.register.columns import column
    >>> grade = register(columns=[column("account", "text", ["linlin"]), column("agent", "text")], rule="per-field")
    >>> grade(Response("I-451", [{"account": "Lin Lin"}])).reason
    '1 of 2 right; missing: agent'
    """
    if rule not in RULES:
        raise ValueError(f"no rule {rule!r} for register; there are: {', '.join(RULES)}")
    keyed = _keyed(columns, rows) if match != "each" else []

    def grade(response: Response) -> Judgement:
        given = filled(response.value, columns)
        pairs = zip(keyed, _matched(keyed, match, columns, given), strict=True)
        fields = [found for (name, keys), row in pairs for found in _row(columns, name, keys, row)]
        fields = fields if keyed else list(_columns(columns, given))
        found = list(_per_row(fields)) if rule == "per-row" and keyed else fields
        found += _count(given, size) if match not in ("", "fixed") else []
        found += [_checked(check, [row for row in given if row]) for check in checks]
        empty = _missing(columns, given, match) if any(given) else []
        return _judgement(found, rule, empty, blank=not any(given))

    return grade


def filled(value: object, columns: Sequence[Column]) -> list[Row]:
    """The rows of an answer with what a widget could have sent; [] for anything else."""
    rows = value if isinstance(value, list) else []
    if any(not isinstance(row, dict) for row in rows) or len(rows) > MOST_ROWS:
        return []
    return [{one.id: typed for one in columns if (typed := written(row, one))} for row in rows]


def _keyed(columns: Sequence[Column], rows: Sequence[Wanted]) -> list[tuple[str, dict[str, tuple[str, ...] | None]]]:
    """[(id of a wanted row, {field: its key})] with the fields that are marked in it."""
    if not rows:
        return [("", {one.id: one.key for one in columns if one.required or one.key is not None})]
    known = {one.id: one for one in columns}
    for row in rows:
        for name, keys in row.values.items():
            if wrong := [key for key in keys if not readable(known[name], key)]:
                raise ValueError(f"row {row.id}, field {name}: the key {wrong[0]!r} is no {known[name].kind}")
    return [
        (row.id, {one.id: tuple(row.values[one.id]) if one.id in row.values else one.key
                  for one in columns if one.required or one.id in row.values or one.key is not None})
        for row in rows
    ]  # fmt: skip


def _matched(
    keyed: Sequence[tuple[str, dict[str, tuple[str, ...] | None]]], match: str, columns: Sequence[Column],
    given: Sequence[Row],
) -> list[Row | None]:  # fmt: skip
    """For every wanted row the candidate's row that is compared with it, None where there is none."""
    if match in ("", "fixed", "place"):
        return [given[at] if at < len(given) else None for at in range(len(keyed))]
    by = next(one for one in columns if one.id == match) if keyed else None
    return [next((row for row in given if by and _same(by, keys[by.id] or (), row)), None) for _, keys in keyed]


def _same(by: Column, keys: Sequence[str], row: Row) -> bool:
    """Whether a row stands for a wanted one: the same text, number or choice in the field they are found by."""
    typed = row.get(by.id, "")
    if not typed:
        return False
    if by.kind == "text":
        return bare(typed, SHORT) in {bare(key, SHORT) for key in keys}
    values = [value for key in keys if (value := read(by.kind, key)) is not None]
    return any(compared(by.kind, typed, value, tolerance=by.tolerance, unit=by.unit)[0] for value in values)


def _row(
    columns: Sequence[Column], name: str, keys: Mapping[str, tuple[str, ...] | None], row: Row | None
) -> Iterator[_Found]:
    for one in columns:
        if one.id in keys:
            fraction, reason = (Fraction(0), "no such row") if row is None else judged(one, keys[one.id], row)
            yield _Found(f"{name}.{one.id}" if name else one.id, one.weight, fraction, reason)


def _per_row(fields: Sequence[_Found]) -> Iterator[_Found]:
    """One criterion for each row: everything or nothing."""
    for name, group in groupby(fields, key=lambda found: found.criterion.partition(".")[0]):
        cells = list(group)
        wrong = [found.criterion.partition(".")[2] for found in cells if found.fraction < 1]
        reason = f"not right: {', '.join(wrong)}" if wrong else "right"
        yield _Found(name, sum((found.weight for found in cells), Fraction(0)), Fraction(not wrong), reason)


def _columns(columns: Sequence[Column], given: Sequence[Row]) -> Iterator[_Found]:
    """One criterion for each field over all rows a candidate wrote: the share of the rows in which it is right."""
    for one in columns:
        if one.required or one.key is not None:
            shares = [judged(one, one.key, row)[0] for row in given]
            share = sum(shares, Fraction(0)) / len(shares) if shares else Fraction(0)
            yield _Found(one.id, one.weight, share, f"right in {sum(s == 1 for s in shares)} of {len(shares)} rows")


def _count(given: Sequence[Row], size: tuple[int, int]) -> list[_Found]:
    least, most = size
    rows = len([row for row in given if row])
    asked = str(least) if least == most else f"{least} to {most}"
    right = least <= rows <= most
    return [_Found(COUNT, Fraction(1), Fraction(right), f"{rows} rows" + ("" if right else f", {asked} are asked for"))]


def _checked(check: Check, rows: Sequence[Row]) -> _Found:
    wrong = check.find(rows)
    return _Found(check.id, check.weight, Fraction(not wrong), wrong or "right")


def _missing(columns: Sequence[Column], given: Sequence[Row], match: str) -> list[str]:
    """The empty required fields, with the number of their row where there are several."""
    named = [(number, name) for number, row in enumerate(given, start=1) for name in missing_fields(columns, row)]
    return [f"{number}.{name}" if match else name for number, name in named]


def _judgement(found: Sequence[_Found], rule: str, empty: Sequence[str], *, blank: bool) -> Judgement:
    total = sum((one.weight for one in found), Fraction(0))
    share = Fraction(0) if blank else Fraction(1)
    parts = [
        Part(one.criterion, one.fraction * share, one.weight / total, "blank" if blank else one.reason)
        for one in found
    ]
    done = sum(part.fraction == 1 for part in parts)
    reason = f"{done} of {len(parts)} right" if not blank else "nothing filled in"
    reason += f"; missing: {', '.join(empty)}" if empty else ""
    evidence = {"missing": list(empty)} if empty else {}
    if rule == "all-or-nothing":
        return whole(Fraction(done == len(parts)), reason, **evidence)
    return by_parts(parts, reason, **evidence)
