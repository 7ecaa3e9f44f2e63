"""A frozen form never changes: what was wrong with an item's marking is appended beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from examdesk.autograding import Graded
from examdesk.bank import form_files, load_form, read_form, read_frozen
from examdesk.bank.corrections import append_corrections, changes, corrected, corrections_path
from examdesk.building import build_exam, check, form_json, freeze_exam
from examdesk.building.corrections import correction_faults, new_entries, offer, sound
from examdesk.building.notebooks import notebook
from examdesk.errors import AuthorError, CourseError
from examdesk.graders import Grading, award, grading, void
from examdesk.model import Correction, Form, Response
from examdesk.pipeline.marks import record
from tests.conftest import ROOT, behaved, marked, outcome, real_form
from tests.nbgrader.courses import Course

AT = "2026-03-09T10:00:00Z"


def entry(item: str = "I-801", *, regrade: int = 1, **what: object) -> Correction:
    what = what or {"body": {"key": "b"}}
    return Correction(AT, regrade, "Li Hua", "two options were right: see 手册", item, **what)


@pytest.fixture(scope="module")
def form() -> Form:
    return real_form("E10-a")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course.made(tmp_path_factory.mktemp("made") / "course")


@pytest.fixture
def course(made: Course, tmp_path: Path) -> Course:
    return made.copy(tmp_path / "course")


@pytest.fixture
def path(course: Course) -> Path:
    return course.folder / "exams" / "E10" / "forms" / "a.yaml"


def edit(course: Course, item: str, **changed: object) -> None:
    """Changes fields of an item in the bank."""
    file = next((course.folder / "exams" / "bank").rglob(f"{item}.yaml"))
    data = yaml.safe_load(file.read_text("utf-8"))
    file.write_text(yaml.safe_dump({**data, **changed}, allow_unicode=True, sort_keys=False), "utf-8")


# The file

def test_a_correction_is_read_with_the_form_and_the_frozen_file_never_changes(path: Path, course: Course) -> None:
    before = path.read_bytes()
    append_corrections(corrections_path(path), read_frozen(path), [entry()])
    found = load_form(course.folder, "E10-a")
    assert (found.items["I-801"].body["key"], found.regrade, found.corrections) == ("b", 1, (entry(),))
    assert found.digest != read_frozen(path).digest and found.out_of == read_frozen(path).out_of
    assert path.read_bytes() == before
    assert path in form_files(course.folder) and corrections_path(path) not in form_files(course.folder)


def test_earlier_entries_stay_byte_for_byte(path: Path) -> None:
    place, frozen = corrections_path(path), read_frozen(path)
    append_corrections(place, frozen, [entry()])
    place.write_bytes(place.read_bytes() + b"# seen by wang")  # no line end
    before = place.read_bytes()
    append_corrections(place, frozen, [entry("I-823", regrade=2, void=True), entry("I-801", regrade=2, void=True)])
    assert place.read_bytes().startswith(before)
    assert read_form(path).void == {"I-801", "I-823"} and read_form(path).regrade == 2


@pytest.mark.parametrize(("text", "said"), [
    ("- {at: '2026-03-09T10:00:00Z', regrade: 1, by: x, why: y, item: I-999, void: true}\n", "no such item"),
    ("- {at: '2026-03-09T10:00:00Z', regrade: 1, by: x, why: y, item: I-801}\n", "either body: or void: true"),
    ("- {at: '2026-03-09T10:00:00Z', regrade: 1, by: x, why: y, item: I-801, void: true, body: {key: a}}\n", "either"),
    ("- {at: '2026-03-09T10:00:00Z', regrade: 2, by: x, why: y, item: I-801, void: true}\n", "not in order"),
    ("- {at: yesterday, regrade: 1, by: x, why: y, item: I-801, void: true}\n", "at"),
    ("- {at: '2026-03-09T10:00:00Z', regrade: 1, by: x, item: I-801, void: true}\n", "\"why\".* is missing"),
    ("- {at: '2026-03-09T10:00:00Z', regrade: 1, by: x, why: y, item: I-801, void: true, points: 3}\n", "points"),
    ("- {at: '2026-03-09T10:00:00Z', regrade: 1, by: x, why: y, item: I-801, void: true}\n"
     "- {at: '2026-03-09T10:00:00Z', regrade: 2, by: x, why: y, item: I-801, body: {key: a}}\n", "stays so"),
    ("", "empty"), ("[", "forms/a.corrections|a.corrections"), ("words\n", "list"),
])
def test_every_fault_of_a_corrections_file_is_named(path: Path, course: Course, text: str, said: str) -> None:
    corrections_path(path).write_text(text, "utf-8")
    with pytest.raises(AuthorError, match=said):
        load_form(course.folder, "E10-a")
    faults = [str(fault) for fault in correction_faults(course.folder, path)]
    assert all(fault.startswith("exams/E10/forms/a.corrections.yaml:") for fault in faults) and faults


def test_a_form_that_was_corrected_cannot_be_frozen_over(path: Path, course: Course) -> None:
    append_corrections(corrections_path(path), read_frozen(path), [entry()])
    with pytest.raises(CourseError, match="was sat and corrected"):
        freeze_exam(course.folder, "E10", "a", replace=True)


def test_changes_hold_what_differs_and_take_optional_fields_away(form: Form) -> None:
    old = form.items["I-801"]
    new = replace(old, body={**{k: v for k, v in old.body.items() if k != "keep_order"}, "key": "a"})
    assert changes(old, new) == {"key": "a", "keep_order": None}
    frozen = replace(form, items={**form.items, "I-801": old})
    assert corrected(frozen, [entry(body=changes(old, new))]).items["I-801"] == new


# What may be corrected

def test_the_bank_offers_what_it_marks_otherwise_and_names_what_it_asks_otherwise(course: Course) -> None:
    edit(course, "I-801", key="b")
    edit(course, "I-823", stem={"zh": "另一道题？", "en": "Another question?"})
    edit(course, "I-805", points=3)
    edit(course, "I-814", facts=["F-TB-01"])
    found = offer(course.folder, load_form(course.folder, "E10-a"))
    assert found.bodies == {"I-801": {0: {"key": "b"}}}
    assert set(found.left) == {"I-823", "I-805"}
    assert "stem" in found.left["I-823"] and "points" in found.left["I-805"]


@pytest.mark.parametrize("body", [
    {"stem": {"zh": "另一道题？", "en": "Another?"}}, {"keep_order": True}, {"layout": "true-false"}, {"key": "z"},
    {"key": None}, {"colour": "red"},
])
def test_a_correction_that_asks_something_else_or_is_no_item_cannot_stand(
        path: Path, course: Course, body: dict[str, object]) -> None:
    append_corrections(corrections_path(path), read_frozen(path), [entry(body=body)])
    with pytest.raises(CourseError, match="the correction of I-801 cannot stand"):
        build_exam(course.folder, "E10")
    assert any("cannot stand" in str(fault) for fault in correction_faults(course.folder, path))


def test_form_json_refuses_another_question(form: Form) -> None:
    other = corrected(form, [entry(body={"keep_order": not form.items["I-801"].body["keep_order"]})])
    with pytest.raises(CourseError, match="changes its question"):
        form_json(other)


@pytest.mark.slow
def test_a_corrected_course_has_no_faults_when_bank_and_form_agree(path: Path, course: Course) -> None:
    edit(course, "I-801", key="b")
    place = corrections_path(path)
    before = check(course.folder).faults
    assert any("I-801 has changed in the bank" in str(fault) and "examdesk regrade E10-a" in str(fault)
               for fault in before)
    append_corrections(corrections_path(path), read_frozen(path), [entry()])
    after = check(course.folder).faults
    assert not any("E10/forms" in fault.file for fault in after), [*map(str, after)]
    place.write_text("words", "utf-8")
    assert any(fault.file == "exams/E10/forms/a.corrections.yaml" for fault in check(course.folder).faults)


# What candidates see, and void

@pytest.mark.parametrize("name", ["E01-a", "E10-a", "E11-sampler-a"])
def test_voiding_everything_changes_nothing_a_candidate_sees(name: str) -> None:
    form = real_form(name)
    void_form = sound(corrected(form, [entry(item, void=True) for item in form.items]))
    assert form_json(void_form) == form_json(form)
    before, after = notebook(form)["cells"], notebook(void_form)["cells"]
    for old, new in zip(before, after, strict=True):
        hidden = "### BEGIN HIDDEN TESTS"
        assert {**old, "source": ""} == {**new, "source": ""}
        assert "".join(old["source"]).split(hidden)[0] == "".join(new["source"]).split(hidden)[0]
        paid = old["metadata"]["nbgrader"].get("points") and old["cell_type"] == "code"
        assert ("void()" in "".join(new["source"])) == bool(paid)


@pytest.mark.parametrize("name", ["E01-a", "E10-a", "E11-sampler-a"])
@pytest.mark.parametrize("behaviour", ["wrong", "blank", "right"])
def test_a_void_item_is_full_for_everybody(name: str, behaviour: str) -> None:
    form = real_form(name)
    void_form = corrected(form, [entry(item, void=True) for item in form.items])
    found = outcome(void_form, marked(void_form, behaved(void_form, behaviour)))
    assert (found.result, found.score) == ("pass", form.out_of)


def test_a_void_item_is_full_without_a_journal_too() -> None:
    form = corrected(real_form("E10-a"), [entry(void=True)])
    with grading(Grading(form_json(form), None, displayed=[])):
        assert award("I-801", void(), out_of=2).points == 2
    lost = Graded("t1", "d", "", None, {}, {}, {}, (), (), head="", seconds=None, simulated=False)
    marks = {mark.item: mark for mark in record(form, lost, late_seconds=0, reopened=0, at=AT).marks}
    assert marks["I-801"].points == marks["I-801"].out_of and marks["I-801"].evidence["void"]
    assert marks["I-823"].points is None


def test_void_is_pure() -> None:
    assert void()(Response("I-801")) == void()(Response("I-801", "a"))


def test_entries_come_in_the_order_of_the_form(form: Form) -> None:
    made = new_entries(form, {"I-823": {0: {"key": "a"}}}, ["I-801"], by="x", why="y", never_lower=True, at=AT)
    assert [(one.item, one.void, one.regrade) for one in made] == [("I-801", True, 1), ("I-823", False, 1)]


def test_no_course_file_was_touched() -> None:
    assert not list((ROOT / "exams").rglob("*.corrections.yaml"))
