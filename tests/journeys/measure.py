"""How fast an exam opens and saves in a real browser:  python -m tests.journeys.measure [openings] [clicks]"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.journeys.browsers import launch_args
from tests.journeys.exams import Fetched, fetched
from tests.journeys.server import Lab, running_lab
from tests.journeys.trainee import Trainee

# From the click to the moment the question says "saved", by the browser's own clock.
CLICK = """async (number) => {
  const root = document.querySelector(`.xd-question[data-number="${number}"]`);
  const [radio] = [...root.querySelectorAll("input[type=radio]")].filter((input) => !input.checked);
  const status = root.querySelector(".xd-status[role=status]");
  const start = performance.now();
  radio.click();
  await new Promise((done) => {
    const look = () => status.classList.contains("xd-saved") && (watch.disconnect(), done());
    const watch = new MutationObserver(look);
    watch.observe(status, { attributes: true, childList: true });
    look();
  });
  return performance.now() - start;
}"""


def opening_seconds(browser: Browser, lab: Lab, exam: Fetched) -> float:
    """From `goto` in a fresh window, with a fresh kernel, to the first question she can answer."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    trainee = Trainee(context.new_page(), lab.url)
    begun = time.perf_counter()
    trainee.page.goto(lab.page(exam.notebook))
    trainee.page.wait_for_selector(".xd-question[data-number='1']:visible input:enabled")
    seconds = time.perf_counter() - begun
    context.close()
    lab.api(f"kernels/{lab.kernel(exam.notebook)}", "DELETE")
    return seconds


def saving_ms(browser: Browser, lab: Lab, exam: Fetched, clicks: int) -> list[float]:
    """From click to "saved", `clicks` times over the first twelve questions."""
    trainee = Trainee(browser.new_page(locale="zh-CN"), lab.url)
    trainee.open(lab.page(exam.notebook))
    return [trainee.page.evaluate(CLICK, turn % 12 + 1) for turn in range(clicks)]


def measure(openings: int = 5, clicks: int = 30) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="examdesk-measure-") as work, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_args(playwright))
        with running_lab(Path(work)) as lab:
            exam = fetched("E10", _folder(lab))
            _begin(browser, lab, exam)
            opened = [opening_seconds(browser, lab, exam) for _ in range(openings)]
            saved = saving_ms(browser, lab, exam, clicks)
        browser.close()
    return {
        "openings": openings,
        "seconds_to_first_question_median": round(statistics.median(opened), 2),
        "seconds_to_first_question_worst": round(max(opened), 2),
        "clicks": clicks,
        "ms_click_to_saved_median": round(statistics.median(saved), 1),
        "ms_click_to_saved_worst": round(max(saved), 1),
    }


def _folder(lab: Lab) -> Path:
    folder = lab.home / "E10"
    folder.mkdir()
    return folder


def _begin(browser: Browser, lab: Lab, exam: Fetched) -> None:
    """The candidate's number is given once; the openings measured are those of an exam under way."""
    trainee = Trainee(browser.new_page(locale="zh-CN"), lab.url)
    trainee.open(lab.page(exam.notebook))
    trainee.start("C-0001")
    trainee.page.close()
    lab.api(f"kernels/{lab.kernel(exam.notebook)}", "DELETE")


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:])), indent=1))
