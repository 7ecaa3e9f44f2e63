"""Practice handed in through nbgrader: no way leads to a mark; and what is released beside it holds no key."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook, MissingEntry

from examdesk.building import build_practice
from examdesk.bulk import autograde
from examdesk.errors import CourseError
from examdesk.items import part
from examdesk.practice import Practising
from examdesk.reports import write_reports
from tests.nbgrader.courses import Course

pytestmark = pytest.mark.slow
EXAM, FORM, PRACTICE = "E00-tutorial", "E00-tutorial-a", "E00-tutorial-a-practice"
CLEAR = "is practice: nothing of it is collected, marked or reported"


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with the tutorial and its practice released; t001 practised everything right and handed it in."""
    course = Course.made(tmp_path_factory.mktemp("practised") / "course")
    form = course.release(EXAM)
    build_practice(course.folder, FORM)
    ran = course.run("generate_assignment", PRACTICE)
    assert ran.code == 0, ran.log
    folder = course.folder / "submitted" / "t001" / PRACTICE
    shutil.copytree(course.folder / "release" / PRACTICE, folder)
    exam = Practising.open(folder)
    exam._start("t001")
    for item in form.items.values():
        exam.show(item.id)
        for kind, value in part(item.type, "samples").right(item):
            exam._save(item.id, kind, value)
    (folder / "timestamp.txt").write_text("2026-03-02 01:20:00.000000 UTC", "utf-8")
    return course


def test_nbgrader_autograde_refuses_practice_and_writes_nothing(practised: Course) -> None:
    ran = practised.run("autograde", PRACTICE)
    assert ran.code != 0 and CLEAR in ran.log and "Traceback" not in ran.log
    with Gradebook(practised.db_url) as gradebook, pytest.raises(MissingEntry):
        gradebook.find_submission(PRACTICE, "t001")
    assert not (practised.folder / "autograded" / "t001").exists()
    assert practised.records.submissions(form=PRACTICE) == []


def test_bulk_grading_refuses_practice(practised: Course) -> None:
    with pytest.raises(CourseError, match=CLEAR):
        autograde(practised.folder, PRACTICE)
    assert practised.records.submissions(form=PRACTICE) == []


def test_no_export_and_no_report_knows_of_practice(practised: Course, tmp_path: Path) -> None:
    ran = practised.run("export", "--to", str(tmp_path / "grades.csv"))
    assert ran.code == 0, ran.log
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        assert PRACTICE not in {row["assignment"] for row in csv.DictReader(file)}
    with pytest.raises(CourseError):
        write_reports(practised.folder, PRACTICE, to=tmp_path / "report", pull=lambda: 0)


def test_unmodified_nbgrader_has_nothing_to_score_in_practice(practised: Course, tmp_path: Path) -> None:
    course = practised.copy(tmp_path / "course")
    (course.folder / "nbgrader_config.py").write_text("c = get_config()\n", "utf-8")
    ran = subprocess.run([sys.executable, "-m", "nbgrader", "autograde", PRACTICE, "--create"], cwd=course.folder,
                         capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    with Gradebook(course.db_url) as gradebook:
        found = gradebook.find_submission(PRACTICE, "t001")
        assert (found.score, found.max_score) == (0, 0) and not found.needs_manual_grade


def test_what_is_released_for_the_exam_holds_no_key_beside_a_practice(practised: Course) -> None:
    folder = practised.folder / "release" / FORM
    text = "".join(path.read_text("utf-8") for path in folder.iterdir())
    reasons = [reason for item in practised.form(FORM).items.values()
               for _, texts in part(item.type, "key").reasons(item.body) for reason in texts.values()]
    assert {path.name for path in folder.iterdir()} == {f"{FORM}.ipynb", "form.json"}
    assert len(reasons) > 20 and not [reason for reason in reasons if reason in text]
    keys = (practised.folder / "release" / PRACTICE / "answers.json").read_text("utf-8")
    assert reasons[0] in keys
