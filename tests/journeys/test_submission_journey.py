"""Where there is an exchange the page submits after the hand-in, and says so; the hand-in never waits for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from examdesk.journal import NAME, read_journal
from tests.journeys.exams import Fetched, fetched
from tests.journeys.server import Lab, running_lab
from tests.journeys.trainee import Trainee

pytestmark = [pytest.mark.browser, pytest.mark.soak]

EXAM, COURSE = "E00-tutorial", "c1"
FORM = f"{EXAM}-a"


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exchange as nbgrader makes it, with the tutorial exam released in it."""
    root = tmp_path_factory.mktemp("exchange")
    (root / COURSE / "outbound" / FORM).mkdir(parents=True)
    (root / COURSE / "inbound").mkdir()
    root.chmod(0o777)
    fetched(EXAM, root / COURSE / "outbound" / FORM)
    return root


@pytest.fixture(scope="module")
def lab(exchange: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab whose nbgrader knows the exchange; the exam lies fetched in its folder."""
    work = tmp_path_factory.mktemp("lab")
    (work / "trainee" / FORM).mkdir(parents=True)
    (work / "trainee" / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\nc.Exchange.cache = {str(work / 'cache')!r}\n")
    with running_lab(work) as running:
        yield running


def submitted(exchange: Path) -> list[Path]:
    return sorted((exchange / COURSE / "inbound").iterdir())


def shot(trainee: Trainee, name: str) -> None:
    if folder := os.environ.get("EXAMDESK_PICTURES"):
        trainee.page.locator(".xd-finish").screenshot(path=Path(folder, f"{name}-{trainee.lang}.png"))


def test_a_handed_in_exam_is_submitted_by_itself_once_and_after_a_failure_by_a_button(
    exchange: Path, lab: Lab, new_trainee: Callable[..., Trainee]
) -> None:
    """The teacher's folder takes nothing at first: the exam is handed in all the same, the page says that it is not
    with her yet, the button brings it there. Opened again, it is not submitted twice.
    """
    exam: Fetched = fetched(EXAM, lab.home / FORM)
    inbound = exchange / COURSE / "inbound"
    inbound.rename(inbound.with_name("away"))
    trainee = new_trainee()
    trainee.open(lab.page(exam.notebook))
    trainee.start("C-7")
    code = trainee.hand_in()
    expect(trainee.page.locator(".xd-sent")).to_contain_text(trainee.word("submit_failed"))
    expect(trainee.page.locator(".xd-sent")).to_contain_text("Inbound directory doesn't exist")
    assert exam.journal.witness in code
    shot(trainee, "submit-failed")
    trainee.speak("en")
    expect(trainee.page.locator(".xd-sent")).to_contain_text(trainee.word("submit_failed"))
    shot(trainee, "submit-failed")

    inbound.with_name("away").rename(inbound)
    trainee.page.get_by_role("button", name=trainee.word("submit_again")).click()
    done = trainee.page.locator(".xd-sent .xd-saved")
    expect(done).to_contain_text(trainee.word("submitted", at="")[:20])
    shot(trainee, "submitted")
    [folder] = submitted(exchange)
    sent = read_journal(folder / NAME)
    assert sent is not None and sent.witness == exam.journal.witness
    assert folder.name.split("+")[1] == FORM

    trainee.page.reload()
    trainee.ready("open")
    expect(done).to_be_visible()
    assert submitted(exchange) == [folder], "what lies there is not sent again"
    trainee.speak("zh")
    shot(trainee, "submitted")
    trainee.was_undisturbed()


def test_an_exam_the_time_has_ended_is_submitted_too(
    exchange: Path, lab: Lab, new_trainee: Callable[..., Trainee]
) -> None:
    """Nobody presses anything: six seconds are over, the exam hands itself in and lies with the teacher."""
    before = submitted(exchange)
    (lab.home / FORM / NAME).unlink(missing_ok=True)
    exam = fetched(EXAM, lab.home / FORM, minutes=0.1)
    trainee = new_trainee()
    trainee.open(lab.page(exam.notebook))
    trainee.start("C-8")
    expect(trainee.page.locator(".xd-finish")).to_contain_text(trainee.word("finished_time"))
    expect(trainee.page.locator(".xd-sent .xd-saved")).to_contain_text(trainee.word("submitted", at="")[:5])
    [folder] = set(submitted(exchange)) - set(before)
    sent = read_journal(folder / NAME)
    assert sent is not None and sent.end is not None and sent.end.value == {"answered": 0, "reason": "time"}
