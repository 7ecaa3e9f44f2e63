"""The door of the hidden cells: `award`, and one grader factory per item type.

    from examdesk.graders import award, choice
    award("I-801", choice(key="b"), out_of=2)

`award` alone touches journal and screen; every grader is a pure function. It finds the responses in the context the
in-process grader sets (`grading`), else in the working folder's form.json and journal, so that unmodified nbgrader
gives the same marks.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from examdesk import __version__
from examdesk.errors import NeedsMarker
from examdesk.items import responses
from examdesk.items.choice.grader import choice
from examdesk.items.inbox.grader import inbox
from examdesk.items.matching.grader import matching
from examdesk.items.multi.grader import multi
from examdesk.items.numeric.grader import field, numeric
from examdesk.items.ordering.grader import ordering
from examdesk.items.register.checks import covers, in_order, no_overlap
from examdesk.items.register.columns import column
from examdesk.items.register.grader import register, wanted
from examdesk.items.reply.grader import criterion, forbidden, rubric
from examdesk.items.reply.letters import figure, letters, step
from examdesk.items.scenario.grader import scenario
from examdesk.items.survey.grader import survey
from examdesk.items.transcript.grader import transcript
from examdesk.items.triage.grader import triage
from examdesk.items.typing.grader import passage, typing
from examdesk.journal import NAME, Journal, read_journal
from examdesk.marker_view import marker_view
from examdesk.marking import Varied, varied, void
from examdesk.model import Grader, Judgement, Response, exact
from examdesk.variants import as_shown

__all__ = [
    "Award",
    "award",
    "choice",
    "column",
    "covers",
    "criterion",
    "field",
    "figure",
    "forbidden",
    "grading",
    "in_order",
    "inbox",
    "letters",
    "matching",
    "multi",
    "no_overlap",
    "numeric",
    "ordering",
    "passage",
    "register",
    "rubric",
    "scenario",
    "step",
    "survey",
    "transcript",
    "triage",
    "typing",
    "varied",
    "void",
    "wanted",
]

MARK_TYPE = "application/vnd.examdesk.mark+json"
GRADER = f"examdesk {__version__}"


@dataclass(frozen=True)
class Grading:
    """What `award` needs of one submission. `responses` is None when there is no journal at all."""

    form: Mapping[str, Any]  # form.json, as the candidate saw it
    responses: Mapping[str, Response] | None
    displayed: list[Award] | None = None  # what the cell showed; None shows it in the notebook


def grading_of(form: Mapping[str, Any], journal: Journal | None, candidate: str, *,
               displayed: list[Award] | None = None) -> Grading:
    """What `award` needs of the submission of `candidate` to the form in this form.json."""
    seen = as_shown(form, candidate, journal.start if journal else {})
    return Grading(seen, responses_of(seen, journal), displayed)


_current: ContextVar[Grading | None] = ContextVar("grading", default=None)


@contextmanager
def grading(context: Grading) -> Iterator[None]:
    """Marks the submission of `context` for the cells run inside."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Grading | None:
    """The context set by `grading`; None in a kernel of its own."""
    return _current.get()


def responses_of(form: Mapping[str, Any], journal: Journal | None) -> dict[str, Response] | None:
    """The valid responses of a journal to the questions of a form; None without a journal."""
    return None if journal is None else responses(form["questions"], journal)


@dataclass(frozen=True)
class Award:
    """The mark of one cell. nbgrader reads the points from text/plain, the pipeline reads the mark."""

    points: Fraction | None
    mark: Mapping[str, Any]
    html: str

    def __repr__(self) -> str:
        return "unmarked" if self.points is None else repr(float(self.points))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": repr(self), MARK_TYPE: dict(self.mark), "text/html": self.html}


def award(item: str, grader: Grader | Varied, *, out_of: int | str) -> Award:
    """The mark of `item` by `grader`, out of `out_of` points; always the last expression of its cell.

    With `out_of=0` the cell only collects evidence: a marker decides the points in the item's task cell. An item that
    is worth nothing at all is decided by that, and its answer is not shown beside a name.
    Raises `NeedsMarker` when a person must mark; the cell then counts as unmarked, not as zero.
    """
    context = _current.get() or _from_folder()
    if item not in context.form["questions"]:
        raise NeedsMarker(f"{item} is not in this form")
    if context.responses is None and grader is not void():
        lost = Judgement(None, "there is no journal: lost work is not a blank exam")
        _hand_over(context, item, Response(item), lost, out_of)
    response = (context.responses or {}).get(item, Response(item))
    try:
        judgement = _of_variant(grader, context.form["questions"][item])(response)
    except NeedsMarker as needs:
        judgement = Judgement(None, str(needs))
        _hand_over(context, item, response, judgement, out_of)
    if judgement.fraction is None and exact(out_of) > 0:  # nbgrader takes any other text than a number for full marks
        _hand_over(context, item, response, judgement, out_of)
    return _awarded(context, item, response, judgement, out_of)


def _of_variant(grader: Grader | Varied, question: Mapping[str, Any]) -> Grader:
    return grader.graders[question.get("variant", 0)] if isinstance(grader, Varied) else grader


def _hand_over(context: Grading, item: str, response: Response, judgement: Judgement, out_of: int | str) -> NoReturn:
    shown_award = _awarded(context, item, response, judgement, out_of)
    if context.displayed is None:
        _display(shown_award)
    else:
        context.displayed.append(shown_award)
    raise NeedsMarker(judgement.reason)


def _awarded(context: Grading, item: str, response: Response, judgement: Judgement, out_of: int | str) -> Award:
    question = context.form["questions"][item]
    cell_points, full = exact(out_of), exact(question["out_of"])
    decided = judgement.fraction is not None and (cell_points > 0 or full == 0)
    points = judgement.fraction * cell_points if decided and judgement.fraction is not None else None
    known = decided or (cell_points > 0 and any(p.waits for p in judgement.parts))  # a person rates some of them
    mark = {
        "item": item,
        "points": None if points is None else str(points),
        "out_of": str(full),
        "reason": judgement.reason,
        "parts": [
            {
                "criterion": p.criterion,
                "points": str(p.fraction * p.weight * full) if known and not p.waits else None,
                "out_of": str(p.weight * full),
                "reason": p.reason,
            }
            for p in judgement.parts
        ],
        "critical": [list(found) for found in judgement.critical],
        "suspected": [list(found) for found in judgement.suspected],
        "grader": GRADER,
        "evidence": {**judgement.evidence, **_variant(question), "events": [event.seq for event in response.events]},
    }
    html = marker_view(context.form, item, response, judgement, points, full)
    return Award(Fraction(0) if cell_points == 0 and judgement.fraction is None else points, mark, html)


def _variant(question: Mapping[str, Any]) -> dict[str, int]:
    return {"variant": question["variant"]} if "variant" in question else {}


def _from_folder() -> Grading:
    """The context of the working folder, for kernels started by unmodified nbgrader."""
    return Grading(*_read(_stamp("form.json"), _stamp(NAME)))


def _stamp(name: str) -> tuple[int, ...]:
    """Which file it is, and in which state; () for none."""
    try:
        found = os.stat(name)
    except FileNotFoundError:
        return ()
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1)
def _read(_form: tuple[int, ...], _journal: tuple[int, ...]
          ) -> tuple[Mapping[str, Any], Mapping[str, Response] | None]:
    journal = read_journal(Path(NAME))
    found = grading_of(_public(Path("form.json").read_bytes()), journal, _named(journal))
    return found.form, found.responses


def _named(journal: Journal | None) -> str:
    """The candidate by the journal: unmodified nbgrader tells a kernel nothing else."""
    return str(journal.start.get("candidate", "")) if journal else ""


@lru_cache(maxsize=4)
def _public(form: bytes) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(form)
    return data


def _display(award: Award) -> None:
    from IPython.display import display

    display(award)
