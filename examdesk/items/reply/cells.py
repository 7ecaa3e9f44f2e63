"""The two notebook cells of a reply: the marker's task with its rubric, the editor with the machine's evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from examdesk.items.reply.grader import criterion, forbidden, rubric
from examdesk.marking import call, hidden_source, literal, number, shown
from examdesk.model import Cell, Grader, Item

_NAMES = {"zh": "中文", "en": "English"}
_BUYER = {"zh": "买家", "en": "Buyer"}
_KNOWN = {"zh": "您掌握的信息", "en": "What you know"}


def cells(item: Item) -> list[Cell]:
    """The task cell, marked by a person for all the points, and the editor's cell, worth none."""
    source = hidden_source(item.id, _call(item.body), "criterion, forbidden, rubric", out_of=Fraction(0))
    return [
        Cell(item.id, "task", _task(item), item.points),
        Cell(f"{item.id}-evidence", "autograder", source, Fraction(0)),
    ]


def grader(body: Mapping[str, Any]) -> Grader:
    """The grader that the hidden cell spells out, for the author's check."""
    return rubric(
        criteria=[criterion(one["id"], one["points"], *one["evidence"]) for one in body["rubric"]],
        forbidden=[
            forbidden(one["id"], *one["phrases"], allowed=one["allowed"], critical=one["critical"])
            for one in body["forbidden"]
        ],
        limits=(body["limits"]["min"], body["limits"]["max"]),
        message=tuple(body["message"].values()),
    )


def _call(body: Mapping[str, Any]) -> str:
    criteria = [
        call("criterion", literal(one["id"]), number(Fraction(one["points"])), *map(literal, one["evidence"]))
        for one in body["rubric"]
    ]
    rules = []
    for one in body["forbidden"]:
        named: dict[str, Any] = {"allowed": [literal(phrase) for phrase in one["allowed"]]} if one["allowed"] else {}
        critical = {"critical": "True"} if one["critical"] else {}
        rules.append(call("forbidden", literal(one["id"]), *map(literal, one["phrases"]), **named, **critical))
    limits = f"({body['limits']['min']}, {body['limits']['max']})"
    message = [literal(words) for words in body["message"].values()]
    return call("rubric", criteria=criteria, forbidden=rules, limits=limits, message=message)


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
            f"{_BUYER[language]}:",
            message,
            f"{_KNOWN[language]}:" if known else "",
            known,
        )
        if part
    )


def _scheme(item: Item) -> str:
    """The rubric for the marker, every criterion in every language."""
    lines = [f"**评分标准 · Mark scheme** ({shown(item.points)})", ""]
    for one in item.body["rubric"]:
        lines += [f"- **{one['id']}** ({shown(Fraction(one['points']))}): {_all(one['text'])}",
                  f"    - {_all(one['reason'])}"]
    if item.body["forbidden"]:
        lines += ["", "**不允许 · Forbidden**", ""]
    for one in item.body["forbidden"]:
        critical = " (critical)" if one["critical"] else ""
        lines += [f"- **{one['id']}**{critical}: {_all(one['text'])}", f"    - {_all(one['reason'])}"]
    if any(one["critical"] for one in item.body["forbidden"]):
        lines += ["", "在评语中写 `#critical` 即确认严重违规(critical)。机器只提示,由您决定。",
                  "Write `#critical` in the comment to confirm a critical violation. The machine points, you decide."]
    return "\n".join(lines)


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
