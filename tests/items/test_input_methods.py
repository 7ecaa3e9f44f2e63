"""Chinese is typed with an input method: Enter that only ends a word sends nothing, in every field of every type."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.items.exam_page import ExamPage, one_of_each

pytestmark = pytest.mark.browser
FIELDS = "[data-xd] :is(textarea, input[type=text])"
# One field of every look: an item with many rows has the same code behind each.
FIRST = """fields => fields.filter((node) => !node.readOnly && !node.disabled).filter((node, at, all) => {
  const look = (one) => `${one.closest('[data-xd]').dataset.item} ${one.className} ${one.tagName} ${one.inputMode}`;
  return all.findIndex((one) => look(one) === look(node)) === at;
}).map((node) => node.id)"""


def composed(page: Page, fields: list[str]) -> None:
    """Types half a word into every field and presses Enter; nothing leaves the page before the word is chosen."""
    keyboard = page.context.new_cdp_session(page)
    for field in fields:
        page.focus(f'[id="{field}"]')
        page.evaluate("window.sent.length = 0")
        keyboard.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
        page.keyboard.press("Enter")
        page.evaluate(
            "id => { for (const more of"
            " [{ isComposing: true }, { keyCode: 229 }, { isComposing: true, ctrlKey: true }])"
            " document.getElementById(id).dispatchEvent(new KeyboardEvent('keydown',"
            " { key: 'Enter', bubbles: true, cancelable: true, ...more })); }", field)
        page.wait_for_timeout(950)
        sent = [one["type"] for one in page.evaluate("window.sent") if one["type"] not in ("opened", "time")]
        assert sent == [], field
        keyboard.send("Input.insertText", {"text": "你好"})
        assert "你好" in page.input_value(f'[id="{field}"]'), field
    keyboard.detach()


def test_no_field_of_any_type_sends_half_a_word(page: Page, tmp_path: Path) -> None:
    exam = ExamPage(page, tmp_path, *one_of_each(others=("I-C52",)))
    exam.start()
    exam.show()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    fields = page.locator(FIELDS).evaluate_all(FIRST)
    held = "ids => ids.map((id) => document.getElementById(id).closest('[data-xd]').dataset.item)"
    types = {exam.form["questions"][item]["type"] for item in page.evaluate(held, fields) if item}
    assert {"reply", "typing", "numeric", "scenario", "survey", "register"} <= types
    composed(page, fields)


def test_neither_number_nor_code_is_taken_before_the_word_is_chosen(page: Page, tmp_path: Path) -> None:
    exam = ExamPage(page, tmp_path, one_of_each()[0])
    exam.show()
    page.check("#xd-confirm")
    page.click("#xd-code-open")
    composed(page, ["xd-candidate", "xd-code"])
    page.press("#xd-code", "Enter")
    assert page.locator("#xd-code-fault").inner_text() == exam.word("code_first")  # else Enter sends
