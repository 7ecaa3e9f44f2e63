"""The queue of customers in a real browser: who waits, what is unread, which chat a message goes to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.items.queues import desk_item
from tests.items.test_scenario_panel import Chat

pytestmark = pytest.mark.browser


class Desk(Chat):
    """The small desk of three customers."""

    def customer(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=f"sample_{name}")

    def write(self, text: str) -> None:
        self.page.locator(".xd-box").fill(text)
        self.page.locator(".xd-box").press("Control+Enter")
        expect(self.page.locator(".xd-line-agent").last).to_contain_text(text)
        self.idle()

    def shown(self) -> list[str]:
        return [str(text) for text in self.page.locator(".xd-log .xd-line strong").all_inner_texts()]


@pytest.fixture
def desk(page: Page, tmp_path: Path) -> Iterator[Desk]:
    yield Desk(page, tmp_path, desk_item())


def test_nothing_can_be_sent_before_a_chat_is_open(desk: Desk) -> None:
    assert desk.page.locator(".xd-queue button").count() == 2
    expect(desk.page.locator(".xd-box")).to_be_disabled()
    expect(desk.page.locator(".xd-over")).to_have_text("请先打开一个对话。")
    assert desk.page.locator(".xd-line").count() == 0
    expect(desk.customer("bob")).to_contain_text("1 条未读")
    expect(desk.customer("bob")).to_contain_text("hello")


def test_a_message_goes_to_the_chat_that_is_open(desk: Desk) -> None:
    desk.customer("bob").press("Enter")
    expect(desk.page.locator(".xd-box")).to_be_focused()
    expect(desk.customer("bob")).to_have_attribute("aria-current", "true")
    desk.write("pri one")
    desk.customer("anna").click()
    desk.write("siz one")
    said = [event.value for event in desk.sitting._writer.journal().events if event.kind == "said"]
    assert [(value["chat"], value["text"]) for value in said] == [("bob", "pri one"), ("anna", "siz one")]
    assert set(desk.shown()) == {"sample_anna", "客服（您）"}
    desk.customer("bob").click()
    assert set(desk.shown()) == {"sample_bob", "客服（您）"}


def test_who_comes_and_who_asks_again_is_unread_and_said_once(desk: Desk) -> None:
    desk.customer("bob").click()
    expect(desk.page.locator("p[role=status]", has_text="有新消息")).to_have_text("有新消息：sample_anna")
    for text in ("sry one", "sry two", "sry three"):
        desk.write(text)
    expect(desk.customer("cleo")).to_contain_text("1 条未读")  # she came after the third turn
    desk.write("sry four")
    expect(desk.customer("anna")).to_contain_text("2 条未读")  # she has asked again
    expect(desk.page.locator("p[role=status]", has_text="有新消息")).to_have_text("有新消息：sample_anna、sample_cleo")
    desk.customer("anna").click()
    expect(desk.customer("anna")).to_contain_text("已等 4 步")
    assert desk.shown() == ["sample_anna", "sample_anna"]


def test_what_is_typed_stays_with_its_customer(desk: Desk) -> None:
    box = desk.page.locator(".xd-box")
    desk.customer("anna").click()
    box.fill("for anna")
    desk.customer("bob").click()
    assert box.input_value() == ""
    box.fill("for bob")
    desk.customer("anna").click()
    assert box.input_value() == "for anna"


def test_after_a_reload_he_goes_on_where_he_wrote_last(desk: Desk) -> None:
    desk.customer("bob").click()
    desk.write("pri one")
    desk.open()
    expect(desk.customer("bob")).to_have_attribute("aria-current", "true")
    assert desk.shown().count("客服（您）") == 1
    expect(desk.customer("anna")).to_contain_text("1 条未读")


def test_stock_drops_before_his_eyes_and_a_tool_of_one_is_shown_with_him(desk: Desk) -> None:
    desk.customer("anna").click()
    screen = desk.page.locator("dl.xd-screen")
    expect(screen).to_contain_text("boots")
    assert "3" in screen.inner_text()
    assert desk.page.get_by_role("button", name="Open the link").count() == 0
    for text in ("sry one", "sry two", "sry three"):
        desk.write(text)
    assert "1" in screen.inner_text()
    desk.customer("cleo").click()
    expect(desk.page.get_by_role("button", name="Open the link")).to_be_visible()
    desk.page.get_by_role("button", name="Look at the stock").click()
    expect(desk.page.locator(".xd-line-action")).to_have_count(1)
    assert [event.value["chat"] for event in desk.sitting._writer.journal().events if event.kind == "acted"] == ["cleo"]


def test_a_chat_that_is_over_takes_nothing_and_the_others_go_on(desk: Desk) -> None:
    desk.customer("bob").click()
    desk.write("pri one")
    desk.write("bye one")
    expect(desk.customer("bob")).to_contain_text("已结束")
    expect(desk.page.locator(".xd-box")).to_be_disabled()
    expect(desk.page.locator(".xd-over")).to_have_text("对话已结束。")
    desk.customer("anna").click()
    expect(desk.page.locator(".xd-box")).to_be_enabled()


def test_the_language_changes_at_once_and_what_is_open_stays(desk: Desk) -> None:
    desk.customer("bob").click()
    desk.write("pri one")
    desk.page.evaluate("window.tell('lang', 'en')")
    expect(desk.customer("anna")).to_contain_text("1 unread")
    expect(desk.page.get_by_role("list", name="Customers at the desk")).to_be_visible()
    expect(desk.page.get_by_label("Type a message to sample_bob")).to_be_enabled()


def test_once_handed_in_every_chat_can_still_be_read(desk: Desk) -> None:
    desk.customer("bob").click()
    desk.write("pri one")
    desk.page.evaluate("window.tell('state', 'closed')")
    assert desk.shown() == ["sample_anna", "sample_bob", "客服（您） → sample_bob", "sample_bob", "sample_bob"]
