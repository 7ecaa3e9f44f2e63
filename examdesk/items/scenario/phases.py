"""The steps of a reception, in their order: which were taken, which came out of order, which are missing.

    phases:
      text: {zh: 售前五步, en: The five pre-sales steps}
      criterion: procedure
      steps:
        - {id: welcome, text: {zh: 欢迎, en: welcome}, weight: 4, event: {act: greets}}
        - …

A step is taken when its event happens. It earns its weight as part of the longest run of steps in the list's order:
one step taken too early or too late costs itself and not the others. A step without a weight is followed and shown
only, where its event earns points elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from examdesk.model import text

Body = Mapping[str, Any]
Loc = tuple[str | int, ...]
"""A place in the author's file."""

Place = tuple[int, int]
"""(turn, place in its message)."""

Placed = Callable[[Mapping[str, Any]], Place | None]
"""Where an event happened first; None when it did not."""


@dataclass(frozen=True)
class Taken:
    """How far a reception came, by the ids of its steps."""

    taken: tuple[str, ...]  # in the list's order
    missing: tuple[str, ...]
    late: tuple[str, ...]  # of those taken, the ones out of order

    @classmethod
    def read(cls, data: Mapping[str, Sequence[str]]) -> Taken:
        return cls(tuple(data["taken"]), tuple(data["missing"]), tuple(data["out_of_order"]))

    def as_json(self) -> dict[str, list[str]]:
        return {"taken": list(self.taken), "missing": list(self.missing), "out_of_order": list(self.late)}


def entries(score: Body) -> list[tuple[Loc, Body]]:
    """The steps that earn points, as entries of the score half with their places; [] where there are none."""
    found = score.get("phases", {"steps": ()})
    return [(("score", "phases", "steps", index), {**step, "criterion": found["criterion"], "step": True})
            for index, step in enumerate(found["steps"]) if step["weight"]]


def taken(score: Body, placed: Placed) -> Taken:
    """Which steps were taken."""
    steps = score["phases"]["steps"]
    places = {step["id"]: place for step in steps if (place := placed(step["event"])) is not None}
    run = _longest([places[step["id"]] for step in steps if step["id"] in places])
    kept = [name for index, name in enumerate(places) if index in run]
    return Taken(tuple(places), tuple(step["id"] for step in steps if step["id"] not in places),
                 tuple(name for name in places if name not in kept))


def is_spoilt(score: Body, found: Taken) -> bool:
    """Whether some step can earn nothing any more: one after it was taken first."""
    weighed = [step["id"] for step in score["phases"]["steps"] if step["weight"]]
    done = [name for name in weighed if name in found.taken]
    return bool(set(weighed) & set(found.late)) or done != weighed[: len(done)]


def _longest(places: Sequence[Place]) -> frozenset[int]:
    """The indexes of the longest run that does not go back; of two as long, the one that begins earlier in the list."""
    best: list[tuple[int, ...]] = [()]
    for index, place in enumerate(places):
        before = [run for run in best if not run or places[run[-1]] <= place]
        best.append((*_longer(before), index))
    return frozenset(_longer(best))


def _longer(runs: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return min(runs, key=lambda run: (-len(run), run))


def told(score: Body, found: Taken, language: str) -> str:
    """The reception in one line, e.g. "The five pre-sales steps: 4 of 5; missing: invite to save the shop"."""
    names = {step["id"]: text(step["text"], language) for step in score["phases"]["steps"]}
    words = _WORDS[language if language in _WORDS else "en"]
    line = words["of"].format(name=text(score["phases"]["text"], language), n=len(found.taken), all=len(names))
    for use, ids in (("missing", found.missing), ("late", found.late)):
        line += words[use].format(steps=words["and"].join(names[name] for name in ids)) if ids else ""
    return line


_WORDS = {
    "zh": {"of": "{name}：{n}/{all}", "missing": "，缺：{steps}", "late": "，顺序不对：{steps}", "and": "、"},
    "en": {"of": "{name}: {n} of {all}", "missing": "; missing: {steps}", "late": "; out of order: {steps}",
           "and": ", "},
}
