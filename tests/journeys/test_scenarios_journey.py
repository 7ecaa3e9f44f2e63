"""Every scenario of the bank, held in JupyterLab from the first message to the marks, one after the other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import marked
from tests.items.chats import CHATS, Chat
from tests.journeys.exams import form_with, released
from tests.journeys.server import Lab
from tests.journeys.trainee import Trainee

pytestmark = [pytest.mark.browser, pytest.mark.soak]
PICTURES = os.environ.get("EXAMDESK_PICTURES", "")  # a folder for pictures of what was seen
EACH = 4  # scenarios of one sitting


@pytest.mark.parametrize(
    "chats", [CHATS[at : at + EACH] for at in range(0, len(CHATS), EACH)],
    ids=lambda chats: "-".join(chat.item.id for chat in chats),
)  # fmt: skip
def test_a_trainee_holds_every_chat_and_earns_what_the_model_transcript_earns(
    chats: list[Chat], lab: Lab, new_trainee: Callable[..., Trainee]
) -> None:
    folder: Path = lab.home / f"scenarios-{chats[0].item.id}"
    folder.mkdir()
    exam = released(form_with(*(chat.item.id for chat in chats)), folder)
    hua = new_trainee()
    hua.open(lab.page(exam.notebook))
    hua.start("C-0047")
    for number, chat in enumerate(chats, start=1):
        said = [[kind, value] for kind, value in chat.script(chat.named("gold")[0])]
        hua.answer(number, chat.item, said)
        over = "call_over" if chat.play.data.get("channel") == "phone" else "chat_over"
        expect(hua.question(number).get_by_text(hua.word(over), exact=True)).to_be_visible()
        for lang in ("en", "zh") if PICTURES else ():
            hua.speak(lang)
            hua.panel(number).screenshot(path=f"{PICTURES}/{chat.item.id}-{lang}.png")
    hua.hand_in()
    hua.was_undisturbed()
    marks = marked(exam.form, exam.responses)
    assert {name: mark["points"] for name, mark in marks.items()} == {
        name: mark["out_of"] for name, mark in marks.items()}
