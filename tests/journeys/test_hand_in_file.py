"""The trainee without an exchange: the tutorial exam, handed in as one file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from examdesk.handin import unpack
from tests.journeys.exams import Fetched
from tests.journeys.server import Lab
from tests.journeys.trainee import Trainee

pytestmark = [pytest.mark.browser, pytest.mark.soak]  # each panel has its quick browser test beside items/


def test_a_trainee_makes_her_hand_in_file_and_saves_a_copy(
    lab: Lab, fetch: Callable[[str], Fetched], new_trainee: Callable[..., Trainee], tmp_path: Path
) -> None:
    """Mei tries the tutorial exam, hands in, presses the button and saves a copy on her stick. File, copy and the check
    code on the page agree, and nothing was asked of another machine.
    """
    exam = fetch("E00-tutorial")
    trainee = new_trainee()
    trainee.open(lab.page(exam.notebook))
    trainee.start("C-7")
    trainee.page.get_by_text("题目下方显示“已保存”").click()
    trainee.saved(1)
    code = trainee.hand_in()
    expect(trainee.page.locator(".xd-sent")).to_be_empty()  # no exchange, no word of one
    trainee.page.get_by_role("button", name=trainee.word("pack")).click()
    with trainee.page.expect_download() as download:
        trainee.page.get_by_role("link", name=trainee.word("download")).click()
    copy = tmp_path / download.value.suggested_filename
    download.value.save_as(copy)
    file = exam.folder / "E00-tutorial-a_C-7.examdesk"
    assert copy.name == file.name and copy.read_bytes() == file.read_bytes()
    expect(trainee.page.locator(".xd-finish")).to_contain_text(str(file))
    assert unpack(file, form="E00-tutorial-a").witness in code
    trainee.was_undisturbed()
    if folder := os.environ.get("EXAMDESK_PICTURES"):
        for lang in ("zh", "en"):
            if lang == "en":
                trainee.speak("en")
                trainee.page.get_by_role("button", name=trainee.word("pack")).click()
                expect(trainee.page.get_by_role("link", name=trainee.word("download"))).to_be_visible()
            trainee.page.locator(".xd-finish").screenshot(path=Path(folder, f"hand-in-{lang}.png"))
