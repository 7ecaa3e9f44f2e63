"""A trainee practises the tutorial in JupyterLab: wrong, explained, tried again, right; and nothing can be marked."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbgrader.preprocessors import ComputeChecksums
from playwright.sync_api import Locator, expect

from examdesk.building import build_practice
from examdesk.journal import NAME
from examdesk.widgets.explanation import WORDS
from tests.journeys.exams import PROJECT
from tests.journeys.server import Lab
from tests.journeys.trainee import Trainee

pytestmark = [pytest.mark.browser, pytest.mark.soak]  # over 20 s; tests/test_practice.py is the quick one
PICTURES = os.environ.get("EXAMDESK_PICTURES", "")  # a folder for pictures of what was seen
FORM = "E00-tutorial-a"


def test_a_trainee_is_wrong_reads_why_tries_again_and_is_right(
    lab: Lab, new_trainee: Callable[..., Trainee], tmp_path: Path
) -> None:
    """Qiu answers by keyboard, is told at once why not, tries again and is right; reads the criteria of her reply,
    changes the language, comes back after a reload, and starts over. Her clock does not run, and no file of marks is
    there.
    """
    shutil.copytree(PROJECT / "exams", tmp_path / "exams")
    made = build_practice(tmp_path, FORM)
    folder = lab.home / "practice"
    shutil.copytree(made.folder, folder)
    page = folder / f"{FORM}-practice.ipynb"
    released, _ = ComputeChecksums().preprocess(nbformat.read(page, as_version=4), {})  # as nbgrader releases it
    nbformat.write(released, page)
    qiu = new_trainee()
    qiu.open(lab.page(page))
    expect(qiu.page.get_by_text("不计时，不评分")).to_be_visible()
    picture(qiu.page.locator(".xd-frame"), "start-zh")
    qiu.start("C-0001")
    expect(qiu.page.locator(".xd-badge")).to_have_text("练习 / Practice")
    expect(qiu.page.get_by_role("timer")).to_have_count(0)
    expect(qiu.page.get_by_role("button", name=word("check_n", n=1))).to_have_count(0)

    first = qiu.question(1)
    first.locator("input[value='b']").check()
    qiu.saved(1)
    qiu.tab_to("#xd-check-I-C20")
    qiu.page.keyboard.press("Enter")
    told = explained(qiu, "I-C20")
    expect(told).to_contain_text("还不对")
    expect(told).to_contain_text("颜色变化只表示点中了")
    expect(told).not_to_contain_text("只有答案写进了本机的文件")
    assert qiu.page.evaluate("document.activeElement.id") == "xd-again-I-C20"
    picture(qiu.page.locator(".jp-Cell", has=told), "wrong-zh")
    qiu.page.keyboard.press("Enter")
    expect(first.locator("input:checked")).to_have_count(0)
    expect(told).to_have_count(0)  # hidden until an answer is saved
    expect(first.locator("input").first).to_be_focused()
    qiu.page.keyboard.press("Space")
    qiu.saved(1)
    qiu.page.locator("#xd-check-I-C20").click()
    expect(told).to_contain_text("正确")

    qiu.question(7).get_by_role("textbox").click()
    qiu.page.keyboard.type("<b>您好</b>，有什么可以帮您？")
    qiu.page.keyboard.press("Tab")
    qiu.saved(7)
    qiu.page.locator("#xd-check-R-C20").click()
    said = explained(qiu, "R-C20")
    expect(said).to_contain_text("这道题要由人评阅")
    expect(said).to_contain_text("<b>您好</b>")
    assert said.locator("b").count() == 0
    qiu.speak("en")
    expect(said).to_contain_text("A person marks this")
    expect(told).to_contain_text("Right")
    for lang in ("en", "zh"):
        qiu.speak(lang)
        picture(qiu.page.locator(".jp-Cell", has=said), f"reply-{lang}")
        picture(qiu.page.locator(".jp-Cell", has=told), f"right-{lang}")
        picture(qiu.page.locator(".xd-frame"), f"bar-{lang}")
    if PICTURES:
        qiu.question(1).locator("input[value='c']").check()
        qiu.page.locator("#xd-check-I-C20").click()
        qiu.page.locator("#xd-key-I-C20").click()
        expect(told.locator("li")).to_have_count(3)
        qiu.speak("en")
        qiu.page.evaluate("document.body.dataset.jpThemeLight = 'false'")
        picture(qiu.page.locator(".jp-Cell", has=told), "key-en-dark")
        qiu.speak("zh")

    qiu.page.reload()
    qiu.ready("open")
    expect(qiu.question(7).get_by_role("textbox")).to_have_value("<b>您好</b>，有什么可以帮您？")
    qiu.page.locator("#xd-over").click()
    qiu.page.locator("#xd-over").click()
    expect(qiu.question(7).get_by_role("textbox")).to_have_value("")
    expect(qiu.page.locator(".xd-progress")).to_contain_text("已答 0")
    for target in qiu.page.locator(".xd-explanation button:visible, #xd-over").all():
        box = target.bounding_box()
        assert box is None or min(box["width"], box["height"]) >= 24
    qiu.was_undisturbed()
    assert (folder / "practice.jsonl").is_file() and not (folder / NAME).exists()


def word(key: str, **fields: object) -> str:
    return WORDS["zh"][key].format(**fields)


def explained(trainee: Trainee, item: str) -> Locator:
    """What is said about the answer to `item`, as a screen reader hears it."""
    return trainee.page.locator(f".xd-explanation:has([id$='-{item}'])").get_by_role("status")


def picture(what: Locator, name: str) -> None:
    if PICTURES:
        what.screenshot(path=f"{PICTURES}/practice-{name}.png")
