"""A customer who speaks by himself, in a real browser with the real chat behind it; its clock is the test's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from examdesk.errors import NotSaved
from examdesk.journal import clock as clocks
from tests.items.axe import reflows, small_targets, violations
from tests.items.chats import Chat
from tests.items.exam_page import ExamPage
from tests.items.waiting import timed_chat

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("EXAMDESK_PICTURES", "")  # a folder for pictures of what was seen


class Desk(ExamPage):
    """The page of a candidate at one chat; time goes by when the test says so, in the browser and in the kernel."""

    def __init__(self, page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch, *, lang: str = "zh",
                 chat: Chat | None = None) -> None:
        self.ms = 5_000_000
        monkeypatch.setattr(clocks, "ticks", lambda: self.ms)
        page.clock.install()
        self.chat = chat or timed_chat()
        super().__init__(page, folder, self.chat.item, pause=10)
        self.start()
        self.speak(lang)
        self.show()

    def wait(self, seconds: int) -> None:
        for _ in range(seconds // 5):
            self.ms += 5000
            self.page.clock.run_for(5000)
            self.page.wait_for_timeout(20)

    def picture(self, name: str) -> None:
        if PICTURES:
            self.question(self.chat.item).screenshot(path=f"{PICTURES}/{name}-{self.lang}.png")

    def take(self) -> None:
        self.page.get_by_role("button", name=self.word("chat_begin")).press("Enter")
        expect(self.lines).to_have_count(2)

    @property
    def lines(self) -> Locator:
        return self.page.locator(".xd-line")

    @property
    def box(self) -> Locator:
        return self.page.get_by_label(self.word("message"))

    @property
    def waited(self) -> Locator:
        return self.page.locator(".xd-waited")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_customer_comes_with_a_click_and_speaks_by_himself(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    desk = Desk(page, tmp_path, monkeypatch, lang=lang)
    expect(desk.box).to_be_disabled()
    expect(desk.waited).to_be_hidden()
    desk.picture("before")
    desk.wait(90)
    assert desk.lines.count() == 0 and violations(page) == [] and small_targets(page) == [] and reflows(page) == []
    desk.take()
    expect(desk.box).to_be_focused()
    expect(desk.waited).to_have_text(desk.word("chat_waited", s=0))
    desk.box.fill("您好，我")
    desk.wait(60)
    expect(desk.lines).to_have_count(3)  # without a click
    expect(desk.waited).to_have_text(desk.word("chat_waited", s=60))
    assert desk.box.input_value() == "您好，我"
    expect(page.locator(".xd-question[data-unsaved]")).to_have_count(0)
    desk.picture("waiting")
    assert violations(page) == [] and reflows(page) == []
    desk.box.fill("您好，可以给您开发票的")
    desk.box.press("Control+Enter")
    expect(desk.waited).to_have_text(desk.word("chat_waited", s=0))
    said = [event.value for event in desk.sitting._writer.journal().events if event.kind == "said"]
    assert said == [{"text": "您好，可以给您开发票的", "waited": 60}]
    desk.wait(300)
    expect(page.locator(".xd-over")).to_have_text(desk.word("chat_over"))
    expect(desk.waited).to_be_hidden()
    desk.picture("left")


def test_the_seconds_are_seen_and_never_read_aloud_of_themselves(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(page, tmp_path, monkeypatch)
    desk.take()
    assert desk.waited.get_attribute("role") == "timer" and desk.waited.get_attribute("aria-live") == "off"
    live = page.locator(".xd-question [aria-live=polite], .xd-question [role=status]")
    before = [one.inner_text() for one in live.all()]
    desk.wait(55)
    expect(desk.waited).to_have_text(desk.word("chat_waited", s=55))
    assert [one.inner_text() for one in live.all()] == before


def test_a_pause_hides_the_chat_and_nobody_waits(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(page, tmp_path, monkeypatch)
    desk.take()
    desk.wait(30)
    desk.sitting._actions.pause(None)
    desk.follow()
    desk.wait(300)
    looks = page.evaluate("window.sent.filter(({ type }) => type === 'look').length")
    assert looks == 6  # none while the exam rests
    desk.sitting._actions.resume(None)
    desk.follow()
    desk.wait(25)
    assert desk.lines.count() == 2
    expect(desk.waited).to_have_text(desk.word("chat_waited", s=50))  # from look to look: none across the pause


def test_what_he_cannot_write_down_he_says_with_the_next_look(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(page, tmp_path, monkeypatch)
    desk.take()
    desk.wait(55)
    desk.refuse(NotSaved("the disk is full"))
    desk.wait(10)
    assert desk.lines.count() == 2
    desk.refuse(None)
    desk.wait(5)
    expect(desk.lines).to_have_count(3)
