"""The trainee: marks a record and fills in registers in JupyterLab; what she did is what is marked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import marked
from tests.journeys.exams import form_with, released
from tests.journeys.server import Lab
from tests.journeys.test_trainee_journey import value_of
from tests.journeys.trainee import Trainee

pytestmark = [pytest.mark.browser, pytest.mark.soak]  # each panel has its quick browser test beside items/


def test_a_trainee_marks_a_record_and_fills_in_registers(lab: Lab, new_trainee: Callable[..., Trainee]) -> None:
    """Lin marks four lines of a chat, logs three parcels in rows she adds, ticks a checklist, writes a red-flag note,
    reads everything again in English and hands in. Every answer earns all its points.
    """
    folder = lab.home / "registers"
    folder.mkdir()
    exam = released(form_with("I-251", "I-652", "I-C54", "I-452"), folder)
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
