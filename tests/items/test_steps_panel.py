"""The panel of a reply in steps in a real browser, before a real sitting: what opens, what is final, what is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from examdesk.journal import NAME
from examdesk.sitting import Sitting
from examdesk.widgets import TEXTS
from tests.conftest import form_of, real_bank
from tests.items.panels import Panel, well_named

pytestmark = pytest.mark.browser
LETTERS, MAIL = real_bank().items["R-E20"], real_bank().items["R-E19"]
SECOND = LETTERS.body["steps"][1]["message"]


class Sat(Panel):
    """A panel whose kernel is the sitting of a folder: every message goes through its widget onto the disk."""

    def __init__(self, page: Page, folder: Path, name: str) -> None:
        (folder / "form.json").write_text(json.dumps(form_of(real_bank().items[name])), "utf-8")
        self.sitting = Sitting(folder, json.loads((folder / "form.json").read_text("utf-8")))
        if self.sitting.state == "waiting":
            self.sitting._start("c1")
        screen = self.sitting.screen
        self.widget = screen.questions[name] = screen._question(name, self.sitting._save)
        screen._begin(name)
        super().__init__(page, name, value=self.widget.value)
        page.evaluate("question => window.tell('question', question)", self.widget.question)
        page.evaluate("window.answering = false; window.sent.length = 0")

    def pump(self) -> None:
        """Hands the browser's messages to the kernel, and its answers and traits to the browser."""
        for message in self.page.evaluate("window.sent.splice(0)"):
            heard: list[Any] = []
            self.widget.send = lambda content, buffers=None, to=heard: to.append(content)  # type: ignore[method-assign]
            self.widget._received(self.widget, message, None)
            self.page.evaluate("value => window.tell('value', value)", self.widget.value)
            self.page.evaluate("question => window.tell('question', question)", self.widget.question)
            for answer in heard:
                self.page.evaluate("answer => window.hear(answer)", answer)

    def typed(self, tail: str, text: str) -> None:
        self.page.focus(self.id(tail))
        self.page.keyboard.type(text)
        self.page.wait_for_timeout(1000)
        self.pump()

    @property
    def status(self) -> str:
        return self.page.inner_text(".xd-foot .xd-status")


def on_page(page: Page) -> str:
    return page.content() + json.dumps(page.evaluate("[window.traits.question, window.traits.value]"))


def test_letter_2_appears_once_letter_1_is_final_and_stays_so_by_keyboard_alone(page: Page, tmp_path: Path) -> None:
    panel = Sat(page, tmp_path, "R-E20")
    panel.speak("en")
    for texts in (SECOND["en"], SECOND["zh"]):
        assert texts not in on_page(page)
    panel.typed("letter-1-text", "Dear buyer, we are sorry.")
    assert panel.status == TEXTS["en"]["saved"] and '"final":0' in (tmp_path / NAME).read_text("utf-8")
    page.keyboard.press("Tab")
    assert panel.focused() == "xd-R-E20-letter-1-sure"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.inner_text(panel.id("letter-1-warning")) == TEXTS["en"]["finish_tick"]
    assert panel.focused() == "xd-R-E20-letter-1-sure" and page.evaluate("window.sent.length") == 0
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(panel.id("letter-1-text")).count() == 0  # locked before the kernel answers
    assert SECOND["en"] not in on_page(page)
    panel.pump()
    assert SECOND["en"] in page.inner_text("#here") and TEXTS["en"]["step_final"] in page.inner_text("#here")
    assert panel.focused() == "xd-R-E20-letter-2-text" and panel.status == TEXTS["en"]["saved"]
    well_named(page)
    panel.typed("letter-2-text", "Thank you.")
    again = Sat(page, tmp_path, "R-E20")  # a reload, and another kernel
    again.speak("en")
    assert page.locator(again.id("letter-1-text")).count() == 0
    assert "Dear buyer, we are sorry." in page.inner_text(again.id("letter-1"))
    assert page.input_value(again.id("letter-2-text")) == "Thank you."
    assert again.widget.value == {"final": 1, "steps": {"letter-1": {"text": "Dear buyer, we are sorry."},
                                                        "letter-2": {"text": "Thank you."}}}


def test_the_figure_is_a_field_of_its_own_and_an_empty_one_is_asked_about_once(page: Page, tmp_path: Path) -> None:
    panel = Sat(page, tmp_path, "R-E19")
    assert page.locator("table td").count() == 21
    panel.typed("day-15-figure", "many")
    assert page.inner_text(panel.id("day-15-figure-hint")) == TEXTS["zh"]["bad_number"]
    page.check(panel.id("day-15-sure"))
    page.click(panel.id("day-15-go"))
    assert page.inner_text(panel.id("day-15-warning")) == TEXTS["zh"]["step_empty"]
    panel.pump()
    assert panel.widget.value == {"final": 0, "steps": {"day-15": {"figure": "many"}}}
    page.click(panel.id("day-15-go"))
    panel.pump()
    assert panel.focused() == "xd-R-E19-day-20-figure"
    assert "many 天" in page.inner_text(panel.id("day-15"))


def test_what_is_being_composed_is_not_made_final_and_survives(page: Page, tmp_path: Path) -> None:
    panel = Sat(page, tmp_path, "R-E20")
    page.focus(panel.id("letter-1-text"))
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "nin", "selectionStart": 3, "selectionEnd": 3})
    page.wait_for_timeout(1000)
    assert page.evaluate("window.sent") == []
    keyboard.send("Input.insertText", {"text": "您"})
    page.wait_for_timeout(1000)
    panel.pump()
    assert panel.widget.value == {"final": 0, "steps": {"letter-1": {"text": "您"}}}


def test_a_page_that_had_not_heard_of_the_final_step_takes_it_over(page: Page, tmp_path: Path) -> None:
    panel = Sat(page, tmp_path, "R-E20")
    panel.typed("letter-1-text", "mine")
    panel.widget.receive("answered", {"final": 1, "steps": {"letter-1": {"text": "mine"}}})  # from another tab
    panel.typed("letter-1-text", " and more")
    panel.pump()
    assert TEXTS["zh"]["step_elsewhere"] in page.inner_text("#here")
    assert "and more" not in page.inner_text("#here") and SECOND["zh"] in page.inner_text("#here")
    assert panel.status == TEXTS["zh"]["saved"] and page.locator("[data-unsaved]").count() == 0
    assert panel.widget.value == {"final": 1, "steps": {"letter-1": {"text": "mine"}}}


def test_it_fits_a_narrow_page_and_words_are_never_markup(page: Page, tmp_path: Path) -> None:
    panel = Sat(page, tmp_path, "R-E19")
    hostile = json.loads(json.dumps(panel.widget.question).replace('"en": "', '"en": "<b id=x>'))
    page.evaluate("question => window.tell('question', question)", hostile)
    panel.speak("en")
    assert page.locator("#x").count() == 0 and "<b id=x>" in page.inner_text("#here")
    page.set_viewport_size({"width": 380, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    named = "[...document.querySelectorAll('fieldset')].every((node) => node.querySelector(':scope > legend'))"
    assert page.evaluate(named)
