"""Marks of variants: what a journal leaves unsaid, what a regrade reaches, and what a page says without a journal."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from examdesk.aftercare.preview import show_proposal
from examdesk.analysis import Outcome, load_cohort, variant_table
from examdesk.autograding import Graded
from examdesk.autograding.answers import answer_flags
from examdesk.bank import load_form
from examdesk.bank.corrections import append_corrections, corrections_path
from examdesk.bank.forms import form_path
from examdesk.building import build_form, form_json, freeze_exam
from examdesk.marking import hidden_source, varied_cell
from examdesk.model import Cell, Correction, Form, Item, Mark
from examdesk.pipeline.marks import record
from examdesk.pipeline.pages import FeedbackForm, Standing
from examdesk.pipeline.regrade import Proposal, carry_out, propose
from examdesk.records import GradedSubmission, Records
from examdesk.variants import drawn
from tests.made import EXAM, made_course, rewritten
from tests.test_candidate_variants import PEOPLE, answered, date_in, graded

AT = "2026-03-02T09:00:00Z"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return made_course(tmp_path)


@pytest.fixture
def varied(course: Path) -> Form:
    """Form a of E90 with four variants of I-G08, built."""
    (course / "exams" / "E90" / "exam.yaml").write_text(EXAM + "variants: 4\n", encoding="utf-8")
    frozen = freeze_exam(course, "E90", "a")
    build_form(course, frozen)
    return frozen


def met_by(form: Form, person: str) -> tuple[int, Item]:
    place = drawn(form_json(form), person)["I-G08"]
    return place, form.every("I-G08")[place]


def sat(course: Path, form: Form, person: str) -> GradedSubmission:
    """Somebody answered her variant of I-G08 by the key it was frozen with."""
    frozen = replace(form, items={**form.items, **{name: found[0] for name, found in form.as_sat.items()}},
                     others={**form.others, **{name: found[1:] for name, found in form.as_sat.items()}})
    marks = graded(course, form, answered(frozen, person, None, met_by(frozen, person)[1]), person)
    found = Graded(person, "digest", "", None, marks, {}, {}, (), (), head="", seconds=None, simulated=False)
    return record(form, found, late_seconds=0, reopened=0, at=AT)


def two_who_met_different_ones(form: Form) -> tuple[str, str]:
    other = next(person for person in PEOPLE if met_by(form, person)[0] != met_by(form, PEOPLE[0])[0])
    return PEOPLE[0], other


@pytest.mark.parametrize("said", [None, {}, {"I-G08": 1.0}, {"I-G08": 9}, {"I-G08": True}])
def test_a_journal_that_does_not_say_which_variant_was_shown_waits_for_a_person(varied: Form, said: Any) -> None:
    """Begun with a form.json that had one variant: the candidate answered that one, and the seed means another."""
    public, person = form_json(varied), PEOPLE[0]
    journal = answered(varied, person, said and {**drawn(public, person), **said}, varied.items["I-G08"])
    (flag,) = answer_flags(public, journal, person)
    assert (flag.code, flag.hold) == ("unsaid-variant", True) and "I-G08" in flag.detail
    assert answer_flags(public, answered(varied, person, drawn(public, person), varied.items["I-G08"]), person) == []


def correct(course: Path, form: Form, number: int, place: int, *, never_lower: bool) -> None:
    """A regrade in which the key of one variant becomes another day."""
    fields = [{**form.every("I-G08")[place].body["fields"][0], "key": "1999-01-01"}]
    entry = Correction(AT, number, "Li Hua", "wrong key", "I-G08", {"fields": fields}, place, never_lower=never_lower)
    append_corrections(corrections_path(form_path(course / "exams", "E90", "a")), form, [entry])

    def again(_: Path, now: Form) -> dict[str, GradedSubmission]:
        return {person: sat(course, now, person) for person in two_who_met_different_ones(form)}

    found = propose(course, "E90-a", again)
    assert isinstance(found, Proposal)
    carry_out(course, found, again)


def points(course: Path, person: str) -> Fraction | None:
    (row,) = [row for row in Records.open(course).in_force(form="E90-a")
              if (row.candidate, row.item) == (person, "I-G08")]
    return row.points


def test_what_one_regrade_kept_another_about_another_variant_does_not_take(course: Path, varied: Form) -> None:
    (course / "grading").mkdir()
    one, other = two_who_met_different_ones(varied)
    Records.open(course).save_submissions([sat(course, varied, person) for person in (one, other)])
    full = varied.items["I-G08"].points
    correct(course, varied, 1, met_by(varied, one)[0], never_lower=True)
    assert (points(course, one), points(course, other)) == (full, full)
    correct(course, varied, 2, met_by(varied, other)[0], never_lower=False)
    assert (points(course, one), points(course, other)) == (full, 0)


def test_the_preview_names_an_item_once_with_the_variants_that_are_corrected(course: Path, varied: Form) -> None:
    (course / "grading").mkdir()
    Records.open(course).save_submissions([sat(course, varied, PEOPLE[0])])
    rewritten(course, "d07/I-G08", 'key: "{last}"', 'key: "{last}"\n    tolerance: 1')
    found = propose(course, "E90-a", lambda _, now: {PEOPLE[0]: sat(course, now, PEOPLE[0])}, by="Li Hua", why="narrow")
    assert isinstance(found, Proposal)
    out = Console(file=io.StringIO(), width=200)
    show_proposal(out, found)
    (line,) = [one for one in out.file.getvalue().splitlines() if one.startswith("  I-G08")]
    assert line.endswith(f"variants {', '.join(map(str, varied.variants['I-G08']))}")


def test_the_mark_of_a_marker_counts_for_the_variant_the_machine_named(course: Path, varied: Form) -> None:
    (course / "grading").mkdir()
    person = next(one for one in PEOPLE if met_by(varied, one)[0] == 2)
    records, full = Records.open(course), varied.items["I-G08"].points
    records.save_submissions([sat(course, varied, person)])
    records.save_marks([Mark(person, "E90-a", 1, "I-G08", "whole", Fraction(0), full, "read", "wang", "marker", {})],
                       at=AT)
    rows = variant_table(load_cohort(course, "E90"))
    assert list(rows[rows["item"] == "I-G08"]["n"]) == [0, 0, 1, 0]


def test_a_mark_that_names_no_variant_is_counted_for_none(course: Path, varied: Form) -> None:
    (course / "grading").mkdir()
    one = sat(course, varied, PEOPLE[0])
    bare = tuple(replace(mark, evidence={}) if number else replace(mark, evidence={"variant": 9})
                 for number, mark in enumerate(one.marks))
    Records.open(course).save_submissions([replace(one, marks=bare)])
    assert load_form(course, "E90-a").others and set(load_cohort(course, "E90").marks["variant"]) == {""}
    assert variant_table(load_cohort(course, "E90"))["n"].sum() == 0


def test_a_page_without_the_journal_asks_what_was_marked(course: Path, varied: Form, tmp_path: Path) -> None:
    """Somebody answered another variant than the seed's; the journal is lost after the marking."""
    (course / "grading").mkdir()
    person = PEOPLE[0]
    other = (met_by(varied, person)[0] + 1) % 4
    item = varied.every("I-G08")[other]
    marks = graded(course, varied, answered(varied, person, {"I-G08": other}, item), person)
    found = Graded(person, "digest", "", None, marks, {}, {}, (), (), head="h", seconds=None, simulated=False)
    records = Records.open(course)
    records.save_submissions([record(varied, found, late_seconds=0, reopened=0, at=AT)])
    rows = [row for row in records.in_force(form="E90-a") if row.item == "I-G08"]
    standing = Standing(person, Outcome("pass", (), Fraction(1), Fraction(1), 0), {"I-G08": rows}, False, "h")
    html = FeedbackForm(varied).page(standing, tmp_path / "lost.jsonl")
    assert [place for place, one in enumerate(varied.every("I-G08")) if date_in(one) in html] == [other]


def test_variants_may_need_different_graders_and_those_of_a_strangers_type() -> None:
    one = Fraction(1)
    plain = Cell("I-1", "autograder", hidden_source("I-1", "choice(key='a')", "choice", out_of=one), one)
    more = Cell("I-1", "autograder", hidden_source("I-1", "fractions()", "fractions.fractions", out_of=one), one)
    for cells in ((plain, more), (more, plain), (more, more)):
        source = varied_cell("I-1", cells).source
        names = {name.strip() for line in source.splitlines() if " import " in line
                 for name in line.split(" import ")[1].split(",")}
        assert {"award", "varied", "fractions"} <= names and ("choice" in names) == (plain in cells)
