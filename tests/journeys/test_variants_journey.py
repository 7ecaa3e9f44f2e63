"""Two trainees side by side: the same rule, other numbers; each is marked by the key of what was on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from json import dumps

import nbformat
import pytest
from playwright.sync_api import expect

from examdesk.autograding.cells import mark_data, run_cells
from examdesk.bank import read_bank
from examdesk.building import form_json
from examdesk.building.freezing import key_modules
from examdesk.building.notebooks import notebook
from examdesk.graders import grading_of
from examdesk.model import Form
from examdesk.pipeline.released import paper_cells
from examdesk.variants import drawn
from tests.journeys.exams import PROJECT, form_with, released
from tests.journeys.server import Lab
from tests.journeys.test_trainee_journey import value_of
from tests.journeys.trainee import Trainee

pytestmark = [pytest.mark.browser]
ITEMS = ("I-G08", "I-G13", "I-801")


def varied_form(*items: str, count: int = 4) -> Form:
    bank = read_bank(PROJECT / "exams", root=PROJECT, types=key_modules())
    made = {item: tuple(bank.templates[item].item(number, None) for number in range(count))
            for item in items if item in bank.templates}
    return replace(form_with(*items), variants={item: tuple(range(count)) for item in made},
                   others={item: variants[1:] for item, variants in made.items()})


def test_two_trainees_meet_other_numbers_and_each_is_marked_by_her_own(
    lab: Lab, new_trainee: Callable[..., Trainee]
) -> None:
    """Lin and Wang sit the same form. Each reads her own numbers, also after a reload, answers right and hands in."""
    form = varied_form(*ITEMS)
    public = form_json(form)
    lin, wang = "C-0018", next(name for name in (f"C-{n:04}" for n in range(100)) if all(
        drawn(public, name)[item] != drawn(public, "C-0018")[item] for item in ITEMS[:2]))
    for candidate in (lin, wang):
        folder = lab.home / "variants" / candidate
        folder.mkdir(parents=True)
        exam, seen = released(form, folder), form.with_variants(drawn(public, candidate))
        trainee = new_trainee()
        trainee.open(lab.page(exam.notebook))
        trainee.start(candidate)
        for number, item in enumerate(seen.items.values(), start=1):
            expect(trainee.question(number)).to_contain_text(item.body["stem"]["zh"])
            trainee.answer(number, item, value_of(item))
        trainee.page.reload()
        trainee.ready("open")
        for number, item in enumerate(seen.items.values(), start=1):
            expect(trainee.question(number)).to_contain_text(item.body["stem"]["zh"])
            trainee.sees(number, item, value_of(item))
        trainee.hand_in()
        cells = paper_cells(nbformat.reads(dumps(notebook(form)), as_version=4))
        marks = mark_data(run_cells(cells, grading_of(public, exam.journal, candidate, displayed=[])))
        assert {name: mark["points"] for name, mark in marks.items()} == {
            item.id: str(item.points) for item in form.items.values()}
        trainee.was_undisturbed()

