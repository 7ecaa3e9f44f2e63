"""What a cohort said in its questionnaires: counts without names, and none where a few could be recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from examdesk.analysis.cohort import records_of
from examdesk.analysis.policy import read_policy
from examdesk.bank import load_form
from examdesk.errors import CourseError, SubmissionRefused
from examdesk.graders import responses_of
from examdesk.items import part
from examdesk.journal import NAME, read_journal
from examdesk.model import Form, text
from examdesk.records import newest_graded

COUNTS = ["form", "item", "question", "kind", "answer", "n", "of", "note"]
TEXTS = ["form", "item", "question", "text"]


def opinion_table(course: str | Path, form: str, *, language: str = "zh", url: str | None = None) -> pd.DataFrame:
    """How often everything was chosen, one row per answer: form, item, question, kind, answer, n, of, note.

    `of` counts who answered the question. With fewer than `report.min_cell_n` of them `n` and `of` are NaN and `note`
    says so. Free texts are only counted; `opinion_texts` has them. Simulated candidates are left out unless there are
    no others. Raises `CourseError` when the form has no survey, or nothing is graded yet.
    """
    course, frozen = Path(course), load_form(Path(course), form)
    questions, said = _questions(frozen), list(_said(course, frozen, url))
    fewest = read_policy(course).report.min_cell_n
    rows = [{"form": form, **row} for item, asked in questions
            for row in _rows(item, asked, [one.get(item, {}) for one in said], fewest, language)]
    return pd.DataFrame(rows, columns=COUNTS)


def opinion_texts(course: str | Path, form: str, *, language: str = "zh", url: str | None = None) -> pd.DataFrame:
    """The free texts of a form in alphabetical order, so that no row belongs to a person: form, item, question, text.

    A text can still tell who wrote it: a person reads them before anybody else does. Nothing where fewer than
    `report.min_cell_n` wrote.
    """
    course, frozen = Path(course), load_form(Path(course), form)
    questions, said = _questions(frozen), list(_said(course, frozen, url))
    fewest = read_policy(course).report.min_cell_n
    rows = []
    for item, asked in questions:
        written = sorted(one[item][asked["id"]] for one in said if asked["kind"] == "text" and _has(one, item, asked))
        question = text(asked["text"], language)
        rows += [{"form": form, "item": item, "question": question, "text": words}
                 for words in (written if len(written) >= fewest else [])]
    return pd.DataFrame(rows, columns=TEXTS)


def _questions(form: Form) -> list[tuple[str, Mapping[str, Any]]]:
    found = [(item.id, asked) for item in form.items.values() if not item.points
             for asked in item.body.get("questions", ())]
    if not found:
        raise CourseError(f"{form.id} has no survey. Cure: name a form with an item of the type survey")
    return found


def _said(course: Path, form: Form, url: str | None) -> Iterator[dict[str, Any]]:
    """{item: answers} of everybody graded whose journal is the one that was graded; who it was is left behind here."""
    newest = newest_graded(tuple(records_of(course, url).submissions(form=form.id))).values()
    real = [row for row in newest if not row.simulated] or list(newest)
    public = {"questions": {item.id: {"type": item.type, "public": part(item.type, "question").public(item)}
                            for item in form.items.values() if not item.points}}
    for row in real:
        try:
            journal = read_journal(course / "submitted" / row.candidate / form.id / NAME)
        except SubmissionRefused:
            continue
        if journal is not None and journal.head == row.journal_head:
            responses = responses_of(public, journal) or {}
            yield {item: response.value for item, response in responses.items() if not response.is_blank}


def _has(one: Mapping[str, Any], item: str, asked: Mapping[str, Any]) -> bool:
    return bool(one.get(item, {}).get(asked["id"]))


def _rows(item: str, asked: Mapping[str, Any], said: list[Mapping[str, Any]], fewest: int, language: str
          ) -> Iterator[dict[str, Any]]:
    given = [one[asked["id"]] for one in said if one.get(asked["id"])]
    chosen = Counter(name for answer in given for name in (answer if isinstance(answer, list) else [answer]))
    few = len(given) < fewest
    common = {"item": item, "question": text(asked["text"], language), "kind": asked["kind"],
              "of": float("nan") if few else len(given), "note": f"fewer than {fewest} answered" if few else ""}
    if asked["kind"] == "text":
        yield {**common, "answer": "", "n": common["of"]}
        return
    named = {option["id"]: text(option["text"], language) for option in asked.get("options", ())}
    for name in named or part("survey", "question").STEPS:
        yield {**common, "answer": named.get(name, name), "n": float("nan") if few else chosen[name]}
