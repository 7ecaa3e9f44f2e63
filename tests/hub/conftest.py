"""One hub for the story; who cannot run it is told why."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import not_run
from tests.hub.people import why_impossible
from tests.hub.server import why_missing
from tests.journeys.conftest import PATIENCE_MS as ALONE_MS

PATIENCE_MS = 2 * ALONE_MS  # servers of several people on two cores


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE_MS)
    yield
    expect.set_options(timeout=ALONE_MS)


@pytest.fixture(scope="session")
def can_run() -> None:
    """Root, for the OS users; and what tests/install-hub.sh installs: without that the tests fail."""
    if reason := why_impossible():
        not_run(reason)
    if reason := why_missing():
        pytest.fail(reason)


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Pages of browser windows that know nothing of each other."""
    contexts = []

    def page() -> Page:
        contexts.append(browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}))
        opened = contexts[-1].new_page()
        opened.set_default_timeout(PATIENCE_MS)
        return opened

    yield page
    for context in contexts:
        context.close()
