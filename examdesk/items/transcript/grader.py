"""Marks a transcript item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from examdesk.marking import whole
from examdesk.model import Grader, Judgement, Response, exact


def transcript(
    *,
    lines: int,
    rules: Sequence[str],
    key: Mapping[int, Sequence[str]],
    line_only: str | int,
    false_alarm: str | int,
) -> Grader:
    """An equal share for every offending line marked with its rule, `line_only` of a share without it.

    `rules` are the ids of all rules; `key` holds, for every line that breaks one (from 1), the rules any of which is
    right. Every other line marked costs `false_alarm` of a share; never below nothing. Marking every line decides
    nothing and earns nothing.

    >>> key, rules = {2: ["wait"], 5: ["absolute"]}, ["wait", "absolute", "blame"]
    >>> grade = transcript(lines=6, rules=rules, key=key, line_only="1/2", false_alarm="1/2")
    >>> grade(Response("I-251", {"2": "wait", "5": "blame", "6": "wait"})).fraction
    Fraction(1, 2)
    """
    half, cost = exact(line_only), exact(false_alarm)

    def grade(response: Response) -> Judgement:
        marked = marks(response.value, lines, rules)
        if not marked:
            return whole(Fraction(0), "no line marked" if response.is_blank else "no readable answer", marked={})
        told = {str(line): rule for line, rule in marked.items()}
        if len(marked) == lines:
            return whole(Fraction(0), "marked every line", marked=told)
        named = [line for line in key if marked.get(line) in key[line]]
        seen = [line for line in key if line in marked and line not in named]
        alarms = len(marked) - len(named) - len(seen)
        share = max(Fraction(0), (len(named) + half * len(seen) - cost * alarms) / len(key))
        found = f"{len(named)} of {len(key)} with the rule, {len(seen)} without, {alarms} false"
        return whole(share, found, marked=told)

    return grade


def marks(value: object, lines: int, rules: Sequence[str]) -> dict[int, str]:
    """{line: rule named, or ""} of an answer, in order; {} for what no widget sends."""
    given = value if isinstance(value, dict) else {}
    numbers = {str(line): line for line in range(1, lines + 1)}
    if any(name not in numbers or rule not in ("", *rules) for name, rule in given.items()):
        return {}
    return {line: given[name] for name, line in numbers.items() if name in given}
