"""axe-core finds nothing in our widgets: every kind of question and every page around them, in every state."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from examdesk.errors import NotSaved
from tests.conftest import real_bank
from tests.items.axe import reflows, small_targets, violations
from tests.items.exam_page import ExamPage, one_of_each

pytestmark = pytest.mark.browser
# Beside one item of each type: a table of data, rows to add, tick boxes, classes, a questionnaire with choices.
MORE = ("I-202", "I-451", "I-C52", "I-C54", "Q-02", "S-14", "V-02")
soak = pytest.mark.soak
looks = pytest.mark.parametrize(("lang", "dark"), [
    pytest.param("zh", False, id="zh-light"), pytest.param("en", True, id="en-dark"),
    pytest.param("en", False, id="en-light", marks=soak), pytest.param("zh", True, id="zh-dark", marks=soak),
])  # fmt: skip


def clean(page: Page, state: str) -> None:
    assert violations(page) == [], state
    assert small_targets(page) == [], state


@looks
def test_questions_open_answered_not_saved_and_closed(page: Page, tmp_path: Path, lang: str, dark: bool) -> None:
    exam = ExamPage(page, tmp_path, *one_of_each(others=MORE))
    exam.start()
    exam.speak(lang)
    exam.show(dark=dark)
    clean(page, "open")
    for item in exam.items:
        exam.answer(item)
    exam.follow()
    clean(page, "answered")
    exam.refuse(NotSaved("the disk is full"))
    for box in page.locator(".xd-question :is(input[type=radio], input[type=checkbox])").all()[:6:2]:
        box.click()
    expect(page.locator(".xd-status.xd-unsaved:not(:empty)").first).to_be_visible()
    page.locator(".xd-flag").first.focus()
    clean(page, "not saved")
    exam.refuse(None)
    exam.sitting._hand_in(None)
    exam.follow()
    clean(page, "closed")


@looks
def test_the_pages_around_the_questions(page: Page, tmp_path: Path, lang: str, dark: bool) -> None:
    first, *others = (item for item in one_of_each() if item.type in ("choice", "multi", "survey"))
    parts = [{"id": "one", "title": {"zh": "一", "en": "One"}, "part": "quiz", "items": [first.id], "minutes": 5},
             {"id": "two", "title": {"zh": "二", "en": "Two"}, "part": "quiz", "items": [one.id for one in others]}]
    exam = ExamPage(page, tmp_path, first, *others, pause=5, one_way=True, sections=parts)
    exam.speak(lang)
    exam.panels["frame"].device = ["storage", "clock"]
    exam.show(dark=dark)
    clean(page, "start")
    page.press("#xd-candidate", "Enter")
    page.click("#xd-code-open")
    page.click("#xd-code-use")
    expect(page.get_by_role("alert").filter(has_text=exam.word("candidate_missing"))).to_be_visible()
    clean(page, "start with faults")
    exam.start()
    page.click("#xd-nav")
    page.click(f"#xd-flag-{first.id}")
    page.click("#xd-finish")
    expect(page.locator(".xd-entry[data-flagged]").first).to_be_visible()
    clean(page, "navigator, first part")
    page.click("#xd-nav")
    page.click("#xd-pause")
    expect(page.locator("#xd-resume")).to_be_visible()
    clean(page, "paused")
    exam.sitting._actions.resume(None)
    exam.sitting._actions.section("two")
    exam.follow()
    now = exam.word("section_now", n=2, title={"zh": "二", "en": "Two"}[lang])
    expect(page.get_by_role("status").filter(has_text=now)).to_be_visible()
    clean(page, "second part")
    exam.sitting.close(reason="time")
    exam.sitting.screen.tell_all()
    exam.follow()
    page.evaluate("window.reply('finish', {type: 'packed', name: 'E99.zip', place: '/tmp/E99.zip'})")
    expect(page.locator("#xd-download")).to_be_visible()
    clean(page, "handed in")


@pytest.mark.parametrize("width", [320, pytest.param(640, marks=soak)])
def test_nothing_is_cut_off_on_a_narrow_screen_or_with_wide_letters(page: Page, tmp_path: Path, width: int) -> None:
    """320 px is a window of 1280 px at 400 % (WCAG 1.4.10), 640 px one at 200 %; then the letter spaces of 1.4.12."""
    page.set_viewport_size({"width": width, "height": 800})
    exam = ExamPage(page, tmp_path, *one_of_each(others=MORE), pause=5)
    exam.show()
    for lang in ("zh", "en"):
        exam.speak(lang)
        assert reflows(page) == [], lang
    exam.start()
    page.click("#xd-nav")
    for item in exam.items:
        exam.answer(item)
    for lang in ("zh", "en"):
        exam.speak(lang)
        assert reflows(page) == [], lang
    page.add_style_tag(
        content="*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}")
    assert "\n".join(reflows(page)) == ""
    exam.sitting._hand_in(None)
    exam.follow()
    assert "\n".join(reflows(page)) == ""
    clean(page, "narrow")


@soak
@looks
def test_every_item_of_the_course(page: Page, tmp_path: Path, lang: str, dark: bool) -> None:
    exam = ExamPage(page, tmp_path, *real_bank().items.values())
    exam.start()
    exam.speak(lang)
    exam.show(dark=dark)
    clean(page, "open")
    page.set_viewport_size({"width": 320, "height": 800})
    assert "\n".join(reflows(page)) == ""


def test_what_is_measured_can_be_found(page: Page, tmp_path: Path) -> None:
    """A page with the four faults we look for; a measure that finds nothing there would find nothing anywhere."""
    exam = ExamPage(page, tmp_path, one_of_each()[0])
    exam.start()
    exam.show()
    page.set_viewport_size({"width": 320, "height": 800})
    page.evaluate("""() => document.querySelector('.xd-body').insertAdjacentHTML('beforeend',
        '<input id=x><p style="color:#999">pale</p>'
        + '<button style="min-height:0;padding:0;height:9px;width:9px">x</button>'
        + '<div style="width:900px">wide</div><p style="width:20px;overflow:hidden;white-space:nowrap">cut off</p>')""")
    found = {line.split(":")[0] for line in violations(page)}
    assert {"label", "color-contrast"} <= found
    assert len(small_targets(page)) == 1
    assert {"DIV", "P"} <= {line.split()[0] for line in reflows(page)}
