"""What one candidate costs a hub:  python -m tests.hub.measure [candidates] [answers] [idle seconds]

Memory is PSS (shared pages divided among their users) and RSS of everything that runs as the candidate: the single-user
server and the kernel. CPU is user and system time of both. The browser runs on this computer, too, and is not counted.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil
from playwright.sync_api import Browser, sync_playwright

from tests.hub.people import Person, why_impossible
from tests.hub.server import Hub, running_hub, why_missing
from tests.hub.trainee import SPAWN_MS, HubTrainee, give_exam, log_in
from tests.journeys.browsers import launch_args
from tests.journeys.measure import CLICK

FORM = "E10-a"
MB = 1024 * 1024


@dataclass(frozen=True)
class Used:
    """What the processes of one person hold and have used."""

    pss: float  # MB
    rss: float  # MB
    server: float  # MB of PSS, of it the single-user server
    cpu: float  # seconds so far

    @classmethod
    def by(cls, person: Person) -> Used:
        pss = rss = server = cpu = 0.0
        for process in person.processes:
            with suppress(psutil.Error):
                memory, times = process.memory_full_info(), process.cpu_times()
                pss, rss, cpu = pss + memory.pss / MB, rss + memory.rss / MB, cpu + times.user + times.system
                server += memory.pss / MB if "jupyterhub-singleuser" in " ".join(process.cmdline()) else 0
        return cls(pss, rss, server, cpu)


def to_first_question(trainee: HubTrainee, hub: Hub) -> tuple[float, float]:
    """Seconds from the click on "log in" to JupyterLab, and on to the first question that can be answered."""
    to_lab = log_in(trainee.page, hub, trainee.person)
    begun = time.perf_counter()
    trainee.opens_exam(FORM)
    trainee.begins()
    trainee.page.wait_for_selector(".xd-question[data-number='1']:visible input:enabled", timeout=SPAWN_MS)
    return to_lab, time.perf_counter() - begun


def measure(candidates: int = 4, answers: int = 30, idle: int = 60) -> dict[str, object]:
    with running_hub([f"c{n}" for n in range(candidates)], "ida") as hub, _browser() as browser:
        trainees = [HubTrainee(browser.new_page(locale="zh-CN"), hub, person) for person in hub.people[:-1]]
        opened = []
        for trainee in trainees:
            give_exam(trainee.person, "E10", FORM)
            trainee.page.set_default_timeout(SPAWN_MS)
            opened.append(to_first_question(trainee, hub))
        quiet = _during(trainees, lambda: time.sleep(idle))
        saved: list[float] = []
        busy = _during(trainees, lambda: saved.extend(_answers(trainees, answers)))
        used = [Used.by(trainee.person) for trainee in trainees]
        return {
            "candidates": candidates, "cores": os.cpu_count(),
            "seconds_log_in_to_lab": _figures([lab for lab, _ in opened]),
            "seconds_lab_to_first_question": _figures([exam for _, exam in opened]),
            "mb_pss_each": _figures([one.pss for one in used]), "mb_pss_server": _figures([one.server for one in used]),
            "mb_rss_each": _figures([one.rss for one in used]),
            "mb_pss_hub_and_proxy": round(sum(_pss(process) for process in _hub(hub)), 1),
            "cpu_seconds_to_first_question": _figures([cpu for cpu, _ in quiet]),
            "cpu_percent_of_a_core_idle_in_the_exam": _figures([100 * (after - cpu) / idle for cpu, after in quiet]),
            "cpu_ms_each_answer": _figures([1000 * (after - cpu) / answers for cpu, after in busy]),
            "ms_click_to_saved": _figures(saved),
        }


def _during(trainees: list[HubTrainee], act: Callable[[], object]) -> list[tuple[float, float]]:
    """(CPU seconds before, after) of everybody."""
    before = [Used.by(trainee.person).cpu for trainee in trainees]
    act()
    return [(cpu, Used.by(trainee.person).cpu) for cpu, trainee in zip(before, trainees, strict=True)]


def _answers(trainees: list[HubTrainee], answers: int) -> list[float]:
    """Milliseconds from click to "saved"; one candidate after the other."""
    found = []
    for trainee in trainees:
        singles = trainee.page.locator(".xd-question:has(input[type=radio])")
        numbers = [int(str(one.get_attribute("data-number"))) for one in singles.all()]
        found += [trainee.page.evaluate(CLICK, numbers[turn % len(numbers)]) for turn in range(answers)]
    return found


def _hub(hub: Hub) -> list[psutil.Process]:
    """The hub and its proxy: what runs as root in its folder."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if process.uids().real == 0 and process.cwd() == str(hub.work / "hub"):
                found.append(process)
    return found


def _pss(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        return float(process.memory_full_info().pss) / MB
    return 0.0


def _figures(values: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(values), 1), "worst": round(max(values), 1)}


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_args(playwright))
        yield browser
        browser.close()


if __name__ == "__main__":
    if reason := why_impossible() or why_missing():
        sys.exit(f"not run: {reason}")
    print(json.dumps(measure(*map(int, sys.argv[1:])), indent=1))
