"""No journey asks another computer for anything; the watch that says so hears what it should."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser

from tests.journeys.outside import Outside

pytestmark = pytest.mark.browser


def test_the_watch_hears_pages_styles_pictures_and_websockets(browser: Browser, outside: Outside) -> None:
    """And what it heard here is no fault of the next journey."""
    page = browser.new_page()
    page.set_content('<link rel=stylesheet href="http://a.example/style.css"><img src="http://b.example/c.png">')
    page.evaluate("fetch('http://d.example/e').catch(() => 0)")
    page.evaluate("new Promise((end) => { new WebSocket('ws://f.example/g').onerror = end; })")
    hosts, end = {"a.example", "b.example", "d.example", "f.example"}, time.monotonic() + 20
    while (missed := {host for host in hosts if host not in " ".join(outside.asked)}) and time.monotonic() < end:
        page.wait_for_timeout(100)  # a busy browser asks later
    page.close()
    assert missed == set(), outside.asked
    outside.asked.clear()
