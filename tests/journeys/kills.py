"""Kills the kernel of an exam at random moments while answers are given:  python -m tests.journeys.kills [times] [seed]

One page goes on clicking and typing. Whatever it calls saved is written down here, outside browser and kernel, and in
the end looked up in the journal, in the same order.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.journeys.browsers import launch_args
from tests.journeys.exams import Fetched, form_with, released
from tests.journeys.server import Lab, running_lab
from tests.journeys.trainee import Trainee

QUESTIONS = ("I-801", "I-805", "I-807", "I-808", "R-C06", "R-C08")  # four to choose from, two letters
PATIENCE_SECONDS = 60

# Tells the harness whenever a question that was saving turns to "saved", and with which answer.
WATCH = """() => {
  const saving = new Set();
  const look = (node) => {
    const root = node.closest?.(".xd-question"), status = root?.querySelector(".xd-status[role=status]");
    if (!status) return;
    const { number, item } = root.dataset;
    if (status.classList.contains("xd-saving") || status.classList.contains("xd-unsaved")) saving.add(number);
    else if (status.classList.contains("xd-saved") && saving.delete(number)) {
      const text = root.querySelector("textarea");
      window.acknowledged(item, text ? text.value : root.querySelector("input:checked")?.value);
    }
  };
  new MutationObserver((changes) => changes.forEach(({ target }) => look(target)))
    .observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
}"""


@dataclass
class Kills:
    """What happened: acknowledged answers, when the kernel died, when the page took answers again."""

    acknowledged: list[tuple[float, str, Any]] = field(default_factory=list)  # (seconds, item, value)
    killed: list[float] = field(default_factory=list)
    usable: list[float] = field(default_factory=list)  # the first acknowledgement by the kernel after each kill
    lives: Callable[[], bool] = lambda: True  # whether a kernel runs now that was not killed

    def heard(self, item: str, value: Any) -> None:
        self.acknowledged.append((time.monotonic(), item, value))
        if not self.is_usable and self.lives():  # else it was on its way when the kernel died
            self.usable.append(time.monotonic())

    @property
    def is_usable(self) -> bool:
        return len(self.usable) == len(self.killed)

    def lost(self, exam: Fetched) -> list[tuple[str, Any]]:
        """Acknowledged answers the journal has not, or not in the order they were acknowledged in."""
        lost = []
        written = {item: _answers(exam, item) for item in exam.form.items}
        for _, item, value in self.acknowledged:
            if value not in written[item]:  # going through an iterator: what comes before is used up
                lost.append((item, value))
                written[item] = _answers(exam, item)
        return lost


def _answers(exam: Fetched, item: str) -> Iterator[Any]:
    return iter([event.value for event in exam.journal.events if event.item == item and event.kind == "answered"])


def killed_exam(browser: Browser, lab: Lab, exam: Fetched, *, times: int, seed: int) -> Kills:
    """An exam whose kernel is killed `times` times while it is answered; ends when everything is saved."""
    kills, dice = Kills(), random.Random(seed)
    trainee = Trainee(browser.new_page(locale="zh-CN"), lab.url)
    trainee.page.expose_function("acknowledged", kills.heard)
    trainee.open(lab.page(exam.notebook))
    trainee.start("C-0001")
    trainee.page.evaluate(WATCH)
    for _ in range(times):
        _kill_soon(lab, exam, kills, dice.uniform(0.1, 4))
        _answer_until_usable(trainee.page, kills, dice)
    trainee.page.wait_for_function(
        "!document.querySelector('.xd-question[data-unsaved]')", timeout=1000 * PATIENCE_SECONDS)
    trainee.was_undisturbed()
    return kills


def _kill_soon(lab: Lab, exam: Fetched, kills: Kills, seconds: float) -> None:
    def kill() -> None:
        kernel = lab.kernel_process(exam.notebook)
        kernel.kill()
        kills.lives = lambda: _lives(lab, exam, kernel)
        kills.killed.append(time.monotonic())

    threading.Timer(seconds, kill).start()


def _lives(lab: Lab, exam: Fetched, killed: psutil.Process) -> bool:
    try:
        return lab.kernel_process(exam.notebook) != killed
    except StopIteration:
        return False


def _answer_until_usable(page: Page, kills: Kills, dice: random.Random) -> None:
    """Goes on answering until the kernel was killed and an answer is acknowledged again."""
    before, end = len(kills.killed), time.monotonic() + PATIENCE_SECONDS
    while len(kills.killed) == before or not kills.is_usable:
        assert time.monotonic() < end, f"not usable {PATIENCE_SECONDS} s after kill {len(kills.killed)}"
        with suppress(Error):  # the questions are drawn anew while the exam comes back
            _answer(page, dice)
        page.wait_for_timeout(dice.uniform(10, 120))


def _answer(page: Page, dice: random.Random) -> None:
    question = page.locator(f".xd-question[data-number='{dice.randint(1, len(QUESTIONS))}']")
    radios = question.locator("input[type=radio]:not(:checked)")
    if (count := radios.count()) > 0:
        radios.nth(dice.randrange(count)).click(timeout=1000)
    else:
        question.locator("textarea").press_sequentially(dice.choice("您好谢谢，。"), timeout=1000)


def measure(times: int = 100, seed: int = 1) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="examdesk-kills-") as work, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_args(playwright))
        with running_lab(Path(work)) as lab:
            exam = exam_to_kill(lab.home / "kills")
            kills = killed_exam(browser, lab, exam, times=times, seed=seed)
            return figures(kills, exam)


def exam_to_kill(folder: Path) -> Fetched:
    folder.mkdir(parents=True)
    return released(form_with(*QUESTIONS), folder)


def figures(kills: Kills, exam: Fetched) -> dict[str, Any]:
    waited = sorted(usable - killed for killed, usable in zip(kills.killed, kills.usable, strict=True))
    return {
        "kills": len(kills.killed),
        "acknowledged_answers": len(kills.acknowledged),
        "acknowledged_answers_lost": len(kills.lost(exam)),
        "answers_in_the_journal": sum(event.kind == "answered" for event in exam.journal.events),
        "journal_flags": list(exam.journal.flags),
        "seconds_until_usable_median": round(statistics.median(waited), 1),
        "seconds_until_usable_worst": round(waited[-1], 1),
    }


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:])), indent=1))
