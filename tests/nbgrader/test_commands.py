"""The whole road by nbgrader's own commands, each in a process of its own, with nothing but the two-line config."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from examdesk.building import build_form, freeze_exam
from examdesk.journal import NAME
from examdesk.model import Form
from examdesk.sitting import Sitting
from tests.nbgrader.courses import Course, Ran, all_right, environment, full, journal, wrong_option

pytestmark = pytest.mark.slow

FORM, FIRST = "E10-a", "I-801"


@dataclass(frozen=True)
class Person:
    """Somebody at a computer: a home, a folder to work in, and the commands they type."""

    folder: Path
    home: Path

    def types(self, *words: str, code: int = 0) -> Ran:
        ended = subprocess.run([sys.executable, "-m", "nbgrader", *words], cwd=self.folder, text=True,
                               env=environment(self.home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert ended.returncode == code, ended.stdout
        return Ran(ended.returncode, ended.stdout)


def person(place: Path) -> Person:
    (place / "work").mkdir(parents=True)
    return Person(place / "work", place / "home")


def sit(folder: Path, candidate: str, answers: Mapping[str, object]) -> None:
    """A trainee works on the exam in `folder` and hands it in, as the panels do it."""
    sitting = Sitting(folder, json.loads((folder / "form.json").read_text("utf-8")))
    sitting._start(candidate)
    for item, value in answers.items():
        sitting._save(item, "answered", value)
    sitting._hand_in(None)


def keys(form: Form) -> dict[str, object]:
    return {item: value for item, kind, value in all_right(form) if item and kind == "answered"}


def test_the_whole_road(tmp_path: Path) -> None:
    course = Course.made(tmp_path / "course")
    form = freeze_exam(course.folder, "E10", "a", replace=True)
    build_form(course.folder, form)
    instructor = Person(course.folder, tmp_path / "instructor")
    instructor.types("generate_assignment", FORM)
    instructor.types("release_assignment", FORM)

    ann, bob = person(tmp_path / "ann"), person(tmp_path / "bob")
    there = ["--course=course", f"--Exchange.root={course.folder / 'exchange'}"]
    ann.types("fetch_assignment", FORM, *there)
    fetched = ann.folder / FORM
    assert sorted(path.name for path in fetched.iterdir()) == [f"{FORM}.ipynb", "form.json"]
    (bob.folder / FORM).mkdir()
    for path in fetched.iterdir():
        (bob.folder / FORM / path.name).write_bytes(path.read_bytes())
    sit(fetched, "ann", keys(form))
    sit(bob.folder / FORM, "bob", {FIRST: wrong_option(form, FIRST)})
    ann.types("submit", FORM, "--student=ann", *there)
    due = datetime.now(UTC)
    bob.types("submit", FORM, "--student=bob", *there)

    course.run("db", "assignment", "add", FORM, f"--duedate={due:%Y-%m-%d %H:%M:%S.%f} UTC")
    instructor.types("collect", FORM)
    submitted = course.folder / "submitted/ann" / FORM
    assert (submitted / NAME).read_bytes() == (fetched / NAME).read_bytes()
    ran = instructor.types("autograde", FORM)
    assert [line.split("] ")[1] for line in ran.log.splitlines() if "raded" in line] == ["Graded: ann", "Graded: bob"]
    assert course.points("ann", form) == full(form)
    assert sum(score or 0 for score in course.points("bob", form).values()) == 0
    assert not course.flags("ann", form) and set(course.flags("bob", form)) == {"late"}
    assert course.line("bob", form).late_seconds > 0 == course.line("ann", form).late_seconds

    instructor.types("generate_feedback", FORM)
    instructor.types("release_feedback", FORM)
    ann.types("fetch_feedback", FORM, "--student=ann", *there)
    pages = list(ann.folder.glob(f"{FORM}/feedback/*/*.html"))
    assert [page.name for page in pages] == [f"{FORM}.html"]
    assert pages[0].read_bytes() == (course.folder / "feedback/ann" / FORM / f"{FORM}.html").read_bytes()
    assert "ann" in pages[0].read_text("utf-8") and "bob" not in pages[0].read_text("utf-8")

    instructor.types("export")
    with (course.folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert (rows["ann"]["score"], rows["ann"]["unmarked"]) == (str(float(form.out_of)), "0")
    assert (rows["bob"]["score"], rows["bob"]["late_submission_penalty"]) == ("0.0", "0.0")


def test_feedback_goes_out_though_some_was_not_handed_in_through_the_exchange(course: Course) -> None:
    """nbgrader stops for everybody at the first submission without a secret."""
    form = course.form(FORM)
    folder = course.hand_in("ann", form, all_right(form))
    (folder / "submission_secret.txt").write_text("ab12" * 32, "utf-8")
    (course.hand_in("bob", form) / "timestamp.txt").unlink()
    for words in (["autograde"], ["generate_feedback"], ["release_feedback"]):
        ran = course.run(*words, FORM)
        assert ran.code == 0, ran.log
    pages = list((course.folder / "exchange/course/feedback").glob("*.html"))
    assert len(pages) == 2 and len({page.name for page in pages}) == 2
    assert (course.folder / "autograded/ann" / FORM / "submission_secret.txt").read_text() == "ab12" * 32


def test_the_list_of_rooms_decides_at_grading_and_takes_no_point(course: Course) -> None:
    """Every journal of these begins 2026-03-02 01:00 UTC and writes an answer a minute."""
    form = course.form(FORM)
    row = f"{FORM},2026-03-02 09:30,2026-03-02 09:45,Asia/Shanghai,K742M"
    (course.folder / "grading/rooms.csv").write_text(f"form,opens,closes,time_zone,start_code\n{row}\n", "utf-8")
    course.hand_in("ann", form, all_right(form))
    assert course.autograde(form).code == 0
    flags = course.flags("ann", form)
    assert "2026-03-02 09:30" in flags["before-opening"].detail and not flags["before-opening"].hold
    assert course.points("ann", form) == full(form)


def test_late_work_is_flagged_and_the_penalty_is_nbgraders(course: Course) -> None:
    config = course.folder / "nbgrader_config.py"
    config.write_text(config.read_text() + "get_config().LateSubmissionPlugin.penalty_method = 'zero'\n", "utf-8")
    form = course.form(FORM)
    course.run("db", "assignment", "add", FORM, "--duedate=2026-03-02 01:30:00 UTC")
    course.hand_in("early", form, all_right(form), minutes=29)
    late = course.hand_in("late", form, all_right(form), minutes=42)
    assert course.autograde(form).code == 0
    assert course.flags("late", form)["late"].detail == "handed in 12 minutes late"
    assert not course.flags("early", form) and not course.flags("late", form)["late"].hold
    assert course.marks("late", form) == course.marks("early", form)  # the marks are those of the answers
    assert _scores(course) == {"early": (str(float(form.out_of)), "0.0"), "late": ("0.0", str(float(form.out_of)))}

    course.run("db", "assignment", "add", FORM, "--duedate=2026-03-02 02:00:00 UTC")  # more time for everybody
    course.autograde(form, "--force")
    assert _scores(course)["late"] == (str(float(form.out_of)), "0.0")
    assert course.line("late", form).late_seconds == 0 and (late / NAME).is_file()


def _scores(course: Course) -> dict[str, tuple[str, str]]:
    course.run("export")
    with (course.folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student_id"]: (row["score"], row["late_submission_penalty"]) for row in csv.DictReader(file)}


def test_students_are_chosen_and_left_out_as_ever(course: Course) -> None:
    form = course.form(FORM)
    for candidate in ("ann", "bob", "cat@example.com", "d.dao"):
        course.hand_in(candidate, form, all_right(form))
    assert course.autograde(form, "--student=ann").code == 0
    assert course.rows("ann", form) and course.rows("bob", form) is None
    assert course.autograde(form, "--CourseDirectory.student_id_exclude=bob").code == 0
    assert course.rows("bob", form) is None and course.rows("cat@example.com", form) and course.rows("d.dao", form)
    ran = course.autograde(form, "--student=nobody")
    assert ran.code == 1 and "no submission matches" in ran.log and "Traceback" not in ran.log
    ran = course.autograde(form, "--student=bob", "--Autograde.create_student=False")
    assert ran.code == 1 and "create_student" in ran.log and "Traceback" not in ran.log


def test_a_course_that_is_not_ready_is_told_so_in_one_line(course: Course, tmp_path: Path) -> None:
    form = course.form(FORM)
    course.hand_in("ann", form, all_right(form))
    (course.folder / "gradebook.db").unlink()
    _one_error(course.autograde(form), "is not in the gradebook. Cure:")
    (course.folder / "exams/E10/forms/a.yaml").rename(tmp_path / "a.yaml")
    _one_error(course.autograde(form), "no frozen form E10-a")
    (tmp_path / "a.yaml").rename(course.folder / "exams/E10/forms/a.yaml")
    assert course.run("generate_assignment", FORM, "--force").code == 0
    (course.folder / "grading/records.db").write_bytes(b"no database at all")
    _one_error(course.autograde(form), "records.db")
    (course.folder / "gradebook.db").write_bytes(b"no database at all")
    _one_error(course.autograde(form), "the gradebook cannot be used: file is not a database")


def _one_error(ran: Ran, words: str) -> None:
    said = [line for line in ran.log.splitlines() if "ERROR" in line]
    assert ran.code == 1 and "Traceback" not in ran.log and len(said) == 1 and words in said[0], ran.log


def test_a_second_hand_in_takes_the_place_of_the_first(course: Course) -> None:
    form = course.form(FORM)
    folder = course.hand_in("ann", form, minutes=10)
    course.autograde(form)
    (folder / NAME).write_bytes(journal(form, "ann", all_right(form)))
    (folder / "timestamp.txt").unlink()
    assert course.autograde(form).code == 0
    assert course.points("ann", form) == full(form)
    assert [row.outcome for row in course.records.submissions(form=FORM)] == ["graded", "graded"]
