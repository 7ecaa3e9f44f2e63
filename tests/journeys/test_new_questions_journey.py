"""The trainee meets a typing test, a queue of tickets and a questionnaire in one exam."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from examdesk.items import part
from tests.conftest import marked
from tests.journeys.exams import form_with, released
from tests.journeys.server import Lab
from tests.journeys.trainee import Trainee

pytestmark = [pytest.mark.browser, pytest.mark.soak]  # each panel has its quick browser test beside items/
PICTURES = os.environ.get("EXAMDESK_PICTURES", "")  # a folder for pictures of what was seen


def test_a_trainee_copies_a_passage_sorts_a_queue_and_says_what_she_thinks(
    lab: Lab, new_trainee: Callable[..., Trainee]
) -> None:
    """Gu tries to paste, is told to type, types, and loses her page in the middle: the text is there, she goes on. She
    puts the queue in order by lists and buttons, fills in the questionnaire, and hands in. The queue earns everything,
    the questionnaire nothing out of nothing, and no answer of it stands in any mark.
    """
    folder: Path = lab.home / "new-questions"
    folder.mkdir()
    exam = released(form_with("T-02", "Q-02", "V-01"), folder)
    typing, queue, survey = exam.form.items.values()
    gu = new_trainee()
    gu.open(lab.page(exam.notebook))
    gu.start("C-0031")

    passage = typing.body["passages"][0]["text"]
    box = gu.question(1).get_by_role("textbox")
    box.focus()
    gu.page.evaluate("""() => {
        const data = new DataTransfer(); data.setData('text/plain', '粘贴');
        const paste = new ClipboardEvent('paste', { clipboardData: data, cancelable: true });
        document.activeElement.dispatchEvent(paste); }""")
    expect(gu.panel(1).locator(".xd-typing-told")).to_have_text(gu.word("typing_paste"))
    gu.answer(1, typing, {"text": passage[:8]})
    gu.page.reload()
    gu.ready("open")
    gu.sees(1, typing, {"text": passage[:8]})
    box.press("End")
    gu.answer(1, typing, {"text": passage[8:16]})
    sorted_, said = (part(item.type, "samples").right(item)[-1][1] for item in (queue, survey))
    gu.answer(2, queue, sorted_)
    gu.answer(3, survey, said)
    for lang in ("en", "zh") if PICTURES else ("en",):
        gu.speak(lang)
        gu.sees(1, typing, {"text": passage[:16]})
        gu.sees(2, queue, sorted_)
        gu.sees(3, survey, said)
        for number in (1, 2, 3) if PICTURES else ():
            gu.panel(number).screenshot(path=f"{PICTURES}/lab-{number}-{lang}.png")
    gu.hand_in()
    gu.was_undisturbed()

    typed = exam.answers["T-02"]
    assert isinstance(typed, dict) and (typed["text"], typed["language"], typed["pasted"]) == (passage[:16], "zh", 1)
    opened = [event for event in exam.responses["T-02"].events if event.kind == "opened"]
    assert len(opened) == 1 and opened[0].mono < exam.responses["T-02"].events[-1].mono
    marks = marked(exam.form, exam.responses)
    assert marks["T-02"]["evidence"]["doubts"][-1] == "pasting was tried 1 times and prevented"
    assert marks["Q-02"]["points"] == marks["Q-02"]["out_of"] == "6"
    assert (marks["V-01"]["points"], marks["V-01"]["reason"]) == ("0", "answered")
