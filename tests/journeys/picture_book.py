"""The pictures of the README, from a real sitting in JupyterLab:  python -m tests.journeys.picture_book [folder]

One exam with an item of every type is sat in Chromium; every question is taken in Chinese and in English.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from examdesk.items import packages, part
from tests.journeys.browsers import launch_args
from tests.journeys.exams import PROJECT, form_with, released
from tests.journeys.server import running_lab
from tests.journeys.trainee import ANSWERS, Trainee

FOLDER = PROJECT / "docs" / "pictures"
SHOWN = {"choice": "I-205", "multi": "I-306", "numeric": "I-602", "ordering": "I-401", "matching": "I-403",
         "transcript": "I-251", "register": "I-451", "triage": "Q-02", "typing": "T-02", "survey": "V-01",
         "reply": "R-C20", "scenario": "S-04", "inbox": "I-951"}  # by type: the item that is shown of it
WIDTH = 900
TURNS = 3  # of a chat or an inbox
IN_TURNS = ("scenario", "inbox")
COLOURS = 64  # enough for a page of text; a picture stays at some 20 kB


def take(folder: Path = FOLDER) -> list[Path]:
    """Sits the exam and takes every picture anew; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="examdesk-pictures-") as work, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_args(playwright))
        with running_lab(Path(work)) as lab:
            place = lab.home / "pictures"
            place.mkdir()
            exam = released(form_with(*SHOWN.values()), place)
            page = browser.new_page(locale="zh-CN", viewport={"width": WIDTH, "height": 2400})
            trainee = Trainee(page, lab.url)
            trainee.open(lab.page(exam.notebook))
            _in_both(trainee, page, ".xd-frame", folder / "start")
            trainee.start("C-0001")
            for number, item in enumerate(exam.form.items.values(), start=1):
                events = [said for said in part(item.type, "samples").right(item) if said[0] != "opened"]
                answer = [list(event) for event in events[:TURNS]] if item.type in IN_TURNS else events[-1][1]
                ANSWERS[item.type](trainee, trainee.question(number), answer)
            for number, item in enumerate(exam.form.items.values(), start=1):
                _in_both(trainee, page, f".xd-question[data-number='{number}']", folder / item.type)
        browser.close()
    return sorted(folder.glob("*.png"))


def _in_both(trainee: Trainee, page: Page, selector: str, to: Path) -> None:
    """One panel in both languages, as small files."""
    for lang in ("en", "zh"):
        page.get_by_role("button", name={"zh": "中文", "en": "English"}[lang]).click()
        page.locator(f"{selector}[lang^={lang}]").wait_for()
        path = to.with_name(f"{to.name}-{lang}.png")
        page.locator(selector).screenshot(path=path)
        Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    trainee.lang = "zh"


if __name__ == "__main__":
    assert set(SHOWN) == set(packages()), "a type has no picture"
    for picture in take(Path(sys.argv[1]) if sys.argv[1:] else FOLDER):
        print(f"{picture} {picture.stat().st_size // 1000} kB")
