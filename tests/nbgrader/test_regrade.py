"""A regrade beside the real nbgrader: source/, gradebook and records agree, and no total says something else."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from examdesk.bulk import autograde, grade_again
from examdesk.cli import app
from examdesk.errors import ExamdeskError
from examdesk.model import Form
from examdesk.pipeline import regrade
from examdesk.pipeline.regrade import Proposal, carry_out, propose
from examdesk.reports import pull_marks
from tests.nbgrader.courses import Course, all_right
from tests.regrades import tree

pytestmark = pytest.mark.slow

WHO = {"by": "Li Hua", "why": "option b keeps the rule as well"}


def correct(course: Course, item: str, **changed: object) -> None:
    file = next((course.folder / "exams" / "bank").rglob(f"{item}.yaml"))
    data = yaml.safe_load(file.read_text("utf-8"))
    file.write_text(yaml.safe_dump({**data, **changed}, allow_unicode=True, sort_keys=False), "utf-8")


def regraded(course: Course, form: str, *items: str, **more: object) -> Proposal:
    found = propose(course.folder, form, grade_again, items=items, **{**WHO, **more})
    assert isinstance(found, Proposal)
    carry_out(course.folder, found, grade_again)
    return found


def source_cells(course: Course, form: str) -> dict[str, tuple[str, str]]:
    with Gradebook(course.db_url) as gradebook:
        return {cell.name: (cell.source, cell.checksum) for cell in gradebook.find_notebook(form, form).source_cells}


def exported(course: Course) -> dict[str, str]:
    """{candidate: score} as nbgrader's export says."""
    assert course.run("export", "--to=grades.csv").code == 0
    with (course.folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student_id"]: row["score"] for row in csv.DictReader(file) if row["timestamp"]}


def totals(course: Course, form: Form) -> dict[str, float | None]:
    """{candidate: score} as our records say; None while unmarked."""
    people = {row.candidate for row in course.records.submissions(form=form.id)}
    marks = {name: course.marks(name, form).values() for name in people}
    return {name: None if None in points else float(sum((p for p in points if p is not None), Fraction(0)))
            for name, points in marks.items()}


@pytest.fixture(scope="module")
def graded_once(released: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """E10 graded for three: key c, option b, and option b handed in late. The bank says b by now."""
    course = released.copy(tmp_path_factory.mktemp("graded") / "course")
    form = course.form("E10-a")
    assert course.run("db", "assignment", "add", form.id, "--duedate=2026-03-02 01:30:00 UTC").code == 0
    course.hand_in("key-c", form, all_right(form))
    course.hand_in("option-b", form, all_right(form, **{"I-801": "b"}))
    course.hand_in("late", form, all_right(form, **{"I-801": "b"}), minutes=50)
    ran = course.autograde(form)
    assert ran.code == 0, ran.log
    correct(course, "I-801", key="b")
    return course


@pytest.fixture
def graded(graded_once: Course, tmp_path: Path) -> Course:
    return graded_once.copy(tmp_path / "course")


def test_source_gradebook_and_frozen_form_agree_and_trainees_hold_the_same_files(graded: Course, tmp_path: Path
                                                                                 ) -> None:
    before = tree(graded.folder / "release"), tree(graded.folder / "submitted")
    regraded(graded, "E10-a", "I-801")
    assert (tree(graded.folder / "release"), tree(graded.folder / "submitted")) == before
    other = Course.made(tmp_path / "fresh")
    shutil.copytree(graded.folder / "source", other.folder / "source", dirs_exist_ok=True)
    shutil.copytree(graded.folder / "exams", other.folder / "exams", dirs_exist_ok=True)
    assert other.run("generate_assignment", "E10-a").code == 0
    assert source_cells(graded, "E10-a") == source_cells(other, "E10-a"), "as nbgrader itself would have stored them"
    assert "choice(key='b')" in source_cells(graded, "E10-a")["I-801"][0]
    assert tree(other.folder / "release" / "E10-a") == tree(graded.folder / "release" / "E10-a")


def test_the_export_says_what_records_say(graded: Course) -> None:
    form = graded.form("E10-a")
    regraded(graded, "E10-a", "I-801")
    full = float(form.out_of)
    assert totals(graded, form) == {"key-c": full - 1, "option-b": full, "late": full}
    assert {name: float(score) for name, score in exported(graded).items()} == totals(graded, form)


@pytest.mark.parametrize("way", ["nbgrader", "bulk"])
def test_kept_marks_stay_in_the_gradebook_when_everybody_is_graded_anew(graded: Course, way: str) -> None:
    form = graded.form("E10-a")
    regraded(graded, "E10-a", "I-801", never_lower=True)
    assert graded.points("key-c", form)["I-801"] == 1.0
    if way == "nbgrader":
        assert graded.autograde(form, "--force").code == 0
    else:
        assert autograde(graded.folder, form.id, jobs=1, force=True).ungraded == 0
    assert graded.points("key-c", form)["I-801"] == 1.0 and graded.marks("key-c", form)["I-801"] == 1
    assert {name: float(score) for name, score in exported(graded).items()} == totals(graded, form)


@pytest.mark.parametrize("way", [pytest.param("nbgrader", marks=pytest.mark.soak), "bulk"])
def test_one_graded_after_the_regrade_gets_the_corrected_marks(graded: Course, way: str) -> None:
    form = graded.form("E10-a")
    regraded(graded, "E10-a", "I-801")
    graded.hand_in("new", form, all_right(form, **{"I-801": "b"}))
    if way == "nbgrader":
        ran = graded.autograde(form)
        assert ran.code == 0 and any("Already graded" in line for line in ran.about("key-c")), ran.log
    else:
        summary = autograde(graded.folder, form.id, jobs=1)
        assert (summary.graded, summary.already, summary.ungraded) == (1, 3, 0)
    assert graded.points("new", form)["I-801"] == 1.0 and graded.marks("new", form)["I-801"] == 1
    assert [row.kind for row in graded.records.in_force() if (row.candidate, row.item) == ("new", "I-801")] == [
        "machine"]


def test_late_penalties_follow_the_new_score(graded: Course) -> None:
    config = graded.folder / "nbgrader_config.py"
    config.write_text(config.read_text() + "get_config().LateSubmissionPlugin.penalty_method = 'zero'\n", "utf-8")
    assert graded.autograde(graded.form("E10-a"), "--force").code == 0
    assert float(exported(graded)["late"]) == 0.0
    regraded(graded, "E10-a", "I-801")
    assert float(exported(graded)["late"]) == 0.0 and float(exported(graded)["option-b"]) == 32.0


def test_manual_scores_are_never_touched(graded: Course) -> None:
    with Gradebook(graded.db_url) as gradebook:
        grade = gradebook.find_grade("I-801", "E10-a", "E10-a", "key-c")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        gradebook.db.commit()
    assert pull_marks(graded.folder, marker="wang") == 1
    regraded(graded, "E10-a", "I-801")
    with Gradebook(graded.db_url) as gradebook:
        grade = gradebook.find_grade("I-801", "E10-a", "E10-a", "key-c")
        assert (grade.manual_score, grade.auto_score, grade.needs_manual_grade) == (0.5, 0.0, False)
    assert {name: float(score) for name, score in exported(graded).items()} == totals(graded, graded.form("E10-a"))


def test_a_void_reply_is_full_in_the_gradebook_too(sampler: Course, tmp_path: Path) -> None:
    course = sampler.copy(tmp_path / "course")
    form = course.form("E11-sampler-a")
    replies = [item.id for item in form.items.values() if item.type == "reply"]
    for name in ("marked", "open"):
        course.hand_in(name, form, all_right(form))
    assert course.autograde(form).code == 0
    with Gradebook(course.db_url) as gradebook:
        for item in replies:
            grade = gradebook.find_grade(item, form.id, form.id, "marked")
            grade.manual_score, grade.needs_manual_grade = 0.5, False
        gradebook.db.commit()
    pull_marks(course.folder, marker="wang")
    regraded(course, form.id, void=replies)
    assert {name: course.marks(name, form)[replies[0]] for name in ("marked", "open")} == {
        "marked": form.items[replies[0]].points, "open": form.items[replies[0]].points}
    scores = {name: float(score) for name, score in exported(course).items()}
    assert scores == totals(course, form) and set(scores) == {"marked", "open"}
    with Gradebook(course.db_url) as gradebook:
        assert gradebook.find_grade(replies[0], form.id, form.id, "marked").manual_score == 0.5
        assert not gradebook.find_grade(replies[0], form.id, form.id, "open").needs_manual_grade
    assert course.autograde(form, "--force").code == 0
    assert {name: float(score) for name, score in exported(course).items()} == totals(course, form)


# kill -9

STEPS = ("append_corrections", "build_form", "put_source_cells", "_record", "show_in_force")


def end(course: Course) -> object:
    """Everything a regrade leaves behind, but the moment at which it was done."""
    form = course.form("E10-a")
    with Gradebook(course.db_url) as gradebook:
        grades = sorted((grade.student.id, grade.name, grade.auto_score, grade.needs_manual_grade)
                        for one in gradebook.assignment_submissions("E10-a")
                        for grade in gradebook.find_submission_notebook("E10-a", "E10-a", one.student.id).grades)
    marks = [(row.candidate, row.item, row.points, row.kind, row.reason) for row in course.records.marks()]
    return (grades, marks, source_cells(course, "E10-a"), tree(course.folder / "source"),
            [(entry.item, entry.regrade, entry.body) for entry in form.corrections],
            [(row.candidate, row.outcome) for row in course.records.submissions()])


def killed(course: Course, step: str, when: str) -> None:
    """A regrade in a process of its own, killed before or after one of its steps."""
    child = os.fork()
    if child == 0:
        try:
            done = getattr(regrade, step)

            def last(*given: object, **named: object) -> None:
                if when == "after":
                    done(*given, **named)
                os.kill(os.getpid(), signal.SIGKILL)

            setattr(regrade, step, last)
            regraded(course, "E10-a", "I-801", never_lower=True)
        finally:
            os._exit(0)  # a step that was never reached
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.soak
def test_killed_between_any_two_steps_and_run_again_it_comes_to_the_same_end(graded: Course, tmp_path: Path) -> None:
    unbroken = graded.copy(tmp_path / "unbroken")
    regraded(unbroken, "E10-a", "I-801", never_lower=True)
    wanted = end(unbroken)
    for step in STEPS:
        for when in ("before", "after"):
            broken = graded.copy(tmp_path / f"{step}-{when}")
            killed(broken, step, when)
            regraded(broken, "E10-a", "I-801", never_lower=True)
            assert end(broken) == wanted, (step, when)


def test_the_command_shows_asks_and_writes(graded: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(graded.folder)
    before = tree(graded.folder)
    words = ["regrade", "E10-a", "--item", "I-801", "--by", "Li Hua", "--why", "b too"]
    no = CliRunner().invoke(app, words, input="n\n")
    assert no.exit_code == 1 and "key-c" in no.output and "Nothing was written." in no.output
    shown = CliRunner().invoke(app, [*words, "--json"])
    assert shown.exit_code == 0 and json.loads(shown.output)["written"] is False
    assert tree(graded.folder) == before
    yes = CliRunner().invoke(app, words, input="y\n")
    assert yes.exit_code == 0 and "is written" in yes.output, yes.output
    again = CliRunner().invoke(app, [*words, "--yes"])
    assert again.exit_code == 0 and "Nothing to correct" in again.output


def test_while_a_regrade_is_broken_off_nobody_is_graded(graded: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(regrade, "_record", broken)
    with pytest.raises(KeyboardInterrupt):
        regraded(graded, "E10-a", "I-801")
    ran = graded.autograde(graded.form("E10-a"), "--force")
    assert ran.code != 0 and "examdesk regrade E10-a" in ran.log, ran.log
    with pytest.raises(ExamdeskError, match="begun and not finished"):
        autograde(graded.folder, "E10-a", jobs=1)
    assert graded.points("key-c", graded.form("E10-a"))["I-801"] == 1.0
