"""What an author writes for a typing item, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from examdesk.bank import ItemFile, Loc, Problem, TextMap
from examdesk.bank.exams import Share
from examdesk.bank.schema import Exact, Language, Strict
from examdesk.items.typing.copied import STROKES, copied, plain, speed
from examdesk.items.typing.grader import counted
from examdesk.marking import shown
from examdesk.model import exact, text

SHORTEST = 30  # seconds of typing at the speed asked for; less does not tell a speed
_DONE = {
    "zh": "打了 {typed} 个字符，其中 {wrong} 处错误（错字、漏字、多字各算一处；全角半角标点不区分）。"
          "按浏览器的计时，每分钟 {pace} {unit}。",
    "en": "{typed} characters typed, {wrong} errors (a wrong, a missing and a superfluous character count one each; "
          "full-width and half-width marks are the same). By the browser's clock {pace} {unit} a minute.",
}
_ASKED = {
    "zh": "要求：每分钟至少 {per_minute} {unit}，错误最多占 {share}。",
    "en": "Asked for: at least {per_minute} {unit} a minute, errors in at most {share} of the characters.",
}
_UNITS = {"zh": {"zh": "个正确的字符", "en": "right characters"},
          "en": {"zh": "个正确的英文词（5 次击键为一词）", "en": "right words (5 keystrokes are a word)"}}
_CRITERIA = {"speed": {"zh": "速度", "en": "Speed"}, "errors": {"zh": "准确", "en": "Few errors"}}


class PassageFile(Strict):
    language: Language
    text: Annotated[str, StringConstraints(min_length=1, max_length=3000, strip_whitespace=True)]
    per_minute: Exact


class Authored(ItemFile):
    type: Literal["typing"]
    passages: Annotated[list[PassageFile], Field(min_length=1, max_length=2)]
    seconds: Annotated[int, Field(ge=10, le=1800)]
    rule: Literal["all-or-nothing", "per-criterion"]
    max_errors: Share = "0"
    no_points_from: Share = "1/10"
    reason: TextMap


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Faults pydantic cannot see."""
    found, languages = [], [one["language"] for one in body["passages"]]
    for index, one in enumerate(body["passages"]):
        loc: Loc = ("passages", index)
        if one["language"] in languages[:index]:
            found.append(Problem((*loc, "language"), "two passages are of one language", one["language"],
                                 "keep one of them; who sits the exam types in one language"))
        if exact(one["per_minute"]) <= 0:
            wrong = "the speed is not above 0"
            found.append(Problem((*loc, "per_minute"), wrong, one["per_minute"], "write it like 50"))
        elif (last := _lasts(one)) < min(SHORTEST, body["seconds"]):
            found.append(Problem((*loc, "text"), "the passage is too short to tell a speed",
                                 f"{float(last):.0f} seconds at the speed asked for",
                                 f"write a passage for at least {min(SHORTEST, body['seconds'])} seconds"))
    if exact(body["no_points_from"]) <= exact(body["max_errors"]) and body["rule"] == "per-criterion":
        found.append(Problem(("no_points_from",), "nobody could earn a part: it is not above max_errors",
                             body["no_points_from"], "write a larger share, like 10%"))
    return found


def _lasts(one: Mapping[str, Any]) -> Fraction:
    """How many seconds the passage lasts at the speed asked for."""
    return 60 * Fraction(len(plain(one["text"])), STROKES[one["language"]]) / exact(one["per_minute"])


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "typing"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """Every reason of the item with its place."""
    yield ("reason",), body["reason"]


def criterion_text(body: Mapping[str, Any], criterion: str, language: str) -> str:
    """The name of a criterion, for the candidate."""
    return text(_CRITERIA[criterion], language)


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """Why the answer earned what it earned: what was typed, what is asked for and the reason. There is no key.

    The journal's clock is not at hand here; it counts where it says more, and then a person has looked.
    """
    given = value if isinstance(value, dict) else {}
    asked = next((one for one in body["passages"] if one["language"] == given.get("language")), None)
    if asked is None:
        return []
    done, share = copied(given["text"], asked["text"]), f"{float(100 * exact(body['max_errors'])):g} %"
    unit = text(_UNITS[asked["language"]], language)
    minutes = Fraction(counted(given["ms"], seconds=body["seconds"], whole=done.whole), 60_000)
    pace = shown(speed(done.right, minutes=minutes, language=asked["language"]))
    return [
        text(_DONE, language).format(typed=done.typed, wrong=done.wrong, pace=pace, unit=unit),
        text(_ASKED, language).format(per_minute=asked["per_minute"], unit=unit, share=share),
        text(body["reason"], language),
    ]
