"""One field of a register: what may stand in it, and whether it does. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from examdesk.items.register.question import LONG, SHORT, TICKED, longest
from examdesk.model import exact
from examdesk.typed import KINDS as NUMBERS
from examdesk.typed import bare, compared, printable, read

KINDS = ("text", "long", "check", *NUMBERS)
Row = Mapping[str, str]
"""{field: what was typed} of one row, without empty fields; a ticked field holds "yes"."""


@dataclass(frozen=True)
class Column:
    """One field and what is right in it. `register` marks columns that `column` made."""

    id: str
    kind: str
    key: tuple[str, ...] | None  # any of these is right, "" = must stay empty; None = whatever can be read
    required: bool
    tolerance: Fraction  # in the key's own unit; dates in days, times in minutes
    unit: tuple[str, ...]  # words a candidate may type behind a number
    size: tuple[int, int]  # characters of a text, at least and at most
    words: tuple[tuple[str, ...], ...]  # of every group one must stand in a long text
    weight: Fraction  # of the field against the other fields


def column(
    id: str,
    kind: str,
    key: Sequence[str] | None = None,
    *,
    required: bool = True,
    tolerance: str | int = 0,
    unit: Sequence[str] = (),
    size: tuple[int, int] = (0, LONG),
    words: Sequence[Sequence[str]] = (),
    weight: str | int = 1,
) -> Column:
    """The field `id` with what is right in it, for the hidden cell of a register item.

    Raises ValueError when a key is none of its kind.
    """
    if kind not in KINDS:
        raise ValueError(f"field {id}: no kind {kind!r}; there are: {', '.join(KINDS)}")
    made = Column(id, kind, None if key is None else tuple(key), required, exact(tolerance), tuple(unit), size,
                  tuple(tuple(group) for group in words), exact(weight))  # fmt: skip
    for one in made.key or ():
        if not readable(made, one):
            raise ValueError(f"field {id}: the key {one!r} is no {kind}")
    return made


def readable(one: Column, key: str) -> bool:
    """Whether `key` can be a key of the column."""
    return key == "" or one.kind in ("text", "check") or (one.kind != "long" and read(one.kind, key) is not None)


def missing_fields(columns: Sequence[Column], row: Row) -> list[str]:
    """The required fields of one row that hold nothing. An unticked box is an answer."""
    return [one.id for one in columns if one.required and one.kind != "check" and not row.get(one.id, "").strip()]


def written(row: Mapping[str, object], one: Column) -> str:
    """What stands in a field, "" for nothing and for what no widget sends."""
    typed = row.get(one.id)
    typed = typed.strip() if isinstance(typed, str) else ""
    fits = typed == TICKED if one.kind == "check" else len(typed) <= longest(one.kind)
    return typed if fits else ""


def judged(one: Column, key: tuple[str, ...] | None, row: Row) -> tuple[Fraction, str]:
    """(share, reason) of one field against `key`. The reason says what was answered, never the key."""
    typed = row.get(one.id, "")
    if one.kind == "check":
        wanted = (TICKED,) if key is None else key
        return Fraction(typed in wanted), "ticked" if typed else "not ticked"
    if not typed:
        right = "" in key if key is not None else not one.required
        return Fraction(right), "left empty" if right or not one.required else "required, but empty"
    if one.kind == "long":
        return _long(one, typed)
    answered = f"answered {printable(typed)}"
    if key is not None and set(key) == {""}:
        return Fraction(0), answered
    return _short(one, key, typed, answered)


def _short(one: Column, key: tuple[str, ...] | None, typed: str, answered: str) -> tuple[Fraction, str]:
    if one.kind == "text":
        least, most = one.size
        fits = least <= len(typed) <= most
        if key is None:
            return Fraction(fits), answered if fits else f"{answered}, {len(typed)} characters"
        return Fraction(bare(typed, SHORT) in {bare(right, SHORT) for right in key}), answered
    if key is None:
        value = read(one.kind, typed, one.unit)
        share, why = compared(one.kind, typed, "" if value is None else value, unit=one.unit)
        return share, answered + why
    tries = [compared(one.kind, typed, _value(one, right), tolerance=one.tolerance, unit=one.unit)
             for right in key if right]  # fmt: skip
    share, why = max(tries, key=lambda tried: tried[0])
    return share, answered + why


def _value(one: Column, key: str) -> Fraction | str:
    value = read(one.kind, key)
    assert value is not None  # `column` has looked
    return value


def _long(one: Column, typed: str) -> tuple[Fraction, str]:
    """The share of the groups of words of which one is there; nothing for a text too short or too long."""
    least, most = one.size
    size = f"{len(typed)} characters"
    if not least <= len(typed) <= most:
        return Fraction(0), f"{size}, {least} to {most} are asked for"
    text = bare(typed, LONG)
    there = sum(any(bare(word, SHORT) in text for word in group) for group in one.words)
    if not one.words:
        return Fraction(1), size
    return Fraction(there, len(one.words)), f"{size}, {there} of {len(one.words)} points mentioned"
