"""A reply in steps: which are open, what of an answer is final. Shared by the page and the grader; no key, no rubric.

An answer is {"final": n, "steps": {id: {"text": …, "figure": …}}}: the first n steps are final, the one after them is
open, the rest have not been shown. One answer is one line of the journal, so a step becomes final with the very text
that stands in that line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from examdesk.model import text
from examdesk.typed import LONGEST

FIGURE = "figure"

Answer = Mapping[str, Any]


def opened(public: Mapping[str, Any], value: object) -> list[Mapping[str, Any]]:
    """The steps a candidate with this answer may see: the final ones, and the next."""
    return list(public["steps"][: 1 + final(value)])


def final(value: object) -> int:
    """How many steps are final."""
    return int(value["final"]) if isinstance(value, dict) and type(value.get("final")) is int else 0


def longest(step: Mapping[str, Any]) -> int:
    """How many characters a step may have: twice what is advised."""
    return 2 * int(step["limits"]["max"])


def cleaned(public: Mapping[str, Any], value: object) -> dict[str, Any]:
    """The answer as it is journalled, without what is blank; {} when nothing is left. Raises ValueError."""
    if value == {}:
        return {}
    if not isinstance(value, dict) or set(value) != {"final", "steps"} or not isinstance(value["steps"], dict):
        raise ValueError("no answer in steps")
    if type(value["final"]) is not int or not 0 <= value["final"] < len(public["steps"]):
        raise ValueError("no such step")
    here = {step["id"]: step for step in opened(public, value)}
    if any(name not in here for name in value["steps"]):
        raise ValueError("no such step, or not open yet")
    steps = {name: written for name, step in here.items() if (written := _written(step, value["steps"].get(name, {})))}
    return {"final": value["final"], "steps": steps} if steps or value["final"] else {}


def _written(step: Mapping[str, Any], given: object) -> dict[str, str]:
    """What stands in one step, without blank fields."""
    bounds = {"text": longest(step)} | ({FIGURE: LONGEST} if FIGURE in step else {})
    if not isinstance(given, dict) or any(name not in bounds for name in given):
        raise ValueError("no such field")
    if any(not isinstance(given[name], str) or len(given[name]) > bounds[name] for name in given):
        raise ValueError("no text of a fitting length")
    fields = {name: given[name].strip() if name == FIGURE else given[name] for name in bounds if name in given}
    return {name: said for name, said in fields.items() if said.strip()}


def followed(public: Mapping[str, Any], before: object, answer: Answer | None) -> Any:
    """What counts after `answer`, when `before` counted until now.

    A final step keeps its text, whatever comes later. An answer that knows of fewer final steps was written on a page
    that had not heard of the last one: it does not count at all.
    """
    reached, given = final(before), answer or {}
    if not reached:
        return answer
    if final(given) < reached:
        return before
    assert isinstance(before, dict)
    fixed = {step["id"] for step in public["steps"][:reached]}
    steps = {name: one for name, one in given["steps"].items() if name not in fixed}
    kept = {name: one for name, one in before["steps"].items() if name in fixed}
    return {"final": final(given), "steps": {**kept, **steps}}


def settled(public: Mapping[str, Any], answers: Iterable[Answer | None]) -> Any:
    """What counts of all answers, oldest first; each is None or passed `cleaned`."""
    value: Any = None
    for answer in answers:
        value = followed(public, value, answer)
    return value


def told(public: Mapping[str, Any], value: object, language: str) -> list[str]:
    """Every step with its figure and text, line by line; [] when blank."""
    steps = value["steps"] if isinstance(value, dict) and isinstance(value.get("steps"), dict) else {}
    lines: list[str] = []
    for number, step in enumerate(public["steps"], start=1):
        written = steps.get(step["id"])
        if not isinstance(written, dict) or not written:
            continue
        lines.append(HEADS[language].format(n=number, title=text(step["title"], language)))
        if FIGURE in step and FIGURE in written:
            unit = f" {text(step[FIGURE]['unit'], language)}" if "unit" in step[FIGURE] else ""
            lines.append(f"{text(step[FIGURE]['label'], language)}: {written[FIGURE]}{unit}")
        lines += str(written.get("text", "")).splitlines()
    return lines


HEADS = {"zh": "【第 {n} 步 · {title}】", "en": "[Step {n} · {title}]"}
