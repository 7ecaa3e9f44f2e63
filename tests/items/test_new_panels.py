"""The panels of typing, triage and survey in a real browser: what they send, and that everybody can use them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from examdesk.items import part
from examdesk.widgets import TEXTS
from tests.conftest import form_of
from tests.items.panels import Panel, well_named

pytestmark = pytest.mark.browser
NEW = ("T-01", "T-02", "Q-01", "Q-02", "V-01", "V-02")


def events(panel: Panel) -> list[tuple[str, Any]]:
    return [(message["type"], message["value"]) for message in panel.page.evaluate("window.sent")]


def texts(panel: Panel) -> list[str]:
    """The text of every answer sent; each must be one that the kernel takes."""
    answers = [value for kind, value in events(panel) if kind == "answered"]
    question, public = part("typing", "question"), form_of(panel.item)["questions"][panel.item.id]["public"]
    for answer in answers:
        assert answer is None or question.clean(public, answer) == answer
    return [answer and answer["text"] for answer in answers]


def test_every_control_has_a_name_and_an_id_of_its_own_and_room_for_a_finger(page: Page) -> None:
    for name in NEW:
        Panel(page, name)
        well_named(page)
        named = "[...document.querySelectorAll('fieldset')].every((node) => node.querySelector(':scope > legend'))"
        assert page.evaluate(named)
        small = page.evaluate(
            "[...document.querySelectorAll('#here :is(select, textarea, button, label.xd-option)')]"
            ".map((node) => node.getBoundingClientRect()).filter((box) => box.width < 24 || box.height < 24).length"
        )
        assert small == 0
        page.set_viewport_size({"width": 380, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 380
        page.set_viewport_size({"width": 1000, "height": 800})


def test_words_of_the_form_are_text_and_never_markup(page: Page) -> None:
    for name in NEW:
        panel = Panel(page, name)
        public = json.dumps(form_of(panel.item)["questions"][name]["public"])
        hostile = json.loads(public.replace('"zh": "', '"zh": "<b id=x>').replace('"text": "', '"text": "<b id=x>'))
        page.evaluate("question => window.tell('question', question)", hostile)
        assert page.locator("#x").count() == 0
        assert "<b id=x>" in page.inner_text("#here")


def test_the_first_keystroke_starts_the_clock_once_and_text_is_saved_while_it_is_typed(page: Page) -> None:
    panel = Panel(page, "T-01")
    page.focus(panel.id("typed"))
    page.wait_for_timeout(300)
    assert events(panel) == []
    page.keyboard.type("a")
    assert events(panel) == [("opened", None)]
    for _ in range(12):  # never a pause as long as the one after which text is saved
        page.keyboard.type("b")
        page.wait_for_timeout(400)
    assert len(texts(panel)) >= 1
    page.keyboard.press("Enter")
    page.wait_for_timeout(1000)
    assert texts(panel)[-1] == "a" + "b" * 12 + "\n"
    assert [kind for kind, _ in events(panel)].count("opened") == 1
    answer = events(panel)[-1][1]
    assert 4_800 <= answer["ms"] <= 12_000 and (answer["language"], answer["pasted"]) == ("zh", 0)


def test_what_is_being_composed_is_not_typed_yet_and_no_error_when_the_time_ends(page: Page) -> None:
    panel = Panel(page, "T-01")
    question = {**form_of(panel.item)["questions"]["T-01"]["public"], "seconds": 3}
    page.evaluate("question => window.tell('question', question)", question)
    page.focus(panel.id("typed"))
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "qin", "selectionStart": 3, "selectionEnd": 3})
    page.wait_for_timeout(900)
    assert events(panel) == [("opened", None)]
    keyboard.send("Input.insertText", {"text": "亲"})
    page.wait_for_timeout(900)
    assert texts(panel) == ["亲"]
    keyboard.send("Input.imeSetComposition", {"text": "nin", "selectionStart": 3, "selectionEnd": 3})
    page.wait_for_timeout(1800)
    assert page.inner_text(".xd-typing-told") == TEXTS["zh"]["typing_over"]
    assert page.input_value(panel.id("typed")) == "亲"
    page.keyboard.type("more")
    page.wait_for_timeout(900)
    assert texts(panel)[-1] == "亲" and page.input_value(panel.id("typed")) == "亲"


def test_pasting_and_dropping_do_nothing_but_are_counted(page: Page) -> None:
    panel = Panel(page, "T-01")
    page.focus(panel.id("typed"))
    page.keyboard.type("a")
    page.evaluate("""() => { const data = new DataTransfer(); data.setData('text/plain', 'pasted');
        for (const event of [new ClipboardEvent('paste', { clipboardData: data, cancelable: true, bubbles: true }),
                             new DragEvent('drop', { dataTransfer: data, cancelable: true, bubbles: true }),
                             new InputEvent('beforeinput', { inputType: 'insertFromYank', cancelable: true })])
          if (document.activeElement.dispatchEvent(event)) throw new Error('not prevented'); }""")
    assert page.inner_text(".xd-typing-told") == TEXTS["zh"]["typing_paste"]
    page.wait_for_timeout(1000)
    assert texts(panel) == ["a"] and events(panel)[-1][1]["pasted"] == 3


def test_the_passage_stays_the_one_that_was_begun(page: Page) -> None:
    panel = Panel(page, "T-02")
    panel.speak("en")
    assert page.inner_text(".xd-passage").startswith("Dear buyer")
    page.focus(panel.id("typed"))
    page.keyboard.type("Dear")
    panel.speak("zh")
    assert page.inner_text(".xd-passage").startswith("Dear buyer")
    assert panel.focused() == "xd-T-02-typed"
    page.keyboard.type(" buyer")
    page.wait_for_timeout(1000)
    assert texts(panel)[-1] == "Dear buyer" and events(panel)[-1][1]["language"] == "en"


def test_a_reload_brings_text_and_time_back(page: Page) -> None:
    value = {"language": "zh", "ms": 61_000, "pasted": 1, "text": "亲，您好"}
    panel = Panel(page, "T-01", value=value)
    assert page.input_value(panel.id("typed")) == "亲，您好"
    assert "1:01 / 5:00" in page.inner_text(panel.id("-count"))
    page.focus(panel.id("typed"))
    page.keyboard.press("End")
    page.keyboard.type("a")
    page.wait_for_timeout(1000)
    (kind, answer), = events(panel)  # the clock was started before: it is not started again
    assert kind == "answered" and 61_000 <= answer["ms"] <= 63_000 and answer["pasted"] == 1


def test_a_time_that_is_over_stays_over_after_a_reload(page: Page) -> None:
    panel = Panel(page, "T-01", value={"language": "zh", "ms": 300_000, "pasted": 0, "text": "亲"})
    assert page.locator(panel.id("typed")).get_attribute("readonly") is not None
    assert events(panel) == []


def test_a_ticket_goes_to_a_place_by_list_or_button_and_keeps_the_focus(page: Page) -> None:
    panel = Panel(page, "Q-02")
    order = page.evaluate("[...document.querySelectorAll('li')].map((row) => row.dataset.entry)")
    last = order[-1]
    page.focus(panel.id(f"{last}-place"))
    page.select_option(panel.id(f"{last}-place"), "1")
    assert panel.focused() == f"xd-Q-02-{last}-place"
    assert panel.sent()[-1] == {"order": [last, *order[:-1]], "classes": {}}
    page.focus(panel.id(f"{last}-down"))
    page.keyboard.press("Enter")
    assert panel.focused() == f"xd-Q-02-{last}-down"
    page.select_option(panel.id(f"{last}-class"), "now")
    page.select_option(panel.id(f"{order[0]}-class"), "none")
    page.select_option(panel.id(f"{last}-class"), "")
    assert panel.sent()[-1] == {"order": [order[0], last, *order[1:-1]], "classes": {order[0]: "none"}}
    public = form_of(panel.item)["questions"]["Q-02"]["public"]
    for value in panel.sent():
        assert part("triage", "question").clean(public, value) == value


def test_the_first_queue_is_no_answer_until_it_is_confirmed(page: Page) -> None:
    panel = Panel(page, "Q-01")
    assert panel.sent() == []
    page.click(panel.id("-confirm"))
    first = [ticket["id"] for ticket in form_of(panel.item)["questions"]["Q-01"]["public"]["tickets"]]
    assert panel.sent() == [{"order": first}]
    page.click(panel.id("-clear"))
    assert panel.sent()[-1] is None


def test_a_questionnaire_sends_what_is_filled_in_and_can_be_emptied_again(page: Page) -> None:
    panel = Panel(page, "V-01")
    page.check(panel.id("use-4"))
    page.check(panel.id("more-talk"))
    page.check(panel.id("more-product"))
    page.focus(panel.id("idea-text"))
    page.keyboard.type("more cases")
    page.wait_for_timeout(1000)
    full = {"use": "4", "more": ["product", "talk"], "idea": "more cases"}
    assert panel.sent()[-1] == full
    panel.speak("en")
    assert page.is_checked(panel.id("use-4")) and page.input_value(panel.id("idea-text")) == "more cases"
    page.click(panel.id("use--clear"))
    assert not page.is_checked(panel.id("use-4"))
    page.uncheck(panel.id("more-talk"))
    page.uncheck(panel.id("more-product"))
    page.fill(panel.id("idea-text"), "  ")
    page.wait_for_timeout(1000)
    assert panel.sent()[-1] is None
    public = form_of(panel.item)["questions"]["V-01"]["public"]
    assert part("survey", "question").clean(public, full) == full
