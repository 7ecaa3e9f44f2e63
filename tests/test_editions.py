"""A handbook whose rules change: what is stale on a day, and what may not be published then."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from examdesk.bank import load_form, read_handbook
from examdesk.bank.validity import expired, to_be_checked
from examdesk.building import check, freeze_exam, init_course
from examdesk.building.stale import stale_facts
from examdesk.cli import app
from examdesk.errors import AuthorError
from tests.conftest import ROOT

FACTS, EXAM, ITEM = "exams/handbook/facts.yaml", "exams/START/exam.yaml", "exams/bank/d08/I-001.yaml"
DAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = tmp_path_factory.mktemp("editions") / "course"
    init_course(course, roster=None, exams=None, name=None)
    return course


@pytest.fixture
def course(start: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(start, tmp_path / "course"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def fact(course: Path, name: str, line: str) -> None:
    edit(course / FACTS, f"  {name}:\n", f"  {name}:\n    {line}\n")


def test_an_expired_fact_nobody_labels_is_not_published(course: Path) -> None:
    fact(course, "F-TB-12", "valid_to: 2026-06-30")
    with pytest.raises(AuthorError, match=r'does not hold on .* \(it ended on 2026-06-30\).*"per the handbook"'):
        freeze_exam(course, "START", "a")
    assert ITEM in {fault.file for fault in check(course).faults}
    edit(course / ITEM, "一个没有下过单的账号问", "按手册作答。一个没有下过单的账号问")
    with pytest.raises(AuthorError):
        freeze_exam(course, "START", "a")  # one language of two
    edit(course / ITEM, "An account that has placed", "Answer by the handbook. An account that has placed")
    assert not [fault for fault in check(course).faults if fault.file == ITEM]


def test_an_edition_that_ended_must_not_be_called_current(course: Path) -> None:
    edit(course / FACTS, "valid_from: 2023-08-31, valid_to: null", "valid_from: 2023-08-31, valid_to: 2026-08-30")
    with pytest.raises(AuthorError, match=r"its edition ended on 2026-08-30, but the handbook calls it current"):
        freeze_exam(course, "START", "a")
    edit(course / FACTS, "valid_to: 2026-08-30, status: current", "valid_to: 2026-08-30, status: historical")
    freeze_exam(course, "START", "a")
    assert "ED-TMALL-2023" in load_form(course, "START-a").editions, "so the question prints it"


def test_what_was_frozen_in_its_time_stays_right(course: Path) -> None:
    freeze_exam(course, "START", "a")
    fact(course, "F-TB-12", "valid_to: 2026-06-30")
    assert check(course).faults == ()
    freeze_exam(course, "START", "a")


def test_unverified_content_is_published_with_a_source_of_its_own_only(course: Path) -> None:
    for name in ("F-TB-12", "F-TB-13"):
        fact(course, name, "source: unverified")
    with pytest.raises(AuthorError, match=r"the item has no verified source: none of its facts has one"):
        freeze_exam(course, "START", "a")
    with (course / ITEM).open("a", encoding="utf-8") as file:
        file.write("\nsource: {text: The rule page, verified_on: 2026-11-20, by: Li Na}\n")
    freeze_exam(course, "START", "a")
    assert check(course).faults == ()


def test_one_verified_fact_carries_an_item(course: Path) -> None:
    fact(course, "F-TB-12", "source: unverified")
    freeze_exam(course, "START", "a")


def test_stale_names_items_and_forms_of_expired_and_of_changed_facts(course: Path) -> None:
    freeze_exam(course, "START", "a")
    assert stale_facts(course, DAY) == []
    fact(course, "F-TB-12", "valid_to: 2026-06-30")
    assert stale_facts(course, date(2026, 6, 30)) == []
    (one,) = stale_facts(course, date(2026, 7, 1))
    assert (one.fact, one.why, one.forms) == ("F-TB-12", "it ended on 2026-06-30", ("START-a",))
    assert "I-001" in one.items and "I-001" in one.unlabelled
    edit(course / FACTS, "以任何形式泄露顾客信息", "不论以什么形式泄露顾客信息")
    told = [(one.why, one.forms) for one in stale_facts(course, date(2026, 6, 30))]
    assert told == [("it reads otherwise than when the form was frozen", ("START-a",))]


def test_the_command_says_what_and_ends_with_1_for_what_has_no_label(course: Path) -> None:
    freeze_exam(course, "START", "a")
    fact(course, "F-TB-12", "superseded_by: F-TB-13")
    run = CliRunner().invoke(app, ["facts", "stale", "--on", "2026-11-28", "--course", str(course)])
    assert run.exit_code == 1
    assert run.output.startswith("F-TB-12: F-TB-13 holds instead; items: I-001")
    assert "WITHOUT A LABEL: I-001" in run.output and "forms: START-a" in run.output
    data = json.loads(CliRunner().invoke(app, ["facts", "stale", "--on", "2026-11-28", "--json", "--course",
                                               str(course)]).output)
    assert [one["fact"] for one in data] == ["F-TB-12"]


@pytest.mark.parametrize(("name", "on", "why"), [
    ("F-EB-33", DAY, "F-PX-02 holds instead"),
    ("F-EB-33", date(2014, 11, 17), ""),
    ("F-EB-14", DAY, "its edition ended on 2014-08-19"),
    ("F-EB-14", date(2010, 8, 31), "its edition begins on 2010-09-01"),
    ("F-PX-02", date(2014, 11, 17), "it begins on 2014-11-18"),
    ("F-PX-02", DAY, ""),
    ("F-EB-30", DAY, "its edition is historical"),
    ("F-LN-02", DAY, ""),
])
def test_the_handbook_knows_the_days_of_its_facts(name: str, on: date, why: str) -> None:
    handbook = read_handbook(ROOT / "exams", root=ROOT)
    found = expired(handbook, name, on)
    assert found == why or (why == "" and found == "its edition is historical" and on < DAY)


def test_a_yearly_edition_is_to_be_checked_a_year_after_it_was_last() -> None:
    edition = read_handbook(ROOT / "exams", root=ROOT).editions["ED-TMALL-2023"]
    assert to_be_checked(edition, date(2024, 8, 30)) is None
    assert to_be_checked(edition, date(2024, 8, 31)) == date(2024, 8, 31)
    fresh = edition.model_copy(update={"checked_on": date(2026, 1, 31), "recheck_months": 1})
    assert to_be_checked(fresh, date(2026, 2, 28)) == date(2026, 2, 28)


@pytest.mark.parametrize(("line", "wrong"), [
    ("superseded_by: F-XX-99", "is superseded by one that is not listed"),
    ("superseded_by: F-TB-12", "is superseded by one that is not listed"),
    ("{valid}", "ends before it begins"),
])
def test_a_handbook_with_days_that_cannot_be_is_a_fault(course: Path, line: str, wrong: str) -> None:
    fact(course, "F-TB-12", line.replace("{valid}", "valid_from: 2026-01-02\n    valid_to: 2026-01-01"))
    assert any(wrong in fault.wrong for fault in check(course).faults)
