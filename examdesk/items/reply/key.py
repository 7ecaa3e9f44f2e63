"""What an author writes for a reply item, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from examdesk.bank import Explained, ItemFile, Loc, Problem, TextMap
from examdesk.bank.schema import Exact, Strict, Words, repeated
from examdesk.items.reply.cells import grader
from examdesk.items.reply.evidence import plain
from examdesk.model import Response, exact, text

Phrases = Annotated[list[Words], Field(min_length=1, max_length=200)]


class Limits(Strict):
    min: Annotated[int, Field(ge=0)]
    max: Annotated[int, Field(ge=1, le=10_000)]


class CriterionFile(Explained):
    points: Exact
    evidence: Phrases


class ForbiddenFile(Explained):
    critical: bool = False
    phrases: Phrases
    allowed: list[Words] = Field(default_factory=list)


class Samples(Strict):
    right: Annotated[list[Words], Field(min_length=1)]
    partial: Annotated[list[Words], Field(min_length=1)]
    wrong: Annotated[list[Words], Field(min_length=1)]


class Authored(ItemFile):
    type: Literal["reply"]
    answer_in: Literal["zh", "en"]
    message: TextMap
    context: list[TextMap] = Field(default_factory=list)
    limits: Limits
    rubric: Annotated[list[CriterionFile], Field(min_length=1, max_length=12)]
    forbidden: list[ForbiddenFile] = Field(default_factory=list, max_length=12)
    samples: Samples

    @field_validator("rubric")
    @classmethod
    def _adds_up(cls, rubric: list[CriterionFile], info: ValidationInfo) -> list[CriterionFile]:
        total, points = sum((exact(one.points) for one in rubric), Fraction(0)), info.data.get("points")
        if points is not None and exact(points) != total:
            raise ValueError(f"the criteria add up to {total} points, the item has {points}; correct one of them")
        return rubric


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Faults pydantic cannot see."""
    found = repeated([one["id"] for one in body["rubric"]], ("rubric",))
    found += repeated([one["id"] for one in body["forbidden"]], ("forbidden",))
    if body["limits"]["min"] > body["limits"]["max"]:
        found.append(Problem(("limits",), "min is above max", str(body["limits"]["min"]), "exchange them"))
    for index, one in enumerate(body["rubric"]):
        if exact(one["points"]) <= 0:
            found.append(Problem(("rubric", index, "points"), "a criterion needs points above 0", one["points"], "1"))
    found += _phrase_faults(body)
    return found or _sample_faults(body)


def _phrase_faults(body: Mapping[str, Any]) -> list[Problem]:
    found = []
    for at, one in enumerate(body["rubric"]):
        found += _short(("rubric", at, "evidence"), one["evidence"])
    for at, one in enumerate(body["forbidden"]):
        loc = ("forbidden", at)
        found += _short((*loc, "phrases"), one["phrases"]) + _short((*loc, "allowed"), one["allowed"])
        for index, fine in enumerate(one["allowed"]):
            if not any(plain(phrase).bare in plain(fine).bare for phrase in one["phrases"]):
                cure = "remove it, or correct it so that it holds one of the forbidden phrases"
                found.append(Problem((*loc, "allowed", index), "this look-alike is never needed", fine, cure))
    return found


def _short(loc: Loc, phrases: Sequence[str]) -> list[Problem]:
    wrong, cure = "a phrase is too short to be told from chance", "write at least two characters"
    return [Problem((*loc, at), wrong, p, cure) for at, p in enumerate(phrases) if len(plain(p).bare) < 2]


def _sample_faults(body: Mapping[str, Any]) -> list[Problem]:
    """The samples are the proof of the phrases: a right one shows evidence for everything and breaks nothing."""
    found, grade = [], grader(body)
    for name, samples in body["samples"].items():
        for index, sample in enumerate(samples):
            loc: Loc = ("samples", name, index)
            if len(sample) > body["limits"]["max"]:
                found.append(Problem(loc, "a sample is longer than limits.max", str(len(sample)), "shorten it"))
            mark = grade(Response("", sample))
            missing = [part.criterion for part in mark.parts if part.fraction == 0]
            if name == "right" and missing:
                wrong, cure = "a right sample shows no evidence for a criterion", "add its wording to the evidence"
                found.append(Problem(loc, wrong, ", ".join(missing), cure))
            if name == "right" and mark.evidence["forbidden"]:
                cure = "add the look-alike to allowed, or correct the sample"
                broken = "; ".join(f"{rule}: {span}" for rule, span in mark.evidence["forbidden"].items())
                found.append(Problem(loc, "a right sample is taken for a forbidden one", broken, cure))
    return found


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "reply"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """Every reason of the item with its place."""
    for part in ("rubric", "forbidden"):
        for index, one in enumerate(body[part]):
            yield (part, index, "reason"), one["reason"]


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """The rubric with its reasons, only where the exam shows the key.

    Without it a candidate reads the marker's points and comment. What the machine found or suspected is never told:
    it is evidence, not a mark.
    """
    if not show_key:
        return []
    return [f"{text(one['text'], language)} – {text(one['reason'], language)}" for one in body["rubric"]]


def examples(body: Mapping[str, Any]) -> list[str]:
    """Replies the author calls right, for practice."""
    return list(body["samples"]["right"])
