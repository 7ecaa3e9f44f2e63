"""Which variant of an item a candidate meets, where a form holds several of it.

form.json keeps the first variant of a question under `public` and the others under `variants`; the hidden cell has a
grader for each. A seed of form, candidate and item names the one that is shown. That seed is public: variants spread
copies, they are no secret. The journal's start says what was shown, and by that an answer is marked; where it says
another variant than the seed, the submission is flagged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from examdesk.model import seed_of

HEADER = "variants"  # in the journal's start: {item: place of the variant, from 0}
Places = Mapping[str, int]
"""{item with several variants: place of one of them in the form, from 0}."""


def drawn(public: Mapping[str, Any], candidate: str) -> dict[str, int]:
    """The variants of a candidate by the seed, {} for a form in which everybody gets the same questions."""
    return {item: seed_of("variant", public["form"], candidate, item) % count for item, count in _several(public)}


def met(public: Mapping[str, Any], candidate: str, start: Mapping[str, Any]) -> dict[str, int]:
    """The variants a journal's start says were shown; where it says nothing the form knows, those of the seed."""
    said, missing = _said(start), unsaid(public, start)
    return {item: place if item in missing else said[item] for item, place in drawn(public, candidate).items()}


def unsaid(public: Mapping[str, Any], start: Mapping[str, Any]) -> list[str]:
    """The items with variants of which a journal's start does not say which one was shown."""
    return [item for item, count in _several(public) if not _fits(_said(start).get(item), count)]


def with_variants(public: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """The form.json of somebody who is shown these variants: one question an item, and its place under `variant`."""
    questions = {item: {**_without_others(question), "public": _every(question)[places[item]], "variant": places[item]}
                 if item in places else question for item, question in public["questions"].items()}
    return {**public, "questions": questions}


def as_shown(public: Mapping[str, Any], candidate: str, start: Mapping[str, Any]) -> Mapping[str, Any]:
    """The form.json as the candidate saw it; the very same object for a form without variants."""
    places = met(public, candidate, start)
    return with_variants(public, places) if places else public


def _said(start: Mapping[str, Any]) -> Mapping[str, Any]:
    said = start.get(HEADER)
    return said if isinstance(said, dict) else {}


def _several(public: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(item, len(_every(question))) for item, question in public["questions"].items() if question.get("variants")]


def _every(question: Mapping[str, Any]) -> list[Any]:
    return [question["public"], *question["variants"]]


def _without_others(question: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in question.items() if name != "variants"}


def _fits(place: object, count: int) -> bool:
    return type(place) is int and 0 <= place < count
