"""The trainee after release: she opens her exam in JupyterLab and reads what it came to, by nbgrader's own road."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from examdesk.building import build_form, freeze_exam
from examdesk.model import Form
from tests.journeys.server import Lab
from tests.journeys.trainee import Trainee
from tests.nbgrader.courses import Course, wrong_option
from tests.nbgrader.test_commands import Person, keys, sit

pytestmark = [pytest.mark.browser, pytest.mark.soak]

FORM, ITEM = "E10-a", "I-801"


@pytest.mark.parametrize("show_key", [False, True])
def test_a_trainee_reads_her_feedback_beside_her_exam(
        lab: Lab, new_trainee: Callable[..., Trainee], tmp_path: Path, show_key: bool) -> None:
    """Ann answered the first question wrong. Her teacher grades and releases; she fetches the feedback and opens her
    exam again. It says that the result is there; one click opens it beside the exam: her answer, the points, the reason
    and the handbook's rule. The right answer stands there only where the exam allows it. Where the exam has a window
    to itself, the feedback opens a page of its own.
    """
    course = Course.made(tmp_path / "course")
    file = course.folder / "exams/E10/exam.yaml"
    file.write_text(file.read_text("utf-8").replace("show_key: false", f"show_key: {str(show_key).lower()}"), "utf-8")
    form = freeze_exam(course.folder, "E10", "a", replace=True)
    build_form(course.folder, form)
    assert form.show_key is show_key
    home = lab.home / f"ann-{show_key}"
    home.mkdir()
    folder = goes_the_road(course, form, Person(course.folder, tmp_path / "teacher"), Person(home, tmp_path / "ann"))

    ann = new_trainee()
    ann.open(lab.page(folder / f"{FORM}.ipynb", "lab/tree"))
    ann.page.get_by_role("link", name=ann.word("review")).first.click()
    frame = ann.page.frame_locator("iframe.jp-IFrame, .jp-HTMLViewer iframe").first
    read(frame, form, show_key=show_key)
    pictured(ann.page, f"review-{show_key}")
    assert not ann.errors

    ann.open(lab.page(folder / f"{FORM}.ipynb", "doc/tree"))
    with ann.page.context.expect_page() as opened:
        ann.page.get_by_role("link", name=ann.word("review")).first.click()
    read(opened.value, form, show_key=show_key)
    pictured(opened.value, f"page-{show_key}")


def goes_the_road(course: Course, form: Form, teacher: Person, ann: Person) -> Path:
    """Released, fetched, sat, submitted, collected, graded, and the feedback back in the trainee's folder."""
    there = ["--course=course", f"--Exchange.root={course.folder / 'exchange'}"]
    teacher.types("generate_assignment", FORM)
    teacher.types("release_assignment", FORM)
    ann.types("fetch_assignment", FORM, *there)
    folder = ann.folder / FORM
    sit(folder, "ann", {**keys(form), ITEM: wrong_option(form, ITEM)})
    ann.types("submit", FORM, "--student=ann", *there)
    for words in ("collect", "autograde", "generate_feedback", "release_feedback"):
        teacher.types(words, FORM)
    ann.types("fetch_feedback", FORM, "--student=ann", *there)
    return folder


def read(page: Any, form: Form, *, show_key: bool) -> None:
    """Own answer, points, reason, rule; the key's text only where the exam allows it."""
    body = form.items[ITEM].body
    options = {option["id"]: option for option in body["options"]}
    article = page.locator(f"article[id='{ITEM}']")
    expect(article).to_contain_text(options[wrong_option(form, ITEM)]["text"]["zh"])
    expect(article).to_contain_text(f"0 / {form.items[ITEM].points}")
    expect(article.locator(".facts li").first).to_have_text(form.facts[form.items[ITEM].facts[0]]["zh"])
    told = article.inner_text()
    assert (options[body["key"]]["text"]["zh"] in told) is show_key
    colour = article.locator("blockquote").first.evaluate("node => getComputedStyle(node).borderRadius")
    assert colour == "6px", "the page's style must work inside Lab's sandbox, too"


def pictured(page: Page, name: str) -> None:
    """A screenshot to be looked at, where EXAMDESK_PICTURES names a folder."""
    if folder := os.environ.get("EXAMDESK_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")
