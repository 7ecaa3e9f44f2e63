"""The feedback page of one candidate, from marks and journal: static HTML, no key, no live HTML of a reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from examdesk.analysis import Cohort, Outcome
from examdesk.analysis.kinds import kind_name
from examdesk.building import form_json
from examdesk.errors import CourseError, SubmissionRefused
from examdesk.explaining import Scored, explained
from examdesk.graders import responses_of
from examdesk.items import part
from examdesk.journal import Journal, read_journal
from examdesk.marking import shown
from examdesk.model import LANGUAGES, Form, Item, Response, canonical, text
from examdesk.pipeline.words import WORDS
from examdesk.records import MarkRow
from examdesk.records.moderations import corrected_in
from examdesk.variants import Places, met, with_variants
from examdesk.widgets import rendered

KEPT = 5_000  # articles kept for the next candidate with the same answer; at most some 20 MB
SHORT = 300  # characters of an answer that others are likely to give, too


@dataclass(frozen=True)
class Standing:
    """Where one candidate stands: the outcome and the marks in force."""

    candidate: str
    outcome: Outcome
    marks: Mapping[str, list[MarkRow]]  # by item
    simulated: bool
    journal_head: str  # of the journal these marks were given on

    @classmethod
    def of(cls, cohort: Cohort, form: str, candidate: str) -> Standing:
        """The standing of the candidate's last sitting of `form`."""
        sats = [sat for sat in cohort.newest if sat[:2] == (candidate, form)]
        if not sats:
            raise CourseError(f"{candidate} has no marks for {form}. Cure: run  nbgrader autograde {form}  first")
        marks: dict[str, list[MarkRow]] = {}
        for row in cohort.rows_of(sats[-1]):
            marks.setdefault(row.item, []).append(row)
        newest = cohort.newest[sats[-1]]
        return cls(candidate, cohort.outcomes[sats[-1]], marks, newest.simulated, newest.journal_head)


class FeedbackForm:
    """A frozen form ready for many pages: what all candidates share is read and rendered once."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._public = form_json(form)
        self._asked = {(name, place): _asked(item)
                       for name in form.items for place, item in enumerate(form.every(name))}
        self._out_of = shown(form.out_of)
        self._articles: dict[Any, Markup] = {}

    def page(self, standing: Standing, journal: Path) -> str:
        """The page of one candidate in the candidate's language.

        A journal that cannot be read, or is not the one that was marked, is not shown: the marks stand without it.
        """
        read = _marked_journal(standing, journal)
        unread = read is None and standing.journal_head != ""
        language = _language(self.form, read)
        shown_places = met(self._public, standing.candidate, read.start if read else {})
        places = _marked_places(self.form, shown_places, standing)
        responses = responses_of(with_variants(self._public, places), read) or {}
        return _template("feedback").render(
            w=WORDS[language],
            language=language,
            title=text(self.form.title, language),
            form=self.form.id,
            candidate=standing.candidate,
            standing=standing,
            unread=unread,
            score=shown(standing.outcome.score),
            out_of=self._out_of,
            why=[_why(code, self.form, language) for code in standing.outcome.why],
            articles=[
                self._article(item, places.get(name, 0), responses.get(name, Response(name)),
                              standing.marks.get(name, []), language, unread)
                for name, item in self.form.with_variants(places).items.items()
            ],
        )

    def _article(self, item: Item, place: int, response: Response, marks: Sequence[MarkRow], language: str, unread: bool
                 ) -> Markup:
        """What the page says about one item; the same answer with the same marks of the machine is told once."""
        value = canonical(response.value)
        if len(value) > SHORT or any(mark.kind in ("marker", "moderated") for mark in marks):
            return self._told(item, place, response, marks, language, unread)
        points = tuple((mark.criterion, mark.points, mark.out_of) for mark in marks)
        key = (item.id, place, language, unread, value, points)
        if key not in self._articles:
            if len(self._articles) >= KEPT:
                self._articles.clear()
            self._articles[key] = self._told(item, place, response, marks, language, unread)
        return self._articles[key]

    def _told(self, item: Item, place: int, response: Response, marks: Sequence[MarkRow], language: str, unread: bool
              ) -> Markup:
        row, words = self._row(item, place, response, marks, language), WORDS[language]
        unscored = "on_trial" if item.id in self.form.pilot else "unnamed"
        row["blank"] = words["not_shown" if unread else "blank" if item.points else unscored]
        return Markup(_template("feedback-item").render(row=row, w=words))

    def _row(self, item: Item, place: int, response: Response, marks: Sequence[MarkRow], language: str
             ) -> dict[str, Any]:
        public, stems = self._asked[item.id, place]
        scored = [Scored(mark.criterion, mark.points, mark.out_of) for mark in marks]
        told = explained(self.form, item, response, scored, language, show_key=self.form.show_key,
                         public=public, corrected=corrected_in(marks))
        return {
            "number": self._public["questions"][item.id]["number"],
            "id": item.id,
            "stem": Markup(stems[language if language in stems else self.form.language]),
            "comments": [mark.reason for mark in marks if mark.kind == "marker" and mark.reason],
            **vars(told),
        }


def _asked(item: Item) -> tuple[dict[str, Any], dict[str, str]]:
    """The question as its panel shows it, and its stem as HTML per language."""
    return part(item.type, "question").public(item), rendered(item.body["stem"])


def _marked_places(form: Form, places: Places, standing: Standing) -> dict[str, int]:
    """The variants that were marked: they stand with the marks, also where the journal cannot be read any more."""
    marked = {item: mark.evidence["variant"] for item in places for mark in standing.marks.get(item, [])
              if mark.evidence.get("variant") in range(len(form.every(item)))}
    return {**places, **marked}


def _marked_journal(standing: Standing, path: Path) -> Journal | None:
    """The journal at `path`, if it can be read and is the one the marks were given on."""
    try:
        journal = read_journal(path)
    except SubmissionRefused:
        return None
    return journal if journal is not None and journal.head == standing.journal_head else None


def _language(form: Form, journal: Journal | None) -> str:
    """The language the candidate chose last, else the exam's."""
    spoken = [event.value for event in journal.events if event.kind == "language"] if journal else []
    chosen = spoken[-1] if spoken else (journal.start.get("language") if journal else None)
    return chosen if chosen in LANGUAGES and chosen in form.languages else form.language


def _why(code: str, form: Form, language: str) -> str:
    """A reason of the result in words; the candidate knows questions by number and parts by title, not by id."""
    head, _, detail = code.partition(":")
    if detail in form.items:
        detail = WORDS[language]["question"].format(n=[*form.items].index(detail) + 1)
    elif head == "unticked" and form.pass_rule.checklist:
        detail = text(form.pass_rule.checklist.lines[detail], language)
    elif head == "twice":
        detail = text(form.pass_rule.twice[detail].label, language)
    elif titles := [section.title for section in form.sections if section.part == detail]:
        detail = text(titles[0], language)
    return WORDS[language].get(f"why_{head}", head).format(detail=kind_name(detail, language))


@cache
def _template(name: str) -> Any:
    """The template, compiled once; whatever is no Markup is escaped."""
    environment = Environment(
        loader=PackageLoader("examdesk.pipeline", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(f"{name}.html.j2")
