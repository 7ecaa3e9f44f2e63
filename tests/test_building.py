"""Freezing and building: the same form gives the same bytes, and a frozen form never changes."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from examdesk.bank import form_files, load_form, read_form
from examdesk.bank.forms import freeze, thaw
from examdesk.building import build_exam, build_form, form_json, freeze_exam
from examdesk.building.notebooks import notebook
from examdesk.errors import AuthorError, CourseError

ROOT = Path(__file__).resolve().parent.parent
FORMS = [path.relative_to(ROOT).as_posix() for path in form_files(ROOT)]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "exams", tmp_path / "exams")
    return tmp_path


@pytest.mark.parametrize("file", FORMS)
def test_the_tracked_exam_notebook_is_what_the_build_writes(tmp_path: Path, file: str) -> None:
    form = read_form(ROOT / file)
    folder = build_form(tmp_path, form)
    tracked = ROOT / "source" / form.id
    assert {path.name for path in folder.iterdir()} == {"form.json", f"{form.id}.ipynb"}
    for path in folder.iterdir():
        assert path.read_bytes() == (tracked / path.name).read_bytes()


def test_building_twice_gives_the_same_bytes(course: Path) -> None:
    first = {path.name: path.read_bytes() for path in build_exam(course, "E10")[0].iterdir()}
    again = {path.name: path.read_bytes() for path in build_exam(course, "E10")[0].iterdir()}
    assert first == again


def test_the_journals_name_never_exists_in_source(course: Path) -> None:
    assert not list(build_exam(course, "E10")[0].glob("*.jsonl"))


@pytest.mark.slow  # reads the whole bank
def test_freezing_an_unchanged_exam_changes_nothing(course: Path) -> None:
    before = (course / "exams/E10/forms/a.yaml").read_bytes()
    freeze_exam(course, "E10", "a")
    assert (course / "exams/E10/forms/a.yaml").read_bytes() == before


@pytest.mark.slow
def test_a_frozen_form_does_not_follow_the_bank(course: Path) -> None:
    item = course / "exams/bank/d08/I-801.yaml"
    item.write_text(item.read_text("utf-8").replace("\nkey: c", "\nkey: a"), "utf-8")
    with pytest.raises(CourseError, match=r"frozen and would change.*new form"):
        freeze_exam(course, "E10", "a")
    assert load_form(course, "E10-a").items["I-801"].body["key"] == "c"
    assert freeze_exam(course, "E10", "a", replace=True).items["I-801"].body["key"] == "a"


def test_the_rules_of_time_are_frozen_and_released_only_where_an_exam_has_them(course: Path) -> None:
    plain = load_form(course, "E11-sampler-a")
    assert not {"one_way", "pause"} & {*freeze(plain), *form_json(plain)}
    assert all(section.keys() == {"id", "title", "part", "items"} for section in form_json(plain)["sections"])
    own = tuple(replace(section, minutes=minutes)
                for section, minutes in zip(plain.sections, (20, None, 5), strict=True))
    timed = thaw(freeze(replace(plain, one_way=True, pause=10, sections=own)))
    assert (timed.one_way, timed.pause, [section.minutes for section in timed.sections]) == (True, 10, [20, None, 5])
    public = form_json(timed)
    assert (public["one_way"], public["pause"]) == (True, 10)
    assert [section.get("minutes") for section in public["sections"]] == [20, None, 5]


def test_one_way_sections_leave_no_headings_of_hidden_parts_in_the_notebook(course: Path) -> None:
    form = load_form(course, "E11-sampler-a")
    headings = [cell["id"] for cell in notebook(form)["cells"] if cell["id"].startswith("section-")]
    assert headings == ["section-quiz", "section-replies", "section-chat"]
    assert not [cell for cell in notebook(replace(form, one_way=True))["cells"] if cell["id"].startswith("section-")]


def test_a_form_edited_by_hand_is_refused(course: Path) -> None:
    path = course / "exams/E10/forms/a.yaml"
    path.write_text(path.read_text("utf-8").replace("minutes: 25", "minutes: 99"), "utf-8")
    with pytest.raises(CourseError, match="was edited"):
        read_form(path)


def test_an_unknown_form_or_exam_says_what_there_is(course: Path) -> None:
    with pytest.raises(AuthorError, match="no such form"):
        freeze_exam(course, "E10", "z")
    with pytest.raises(CourseError, match="E10-a"):
        load_form(course, "E10-z")
    with pytest.raises(CourseError, match="examdesk freeze E99"):
        build_exam(course, "E99")


@pytest.mark.slow  # reads the whole bank
def test_a_form_with_a_faulty_item_writes_nothing(course: Path) -> None:
    item = course / "exams/bank/d08/I-801.yaml"
    item.write_text(item.read_text("utf-8").replace("\nkey: c", "\nkey: z"), "utf-8")
    (course / "exams/E10/forms/a.yaml").unlink()
    with pytest.raises(AuthorError, match=r"I-801\.yaml:\d+"):
        freeze_exam(course, "E10", "a")
    assert not (course / "exams/E10/forms/a.yaml").exists()


def test_form_json_holds_what_may_be_seen_and_nothing_else(course: Path) -> None:
    public = json.loads((build_exam(course, "E10")[0] / "form.json").read_text("utf-8"))
    assert set(public["questions"]["I-801"]) == {"type", "number", "out_of", "public"}
    assert set(public["questions"]["I-801"]["public"]) == {"stem", "layout", "keep_order", "options"}
    assert set(public["questions"]["I-801"]["public"]["options"][0]) == {"id", "text"}
