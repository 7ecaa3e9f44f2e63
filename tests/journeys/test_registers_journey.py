"""The trainee: marks a record and fills in registers in JupyterLab; what she did is what is marked."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from examdesk.building import freeze_exam
from tests.conftest import marked
from tests.journeys.exams import PROJECT, released
from tests.journeys.server import Lab
from tests.journeys.test_trainee_journey import value_of
from tests.journeys.trainee import Trainee

pytestmark = pytest.mark.browser

EXAM = """
id: E98
title: {zh: 记录与登记, en: Records and registers}
minutes: 25
languages: [zh, en]
language: zh
shuffle: true
feedback: {show_key: false}
sections:
  - {id: quiz, title: {zh: 登记, en: Registers}, part: quiz}
forms:
  a: {quiz: [I-251, I-452, I-652, I-C54]}
blueprint: {transcript: 1, register: 3}
pass: {cut: 80%}
"""


def test_a_trainee_marks_a_record_and_fills_in_registers(
    lab: Lab, tmp_path: Path, new_trainee: Callable[..., Trainee]
) -> None:
    """Lin marks four lines of a chat, writes a red-flag note, logs three parcels in rows she adds, ticks a checklist,
    reads everything again in English and hands in. Every answer earns all its points.
    """
    shutil.copytree(PROJECT / "exams", tmp_path / "exams")
    (tmp_path / "exams" / "E98").mkdir()
    (tmp_path / "exams" / "E98" / "exam.yaml").write_text(EXAM, "utf-8")
    folder = lab.home / "registers"
    folder.mkdir()
    exam = released(freeze_exam(tmp_path, "E98", "a"), folder)
    items = list(exam.form.items.values())
    lin = new_trainee()
    lin.open(lab.page(exam.notebook))
    lin.start("C-0018")
    for number, item in enumerate(items, start=1):
        lin.answer(number, item, value_of(item))
    lin.speak("en")
    for number, item in enumerate(items, start=1):
        lin.sees(number, item, value_of(item))
    lin.hand_in()
    assert exam.answers == {item.id: value_of(item) for item in items}
    marks = marked(exam.form, exam.responses)
    assert {name: mark["points"] for name, mark in marks.items()} == {item.id: str(item.points) for item in items}
    lin.was_undisturbed()
