"""The registry of item types: one folder each, all with the same files.

    question.py   public(item), arranged(public, seed=), clean(public, value), told(public, value, language);
                  optional: shown(public, value) = what of it the browser gets, settled(public, newest, older) = what
                  counts when earlier answers bind the newest; timed(public) = whether its said events tell how long
                  somebody had waited
    key.py        Authored (the file an author writes), faults(body), reasons(body), kind(body), explain(...);
                  criterion_text(body, criterion, language) where marks have criteria;
                  optional: examples(body), good answers where a person marks; complete(body) = the body as it is
                  frozen, and its inverse written(body), where freezing adds something to what the author wrote;
                  in_one_language(body, place), whether a text is written in one language by purpose;
                  lost(item, value, language, show_key=) = every point lost with its turn, {turn, points, what, said,
                  better}; moderating = a module by which a marker corrects what a machine understood, see
                  `scenario/moderating.py`; `explain` and `lost` then take corrected=;
                  measures_waits(body), whether a mark's evidence holds `waits` (how many answers count) and `late`;
                  against_master(body, marked) = (said, key) of every line, where a mark's evidence holds `marked`;
                  violations(body) = the rules of grading/points.yaml an item names, each with its place
    grader.py     the grader factory: pure (Response) -> Judgement
    widget.py     Widget, with widget.js beside it
    cells.py      cells(item): the notebook cells of the item
    samples.py    right, partial, wrong, blank and malformed behaviour of a candidate;
                  optional: vary = other right ones, against_the_key = what a wrong key makes of those who know,
                  takes(item, kind, value) = ms before an event, 0 for any

A stranger's type registers its package under the entry-point group `examdesk.item_types`, as the built-in ones do.
`question` and `widget` are the trainee's side: they import no key, grader or bank.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from functools import cache, partial
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

from examdesk.errors import ExamdeskError
from examdesk.journal import Journal, fold
from examdesk.model import Response

PARTS = ("question", "key", "grader", "widget", "cells", "samples")


@cache
def packages() -> dict[str, str]:
    """{type name: package} of every registered item type, sorted by name."""
    return {entry.name: entry.value for entry in sorted(entry_points(group="examdesk.item_types"))}


@cache
def part(type_name: str, name: str) -> ModuleType:
    """The module `name` (see `PARTS`) of an item type.

    >>> part("choice", "question").__name__
    'examdesk.items.choice.question'
    """
    if type_name not in packages():
        raise ExamdeskError(f'no item type "{type_name}"; there are: {", ".join(packages())}')
    return importlib.import_module(f"{packages()[type_name]}.{name}")


def is_answer(questions: Mapping[str, Any], item: str, value: object) -> bool:
    """Whether `value` is an answer that a panel of the form's `questions` could have sent for `item`."""
    if item not in questions:
        return False
    try:
        part(questions[item]["type"], "question").clean(questions[item]["public"], value)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    return True


def is_chat(questions: Mapping[str, Any], item: str) -> bool:
    """Whether `item` is said and done, never answered."""
    return item in questions and hasattr(part(questions[item]["type"], "question"), "clean_event")


def settled(questions: Mapping[str, Any], item: str, newest: Any, older: Iterator[Any]) -> Any:
    """The answer that counts: the newest, unless the item's type lets earlier ones bind it."""
    bound = getattr(part(questions[item]["type"], "question"), "settled", None) if item in questions else None
    return bound(questions[item]["public"], newest, older) if bound else newest


def responses(questions: Mapping[str, Any], journal: Journal) -> dict[str, Response]:
    """What counts of a journal for the questions of a form: by item, the answer that a panel could have sent."""
    return fold(journal, valid=partial(is_answer, questions), chat=partial(is_chat, questions),
                settled=partial(settled, questions))
