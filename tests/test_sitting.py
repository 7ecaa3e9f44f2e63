"""A sitting without a browser: what reaches the journal, what comes back, and what nobody sees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from examdesk import open_exam
from examdesk.errors import CourseError
from examdesk.journal import NAME, read_journal
from examdesk.silence import Silence
from examdesk.sitting import Sitting
from examdesk.sitting import sitting as module
from examdesk.widgets import TEXTS
from tests.conftest import form_of, real_bank

CHOICE, MULTI = "I-801", "I-806"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    bank = real_bank().items
    (tmp_path / "form.json").write_text(json.dumps(form_of(bank[CHOICE], bank[MULTI])), "utf-8")
    return tmp_path


class Desk:
    """The sitting in `folder`, and what its panels send to the browser."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sitting = Sitting.open(folder)
        for item in (CHOICE, MULTI):
            self.sitting.show(item)
        self.sitting.finish()
        self.heard: list[Any] = []
        for panel in (self.sitting.screen.frame, self.sitting.screen.finish, *self.sitting.screen.questions.values()):
            monkeypatch.setattr(panel, "send", self.heard.append)

    def press(self, kind: str, value: Any = None) -> None:
        panel = self.sitting.screen.finish if kind == "finish" else self.sitting.screen.frame
        assert panel is not None
        panel._received(panel, {"type": kind, "value": value}, [])

    def answer(self, item: str, value: Any, *, nonce: Any = 1) -> None:
        question = self.sitting.screen.questions[item]
        question._received(question, {"type": "answered", "nonce": nonce, "value": value}, [])


def events(folder: Path) -> list[str]:
    found = read_journal(folder / NAME)
    return [event.kind for event in found.events] if found else []


def test_an_answer_sent_twice_is_journalled_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(folder, monkeypatch)
    desk.press("start", "C-1")
    for _ in range(3):
        desk.answer(CHOICE, "b", nonce=7)
    desk.answer(CHOICE, "b", nonce=8)
    assert [message["type"] for message in desk.heard] == ["saved"] * 4
    assert events(folder) == ["started", "answered", "answered"]


def test_nothing_is_saved_before_the_start_or_after_the_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(folder, monkeypatch)
    desk.answer(CHOICE, "b")
    assert not (folder / NAME).exists()
    desk.press("finish")
    assert not (folder / NAME).exists()
    desk.press("start", "C-1")
    desk.press("finish")
    desk.answer(CHOICE, "b", nonce=2)
    desk.press("language", "en")
    assert events(folder) == ["started", "finished"]
    assert [message["type"] for message in desk.heard] == ["not-saved", "not-saved"]


@pytest.mark.parametrize("number", ["", "王芳", "a b", "a" * 41, "../x", None, ["C-1"], {"a": 1}])
def test_a_strange_candidate_number_starts_nothing(
    folder: Path, number: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(folder, monkeypatch)
    desk.press("start", number)
    assert desk.sitting.state == "waiting" and not (folder / NAME).exists()
    assert [message["type"] for message in desk.heard] == ["refused"]


@pytest.mark.parametrize("nonce", [None, "1", 1.5, True, [1]])
def test_a_message_without_a_number_of_its_own_is_ignored(
    folder: Path, nonce: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(folder, monkeypatch)
    desk.press("start", "C-1")
    desk.answer(CHOICE, "b", nonce=nonce)
    assert events(folder) == ["started"] and desk.heard == []


def test_a_value_no_panel_sends_is_refused_for_good(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`final` keeps the browser from asking again and again, and from blocking the hand-in."""
    desk = Desk(folder, monkeypatch)
    desk.press("start", "C-1")
    desk.answer(CHOICE, "z" * 9000)
    assert desk.heard[0]["type"] == "not-saved" and desk.heard[0]["final"]
    assert events(folder) == ["started"]


def test_a_full_disk_is_told_in_the_candidates_language_and_tried_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(folder, monkeypatch)
    desk.press("start", "C-1")
    monkeypatch.setattr("examdesk.journal.writing.os.write", lambda *_: 0)
    desk.answer(CHOICE, "b")
    assert desk.heard[0]["type"] == "not-saved" and not desk.heard[0]["final"]
    assert desk.heard[0]["why"] == TEXTS["zh"]["not_written"].format(why="the disk is full")
    monkeypatch.undo()
    assert desk.sitting.screen.questions[CHOICE].value is None


def test_the_check_code_stays_the_one_of_the_hand_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A candidate who opens the handed-in exam again sees the code in her notes."""
    desk = Desk(folder, monkeypatch)
    assert desk.sitting.witness == ""
    desk.press("start", "C-1")
    desk.answer(CHOICE, "b")
    desk.press("finish")
    code = desk.sitting.witness
    assert len(code) == 9
    desk.press("finish")
    assert Desk(folder, monkeypatch).sitting.witness == code
    assert events(folder) == ["started", "answered", "finished"]


def test_a_new_kernel_brings_everything_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(folder, monkeypatch)
    desk.press("start", "C-1")
    desk.press("language", "en")
    desk.answer(CHOICE, "b")
    again = Desk(folder, monkeypatch).sitting
    assert (again.candidate, again.language, again.state) == ("C-1", "en", "open")
    assert again.screen.questions[CHOICE].value == "b"
    assert events(folder) == ["started", "language", "answered", "resumed"]


def test_opened_again_in_one_kernel_it_is_the_same_sitting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reload or a second window shows the same questions, as the journal has them now."""
    monkeypatch.setattr(module, "shell", lambda: type("Shell", (), {"set_custom_exc": lambda *_: None})())
    desk = Desk(folder, monkeypatch)
    desk.press("start", "C-1")
    desk.answer(CHOICE, "b")
    again = Desk(folder, monkeypatch)
    assert again.sitting is desk.sitting
    assert again.sitting.screen.questions[CHOICE].value == "b"
    assert events(folder) == ["started", "answered"]
    (folder / NAME).unlink()
    once_more = Sitting.open(folder)
    assert (once_more.state, once_more.screen.questions[CHOICE].value) == ("waiting", None)


def test_while_it_is_marked_nothing_is_shown_and_nothing_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    exam = open_exam(folder)
    exam.show(CHOICE)
    exam.finish()
    assert isinstance(exam, Silence) and not (folder / NAME).exists()


def test_an_unknown_question_is_one_plain_line(folder: Path) -> None:
    with pytest.raises(CourseError, match=r"form\.json: no question I-999\. Cure: "):
        Sitting.open(folder).show("I-999")


def test_widget_state_holds_no_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(folder, monkeypatch)
    state = json.dumps([q.get_state() for q in desk.sitting.screen.questions.values()], default=str, ensure_ascii=False)
    for item in (CHOICE, MULTI):
        for option in real_bank().items[item].body["options"]:
            assert option["text"]["zh"] in state
            assert option["reason"]["zh"] not in state
    assert '"key"' not in state


def test_on_a_hub_nobody_goes_on_with_the_answers_of_somebody_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "li")
    Desk(folder, monkeypatch).press("start")
    assert Desk(folder, monkeypatch).sitting.candidate == "li"
    before = (folder / NAME).read_bytes()
    monkeypatch.setenv("JUPYTERHUB_USER", "wang")
    with pytest.raises(CourseError, match=r"begun by li, not by wang\. Cure: move the file away"):
        Sitting.open(folder)
    assert (folder / NAME).read_bytes() == before


def test_a_login_name_that_cannot_be_a_number_is_told_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "王小林")
    desk = Desk(folder, monkeypatch)
    desk.press("start")
    assert desk.heard == [{"type": "refused", "what": "start", "why": TEXTS["zh"]["login_unfit"]}]
    assert events(folder) == []
