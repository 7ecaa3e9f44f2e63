"""The question widgets in a real browser, without a notebook: what they send, and what stays where it was."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page

from examdesk.widgets import TEXTS
from tests.conftest import form_of
from tests.items.panels import Panel, well_named

pytestmark = pytest.mark.browser

def test_multi_sends_the_list_of_ticked_options_and_null_when_none_is(page: Page) -> None:
    panel = Panel(page, "I-802")
    page.check(panel.id("a"))
    page.check(panel.id("c"))
    page.uncheck(panel.id("a"))
    page.uncheck(panel.id("c"))
    assert panel.sent() == [["a"], ["a", "c"], ["c"], None]
    for language in ("zh", "en"):
        panel.speak(language)
        assert TEXTS[language]["rule_right-minus-wrong"] in page.inner_text(".xd-hint")


def test_every_control_of_every_type_has_a_name_and_an_id_of_its_own(page: Page) -> None:
    for name in ("I-802", "I-202", "I-104", "I-103", "R-C06", "I-251", "I-451", "I-C52", "I-C54"):
        Panel(page, name, value={"2": "opening"} if name == "I-251" else None)
        well_named(page)
        assert page.locator(".xd-body > legend").count() == 1
        assert page.locator("fieldset:not(:has(> legend))").count() == 0


def test_the_first_order_is_no_answer_until_it_is_confirmed(page: Page) -> None:
    panel = Panel(page, "I-104")
    assert panel.sent() == []
    page.click(panel.id("-confirm"))
    first = [entry["id"] for entry in form_of(panel.item)["questions"]["I-104"]["public"]["entries"]]
    assert panel.sent() == [first]


def test_a_moved_row_keeps_the_focus_up_to_the_end_of_the_list(page: Page) -> None:
    panel = Panel(page, "I-104")
    order = page.evaluate("[...document.querySelectorAll('li')].map((row) => row.dataset.entry)")
    last = order[-1]
    button = panel.id(f"{last}-up")
    page.focus(button)
    for _ in range(5):  # two more than there is room for
        page.keyboard.press("Enter")
        assert panel.focused() == f"xd-I-104-{last}-up"
    assert len(panel.sent()) == 3
    assert panel.sent()[-1] == [last, *order[:-1]]
    assert page.get_attribute(button, "aria-disabled") == "true"
    panel.speak("en")
    assert panel.focused() == f"xd-I-104-{last}-up"
    assert (page.get_attribute(button, "aria-label") or "").endswith("(1/4)")


def test_matching_sends_the_pairs_made_so_far(page: Page) -> None:
    panel = Panel(page, "I-103", value={"place": "cost"})
    assert page.input_value(panel.id("place")) == "cost"
    page.select_option(panel.id("price"), "cost")
    page.select_option(panel.id("place"), "")
    page.select_option(panel.id("price"), "")
    assert panel.sent() == [{"place": "cost", "price": "cost"}, {"price": "cost"}, None]


def test_numeric_saves_after_a_pause_on_leaving_and_at_once_for_a_choice(page: Page) -> None:
    panel = Panel(page, "I-202")
    page.focus(panel.id("speed"))
    page.keyboard.type("5")
    page.wait_for_timeout(300)
    page.keyboard.type("4 ")
    assert panel.sent() == []
    panel.speak("en")  # what is typed, and the caret, survive
    assert panel.focused() == "xd-I-202-speed"
    assert page.input_value(panel.id("speed")) == "54 "
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("0")
    assert page.input_value(panel.id("speed")) == "540 "
    page.wait_for_timeout(1000)
    assert panel.sent() == [{"speed": "540"}]
    page.select_option(panel.id("verdict"), "fail")
    assert panel.sent()[-1] == {"speed": "540", "verdict": "fail"}
    page.fill(panel.id("speed"), "many")
    assert page.inner_text(panel.id("speed-hint")) == TEXTS["en"]["bad_number"]
    page.focus(panel.id("verdict"))
    assert panel.sent()[-1] == {"speed": "many", "verdict": "fail"}  # saved all the same: it is what was answered


def test_a_reply_is_saved_when_typing_pauses_and_on_leaving_and_never_twice(page: Page) -> None:
    panel = Panel(page, "R-C06")
    page.focus(panel.id("reply"))
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    page.keyboard.type("b")
    page.wait_for_timeout(300)
    assert panel.sent() == []
    page.wait_for_timeout(800)
    assert panel.sent() == ["a\nb"]
    page.keyboard.type("c")
    page.evaluate("document.activeElement.blur()")
    assert panel.sent() == ["a\nb", "a\nbc"]
    page.wait_for_timeout(1000)
    assert len(panel.sent()) == 2
    assert page.inner_text(panel.id("-count")) == TEXTS["zh"]["characters"].format(n=4, min=20, max=600)


def test_a_reply_names_who_wrote_the_message_and_else_the_buyer(page: Page) -> None:
    for name, zh, en in (("R-C44", "店主", "The owner"), ("R-C06", "买家", "Buyer")):
        panel = Panel(page, name)
        assert page.locator(".xd-said-by").first.inner_text() == zh
        panel.speak("en")
        assert page.locator(".xd-said-by").first.inner_text() == en


def test_text_and_caret_survive_a_change_of_language(page: Page) -> None:
    panel = Panel(page, "R-C06", value="一二三四五")
    page.focus(panel.id("reply"))
    page.evaluate("document.activeElement.setSelectionRange(2, 2)")
    page.keyboard.type("x")
    panel.speak("en")
    assert panel.focused() == "xd-R-C06-reply"
    page.keyboard.type("y")
    assert page.input_value(panel.id("reply")) == "一二xy三四五"
    assert page.inner_text(panel.id("-count")).startswith("7 characters")
    page.wait_for_timeout(1000)
    assert panel.sent() == ["一二xy三四五"]


def test_text_being_composed_is_not_saved_before_it_is_chosen(page: Page) -> None:
    panel = Panel(page, "R-C06")
    page.focus(panel.id("reply"))
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    page.wait_for_timeout(1200)
    assert panel.sent() == []
    keyboard.send("Input.insertText", {"text": "你好"})
    page.wait_for_timeout(1200)
    assert panel.sent() == ["你好"]


def test_a_reply_that_is_too_long_says_so_and_stays(page: Page) -> None:
    panel = Panel(page, "R-C06")
    page.fill(panel.id("reply"), "长" * 1201)
    page.wait_for_timeout(1000)
    assert panel.sent() == []
    assert page.inner_text(".xd-status") == TEXTS["zh"]["too_long"].format(max=1200)
    assert page.input_value(panel.id("reply")) == "长" * 1201


def test_the_message_stands_beside_the_editor_when_there_is_room(page: Page) -> None:
    panel = Panel(page, "R-C06")
    message, editor = page.locator(".xd-said").bounding_box(), page.locator(panel.id("reply")).bounding_box()
    assert message and editor and message["x"] + message["width"] <= editor["x"]
    page.set_viewport_size({"width": 420, "height": 800})
    message, editor = page.locator(".xd-said").bounding_box(), page.locator(panel.id("reply")).bounding_box()
    assert message and editor and message["y"] + message["height"] <= editor["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


def test_a_line_is_marked_and_its_rule_named_by_keyboard_alone(page: Page) -> None:
    panel = Panel(page, "I-251")
    page.focus(panel.id("2"))
    page.keyboard.press("Space")
    assert panel.focused() == "xd-I-251-2"
    page.keyboard.press("Tab")
    assert panel.focused() == "xd-I-251-2-rule"
    assert page.locator(panel.id("2-rule")).evaluate("node => node.labels[0].textContent") == "第 2 行违反的规则"
    page.keyboard.press("ArrowDown")
    assert panel.sent() == [{"2": ""}, {"2": "opening"}]
    page.uncheck(panel.id("2"))
    assert panel.sent()[-1] is None
    assert page.locator(panel.id("2-rule")).count() == 0


def test_rows_are_added_and_removed_and_only_what_is_filled_in_is_sent(page: Page) -> None:
    panel = Panel(page, "I-C52")
    page.select_option(panel.id("1-person"), "li")
    page.click(panel.id("-add"))
    assert panel.focused() == "xd-I-C52-2-person"
    assert panel.sent() == [[{"person": "li"}]]  # an empty row is no answer
    page.fill(panel.id("2-from"), "0:00")
    page.press(panel.id("2-from"), "Tab")
    assert panel.sent()[-1] == [{"person": "li"}, {"from": "0:00"}]
    panel.speak("en")
    assert page.locator(".xd-group > legend").all_inner_texts() == ["Row 1", "Row 2"]
    page.click(panel.id("1--remove"))
    assert panel.sent()[-1] == [{"from": "0:00"}]
    assert page.input_value(panel.id("1-from")) == "0:00"
    assert panel.focused() == "xd-I-C52-1-person"


def test_a_row_still_empty_survives_a_saved_answer_and_a_change_of_language(page: Page) -> None:
    panel = Panel(page, "I-C53")
    assert page.locator(".xd-group").count() == 2  # what the author shows at the start
    page.fill(panel.id("2-question"), "能用洗碗机洗吗？")
    page.wait_for_timeout(1000)
    assert panel.sent() == [[{"question": "能用洗碗机洗吗？"}]]
    panel.speak("en")
    assert page.input_value(panel.id("2-question")) == "能用洗碗机洗吗？"
    assert page.inner_text(panel.id("2-question-hint")) == "8 characters, 6–200 asked for"
    page.evaluate("window.tell('value', [{question: 'from another tab'}])")
    assert page.input_value(panel.id("1-question")) == "from another tab"


def test_the_rows_of_a_register_stay_inside_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    for name in ("I-251", "I-652", "I-A51", "I-C54"):
        Panel(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


def test_words_of_the_form_are_text_and_never_markup(page: Page) -> None:
    for name in ("I-802", "I-202", "I-104", "I-103", "R-C06", "I-251", "I-651", "I-A51"):
        panel = Panel(page, name)
        public = json.dumps(form_of(panel.item)["questions"][name]["public"])
        hostile = json.loads(public.replace('"zh": "', '"zh": "<b id=x>'))
        page.evaluate("question => window.tell('question', question)", hostile)
        assert page.locator("#x").count() == 0
        assert "<b id=x>" in page.inner_text("#here") or page.locator("option", has_text="<b id=x>").count()


def test_who_goes_on_choosing_without_a_kernel_still_calls_for_one(page: Page) -> None:
    """Every choice is sent anew, and the time since the kernel last answered runs on."""
    page.clock.install(time=0)
    panel = Panel(page, "I-802")
    page.evaluate("window.calls = 0; document.addEventListener('examdesk-unanswered', () => { window.calls += 1; });")
    page.check(panel.id("a"))
    page.wait_for_selector(".xd-status.xd-saved")  # answered, so that nothing is on its way when time stands still
    page.clock.pause_at(120)  # from here on time goes by only where it is told to
    page.evaluate("window.answering = false")
    for _ in range(10):
        page.click(panel.id("b"))
        page.clock.run_for(500)
    assert page.evaluate("window.calls") == 0
    for _ in range(3):
        page.click(panel.id("b"))
        page.clock.run_for(500)
    assert page.evaluate("window.calls") > 0
    assert "xd-saved" not in str(page.get_attribute(".xd-status[role=status]", "class"))
