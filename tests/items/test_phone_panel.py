"""A scenario on the phone: the panel shows a call, in both languages; a chat's panel stays a chat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.conftest import real_bank
from tests.items.axe import violations
from tests.items.test_scenario_panel import Chat

pytestmark = pytest.mark.browser


@pytest.fixture
def call(page: Page, tmp_path: Path) -> Iterator[Chat]:
    yield Chat(page, tmp_path, real_bank().items["S-13"])


def test_the_panel_shows_a_call_and_who_is_speaking(call: Chat) -> None:
    assert call.page.get_by_role("log", name="通话").locator(".xd-line strong").inner_text() == "王先生"
    call.page.get_by_label("输入您要说的话").fill("您好，云洲家电，我是小满。")
    call.page.get_by_role("button", name="说出", exact=True).click()
    call.page.wait_for_function("document.querySelectorAll('.xd-line').length >= 3")
    assert call.page.locator(".xd-line-agent strong").inner_text() == "您说"
    call.idle()
    call.page.get_by_role("button", name="挂断电话").click()
    call.page.wait_for_function("document.querySelector('.xd-over').textContent !== ''")
    assert call.page.locator(".xd-over").inner_text() == "通话已结束。"
    assert violations(call.page) == []


def test_nothing_said_is_told_in_the_words_of_a_call(call: Chat) -> None:
    call.page.get_by_role("button", name="说出", exact=True).click()
    assert "请先写下要说的话" in call.page.locator(".xd-status").inner_text()


def test_the_call_reads_in_english_too(call: Chat) -> None:
    call.page.evaluate("window.tell('lang', 'en')")
    call.page.get_by_role("log", name="Call").wait_for()
    assert call.page.get_by_label("Type what you say").is_visible()
    assert call.page.get_by_role("button", name="Say", exact=True).is_visible()
    assert "chat" not in call.page.locator(".xd-columns").inner_text().casefold()
