"""Collects the evidence for the marker of a reply in steps. Like a plain reply it is never marked by the machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from examdesk.items.reply.evidence import plain
from examdesk.items.reply.grader import Criterion, Forbidden, rubric, slot_check
from examdesk.items.reply.steps import FIGURE, final
from examdesk.model import Grader, Judgement, Part, Response, exact
from examdesk.typed import Value, compared, printable, read

KINDS = ("integer", "decimal", "percent", "money")
NEAR = 20  # characters behind a number in which its unit must stand
_NUMBERS = re.compile(r"[0-9][0-9.,'/:-]*")


@dataclass(frozen=True)
class Figure:
    """The number a step asks for, and its key."""

    kind: str
    key: Value
    tolerance: Fraction
    unit: tuple[str, ...]  # in every language


@dataclass(frozen=True)
class Step:
    """One letter: its rubric, what it must not say, and the figure it asks for."""

    id: str
    criteria: tuple[Criterion, ...]
    evidence: Grader  # of the text alone
    figure: Figure | None


def figure(kind: str, key: str | int, *, tolerance: str | int = 0, unit: Sequence[str] = ()) -> Figure:
    """The figure of a step, for the hidden cell. Raises ValueError when the key is none of its kind."""
    value = read(kind, str(key)) if kind in KINDS else None
    if isinstance(key, float) or value is None:
        raise ValueError(f"the key {key!r} is no {kind}")
    return Figure(kind, value, exact(tolerance), tuple(unit))


def step(
    id: str,
    *,
    criteria: Sequence[Criterion],
    forbidden: Sequence[Forbidden] = (),
    limits: tuple[int, int] = (0, 20_000),
    message: Sequence[str] = (),
    figure: Figure | None = None,
) -> Step:
    """The step `id`, with what `rubric` takes for a whole reply; `figure` when it asks for a number."""
    judge = rubric(criteria=criteria, forbidden=forbidden, limits=limits, message=message)
    return Step(id, tuple(criteria), judge, figure)


def letters(*, steps: Sequence[Step]) -> Grader:
    """Evidence for every criterion of every step, named step.criterion; the points are the marker's.

    Only what counts of a response is looked at: a final step as it was made final (`question.settled`).

    >>> from examdesk.items.reply.grader import criterion
    >>> mail = step("mail", figure=figure("integer", 30, unit=["days"]), criteria=[
    ...     criterion("median", 1, figure="right"), criterion("used", 1, figure="key")])
    >>> grade = letters(steps=[mail])
    >>> sent = {"final": 0, "steps": {"mail": {"figure": "30", "text": "It usually takes 30 days."}}}
    >>> grade(Response("R-E09", sent)).evidence["found"]
    {'mail.median': 'answered 30', 'mail.used': '30 days'}
    """
    total = sum((one.points for each in steps for one in each.criteria), Fraction(0))

    def grade(response: Response) -> Judgement:
        value = response.value if isinstance(response.value, dict) else {}
        written = value["steps"] if isinstance(value.get("steps"), dict) else {}
        done = [_judged(one, written.get(one.id), total) for one in steps]
        notes = [note for each in done for note in each.evidence["notes"]] + _ignored(response, steps)
        evidence: dict[str, Any] = {name: _joined(done, name) for name in ("found", "forbidden", "figures")}
        evidence |= {"length": sum(each.evidence["length"] for each in done), "notes": notes,
                     "tricks": [trick for each in done for trick in each.evidence["tricks"]], "final": final(value)}
        if left := {one.id: each.evidence["slots"] for one, each in zip(steps, done, strict=True)
                    if "slots" in each.evidence}:
            evidence["slots"] = left
        parts = tuple(one for each in done for one in each.parts)
        suspected = tuple(found for each in done for found in each.suspected)
        return Judgement(None, _reason(steps, done, final(value)), parts, (), suspected, evidence)

    return grade


def _judged(one: Step, written: object, total: Fraction) -> Judgement:
    """The evidence in one step; every name in it carries the step's id."""
    fields = written if isinstance(written, dict) else {}
    text, typed = (fields.get(name) if isinstance(fields.get(name), str) else "" for name in ("text", FIGURE))
    found = one.evidence(Response("", text))
    used = {each.id: said for each in one.criteria if (said := _figured(one.figure, each, text or "", typed or ""))}
    shown = {**found.evidence["found"], **used}
    parts = tuple(_part(one, each, each.id in shown, typed or "", total) for each in one.criteria)
    evidence = {
        "found": _named(one, shown),
        "forbidden": _named(one, found.evidence["forbidden"]),
        "figures": {one.id: printable(typed)} if one.figure and typed else {},
        "length": found.evidence["length"],
        "notes": [f"{one.id}: {note}" for note in found.evidence["notes"]],
        "tricks": [f"{one.id}: {trick}" for trick in found.evidence["tricks"]],
    }
    evidence |= {"slots": found.evidence["slots"]} if "slots" in found.evidence else {}
    suspected = tuple((f"{one.id}.{rule}", said) for rule, said in found.suspected)
    return Judgement(None, found.reason if not typed else "figure given", parts, (), suspected, evidence)


def _part(one: Step, each: Criterion, found: bool, typed: str, total: Fraction) -> Part:
    reason = "evidence found" if found else "no evidence found"
    if each.figure == "right":
        reason = f"answered {printable(typed)}" if typed.strip() else "no figure"
    return Part(f"{one.id}.{each.id}", Fraction(found), each.points / total, reason)


def _named(one: Step, found: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{one.id}.{name}": said for name, said in found.items()}


def _joined(done: Sequence[Judgement], name: str) -> dict[str, Any]:
    return {key: said for each in done for key, said in each.evidence[name].items()}


def _reason(steps: Sequence[Step], done: Sequence[Judgement], reached: int) -> str:
    if all(each.reason == "blank reply" for each in done):
        return "blank reply"
    told = [_told(one, each, opened=at <= reached) for at, (one, each) in enumerate(zip(steps, done, strict=True))]
    return f"waits for a marker; {'; '.join(told)}"


def _told(one: Step, each: Judgement, *, opened: bool) -> str:
    if each.reason == "blank reply":
        return f"{one.id}: {'blank' if opened else 'not opened'}"
    suspicion = f", {len(each.suspected)} suspected critical" if each.suspected else ""
    slots = f", {slot_check(each.evidence['slots'])}" if "slots" in each.evidence else ""
    return f"{one.id}: evidence for {sum(part.fraction for part in each.parts)} of {len(each.parts)}{suspicion}{slots}"


# The figure


def _figured(asked: Figure | None, each: Criterion, text: str, typed: str) -> str:
    """What speaks for a criterion about the figure; "" when nothing does, or when it is about something else."""
    if asked is None or not each.figure:
        return ""
    if each.figure == "right":
        near = typed.strip() and compared(asked.kind, typed, asked.key, tolerance=asked.tolerance, unit=asked.unit)[0]
        return f"answered {printable(typed)}" if near else ""
    own = each.figure == "own"
    key = read(asked.kind, typed, asked.unit) if own else asked.key
    if isinstance(key, str) or key is None:
        return ""
    return _used(asked, key, Fraction(0) if own else asked.tolerance, text)


def _used(asked: Figure, key: Fraction, tolerance: Fraction, text: str) -> str:
    """The place of a text that names the figure with its unit; a date or a time of day names none."""
    shown = plain(text).text
    for start, end, number in _numbers(shown):
        value = read(asked.kind, number)
        if isinstance(value, Fraction) and abs(value - key) <= tolerance:
            width = _unit(re.split("[0-9]", shown[end : end + NEAR], maxsplit=1)[0], asked)
            if width is not None:
                return " ".join(shown[start : end + width].split())
    return ""


def _unit(behind: str, asked: Figure) -> int | None:
    """Where the unit ends in the text behind a number, also in the singular; None when it is not there.

    Money is written in front or behind; a figure without a unit needs none.
    """
    if asked.kind == "money" or not asked.unit:
        return 0
    folded = behind.casefold()
    words = [word for unit in asked.unit for word in (unit.casefold(), unit.casefold().removesuffix("s")) if word]
    return next((folded.find(word) + len(word) for word in words if word in folded), None)


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, number) of the numbers in a text; 25-30 is two, 2014-06-01, 1/6 and 12:30 are none."""
    for found in _NUMBERS.finditer(text):
        token = found[0].rstrip(".,'/:-")
        pieces = token.split("-")
        if len(pieces) > 2 or "/" in token or ":" in token:
            continue
        start = found.start()
        for piece in pieces:
            yield start, start + len(piece), piece
            start += len(piece) + 1


def _ignored(response: Response, steps: Sequence[Step]) -> list[str]:
    """A note when later entries changed a final step."""
    reached, fixed, ignored = 0, dict[str, Any](), list[str]()
    for event in response.events:
        value = event.value if event.kind == "answered" and isinstance(event.value, dict) else {}
        texts, now = value.get("steps"), final(value)
        if not isinstance(texts, dict) or not 0 <= now < len(steps):
            continue
        if now < reached or any(texts.get(name) != said for name, said in fixed.items()):
            ignored.append(str(event.seq))
        elif now > reached:
            reached, fixed = now, {one.id: texts.get(one.id) for one in steps[:now]}
    return [f"entries {', '.join(ignored[:5])} changed a final step and do not count"] if ignored else []
