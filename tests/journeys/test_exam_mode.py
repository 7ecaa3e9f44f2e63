"""Exam mode on the three pages a school's link may lead to: JupyterLab, a page of its own, Notebook 7."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

import pytest
from playwright.sync_api import expect

from tests.journeys.exams import Fetched
from tests.journeys.server import Lab
from tests.journeys.test_trainee_journey import value_of
from tests.journeys.trainee import Trainee

pytestmark = pytest.mark.browser

# All that would tell a trainee that she is in a notebook.
NOTEBOOK = (
    ".jp-CodeCell .jp-Cell-inputWrapper, .jp-InputPrompt, .jp-OutputPrompt, .jp-NotebookPanel-toolbar,"
    " .jp-cell-toolbar, .jp-Collapser, .jp-Notebook-footer, .jp-OutputArea-promptOverlay, .lm-Menu"
)


@pytest.mark.parametrize("view", [  # /doc/tree and /lab/tree are one program; other journeys go through it in make test
    pytest.param("doc/tree", marks=pytest.mark.soak), pytest.param("lab/tree", marks=pytest.mark.soak), "notebooks"])
def test_the_exam_is_an_exam_wherever_it_opens(
    view: str, lab: Lab, fetch: Callable[..., Fetched], new_trainee: Callable[..., Trainee]
) -> None:
    """Ada's exam runs by itself and shows no code. Keys that change cells in a notebook change only her choice. She
    restarts the kernel from the menu (a page of its own has none); then it is killed: the exam comes back with her
    answers, and she has to close no dialog.
    """
    exam = fetch("E10")
    ada = new_trainee()
    ada.open(lab.page(exam.notebook, view))
    ada.start("C-0022")
    (_, first), (_, second) = islice(exam.form.items.items(), 2)
    ada.answer(1, first, value_of(first))
    _shows_no_notebook(ada)

    cells, radios = ada.page.locator(".jp-Cell").count(), ada.question(1).get_by_role("radio")
    radios.first.focus()
    for key in ("Space", "b", "a", "d", "d", "x", "Escape", "ArrowDown"):
        ada.page.keyboard.press(key)
    expect(radios.nth(1)).to_be_checked()
    expect(radios.nth(1)).to_be_focused()
    ada.saved(1)
    chosen = radios.nth(1).get_attribute("value")
    assert ada.page.locator(".jp-Cell").count() == cells

    if view == "doc/tree":
        expect(ada.page.get_by_role("menuitem")).to_have_count(0)
    else:
        _restarts_by_menu(ada)
        ada.ready("restart")
    ada.answer(2, second, value_of(second))
    lab.kernel_process(exam.notebook).kill()
    expect(ada.page.locator("[data-exam-ready]")).to_have_count(0)
    ada.ready("restart")
    expect(ada.page.get_by_role("dialog")).to_have_count(0)
    ada.sees(1, first, chosen)
    ada.sees(2, second, value_of(second))
    _shows_no_notebook(ada)
    assert exam.answers == {first.id: chosen, second.id: value_of(second)}
    ada.was_undisturbed()


def _shows_no_notebook(trainee: Trainee) -> None:
    """No code, prompt, toolbar or cell menu is in sight, not even by the right button."""
    trainee.question(1).locator(".xd-stem").click(button="right")
    expect(trainee.page.locator(NOTEBOOK).locator("visible=true")).to_have_count(0)


def _restarts_by_menu(trainee: Trainee) -> None:
    trainee.page.get_by_role("menuitem", name="Kernel", exact=True).click()
    trainee.page.get_by_role("menuitem", name=re.compile("^Restart Kernel…")).click()
    trainee.page.get_by_role("dialog").locator(".jp-mod-accept").click()
