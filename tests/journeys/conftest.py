"""One JupyterLab and one Chromium for all journeys; every test has a folder, a page and a trainee of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.exams import Fetched, fetched
from tests.journeys.server import Lab, running_lab
from tests.journeys.trainee import Trainee

PATIENCE_MS = 20_000  # two cores, and other tests beside us
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Started after the browser: without one there is nothing to serve."""
    with running_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def fetch(lab: Lab, request: pytest.FixtureRequest) -> Callable[..., Fetched]:
    """An exam in a fresh folder of this test's trainee; see `fetched`."""

    def fetch_(exam: str, **changes: Any) -> Fetched:
        folder: Path = lab.home / request.node.name / exam
        folder.mkdir(parents=True)
        return fetched(exam, folder, **changes)

    return fetch_


@pytest.fixture
def new_trainee(lab: Lab, browser: Browser) -> Iterator[Callable[..., Trainee]]:
    """Trainees with a browser window each; `locale` is the language of the browser, not of the exam."""
    contexts = []

    def trainee(*, locale: str = "zh-CN", lang: str = "zh") -> Trainee:
        context = browser.new_context(locale=locale, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        return Trainee(_page(context.new_page()), lab.url, lang=lang)

    yield trainee
    for context in contexts:
        context.close()


def _page(page: Page) -> Page:
    page.set_default_timeout(PATIENCE_MS)
    return page


@pytest.fixture(autouse=True)
def _no_kernels_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Ends the kernels of a test, so that the next one has the machine for itself."""
    yield
    if "lab" in request.fixturenames:
        lab: Lab = request.getfixturevalue("lab")
        for session in lab.api("sessions"):
            lab.api(f"sessions/{session['id']}", "DELETE")
