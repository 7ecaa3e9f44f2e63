"""Practice without a browser: the same questions, explained at once by the exam's own graders, and never marked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from examdesk import open_exam
from examdesk.autograding import Paper, read, take
from examdesk.bank.forms import freeze, load_form
from examdesk.building import build_exam, build_form, build_practice, check, freeze_exam
from examdesk.building.opened import LOG, opened
from examdesk.building.practice import as_practice, practice_json, practice_notebook
from examdesk.errors import AuthorError, CourseError, SubmissionRefused
from examdesk.items import packages, part
from examdesk.journal import NAME, read_journal
from examdesk.model import Form, Item, Section
from examdesk.practice import Practising
from examdesk.room.expected import public_half
from examdesk.simulation import simulate
from tests.conftest import ROOT, real_bank, real_form

JOURNAL = "practice.jsonl"


def form_with(*items: Item) -> Form:
    base = real_form("E10-a")
    section = Section("quiz", {"zh": "题", "en": "Quiz"}, "quiz", tuple(item.id for item in items))
    return replace(base, id="E01-a", exam="E01", sections=(section,), items={item.id: item for item in items},
                   shuffle=False)


def written(folder: Path, *items: Item) -> Path:
    """A practice as a trainee fetches it."""
    made = as_practice(form_with(*items))
    for name, data in {"form.json": practice_json(made), "answers.json": freeze(made)}.items():
        (folder / name).write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return folder


def of_every_type() -> list[Item]:
    found: dict[str, Item] = {}
    for item in real_bank().items.values():
        found.setdefault(item.type + (" in steps" if "steps" in item.body else ""), item)
    return list(found.values())


class Desk:
    """A trainee at a practice that has begun."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.nonce = folder, 0
        exam = open_exam(folder)
        assert isinstance(exam, Practising)
        self.exam = exam
        for item in exam.form["questions"]:
            exam.show(item)
        if exam.state == "waiting":
            self.press("start", "C-1")

    def press(self, kind: str, value: Any = None) -> None:
        frame = self.exam.screen.frame
        frame._received(frame, {"type": kind, "value": value}, [])

    def say(self, item: str, kind: str, value: Any) -> None:
        self.nonce += 1
        panel = self.exam.screen.questions[item]
        if kind in ("said", "acted"):
            value = {**value, "turn": panel.turns}
        panel._received(panel, {"type": kind, "nonce": self.nonce, "value": value}, [])

    def ask(self, item: str, kind: str = "check") -> dict[str, Any]:
        panel = self.exam.screen.explanations[item]
        panel._received(panel, {"type": kind}, [])
        return dict(panel.told)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = tmp_path_factory.mktemp("practice") / "course"
    for folder in ("exams", "grading"):
        shutil.copytree(ROOT / folder, course / folder, ignore=shutil.ignore_patterns("*.db*", "*.jsonl", "roster.csv"))
    _form_a_in_use(course / "exams" / "E01" / "exam.yaml")
    return course


def _form_a_in_use(path: Path) -> None:
    """The exam as it was when its frozen form a stood in it."""
    text, (quiz,) = path.read_text("utf-8"), real_form("E01-a").sections
    names = "".join(f"      - {name}\n" for name in quiz.items)
    head, tail = text[: text.index("# form a is retired")], text[text.index("blueprint:") : text.index("  checklist:")]
    path.write_text(f"{head}forms:\n  a:\n    quiz:\n{names}{tail}", "utf-8")


@pytest.fixture
def course(template: Path, tmp_path: Path) -> Path:
    copied = Path(shutil.copytree(template, tmp_path / "course"))
    for other in (copied / "exams").glob("E*"):  # exams that share items with these
        if other.name not in ("E00-tutorial", "E01", "E10", "E11-sampler"):
            shutil.rmtree(other)
    return copied


# At the desk

def test_a_wrong_answer_is_explained_and_tried_again_until_it_is_right(tmp_path: Path) -> None:
    item = real_bank().items["I-801"]
    key = item.body["key"]
    wrong = next(option for option in item.body["options"] if option["id"] != key)
    desk = Desk(written(tmp_path, item))
    desk.say("I-801", "answered", wrong["id"])
    told = desk.ask("I-801")
    assert {told[language]["state"] for language in ("zh", "en")} == {"none"}
    assert told["zh"]["why"] == [wrong["reason"]["zh"]] and told["en"]["why"] == [wrong["reason"]["en"]]
    assert told["en"]["facts"] and told["en"]["points"] == "0"
    desk.ask("I-801", "again")
    assert desk.exam.response("I-801").is_blank and desk.exam.screen.questions["I-801"].value is None
    assert desk.exam.screen.explanations["I-801"].told == {} and not desk.exam.screen.explanations["I-801"].ready
    desk.say("I-801", "answered", key)
    assert desk.ask("I-801")["en"]["state"] == "full"


def test_the_key_is_told_only_to_who_asks_for_it(tmp_path: Path) -> None:
    item = real_bank().items["I-801"]
    wrong = next(option["id"] for option in item.body["options"] if option["id"] != item.body["key"])
    reason = next(option["reason"]["en"] for option in item.body["options"] if option["id"] == item.body["key"])
    desk = Desk(written(tmp_path, item))
    desk.say("I-801", "answered", wrong)
    assert reason not in str(desk.ask("I-801")["en"])
    assert reason in str(desk.ask("I-801", "key")["en"])


def test_another_answer_takes_the_explanation_back(tmp_path: Path) -> None:
    desk = Desk(written(tmp_path, real_bank().items["I-801"]))
    desk.say("I-801", "answered", "a")
    assert desk.ask("I-801")
    desk.say("I-801", "answered", "b")
    panel = desk.exam.screen.explanations["I-801"]
    assert panel.told == {} and panel.ready


def test_nothing_is_explained_before_an_answer(tmp_path: Path) -> None:
    desk = Desk(written(tmp_path, real_bank().items["I-801"]))
    assert desk.ask("I-801") == {} and desk.ask("I-801", "key") == {}


@pytest.mark.parametrize("item", of_every_type(), ids=lambda item: item.id)
def test_every_type_is_explained_by_the_exams_own_grader(item: Item, tmp_path: Path) -> None:
    samples, desk = part(item.type, "samples"), Desk(written(tmp_path, item))
    for kind, value in samples.right(item):
        if kind != "heard" and (kind, item.type) != ("opened", "scenario"):
            desk.say(item.id, kind, value)
    assert not desk.exam.response(item.id).is_blank
    told = desk.ask(item.id)
    expected = {"reply": "unmarked", "survey": "unscored"}.get(item.type, "full")
    assert {told["zh"]["state"], told["en"]["state"]} == {expected}
    assert json.loads(json.dumps(told)) == told
    if item.type == "reply":
        wholes = item.body.get("steps", [item.body])
        assert len(told["en"]["why"]) >= sum(len(one["rubric"]) for one in wholes)
        assert told["en"]["examples"] == [sample for one in wholes for sample in one["samples"]["right"]]
    desk.ask(item.id, "again")
    assert desk.exam.response(item.id).value is None
    blank = Desk(desk.folder)
    assert blank.exam.response(item.id).value is None, "a kernel that comes back knows that it was tried again"
    for kind, value in samples.right(item):
        if kind != "heard" and (kind, item.type) != ("opened", "scenario"):
            blank.say(item.id, kind, value)
    assert blank.ask(item.id)["en"]["state"] == expected


def test_every_type_is_covered() -> None:
    assert {item.type for item in of_every_type()} == set(packages())


def test_start_over_clears_everything_and_a_restart_remembers_it(tmp_path: Path) -> None:
    first, second = real_bank().items["I-801"], real_bank().items["I-806"]
    desk = Desk(written(tmp_path, first, second))
    desk.say("I-801", "answered", "a")
    desk.say("I-806", "answered", ["a"])
    desk.press("again")
    assert desk.exam.answered == [] and desk.exam.candidate == "C-1"
    desk.say("I-801", "answered", "b")
    back = Desk(tmp_path)
    assert back.exam.answered == ["I-801"] and back.exam.response("I-801").value == "b"
    kinds = [event.kind for event in read_journal(tmp_path / JOURNAL).events]
    assert kinds.count("answered") == 3, "nothing is thrown away"


def test_practice_has_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(written(tmp_path, real_bank().items["I-801"]))
    monkeypatch.setattr(type(desk.exam.hour), "left", property(lambda self: (-9999.0, "exam")))
    assert desk.exam.state == "open"
    desk.exam._watch.look()
    desk.say("I-801", "answered", "a")
    desk.press("end")
    assert desk.exam.response("I-801").value == "a"
    assert "finished" not in [event.kind for event in read_journal(tmp_path / JOURNAL).events]


def test_what_a_trainee_typed_is_told_as_it_is_and_never_as_html(tmp_path: Path) -> None:
    item = next(item for item in real_bank().items.values() if item.type == "reply")
    desk = Desk(written(tmp_path, item))
    desk.say(item.id, "answered", "<img src=x onerror=alert(1)>")
    assert any("<img" in line for line in desk.ask(item.id)["en"]["answer"])
    script = (ROOT / "examdesk/widgets/explanation.js").read_text("utf-8")
    assert not any(word in script for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"))


def test_both_languages_have_the_same_words() -> None:
    from examdesk.widgets.explanation import WORDS

    assert set(WORDS["zh"]) == set(WORDS["en"])


# Never mixed with certified marks

def test_the_journal_has_its_own_name_and_says_practice(tmp_path: Path) -> None:
    Desk(written(tmp_path, real_bank().items["I-801"]))
    Desk(tmp_path)
    events = read_journal(tmp_path / JOURNAL).events
    assert [event.kind for event in events] == ["started", "resumed"]
    assert all(event.value["practice"] is True for event in events)
    assert not (tmp_path / NAME).exists()


def test_no_cell_of_a_practice_can_be_marked() -> None:
    for form in ("E00-tutorial-a", "E11-sampler-a"):
        cells = practice_notebook(as_practice(real_form(form)))["cells"]
        flags = [cell["metadata"]["nbgrader"] for cell in cells]
        assert len(cells) > 5 and not any(flag["grade"] or flag["task"] or flag["solution"] for flag in flags)
        assert not any("points" in flag for flag in flags)
        assert not any("award" in "".join(cell["source"]) for cell in cells)


def test_every_way_to_marks_refuses_practice_in_one_clear_line(course: Path) -> None:
    build_practice(course, "E00-tutorial-a")
    name = "E00-tutorial-a-practice"
    for way in (lambda: load_form(course, name), lambda: public_half(course, name),
                lambda: simulate(course, name, candidates=1, seed=1, plants=[])):
        with pytest.raises(CourseError, match="is practice: nothing of it is collected, marked or reported"):
            way()


def test_a_practice_journal_handed_in_for_the_exam_is_refused(tmp_path: Path) -> None:
    item = real_bank().items["I-801"]
    desk = Desk(written(tmp_path, item))
    desk.say("I-801", "answered", item.body["key"])
    handed = tmp_path / "submitted"
    handed.mkdir()
    (handed / "E01-a.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "utf-8")
    shutil.copy(tmp_path / JOURNAL, handed / NAME)
    from examdesk.building import form_json

    paper = Paper("E01-a", form_json(form_with(item)), (), (), frozenset({"C-1"}))
    with pytest.raises(SubmissionRefused, match="E01-a-practice"):
        read(take(handed, candidate="C-1", form="E01-a"), paper)


def test_a_practice_journal_under_its_own_name_is_not_read_at_all(tmp_path: Path) -> None:
    desk = Desk(written(tmp_path, real_bank().items["I-801"]))
    desk.say("I-801", "answered", "a")
    (tmp_path / "E01-a.ipynb").write_text("{}", "utf-8")
    assert take(tmp_path, candidate="C-1", form="E01-a").journal is None


def test_a_marked_exam_that_calls_itself_practice_has_no_keys_to_tell(tmp_path: Path) -> None:
    build_form(tmp_path, real_form("E01-a"))
    folder = tmp_path / "source" / "E01-a"
    data = json.loads((folder / "form.json").read_text("utf-8"))
    (folder / "form.json").write_text(json.dumps({**data, "practice": True}), "utf-8")
    with pytest.raises(CourseError, match=r"answers\.json: not found"):
        open_exam(folder)


def test_keys_of_another_form_explain_nothing(tmp_path: Path) -> None:
    written(tmp_path, real_bank().items["I-801"])
    (tmp_path / "answers.json").write_text(json.dumps(freeze(as_practice(real_form("E10-a")))), "utf-8")
    with pytest.raises(CourseError, match="keys of E10-a-practice"):
        open_exam(tmp_path)


def test_a_marked_exam_loads_no_key_and_no_grader(tmp_path: Path) -> None:
    build_form(tmp_path, real_form("E01-a"))
    code = (f"from examdesk import open_exam; exam = open_exam({str(tmp_path / 'source' / 'E01-a')!r}); "
            "exam.show('I-102'); import sys; print(*sys.modules)")
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = {name for name in run.stdout.split() if name.startswith("examdesk.")}
    assert "examdesk.sitting" in ours
    author = ("practice", "explaining", "graders", "bank", "building")
    assert not {name for name in ours if name.split(".")[1] in author}
    assert not {name for name in ours if name.rsplit(".", 1)[-1] in ("key", "grader", "cells", "scoring")}


# Open keys

def test_practice_of_an_exam_that_certifies_asks_first(course: Path) -> None:
    with pytest.raises(CourseError, match="opens the keys of 20 items for good") as refused:
        build_practice(course, "E01-a")
    assert "--open-keys" in str(refused.value)
    assert not (course / LOG).exists() and not (course / "source").exists()


def test_the_refusal_counts_the_items_of_other_forms(course: Path) -> None:
    path = course / "exams" / "E10" / "exam.yaml"
    path.write_text(path.read_text("utf-8").replace("- I-801", "- I-102"), "utf-8")
    with pytest.raises(CourseError, match=r"1 of them stand in other forms in use, too: E10-a \(1\)"):
        build_practice(course, "E01-a")


@pytest.mark.slow
def test_practice_of_the_tutorial_just_works(course: Path) -> None:
    made = build_practice(course, "E00-tutorial-a")
    assert made.retire == () and made.opened == 7
    assert {path.name for path in made.folder.iterdir()} == {
        "E00-tutorial-a-practice.ipynb", "form.json", "answers.json"}
    assert check(course).faults == ()
    build_exam(course, "E00-tutorial")
    again = build_practice(course, "E00-tutorial-a")
    assert again.opened == 0 and len((course / LOG).read_text("utf-8").splitlines()) == 1


@pytest.mark.slow
def test_items_whose_keys_are_open_certify_nobody_any_more(course: Path) -> None:
    made = build_practice(course, "E01-a", open_keys_too=True)
    assert made.retire == ("E01-a",) and set(opened(course)) == set(real_form("E01-a").items)
    faults = [str(fault) for fault in check(course).faults]
    assert [fault[:75] for fault in faults] == [
        "exams/E01/exam.yaml:11: form a holds 20 items whose keys are open for practice"[:75]]
    for way in (lambda: freeze_exam(course, "E01", "a", replace=True), lambda: build_exam(course, "E01")):
        with pytest.raises(AuthorError, match="keys are open"):
            way()
    assert not (course / "source" / "E01-a").exists()


def test_a_retired_form_may_be_practised_without_a_word(course: Path) -> None:
    path = course / "exams" / "E01" / "exam.yaml"
    path.write_text(path.read_text("utf-8").replace("  a:\n    quiz:", "  b:\n    quiz:").replace("- I-102", "- I-801"),
                    "utf-8")
    with pytest.raises(CourseError, match="other forms in use, too: E01-b"):
        build_practice(course, "E01-a")
    rest = path.read_text("utf-8").splitlines()
    names = [line for line in rest if line.strip().startswith("- I-") and "I-801" not in line]
    path.write_text("\n".join(line for line in rest if line not in names) + "\n", "utf-8")
    assert build_practice(course, "E01-a").retire == ()


@pytest.mark.slow
def test_a_damaged_record_of_open_keys_is_named_and_nothing_is_built_on_it(course: Path) -> None:
    (course / LOG).write_text('{"at": "2026-11-27T00:00:00Z", "items": ["I-102"]}\n{"at": "2026', "utf-8")
    with pytest.raises(CourseError, match=r"open-keys\.jsonl:2: this line is damaged"):
        freeze_exam(course, "E01", "a")
    assert any(fault.file == LOG and fault.line == 2 for fault in check(course).faults)


@pytest.mark.slow
def test_no_form_can_be_taken_for_a_practice(course: Path) -> None:
    path = course / "exams" / "E01" / "exam.yaml"
    path.write_text(path.read_text("utf-8").replace("  a:\n    quiz:", "  practice:\n    quiz:"), "utf-8")
    with pytest.raises(AuthorError, match="no form is named practice"):
        freeze_exam(course, "E01", "practice")
    assert any("no form is named practice" in fault.wrong for fault in check(course).faults)


@pytest.mark.slow
def test_keys_beside_an_exam_notebook_are_a_fault(course: Path) -> None:
    build_exam(course, "E01")
    (course / "source" / "E01-a" / "answers.json").write_text("{}", "utf-8")
    assert [fault.file for fault in check(course).faults] == ["source/E01-a/answers.json"]


def test_an_ordinary_exam_is_the_same_beside_a_practice(course: Path) -> None:
    build_exam(course, "E00-tutorial")
    before = {path.name: path.read_bytes() for path in (course / "source" / "E00-tutorial-a").iterdir()}
    build_practice(course, "E00-tutorial-a")
    build_exam(course, "E00-tutorial")
    assert before == {path.name: path.read_bytes() for path in (course / "source" / "E00-tutorial-a").iterdir()}
    assert set(before) == {"E00-tutorial-a.ipynb", "form.json"}


def test_answers_hold_the_keys_of_exactly_these_items(course: Path) -> None:
    made = build_practice(course, "E00-tutorial-a")
    keys = json.loads((made.folder / "answers.json").read_text("utf-8"))
    assert [item["id"] for item in keys["items"]] == list(real_form("E00-tutorial-a").items)


def test_an_answer_no_panel_could_have_sent_is_no_answer(tmp_path: Path) -> None:
    """As in the exam: whatever stands in the journal, a question shows what counts."""
    item = real_bank().items["I-801"]
    folder = written(tmp_path, item)
    desk = Desk(folder)
    desk.exam._writer.append("answered", ["no", "option"], item=item.id)
    again = Desk(folder)
    assert again.exam.response(item.id).is_blank
    assert again.exam.screen.questions[item.id].value is None
