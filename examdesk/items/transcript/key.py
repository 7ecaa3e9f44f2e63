"""What an author writes for a transcript item, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from examdesk.bank import ItemFile, Labelled, Loc, Problem, TextMap
from examdesk.bank.schema import Exact, Slug, Strict, repeated
from examdesk.items.transcript.grader import marks
from examdesk.model import exact, text

_COUNT = {
    "zh": "违规的共 {all} 行：标对且规则正确 {named} 行，只标对行 {seen} 行；误标 {alarms} 行。",
    "en": "{all} lines break a rule: {named} marked with the right rule, {seen} without it; {alarms} false alarms.",
}
_LINE = {"zh": "第 {n} 行", "en": "Line {n}"}
_FINE = {"zh": "没有违规", "en": "breaks no rule"}
_SAYS_FINE, _SAYS_NO_RULE = "-", "?"  # no slugs, so that no rule has such an id
Rules = Annotated[
    list[Slug],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]


class Line(Strict):
    by: Slug
    at: Annotated[str, StringConstraints(min_length=1, max_length=20)] | None = None  # as printed: 14:02:05
    text: TextMap
    key: Rules | None = None  # the rule it breaks, or rules any of which is right
    reason: TextMap | None = None  # needed with a key; else why the line is fine


class Authored(ItemFile):
    type: Literal["transcript"]
    speakers: Annotated[list[Labelled], Field(min_length=1, max_length=6)]
    lines: Annotated[list[Line], Field(min_length=3, max_length=60)]
    rules: Annotated[list[Labelled], Field(min_length=2, max_length=12)]
    line_only: Exact = "1/2"  # of a line's share, when the rule named is another
    false_alarm: Exact = "1/2"  # of a line's share, for a line that breaks no rule


def keyed(body: Mapping[str, Any]) -> dict[int, list[str]]:
    """{number of a line that breaks a rule: the rules any of which is right}."""
    return {number: line["key"] for number, line in enumerate(body["lines"], start=1) if "key" in line}


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Faults pydantic cannot see."""
    speakers, rules = ([entry["id"] for entry in body[name]] for name in ("speakers", "rules"))
    found = repeated(speakers, ("speakers",)) + repeated(rules, ("rules",))
    for index, line in enumerate(body["lines"]):
        loc: Loc = ("lines", index)
        if line["by"] not in speakers:
            cure = f"use one of: {', '.join(speakers)}"
            found.append(Problem((*loc, "by"), "nobody of that name speaks here", line["by"], cure))
        for rule in line.get("key", []):
            if rule not in rules:
                cure = f"use one of: {', '.join(rules)}"
                found.append(Problem((*loc, "key"), "the key is none of the rules", rule, cure))
        if "key" in line and "reason" not in line:
            cure = "add reason: with the rule in words"
            found.append(Problem(loc, "a line breaks a rule and has no reason", ", ".join(line["key"]), cure))
    return found + _count_faults(body) + _share_faults(body)


def _count_faults(body: Mapping[str, Any]) -> list[Problem]:
    count = len(keyed(body))
    if count == 0:
        return [Problem(("lines",), "no line breaks a rule", "", "add key: and reason: to a line that does")]
    if count == len(body["lines"]):
        cure = "add a line that breaks none: marking every line must earn nothing"
        return [Problem(("lines",), "every line breaks a rule", str(count), cure)]
    return []


def _share_faults(body: Mapping[str, Any]) -> list[Problem]:
    limits = {"line_only": 1, "false_alarm": 2}
    return [
        Problem((name,), f"{name} is not between 0 and {most}", body[name], 'write it like "1/2"')
        for name, most in limits.items()
        if not 0 <= exact(body[name]) <= most
    ]


def against_master(body: Mapping[str, Any], marked: Mapping[str, str]) -> list[tuple[str, str]]:
    """(what the candidate said, what the key says) of every line: the rule it breaks, or that it is fine.

    Where the key takes any of several rules, it says the one the candidate named; a line marked without a rule is a
    word of its own, which no key says.
    """
    key, found = keyed(body), list[tuple[str, str]]()
    for number in range(1, len(body["lines"]) + 1):
        said = marked.get(str(number), _SAYS_FINE) or _SAYS_NO_RULE
        right = key.get(number, [_SAYS_FINE])
        found.append((said, said if said in right else right[0]))
    return found


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "transcript"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """Every reason of the item with its place."""
    for index, line in enumerate(body["lines"]):
        if "reason" in line:
            yield ("lines", index, "reason"), line["reason"]


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """Why the answer earned what it earned.

    A reason names the rule broken. So a candidate reads the count, and the reasons of the lines marked with the right
    rule; why a line marked is fine, where the author says so; everything else only where the exam shows the key.
    """
    key, marked = keyed(body), marks(value, len(body["lines"]), [rule["id"] for rule in body["rules"]])
    named = [line for line in key if marked.get(line) in key[line]]
    seen = [line for line in key if line in marked and line not in named]
    alarms = [line for line in marked if line not in key]
    count = text(_COUNT, language).format(all=len(key), named=len(named), seen=len(seen), alarms=len(alarms))
    told = sorted({*named, *alarms, *(key if show_key else [])})
    return ([count] if marked else []) + [line for number in told if (line := _told(body, number, language))]


def _told(body: Mapping[str, Any], number: int, language: str) -> str:
    """The line with its rule and reason; "" for a fine one of which the author says nothing."""
    line = body["lines"][number - 1]
    if "reason" not in line:
        return ""
    rules = [text(rule["text"], language) for rule in body["rules"] if rule["id"] in line.get("key", [])]
    verdict = " / ".join(rules) or text(_FINE, language)
    return f"{text(_LINE, language).format(n=number)}: {verdict} – {text(line['reason'], language)}"
