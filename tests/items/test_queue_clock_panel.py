"""Double 11 in a real browser: five customers wait, every tab says for how long; time goes by when the test says."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.items.axe import reflows, small_targets, violations
from tests.items.chats import chat
from tests.items.test_waiting_panel import Desk

pytestmark = pytest.mark.browser


class Queue(Desk):
    """S-14 as a candidate sees it."""

    def __init__(self, page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch, *, lang: str = "zh") -> None:
        super().__init__(page, folder, monkeypatch, lang=lang, chat=chat("S-14"))

    def take(self) -> None:
        self.page.get_by_role("button", name=self.word("queue_begin")).press("Enter")
        expect(self.page.locator(".xd-queue button")).to_have_count(2)

    def tab(self, name: str) -> Locator:
        return self.page.locator(f".xd-queue button[id$='-open-{name}']")

    def says(self, name: str, seconds: int) -> None:
        """The tab of a customer says that he has waited so long."""
        expect(self.tab(name)).to_contain_text(self.word("queue_seconds", s=seconds))

    def write(self, to: str, text: str) -> None:
        self.tab(to).click()
        self.page.locator(".xd-box").fill(text)
        self.page.locator(".xd-box").press("Control+Enter")
        expect(self.page.locator(".xd-line-agent").last).to_contain_text(text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_tab_shows_how_long_its_customer_has_waited(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    desk = Queue(page, tmp_path, monkeypatch, lang=lang)
    expect(page.locator(".xd-queue button")).to_have_count(0)
    expect(page.locator(".xd-over")).to_have_text("")
    desk.wait(60)  # nobody waits before the desk is open
    desk.picture("desk-before")
    desk.take()
    expect(desk.tab("size")).to_be_focused()
    expect(desk.waited).to_be_hidden()
    desk.wait(15)
    desk.write("angry", "您好，非常抱歉，我马上帮您查物流。")
    desk.wait(20)
    desk.write("wholesale", "您好，20双以上可以打95折。")
    desk.wait(10)
    for name, seconds in {"size": 45, "angry": 30, "wholesale": 10, "cod": 10}.items():
        desk.says(name, seconds)
    expect(desk.waited).to_have_text(desk.word("chat_waited", s=10))
    desk.tab("angry").click()
    expect(desk.waited).to_have_text(desk.word("chat_waited", s=30))
    desk.picture("desk-waiting")
    assert violations(page) == [] and small_targets(page) == [] and reflows(page) == []
    desk.wait(105)
    expect(desk.tab("size")).to_contain_text(desk.word("queue_unread", n=2))  # she has asked by herself
    desk.says("size", 150)
    desk.picture("desk-asked")
    events = desk.sitting._writer.journal().events
    assert [event.value["waited"] for event in events if event.kind == "said"] == [15, 20]


def test_the_seconds_are_never_read_aloud_of_themselves(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Queue(page, tmp_path, monkeypatch)
    desk.take()
    desk.write("angry", "您好，非常抱歉。")
    live = page.locator(".xd-question [aria-live=polite], .xd-question [role=status]")
    before = [one.inner_text() for one in live.all()]
    desk.wait(50)
    desk.says("angry", 50)
    assert [one.inner_text() for one in live.all()] == before


def test_who_is_gone_waits_no_more_and_what_is_typed_stays(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Queue(page, tmp_path, monkeypatch)
    desk.take()
    desk.tab("size").click()
    page.locator(".xd-box").fill("您好，建议")
    desk.wait(480)
    expect(desk.tab("angry")).to_contain_text(desk.word("queue_over"))
    assert page.locator(".xd-box").input_value() == "您好，建议"
    desk.tab("angry").click()
    expect(desk.waited).to_be_hidden()
    desk.says("size", 480)
