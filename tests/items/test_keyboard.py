"""A whole exam with every kind of question by keyboard alone, on the bare page; journeys/ has it in JupyterLab."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from examdesk.items import packages
from examdesk.model import Item
from tests.items.exam_page import DONE_IN_TURNS, ExamPage, one_of_each, right
from tests.journeys import keyboard
from tests.journeys.keyboard import Hands

pytestmark = pytest.mark.browser
ITEMS = {item.type: item for item in one_of_each()}


def given(exam: ExamPage, item: Item) -> object:
    """What the journal has of an answer; of a chat its turns, of a copied passage its text."""
    response = exam.sitting._responses[item.id]
    if item.type in DONE_IN_TURNS:
        return [(event.kind, event.value) for event in response.events if event.kind in ("said", "acted")]
    return response.value["text"] if item.type == "typing" else response.value


@pytest.mark.parametrize("name", packages())
def test_every_kind_of_question_is_answered_with_the_keyboard(page: Page, tmp_path: Path, name: str) -> None:
    item = ITEMS[name]
    exam = ExamPage(page, tmp_path, item)
    exam.start()
    exam.show()
    keyboard.answers(Hands(exam), item, right(item))
    expected = right(item)
    assert given(exam, item) == (expected["text"] if name == "typing" else expected)


def test_an_exam_is_begun_searched_and_handed_in_with_the_keyboard(page: Page, tmp_path: Path) -> None:
    items = [ITEMS[name] for name in ("choice", "multi", "ordering")]
    exam = ExamPage(page, tmp_path, *items, pause=5)
    exam.show()
    hands = Hands(exam)
    keyboard.speaks(hands, "en")
    keyboard.begins(hands, "C-0018")
    for item in items[:2]:
        keyboard.answers(hands, item, right(item))
    keyboard.flags(hands, items[1], 2, first=1)
    hands.press("#xd-nav")
    hands.to("#xd-nav-1")
    hands.keys.press("Escape")
    expect(page.locator("#xd-nav")).to_be_focused()
    hands.press("#xd-pause")
    expect(page.locator("#xd-resume")).to_be_focused()
    hands.keys.press("Enter")
    expect(page.locator("#xd-title")).to_be_focused()
    keyboard.speaks(hands, "zh")
    keyboard.hands_in(hands)
    assert exam.kinds()[-1] == "finished" and "pause" in exam.kinds()


def test_tab_goes_through_every_control_once_in_order_and_out_at_the_end(page: Page, tmp_path: Path) -> None:
    exam = ExamPage(page, tmp_path, *ITEMS.values())
    exam.start()
    exam.show()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<button id=after>after</button>')")
    wanted = page.evaluate(
        "[...document.querySelectorAll("
        "'#after, .jp-Notebook :is(button, select, input, textarea, summary, [tabindex=\"0\"])')]"
        ".filter((node) => !node.disabled && node.checkVisibility() && !(node.type === 'radio' && node !== "
        "document.querySelector(`[name='${node.name}']`))).map((node) => node.id)"
    )
    reached = []
    while not reached or reached[-1] != "after":
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
        assert len(reached) <= len(wanted)
    assert reached == wanted and all(reached)
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == wanted[-2]
