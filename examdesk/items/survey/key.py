"""What an author writes for a survey item. Nothing is right or wrong in it, so there is no key and no reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from examdesk.bank import ItemFile, Labelled, Loc, Problem, TextMap
from examdesk.bank.schema import Slug, Strict, repeated

LONGEST = 2000  # characters of a free text


class Asked(Strict):
    id: Slug
    kind: Literal["single", "multi", "scale", "text"]
    text: TextMap
    options: Annotated[list[Labelled], Field(min_length=2, max_length=12)] | None = None
    low: TextMap | None = None
    high: TextMap | None = None
    at_most: Annotated[int, Field(ge=10, le=LONGEST)] | None = None


class Authored(ItemFile):
    scored: ClassVar[bool] = False

    type: Literal["survey"]
    questions: Annotated[list[Asked], Field(min_length=1, max_length=20)]


_FIELDS = {"single": {"options"}, "multi": {"options"}, "scale": {"low", "high"}, "text": {"at_most"}}
_CURES = {"options": "add options with an id and a text each", "low": "say what 1 means: low: {zh: …, en: …}",
          "high": "say what 5 means: high: {zh: …, en: …}", "at_most": "say how many characters: at_most: 500"}


def faults(body: Mapping[str, Any]) -> list[Problem]:
    """Faults pydantic cannot see."""
    found = repeated([one["id"] for one in body["questions"]], ("questions",))
    for index, one in enumerate(body["questions"]):
        loc: Loc = ("questions", index)
        for name in _CURES:
            if name in _FIELDS[one["kind"]] and name not in one:
                wrong = f"a question of the kind {one['kind']} needs {name}"
                found.append(Problem(loc, wrong, one["id"], _CURES[name]))
            elif name in one and name not in _FIELDS[one["kind"]]:
                wrong = f"a question of the kind {one['kind']} has no {name}"
                found.append(Problem((*loc, name), wrong, one["id"], "remove it, or correct the kind"))
        found += repeated([option["id"] for option in one.get("options", [])], (*loc, "options"))
    return found


def kind(body: Mapping[str, Any]) -> str:
    """The kind a blueprint counts."""
    return "survey"


def reasons(body: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """No reasons: nothing is right or wrong."""
    return iter(())


def explain(body: Mapping[str, Any], value: object, language: str, *, show_key: bool) -> list[str]:
    """Nothing: an opinion earned nothing and missed nothing."""
    return []
