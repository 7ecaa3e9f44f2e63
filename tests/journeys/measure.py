"""How fast an exam opens and saves in a real browser:  python -m tests.journeys.measure [openings] [clicks]

Openings and clicks of E10; then clicks in an exam of 100 items and in one of 20, by turns: both meet the same
machine.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

from examdesk.bank import read_bank
from examdesk.items import packages, part
from tests.journeys.browsers import launch_args
from tests.journeys.exams import PROJECT, Fetched, fetched, form_with, released
from tests.journeys.server import Lab, running_lab
from tests.journeys.trainee import Trainee

WINDOW: ViewportSize = {"width": 1280, "height": 900}

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


def opening_seconds(context: BrowserContext, lab: Lab, exam: Fetched) -> float:
    """From `goto`, by the link a trainee follows, with a fresh kernel, to the first question she can answer."""
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(lab.page(exam.notebook, reset=False))
    page.locator(".xd-question[data-number='1'] input:enabled").first.click(trial=True)  # nothing lies on top of it
    seconds = time.perf_counter() - begun
    page.close()
    lab.api(f"kernels/{lab.kernel(exam.notebook)}", "DELETE")
    return seconds


def openings_seconds(browser: Browser, lab: Lab, exam: Fetched, times: int) -> tuple[list[float], list[float]]:
    """Openings by a browser that has never seen JupyterLab, and by one that has, e.g. for the tutorial, by turns."""
    new: list[float] = []
    known: list[float] = []
    context = browser.new_context(locale="zh-CN", viewport=WINDOW)
    opening_seconds(context, lab, exam)
    for _ in range(times):
        fresh = browser.new_context(locale="zh-CN", viewport=WINDOW)
        new.append(opening_seconds(fresh, lab, exam))
        fresh.close()
        known.append(opening_seconds(context, lab, exam))
    context.close()
    return new, known


def sitting(browser: Browser, lab: Lab, exam: Fetched, *, candidate: str = "") -> Trainee:
    """A trainee with the exam open; with a candidate number she starts it."""
    trainee = Trainee(browser.new_page(locale="zh-CN"), lab.url)
    trainee.open(lab.page(exam.notebook))
    if candidate:
        trainee.start(candidate)
    return trainee


def saving_ms(trainee: Trainee, numbers: list[int], clicks: int) -> list[float]:
    """From click to "saved", `clicks` times, going round the choice questions `numbers`."""
    return [trainee.page.evaluate(CLICK, number) for number in islice(cycle(numbers), clicks)]


def choices(exam: Fetched) -> list[int]:
    return [number for number, item in enumerate(exam.form.items.values(), start=1) if item.type == "choice"]


def long_exam(lab: Lab, items: int) -> Fetched:
    """An exam of so many choice questions of the bank; the same questions come again under other ids."""
    bank = read_bank(PROJECT / "exams", root=PROJECT, types={name: part(name, "key") for name in packages()})
    known = [item for item in bank.items.values() if item.type == "choice"]
    many = {f"I-{number:03}": item for number, item in enumerate(islice(cycle(known), items), start=1)}
    form = form_with(known[0].id, exam=f"E{items}")
    form = replace(form, items={name: replace(item, id=name) for name, item in many.items()},
                   sections=(replace(form.sections[0], items=tuple(many)),))
    folder = lab.home / form.exam
    folder.mkdir()
    return released(form, folder)


def per_action(browser: Browser, lab: Lab, clicks: int) -> dict[int, float]:
    """Median milliseconds from click to "saved" in an exam of 20 items and in one of 100, by turns."""
    exams = {items: long_exam(lab, items) for items in (20, 100)}
    open_now = {items: sitting(browser, lab, exam, candidate="C-0002") for items, exam in exams.items()}
    found: dict[int, list[float]] = {items: [] for items in exams}
    for _ in range(5):
        for items, trainee in open_now.items():
            trainee.page.bring_to_front()
            found[items] += saving_ms(trainee, list(range(1, items + 1)), max(1, clicks // 5))
    return {items: statistics.median(ms) for items, ms in found.items()}


def measure(openings: int = 5, clicks: int = 120) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="examdesk-measure-") as work, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_args(playwright))
        with running_lab(Path(work)) as lab:
            exam = fetched("E10", _folder(lab))
            _begin(browser, lab, exam)
            new, known = openings_seconds(browser, lab, exam, openings)
            saved = saving_ms(sitting(browser, lab, exam), choices(exam), clicks)
            action = per_action(browser, lab, clicks)
        browser.close()
    return {
        "openings": openings,
        "seconds_to_first_question_median": round(statistics.median(known), 2),
        "seconds_to_first_question_worst": round(max(known), 2),
        "seconds_in_a_browser_new_to_jupyterlab_median": round(statistics.median(new), 2),
        "seconds_in_a_browser_new_to_jupyterlab_worst": round(max(new), 2),
        "clicks": clicks,
        "ms_click_to_saved_median": round(statistics.median(saved), 1),
        "ms_click_to_saved_95th": round(statistics.quantiles(saved, n=20)[-1], 1),
        "ms_per_action_20_items": round(action[20], 1),
        "ms_per_action_100_items": round(action[100], 1),
        "ratio_100_to_20_items": round(action[100] / action[20], 2),
        "load_of_the_machine": round(os.getloadavg()[0], 1),
    }


def _folder(lab: Lab) -> Path:
    folder = lab.home / "E10"
    folder.mkdir()
    return folder


def _begin(browser: Browser, lab: Lab, exam: Fetched) -> None:
    """The candidate's number is given once; the openings measured are those of an exam under way."""
    sitting(browser, lab, exam, candidate="C-0001").page.close()
    lab.api(f"kernels/{lab.kernel(exam.notebook)}", "DELETE")


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:])), indent=1))
