"""The start page in a browser, without a notebook: opening, start code, closing, and the way to the feedback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from examdesk.widgets import TEXTS, Finish, Frame
from tests.items.panels import KERNEL, Panel

pytestmark = pytest.mark.browser

FORM = {"title": {"zh": "合规门槛考试", "en": "Compliance gate"}, "languages": ["zh", "en"], "items": 3,
        "seconds": 1200, "points": "6", "one_way": False, "pause": 0,
        "sections": [{"id": "quiz", "title": {"zh": "选择题", "en": "Quiz"}, "part": "quiz", "items": [1, 2, 3]}]}
CLOCK = {"left": 1200, "of": "exam", "allowed": 1200, "exam": 1200, "marks": [600], "time": 0}


def show(page: Page, panel: Any = Frame, **traits: Any) -> None:
    """The frame, or the hand-in panel, on a page of its own."""
    empty = dict.fromkeys(("section", "extra", "witness", "candidate", "feedback", "ended"), "")
    given = {**empty, "form": FORM, "state": "waiting", "answered": [], "flagged": [], "clock": CLOCK, "by_time": False,
             "store": "s", "known": False, "device": [], "opening": {}, "lang": "zh", "texts": TEXTS, **traits}
    page.route("http://exam.test/**", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.goto("http://exam.test/hub/user/lin/lab/tree/week 1/E10-a.ipynb")
    page.set_content("<style></style><div id=here></div>")
    page.evaluate("css => { document.querySelector('style').textContent = css; }", Panel.css())
    page.evaluate(f"traits => {{ window.traits = traits; {KERNEL} }}", given)
    page.evaluate(
        "async source => { const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));"
        " (await import(url)).default.render({ model: window.model, el: document.getElementById('here') }); }",
        str(panel._esm),
    )


def opening(*, opens: float, closes: float, **more: Any) -> dict[str, Any]:
    return {"opens": opens, "opens_at": "2026-12-01T09:00+08:00", "closes": closes,
            "closes_at": "2026-12-01T11:00+08:00", "later": 0, **more}


def type_number(page: Page, number: str = "C-1") -> None:
    page.locator("#xd-candidate").fill(number)
    page.locator("#xd-confirm").check()


def test_the_start_waits_counts_down_and_opens_by_itself(page: Page) -> None:
    show(page, opening=opening(opens=3, closes=7200))
    start = page.locator("#xd-start")
    expect(start).to_be_disabled()
    expect(page.get_by_role("timer")).to_contain_text("可以开始")
    type_number(page)
    page.locator("#xd-candidate").focus()
    expect(start).to_be_enabled(timeout=10_000)
    expect(page.get_by_role("status").first).to_have_text(TEXTS["zh"]["room_open"])
    expect(page.get_by_role("timer")).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "xd-candidate"
    expect(page.locator("#xd-candidate")).to_have_value("C-1")
    start.click()
    assert page.evaluate("window.sent.at(-1)") == {"type": "start", "value": "C-1"}


def test_the_start_code_is_a_field_with_a_name_and_a_wrong_one_may_be_typed_again(page: Page) -> None:
    show(page, opening={"code": True}, lang="en")
    type_number(page)
    page.locator("#xd-start").click()
    expect(page.locator(".xd-start > [role=alert]")).to_have_text(TEXTS["en"]["start_code_missing"])
    field = page.get_by_label("Start code", exact=True)
    assert page.evaluate("document.activeElement.id") == "xd-start-code"
    field.fill("wrong")
    page.locator("#xd-start").click()
    assert page.evaluate("window.sent.at(-1)") == {"type": "start", "value": {"candidate": "C-1", "code": "wrong"}}
    refused = {"type": "refused", "what": "start", "why": TEXTS["en"]["start_code_wrong"]}
    page.evaluate("message => window.hear(message)", refused)
    expect(page.locator(".xd-start > [role=alert]")).to_contain_text("type it once more")
    expect(field).to_have_value("wrong")
    field.fill("K742M")
    page.keyboard.press("Enter")
    assert page.evaluate("window.sent.at(-1).value.code") == "K742M"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_closed_room_cannot_be_started_and_says_whom_to_tell(page: Page, lang: str) -> None:
    show(page, opening=opening(opens=-7300, closes=-100), lang=lang)
    expect(page.locator("#xd-start")).to_be_disabled()
    expect(page.get_by_text(TEXTS[lang]["room_shut"])).to_be_visible()


def test_who_is_typing_is_not_disturbed_when_the_kernel_tells_the_time(page: Page) -> None:
    show(page, opening=opening(opens=300, closes=7200))
    page.locator("#xd-candidate").press_sequentially("C-0")
    page.evaluate("window.field = document.getElementById('xd-candidate')")
    page.evaluate("value => window.tell('opening', value)", opening(opens=240, closes=7140))
    assert page.evaluate("window.field.isConnected"), "the field under her fingers must stay the same one"
    expect(page.get_by_role("timer")).to_contain_text("4 分钟")


@pytest.mark.parametrize("panel", [Frame, Finish])
def test_feedback_is_a_link_that_lab_may_take_over(page: Page, panel: Any) -> None:
    path = "feedback/2026-12-01 12:00:00.123456 UTC/E10-a.html"
    show(page, panel, state="closed", witness="ABCD-EFGH", feedback=path, candidate="C-1")
    page.evaluate("document.addEventListener('examdesk-open', (event) => { window.asked = event.detail;"
                  " event.preventDefault(); })")
    link = page.get_by_role("link", name=TEXTS["zh"]["review"])
    assert link.get_attribute("href") == (
        "/hub/user/lin/files/week%201/feedback/2026-12-01%2012%3A00%3A00.123456%20UTC/E10-a.html")
    link.click()
    assert page.evaluate("window.asked") == {"path": path} and len(page.context.pages) == 1
    page.evaluate("window.tell('feedback', '')")
    expect(page.get_by_role("link")).to_have_count(0)


def pictures(page: Page, folder: Path) -> None:
    """Screenshots of every state, to be looked at."""
    page.set_viewport_size({"width": 900, "height": 700})
    states = {"early": opening(opens=192, closes=7392, code=True), "shut": opening(opens=-9000, closes=-1),
              "open": opening(opens=-5, closes=7000, code=True), "plain": {}}
    for lang in ("zh", "en"):
        for theme in ("light", "dark"):
            for name, told in states.items():
                show(page, opening=told, lang=lang, known=name == "plain", candidate="lin" if name == "plain" else "")
                _dark(page, theme)
                page.screenshot(path=folder / f"{name}-{lang}-{theme}.png")
            for panel in (Frame, Finish):
                show(page, panel, lang=lang, state="closed", witness="ABCD-EFGH", candidate="C-1",
                     feedback="feedback/2026 UTC/E10-a.html")
                _dark(page, theme)
                page.screenshot(path=folder / f"{panel.__name__}-{lang}-{theme}.png")


def _dark(page: Page, theme: str) -> None:
    page.evaluate("dark => { document.body.dataset.jpThemeLight = String(!dark);"
                  " document.body.style.background = dark ? '#111' : '#fff'; }", theme == "dark")
