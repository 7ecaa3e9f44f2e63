"""A customer who does not wait for ever, in JupyterLab: he speaks by himself, and a lost kernel loses nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from examdesk.autograding.times import timed
from examdesk.items.scenario.grader import scenario
from tests.items.waiting import timed_chat
from tests.journeys.exams import form_with, released
from tests.journeys.server import Lab
from tests.journeys.trainee import Trainee

pytestmark = [pytest.mark.browser, pytest.mark.soak]  # a minute; tests/items/test_waiting.py is quick
SILENCE = 20  # s


def test_the_customer_speaks_while_she_waits_and_a_killed_kernel_loses_nothing(
    lab: Lab, new_trainee: Callable[..., Trainee]
) -> None:
    """Ning takes the chat and writes nothing. The buyer asks whether she is there; her kernel is killed; he is still
    there, asks again, and is served. The journal plays everything again, word for word.
    """
    chat = timed_chat(silence=SILENCE, patience=120)
    folder = lab.home / "waiting"
    folder.mkdir(parents=True)
    form = replace(form_with("S-04"), items={"S-04": chat.item})
    exam = released(form, folder)
    ning = new_trainee()
    ning.open(lab.page(exam.notebook))
    ning.start("C-0001")
    question = ning.question(1)
    lines, log = question.locator(".xd-line"), question.get_by_role("log")
    question.get_by_role("button", name=ning.word("chat_begin")).click()
    expect(lines).to_have_count(2)
    box = question.get_by_role("textbox", name=ning.word("message"))
    box.fill("您好")
    expect(lines).to_have_count(3, timeout=1000 * (SILENCE + 15))  # nobody has clicked
    spoken = log.inner_text()

    kernel = lab.kernel_process(exam.notebook)
    kernel.kill()
    deadline = time.monotonic() + 60
    while sum(event.kind == "resumed" for event in exam.journal.events) < 1:
        assert time.monotonic() < deadline, "no new kernel"
        ning.page.wait_for_timeout(200)
    ning.page.wait_for_function("document.querySelectorAll('.xd-line').length >= 3")
    assert log.inner_text() == spoken and box.input_value() == "您好"
    expect(lines).to_have_count(4, timeout=1000 * (SILENCE + 15))
    for kind, value in chat.script("gold-zh"):
        ning.answer(1, chat.item, [[kind, value]])
    expect(question.get_by_text(ning.word("chat_over"))).to_be_visible()
    ning.hand_in()
    ning.was_undisturbed()

    assert exam.journal.flags == ()
    first, second = [event.value["waited"] for event in exam.journal.events
                     if event.kind == "heard" and "waited" in event.value]
    assert SILENCE <= first <= SILENCE + 6 and 2 * SILENCE <= second <= 2 * SILENCE + 6
    greeting, *_ = [event.value["waited"] for event in exam.journal.events if event.kind == "said"]
    assert second <= greeting < second + 20
    mark = scenario(play=chat.item.body["play"], score=chat.score)(exam.responses["S-04"])
    assert mark.evidence["flags"] == [] and mark.evidence["passed"]
    assert timed(json.loads((folder / "form.json").read_text("utf-8")), exam.journal, "")[1] == []
