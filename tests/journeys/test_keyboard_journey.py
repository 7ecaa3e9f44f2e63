"""The trainee without a mouse: a whole exam with every kind of question in JupyterLab."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.conftest import marked
from tests.items.axe import violations
from tests.items.exam_page import one_of_each, right
from tests.journeys import keyboard
from tests.journeys.exams import form_with, released
from tests.journeys.keyboard import Hands
from tests.journeys.server import Lab
from tests.journeys.trainee import Trainee

pytestmark = [pytest.mark.browser, pytest.mark.soak]  # items/test_keyboard.py has every step without JupyterLab
PICTURES = os.environ.get("EXAMDESK_PICTURES", "")  # a folder for pictures of what was seen


def test_a_trainee_sits_every_kind_of_question_with_the_keyboard_alone(
    lab: Lab, new_trainee: Callable[..., Trainee]
) -> None:
    """Mei has no mouse. She begins, answers every kind of question, flags one, finds it again, reads on in English and
    hands in. The focus is in sight at every step, under the bar at none. All she did is right, and is marked so. Axe
    finds nothing in our widgets on the way, in both themes, as Lab's own styles leave them.
    """
    folder = lab.home / "keyboard"
    folder.mkdir()
    exam = released(form_with(*(item.id for item in one_of_each())), folder)
    items = list(exam.form.items.values())
    mei = new_trainee()
    mei.open(lab.page(exam.notebook))
    cells = mei.page.locator(".jp-Cell").count()
    hands = Hands(mei)
    keyboard.begins(hands, "C-0018")
    for item in items:
        keyboard.answers(hands, item, right(item))
    keyboard.flags(hands, items[2], 3, first=1)
    keyboard.speaks(hands, "en")
    for light in ("true", "false"):
        mei.page.evaluate("light => { document.body.dataset.jpThemeLight = light; }", light)
        assert violations(mei.page) == []
        for number in range(1, len(items) + 1) if PICTURES else ():
            mei.panel(number).screenshot(path=f"{PICTURES}/keyboard-{items[number - 1].type}-{light}.png")
    keyboard.hands_in(hands)
    expect(mei.question(1).get_by_role("radio").first).to_be_disabled()
    assert mei.page.locator(".jp-Cell").count() == cells
    marks = marked(exam.form, exam.responses)
    people = {"reply", "typing"}  # a reply waits for its marker; keys fall faster here than a hand may type
    assert {item.type for item in items if marks[item.id]["points"] != str(item.points)} <= people
    mei.was_undisturbed()
