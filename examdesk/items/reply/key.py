"""What an author writes for a reply item, whole or in steps, and how a mark is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema, field_validator

from examdesk.bank import Explained, ItemFile, Loc, Problem, TextMap
from examdesk.bank.schema import HEADER, Exact, Slug, Strict, Table, Words, repeated, table_faults
from examdesk.items.reply.cells import grader
from examdesk.items.reply.evidence import plain
from examdesk.items.reply.grader import FIGURES
from examdesk.items.reply.question import LONGEST
from examdesk.model import Grader, Response, exact, text
from examdesk.typed import read
from examdesk.wording.slots import open_slots

Phrases = Annotated[list[Words], Field(min_length=1, max_length=200)]
WHOLE = ("limits", "rubric", "samples")  # what a reply has without steps, and every step by itself


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


def _key(value: object) -> str:
    """A key stays the text it is marked by."""
    if isinstance(value, float):
        raise ValueError(f'has a decimal point but no quotes; write it in quotes, "{value}", so that it stays exact')
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("must be a number; write it in digits")
    return str(value).strip()


class FigureFile(Strict):
    label: TextMap
    kind: Literal["integer", "decimal", "percent", "money"]
    key: Annotated[str, BeforeValidator(_key), WithJsonSchema({"type": ["integer", "string"]})]
    tolerance: Exact = "0"
    unit: TextMap | None = None


class StepCriterionFile(Explained):
    points: Exact
    figure: Literal["right", "key", "own"] | None = None
    evidence: list[Words] = Field(default_factory=list, max_length=200)


class StepFile(Strict):
    id: Slug
    title: TextMap
    prompt: TextMap
    message: TextMap | None = None
    figure: FigureFile | None = None
    limits: Limits
    rubric: Annotated[list[StepCriterionFile], Field(min_length=1, max_length=12)]
    forbidden: list[ForbiddenFile] = Field(default_factory=list, max_length=12)
    samples: Samples


class Authored(ItemFile):
    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["steps"]}, {"required": list(WHOLE)}]})

    type: Literal["reply"]
    answer_in: Literal["zh", "en"]
    message: TextMap
    sender: TextMap | None = None  # whose words the message is; without it the buyer's
    context: list[TextMap] = Field(default_factory=list)
    limits: Limits | None = None
    rubric: Annotated[list[CriterionFile], Field(min_length=1, max_length=12)] | None = None
    forbidden: list[ForbiddenFile] = Field(default_factory=list, max_length=12)
    samples: Samples | None = None
    table: Table | None = None
    steps: Annotated[list[StepFile], Field(min_length=2, max_length=4)] | None = None
    script: Slug | None = None  # the class of exams/scripts.yaml it belongs to, for authors; see `bank/scripts.py`

    def body(self) -> dict[str, Any]:
        """The reply as plain JSON data, without its class of scripts: that is no part of what is frozen and sat."""
        return self.model_dump(mode="json", exclude=HEADER | {"script"}, exclude_none=True)

    @field_validator("rubric")
    @classmethod
    def _whole_adds_up(cls, rubric: list[CriterionFile], info: ValidationInfo) -> list[CriterionFile]:
        _adds_up(rubric, info)
        return rubric

    @field_validator("steps")
    @classmethod
    def _steps_add_up(cls, steps: list[StepFile], info: ValidationInfo) -> list[StepFile]:
        _adds_up([one for step in steps for one in step.rubric], info)
        return steps


def _adds_up(criteria: Sequence[CriterionFile | StepCriterionFile], info: ValidationInfo) -> None:
    total, points = sum((exact(one.points) for one in criteria), Fraction(0)), info.data.get("points")
    if points is not None and exact(points) != total:
        raise ValueError(f"the criteria add up to {total} points, the item has {points}; correct one of them")


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Faults pydantic cannot see."""
    found = _shape_faults(body)
    if found:
        return found
    for loc, part in _parts(body):
        found += _part_faults(loc, part)
    found += repeated([one["id"] for one in body.get("steps", ())], ("steps",)) + table_faults(body)
    return found or _sample_faults(body)


def _shape_faults(body: Mapping[str, Any]) -> list[Problem]:
    """A reply is either whole or in steps."""
    if "steps" not in body:
        cure = "add it; exams/README.md shows the fields of every kind of file"
        found = [Problem((name,), f'"{name}" is missing', "", cure) for name in WHOLE if name not in body]
        wrong = "only a reply in steps has a table"
        return found + ([Problem(("table",), wrong, "", "put the data into context:")] if "table" in body else [])
    cure = "move it into the step it belongs to"
    found = [Problem((name,), f"in a reply with steps every step has its own {name}", "", cure)
             for name in (*WHOLE, "forbidden") if body.get(name)]
    if sum(2 * step["limits"]["max"] for step in body["steps"]) > LONGEST:
        found.append(Problem(("steps",), "the steps together may become too long to be saved as one answer",
                             str(sum(step["limits"]["max"] for step in body["steps"])),
                             f"let all limits.max add up to at most {LONGEST // 2}"))
    return found


def _parts(body: Mapping[str, Any]) -> list[tuple[Loc, Mapping[str, Any]]]:
    """The whole reply, or each of its steps, with its place in the file."""
    return [(("steps", at), step) for at, step in enumerate(body["steps"])] if "steps" in body else [((), body)]


def lines(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The criteria of the rubric, of a reply in steps named step.criterion, as the evidence names them."""
    return [{**one, "id": f"{part['id']}.{one['id']}"} if loc else one
            for loc, part in _parts(body) for one in part["rubric"]]


def _part_faults(loc: Loc, part: Mapping[str, Any]) -> list[Problem]:
    found = repeated([one["id"] for one in part["rubric"]], (*loc, "rubric"))
    found += repeated([one["id"] for one in part["forbidden"]], (*loc, "forbidden"))
    if part["limits"]["min"] > part["limits"]["max"]:
        found.append(Problem((*loc, "limits"), "min is above max", str(part["limits"]["min"]), "exchange them"))
    for index, one in enumerate(part["rubric"]):
        if exact(one["points"]) <= 0:
            at = (*loc, "rubric", index, "points")
            found.append(Problem(at, "a criterion needs points above 0", one["points"], "1"))
    return found + _phrase_faults(loc, part) + (_figure_faults(loc, part) if loc else [])


def _phrase_faults(loc: Loc, part: Mapping[str, Any]) -> list[Problem]:
    found = []
    for at, one in enumerate(part["rubric"]):
        found += _short((*loc, "rubric", at, "evidence"), one["evidence"])
    for at, one in enumerate(part["forbidden"]):
        here = (*loc, "forbidden", at)
        found += _short((*here, "phrases"), one["phrases"]) + _short((*here, "allowed"), one["allowed"])
        barred = [plain(phrase).bare for phrase in one["phrases"]]
        for index, fine in enumerate(one["allowed"]):
            bare = plain(fine).bare
            if not any(phrase in bare for phrase in barred):
                cure = "remove it, or correct it so that it holds one of the forbidden phrases"
                found.append(Problem((*here, "allowed", index), "this look-alike is never needed", fine, cure))
    return found


def _short(loc: Loc, phrases: Sequence[str]) -> list[Problem]:
    wrong, cure = "a phrase is too short to be told from chance", "write at least two characters"
    return [Problem((*loc, at), wrong, p, cure) for at, p in enumerate(phrases) if len(plain(p).bare) < 2]


def _figure_faults(loc: Loc, part: Mapping[str, Any]) -> list[Problem]:
    """A step asks for a figure, and its rubric says what is done with it."""
    found, asked = [], part.get("figure")
    for at, one in enumerate(part["rubric"]):
        here, about = (*loc, "rubric", at), one.get("figure")
        if about and not asked:
            found.append(Problem((*here, "figure"), "the step asks for no figure", about,
                                 "add figure: with label, kind and key to the step, or remove this line"))
        if not about and not one["evidence"]:
            found.append(Problem((*here, "evidence"), "nothing is evidence for this criterion", "",
                                 f"add phrases, or figure: {', '.join(FIGURES)}"))
        if about in ("right", "own") and one["evidence"]:
            found.append(Problem((*here, "evidence"), f"with figure: {about} only the number itself is evidence",
                                 _brief(one["evidence"]), "remove the phrases"))
    if asked:
        found += _asked_faults((*loc, "figure"), asked, part["rubric"])
    return found


def _brief(phrases: Sequence[str]) -> str:
    return ", ".join(phrases)[:60]


def _asked_faults(loc: Loc, asked: Mapping[str, Any], rubric: Sequence[Mapping[str, Any]]) -> list[Problem]:
    found, value = [], read(asked["kind"], asked["key"])
    if value is None or (asked["kind"] == "integer" and not asked["key"].lstrip("-").isdigit()):
        cure = 'write it like 30 or "1.5"'
        found.append(Problem((*loc, "key"), f"the key is no {asked['kind']}", asked["key"], cure))
    if exact(asked["tolerance"]) < 0:
        found.append(Problem((*loc, "tolerance"), "a tolerance is below 0", asked["tolerance"], "write 0 or more"))
    if not any("figure" in one for one in rubric):
        found.append(Problem(loc, "no criterion looks at the figure", "",
                             "add  figure: right  (or key, own) to a criterion of this step"))
    return found


def _sample_faults(body: Mapping[str, Any]) -> list[Problem]:
    """The samples are the proof of the phrases: a right one shows evidence for everything and breaks nothing."""
    found: list[Problem] = []
    grade = grader(body)
    for loc, part in _parts(body):
        for name, samples in part["samples"].items():
            for index, sample in enumerate(samples):
                at = (*loc, "samples", name, index)
                found += _sample_faults_of(at, part, sample, _tried(grade, loc, part, sample))
    return found


def _tried(grade: Grader, loc: Loc, part: Mapping[str, Any], sample: str) -> tuple[list[str], Mapping[str, str]]:
    """(criteria without evidence, what is forbidden in it) of a sample; a step's, with the right figure."""
    figure = {"figure": part["figure"]["key"]} if loc and "figure" in part else {}
    value = {"final": 0, "steps": {part["id"]: {"text": sample, **figure}}} if loc else sample
    mark, start = grade(Response("", value)), f"{part['id']}." if loc else ""
    mine = [one.criterion for one in mark.parts if one.fraction == 0 and one.criterion.startswith(start)]
    broken = mark.evidence["forbidden"]
    return [name.removeprefix(start) for name in mine], {n.removeprefix(start): said for n, said in broken.items()}


def _sample_faults_of(
    loc: Loc, part: Mapping[str, Any], sample: str, tried: tuple[list[str], Mapping[str, str]]
) -> Iterator[Problem]:
    missing, forbidden = tried
    if len(sample) > part["limits"]["max"]:
        yield Problem(loc, "a sample is longer than limits.max", str(len(sample)), "shorten it")
    if loc[-2] == "right" and missing:
        wrong, cure = "a right sample shows no evidence for a criterion", "add its wording to the evidence"
        yield Problem(loc, wrong, ", ".join(missing), cure)
    if loc[-2] == "right" and (left := open_slots(sample)):
        yield Problem(loc, "a right sample leaves a slot open", ", ".join(left), "fill it in")
    if loc[-2] == "right" and forbidden:
        cure = "add the look-alike to allowed, or correct the sample"
        broken = "; ".join(f"{rule}: {span}" for rule, span in forbidden.items())
        yield Problem(loc, "a right sample is taken for a forbidden one", broken, cure)


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "reply"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """Every reason of the item with its place."""
    for loc, part in _parts(body):
        for name in ("rubric", "forbidden"):
            for index, one in enumerate(part[name]):
                yield (*loc, name, index, "reason"), one["reason"]


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """The rubric with its reasons, step by step, only where the exam shows the key.

    Without it a candidate reads the marker's points and comment. What the machine found or suspected is never told:
    it is evidence, not a mark.
    """
    if not show_key:
        return []
    return [line for loc, part in _parts(body) for line in (*(_step_key(part, language) if loc else ()), *(
        f"{text(one['text'], language)} – {text(one['reason'], language)}" for one in part["rubric"]))]


def _step_key(step: Mapping[str, Any], language: str) -> list[str]:
    """The name of a step, with the key of its figure."""
    if "figure" not in step:
        return [text(step["title"], language)]
    asked = step["figure"]
    unit = f" {text(asked['unit'], language)}" if "unit" in asked else ""
    return [f"{text(step['title'], language)} ({text(asked['label'], language)}: {asked['key']}{unit})"]


def examples(body: Mapping[str, Any]) -> list[str]:
    """Replies the author calls right, for practice; of every step its own."""
    return [sample for _, part in _parts(body) for sample in part["samples"]["right"]]
