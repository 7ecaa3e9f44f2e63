"""The trainee: marks a record and fills in registers in JupyterLab; what she did is what is marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from examdesk.bank import load_form, load_yaml
from examdesk.bank.bank import read_item
from examdesk.items import part
from examdesk.model import Form
from tests.conftest import marked
from tests.journeys.exams import PROJECT, released
from tests.journeys.server import Lab
from tests.journeys.test_trainee_journey import value_of
from tests.journeys.trainee import Trainee

pytestmark = pytest.mark.browser

FILES = ("d02/I-251", "d06/I-652", "d12/I-C54", "d04/I-452")


def form_of_registers() -> Form:
    """A form with a record and three registers of the bank."""
    types = {name: part(name, "key") for name in ("transcript", "register")}
    documents = [load_yaml(PROJECT / "exams" / "bank" / f"{name}.yaml", root=PROJECT) for name in FILES]
    items = {item.id: item for document in documents if (item := read_item(document, types=types)[0])}
    first = load_form(PROJECT, "E01-a")
    section = replace(first.sections[0], items=tuple(items))
    return replace(first, id="E98-a", exam="E98", items=items, sections=(section,), facts={})


def test_a_trainee_marks_a_record_and_fills_in_registers(lab: Lab, new_trainee: Callable[..., Trainee]) -> None:
    """Lin marks four lines of a chat, logs three parcels in rows she adds, ticks a checklist, writes a red-flag note,
    reads everything again in English and hands in. Every answer earns all its points.
    """
    folder = lab.home / "registers"
    folder.mkdir()
    exam = released(form_of_registers(), folder)
    items = list(exam.form.items.values())
    lin = new_trainee()
    lin.open(lab.page(exam.notebook))
    lin.start("C-0018")
    for number, item in enumerate(items, start=1):
        lin.answer(number, item, value_of(item))
    lin.speak("en")
    for number, item in enumerate(items, start=1):
        lin.sees(number, item, value_of(item))
    lin.hand_in()
    assert exam.answers == {item.id: value_of(item) for item in items}
    marks = marked(exam.form, exam.responses)
    assert {name: mark["points"] for name, mark in marks.items()} == {item.id: str(item.points) for item in items}
    lin.was_undisturbed()
