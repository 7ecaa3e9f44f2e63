"""`nbgrader generate_feedback`: a page written from marks, with no cell, no key and no live HTML of a reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

from examdesk.analysis import Cohort, Outcome, load_cohort
from examdesk.bank import load_form
from examdesk.building import form_json
from examdesk.errors import CourseError
from examdesk.graders import responses_of
from examdesk.items import part
from examdesk.journal import NAME, Journal, parse
from examdesk.marking import shown
from examdesk.model import LANGUAGES, Form, Item, Response, text
from examdesk.pipeline.words import WORDS
from examdesk.records import MarkRow, Records
from examdesk.widgets import rendered


class FeedbackExporter(HTMLExporter):
    """Writes the page of one candidate; notebooks that are no Examdesk exam go nbgrader's way."""

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, Any]:
        form = nb.metadata.get("examdesk", {}).get("form")
        if form is None or "nbgrader" not in (resources or {}):
            return super().from_notebook_node(nb, resources, **kw)
        folder = Path(resources["metadata"]["path"])
        page = feedback_page(Path.cwd(), str(form), resources["nbgrader"]["student"], journal=folder / NAME)
        resources["output_extension"] = ".html"
        return page.encode("utf-8", "replace").decode(), resources  # half a character cannot be written


def feedback_page(course: Path, form: str, candidate: str, *, journal: Path) -> str:
    """The feedback of one candidate as one static HTML page in the candidate's language."""
    frozen = load_form(course, form)
    found = _standing(course, frozen, candidate)
    read = parse(journal.read_bytes()) if journal.is_file() else None
    language = _language(frozen, read)
    responses = responses_of(form_json(frozen), read) or {}
    page = _environment().get_template("feedback.html.j2")
    return page.render(
        w=WORDS[language],
        language=language,
        title=text(frozen.title, language),
        form=frozen.id,
        candidate=candidate,
        standing=found,
        score=shown(found.outcome.score),
        out_of=shown(frozen.out_of),
        why=[_why(code, frozen, language) for code in found.outcome.why],
        rows=[
            _row(frozen, item, number, responses.get(item.id, Response(item.id)), found, language)
            for number, item in enumerate(frozen.items.values(), start=1)
        ],
    )


@dataclass(frozen=True)
class Standing:
    """Where one candidate stands: the outcome and the marks in force."""

    outcome: Outcome
    marks: Mapping[str, list[MarkRow]]  # by item
    simulated: bool


def _standing(course: Path, form: Form, candidate: str) -> Standing:
    cohort = _cohort(course, form.exam, _stamp(course))
    sats = [sat for sat in cohort.newest if sat[:2] == (candidate, form.id)]
    if not sats:
        raise CourseError(f"{candidate} has no marks for {form.id}. Cure: run  nbgrader autograde {form.id}  first")
    marks: dict[str, list[MarkRow]] = {}
    for row in cohort.rows_of(sats[-1]):
        marks.setdefault(row.item, []).append(row)
    return Standing(cohort.outcomes[sats[-1]], marks, cohort.newest[sats[-1]].simulated)


def _stamp(course: Path) -> tuple[int, ...]:
    """Changes whenever the records do, so that many pages in one run read them once."""
    return Records.open(course).length()


@lru_cache(maxsize=2)
def _cohort(course: Path, exam: str, _stamp: tuple[int, ...]) -> Cohort:
    return load_cohort(course, exam)


def _language(form: Form, journal: Journal | None) -> str:
    """The language the candidate chose last, else the exam's."""
    spoken = [event.value for event in journal.events if event.kind == "language"] if journal else []
    chosen = spoken[-1] if spoken else (journal.start.get("language") if journal else None)
    return chosen if chosen in LANGUAGES and chosen in form.languages else form.language


def _row(form: Form, item: Item, number: int, response: Response, found: Standing, language: str) -> dict[str, Any]:
    question, key = part(item.type, "question"), part(item.type, "key")
    marks = found.marks[item.id]
    unmarked = any(mark.points is None for mark in marks)
    points = None if unmarked else sum((mark.points for mark in marks if mark.points is not None), Fraction(0))
    public = question.public(item)
    told = question.told(public, response.value, language) if not response.is_blank else []
    explained = key.explain(item.body, response.value, language, show_key=form.show_key) if told else []
    parts = [mark for mark in marks if mark.criterion != "whole"] if told and not unmarked else []
    return {
        "number": number,
        "id": item.id,
        "stem": Markup(rendered(item.body["stem"])[language if language in item.body["stem"] else form.language]),
        "answer": told,
        "points": shown(points),
        "out_of": shown(item.points),
        "state": "unmarked" if unmarked else "full" if points == item.points else "none" if not points else "part",
        "parts": [_part(item, mark, language) for mark in parts],
        "explained": explained,
        "comments": [mark.reason for mark in marks if mark.kind == "marker" and mark.reason],
        "facts": [text(form.facts[fact], language) for fact in item.facts if fact in form.facts],
    }


def _part(item: Item, mark: MarkRow, language: str) -> dict[str, str]:
    name = part(item.type, "key").criterion_text(item.body, mark.criterion, language)
    return {"name": name, "points": shown(mark.points), "out_of": shown(mark.out_of)}


def _why(code: str, form: Form, language: str) -> str:
    """A reason of the result in words; the candidate knows questions by number, not by id."""
    head, _, detail = code.partition(":")
    if detail in form.items:
        detail = WORDS[language]["question"].format(n=[*form.items].index(detail) + 1)
    return WORDS[language].get(f"why_{head}", head).format(detail=detail)


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("examdesk.pipeline", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
