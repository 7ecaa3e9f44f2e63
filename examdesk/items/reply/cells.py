"""The two notebook cells of a reply: the marker's task with its rubric, the editor with the machine's evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from examdesk.items.reply.grader import Criterion, Forbidden, criterion, forbidden, rubric
from examdesk.items.reply.letters import figure, letters, step
from examdesk.marking import call, hidden_source, literal, number, shown
from examdesk.model import Cell, Grader, Item

_NAMES = {"zh": "中文", "en": "English"}
_BUYER = {"zh": "买家", "en": "Buyer"}
_KNOWN = {"zh": "您掌握的信息", "en": "What you know"}


def cells(item: Item) -> list[Cell]:
    """The task cell, marked by a person for all the points, and the editor's cell, worth none."""
    names = "criterion, figure, forbidden, letters, step" if "steps" in item.body else "criterion, forbidden, rubric"
    source = hidden_source(item.id, _call(item.body), names, out_of=Fraction(0))
    return [
        Cell(item.id, "task", _task(item), item.points),
        Cell(f"{item.id}-evidence", "autograder", source, Fraction(0)),
    ]


def grader(body: Mapping[str, Any]) -> Grader:
    """The grader that the hidden cell spells out, for the author's check."""
    if "steps" not in body:
        return rubric(**_judged(body), message=tuple(body["message"].values()))
    return letters(steps=[step(one["id"], **_judged(one), message=_said(body, one), **_asked_figure(one))
                          for one in body["steps"]])


def _judged(part: Mapping[str, Any]) -> dict[str, Any]:
    """What a whole reply and a step have in common."""
    return {"criteria": _criteria(part), "forbidden": _rules(part),
            "limits": (part["limits"]["min"], part["limits"]["max"])}


def _criteria(part: Mapping[str, Any]) -> list[Criterion]:
    return [criterion(one["id"], one["points"], *one["evidence"], figure=one.get("figure", ""))
            for one in part["rubric"]]


def _rules(part: Mapping[str, Any]) -> list[Forbidden]:
    return [forbidden(one["id"], *one["phrases"], allowed=one["allowed"], critical=one["critical"])
            for one in part["forbidden"]]


def _said(body: Mapping[str, Any], one: Mapping[str, Any]) -> tuple[str, ...]:
    """The buyer's words up to a step, in every language: pasted back they are no letter."""
    return (*body["message"].values(), *one.get("message", {}).values())


def _asked_figure(one: Mapping[str, Any]) -> dict[str, Any]:
    if "figure" not in one:
        return {}
    asked = one["figure"]
    unit = tuple(asked["unit"].values()) if "unit" in asked else ()
    return {"figure": figure(asked["kind"], asked["key"], tolerance=asked["tolerance"], unit=unit)}


def _call(body: Mapping[str, Any]) -> str:
    if "steps" in body:
        return call("letters", steps=[_step_call(body, one) for one in body["steps"]])
    return call("rubric", **_named(body), message=[literal(words) for words in body["message"].values()])


def _step_call(body: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    named = {**_named(one), "message": [literal(words) for words in _said(body, one)]}
    if "figure" in one:
        asked = one["figure"]
        tolerance = {"tolerance": literal(asked["tolerance"])} if asked["tolerance"] != "0" else {}
        unit = {"unit": literal(tuple(asked["unit"].values()))} if "unit" in asked else {}
        named["figure"] = call("figure", literal(asked["kind"]), literal(asked["key"]), **tolerance, **unit)
    return call("step", literal(one["id"]), **named)


def _named(part: Mapping[str, Any]) -> dict[str, Any]:
    """Criteria, rules and limits of a whole reply or a step, as Python source."""
    criteria = [_criterion_call(one) for one in part["rubric"]]
    rules = []
    for one in part["forbidden"]:
        named: dict[str, Any] = {"allowed": [literal(phrase) for phrase in one["allowed"]]} if one["allowed"] else {}
        critical = {"critical": "True"} if one["critical"] else {}
        rules.append(call("forbidden", literal(one["id"]), *map(literal, one["phrases"]), **named, **critical))
    limits = f"({part['limits']['min']}, {part['limits']['max']})"
    return {"criteria": criteria, "forbidden": rules, "limits": limits}


def _criterion_call(one: Mapping[str, Any]) -> str:
    about = {"figure": literal(one["figure"])} if "figure" in one else {}
    given = [literal(one["id"]), number(Fraction(one["points"])), *map(literal, one["evidence"])]
    return call("criterion", *given, **about)


def _task(item: Item) -> str:
    """The Markdown of the task cell. nbgrader cuts the mark scheme out of what candidates get."""
    shown_part = "\n\n".join(_asked(item.body, language) for language in item.languages)
    return f"{_harmless(shown_part)}\n\n### BEGIN MARK SCHEME\n{_harmless(_scheme(item))}\n### END MARK SCHEME"


def _asked(body: Mapping[str, Any], language: str) -> str:
    """What the candidate has to do, in one language."""
    message = "\n".join(f"> {_plain(line)}" for line in _in(body["message"], language).splitlines())
    known = "\n".join(f"- {_plain(_in(words, language))}" for words in body["context"])
    return "\n\n".join(
        part
        for part in (
            f"**{_NAMES[language]}**",
            body["stem"][language].replace("<", "&lt;").strip(),
            f"{_plain(_in(body.get('sender', _BUYER), language))}:",
            message,
            f"{_KNOWN[language]}:" if known else "",
            known,
            _step_asked(body["steps"][0], language) if "steps" in body else "",
        )
        if part
    )


def _step_asked(one: Mapping[str, Any], language: str) -> str:
    """A step's title and prompt. Candidates read only the first; the rest stands in the mark scheme."""
    said = [f"> {_plain(line)}" for line in _in(one.get("message", {language: ""}), language).splitlines()]
    return "\n\n".join([f"**{_plain(_in(one['title'], language))}**", *(["\n".join(said)] if said else []),
                        _plain(_in(one["prompt"], language))])


def _scheme(item: Item) -> str:
    """The rubric for the marker, every criterion in every language."""
    parts = item.body.get("steps", [item.body])
    lines = [f"**评分标准 · Mark scheme** ({shown(item.points)})", ""]
    for place, part in enumerate(parts):
        lines += _step_head(item, part, first=place == 0) if "steps" in item.body else []
        lines += _part_scheme(part)
    if any(one["critical"] for part in parts for one in part["forbidden"]):
        lines += ["", "在评语中写 `#critical` 即确认严重违规(critical)。机器只提示,由您决定。",
                  "Write `#critical` in the comment to confirm a critical violation. The machine points, you decide."]
    return "\n".join(lines)


def _part_scheme(part: Mapping[str, Any]) -> list[str]:
    lines = []
    for one in part["rubric"]:
        lines += [f"- **{one['id']}** ({shown(Fraction(one['points']))}): {_all(one['text'])}",
                  f"    - {_all(one['reason'])}"]
    if part["forbidden"]:
        lines += ["", "**不允许 · Forbidden**", ""]
    for one in part["forbidden"]:
        critical = " (critical)" if one["critical"] else ""
        lines += [f"- **{one['id']}**{critical}: {_all(one['text'])}", f"    - {_all(one['reason'])}"]
    return lines


def _step_head(item: Item, one: Mapping[str, Any], *, first: bool) -> list[str]:
    """What stands above a step's rubric: its name, its task unless candidates read it above, and its figure."""
    asked = [] if first else [_step_asked(one, language) for language in item.languages]
    lines = ["", f"### {one['id']}: {_all(one['title'])}", "", *(line for part in asked for line in (part, ""))]
    if "figure" in one:
        unit = f" {_all(one['figure']['unit'])}" if "unit" in one["figure"] else ""
        lines += [f"**{_all(one['figure']['label'])}**: {_plain(one['figure']['key'])}{unit}", ""]
    return lines


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()))


def _all(texts: Mapping[str, str]) -> str:
    return " / ".join(_plain(words) for words in texts.values())


def _plain(words: str) -> str:
    """Plain text on one line that Markdown shows as it stands."""
    line = " ".join(words.split()).replace("&", "&amp;").replace("<", "&lt;").replace("$", "&#36;")
    return re.sub(r"([\\`*_\[\]|~#>])", r"\\\1", line)


def _harmless(markdown: str) -> str:
    """The Markdown in which nobody's words can be taken for one of nbgrader's delimiters."""
    return re.sub(r"(BEGIN|END) (?=SOLUTION|HIDDEN TESTS|MARK SCHEME)", r"\1&#32;", markdown)
