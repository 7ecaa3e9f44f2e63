"""`examdesk feedback` beside nbgrader's own commands: the same bytes, released and fetched the same way."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from examdesk.bulk.feedback import Feedback, write_feedback
from examdesk.items import part
from examdesk.journal import NAME
from examdesk.model import Form, Mark
from examdesk.pipeline.feedback import feedback_page
from examdesk.records import UNNAMED
from examdesk.records.gradebook import enter_marks
from examdesk.reports import pull_marks
from tests.nbgrader.courses import Course, Entry, Ran, all_right, by_type, journal, nbgrader_here
from tests.nbgrader.test_commands import sit

pytestmark = pytest.mark.slow

FORM = "E11-sampler-a"
HOSTILE = '<script>alert(1)</script> =cmd|x {{ w }} {% raw %} </article> \ud800 半个'


@dataclass(frozen=True)
class Mixed:
    """One course twice: the pages of `theirs` written by nbgrader, those of `ours` in bulk."""

    ours: Course
    theirs: Course
    form: Form
    run: Feedback


@pytest.fixture(scope="module")
def mixed(sampler: Course, tmp_path_factory: pytest.TempPathFactory) -> Mixed:
    place = tmp_path_factory.mktemp("mixed")
    course = sampler.copy(place / "ours" / "course")
    form = course.form(FORM)
    _hand_in(course, form)
    ran = course.autograde(form)
    assert ran.code == 1 and "1 of 12 submissions were not graded" in ran.log, ran.log[-2000:]
    again = course.folder / "submitted/again" / FORM
    (again / NAME).write_bytes(journal(form, "right", []))  # somebody else's, after the first was graded
    course.autograde(form, "--student=again")
    course.hand_in("waiting", form)
    _mark(course, form)
    theirs = course.copy(place / "theirs" / "course")
    pull_marks(theirs.folder, marker=UNNAMED)
    ran = theirs.run("generate_feedback", FORM)
    assert ran.code == 0, ran.log[-2000:]
    return Mixed(course, theirs, form, write_feedback(course.folder, [FORM]))


def _hand_in(course: Course, form: Form) -> None:
    rng = random.Random(5)
    reply = by_type(form, "reply")[0]
    course.run("db", "assignment", "add", FORM, "--duedate=2026-03-02 01:30:00 UTC")
    said: dict[str, list[Entry]] = {
        "right": all_right(form),
        "wrong": [(i.id, *one) for i in form.items.values() for one in part(i.type, "samples").wrong(i, rng)],
        "partial": [(i.id, *one) for i in form.items.values() for one in part(i.type, "samples").partial(i, rng)],
        "blank": [],
        "hostile": all_right(form, **{reply: HOSTILE}),
        "turned": [(None, "language", "en"), *all_right(form)],
        "again": all_right(form),
        "d.dao@example.com": all_right(form)[:9],
    }
    for name, entries in said.items():
        course.hand_in(name, form, entries)
    course.hand_in("english", form, said["partial"], language="en")
    course.hand_in("late", form, all_right(form), minutes=45)
    (course.hand_in("lost", form) / NAME).unlink()
    (course.hand_in("refused", form) / NAME).write_bytes(journal(form, "refused", [], form="E10-a"))


def _mark(course: Course, form: Form) -> None:
    """A marker in the formgrader: the replies of some, one with a comment that is no markup."""
    points: dict[str, Fraction] = {"right": Fraction(3, 2), "late": Fraction(0), "hostile": Fraction(1)}
    enter_marks(course.db_url, [
        Mark(name, FORM, 1, item, "whole", given, form.items[item].points, "<b>fine</b> & 好", "", "marker")
        for name, given in points.items() for item in by_type(form, "reply")])


def files_of(course: Course, folder: str) -> dict[str, bytes]:
    root = course.folder / folder
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


NEEDED = (f"{FORM}.html", "timestamp.txt", "submission_secret.txt")


def test_the_pages_are_nbgraders_byte_by_byte(mixed: Mixed) -> None:
    ours, theirs = files_of(mixed.ours, "feedback"), files_of(mixed.theirs, "feedback")
    wanted = {name: data for name, data in theirs.items() if name.endswith(NEEDED)}
    assert {name: data for name, data in ours.items() if name.endswith(NEEDED)} == wanted
    assert len(wanted) == 3 * 11
    modes = {name: (mixed.ours.folder / "feedback" / name).stat().st_mode for name in wanted}
    assert modes == {name: (mixed.theirs.folder / "feedback" / name).stat().st_mode for name in wanted}


def test_the_cohort_was_mixed(mixed: Mixed) -> None:
    text = {path.parent.parent.name: path.read_text("utf-8") for path in mixed.ours.folder.glob("feedback/*/*/*.html")}
    assert "Exam feedback" in text["english"] and "Exam feedback" in text["turned"] and "考试反馈" in text["right"]
    assert "Withheld" in text["turned"] and "暂不公布" in text["lost"] and "提交的文件无法评阅" in text["again"]
    assert "&lt;script&gt;" in text["hostile"] and "<script" not in text["hostile"] and "? 半个" in text["hostile"]
    assert "&lt;b&gt;fine&lt;/b&gt; &amp; 好" in text["right"] and "<b>fine" not in text["right"]
    assert "买家: " in text["right"] and "Buyer: " in text["turned"], "a scenario's chat is told"


def test_the_run_says_who_has_no_page_and_what_was_pulled(mixed: Mixed) -> None:
    run = mixed.run
    assert [(one.candidate, one.graded) for one in run.missing] == [("refused", False)] and run.complete
    assert run.waiting == [("waiting", FORM)] and run.pulled == 6
    assert (run.written, run.unchanged) == (11, 0) and 0 < run.withheld < 11
    again = write_feedback(mixed.ours.folder, [FORM])
    assert (again.written, again.unchanged, again.pulled) == (0, 11, 0)


def test_nbgrader_releases_the_same_files_and_has_nothing_to_add(mixed: Mixed) -> None:
    for course in (mixed.ours, mixed.theirs):
        ran = course.run("release_feedback", FORM)
        assert ran.code == 0, ran.log
    ours, theirs = (files_of(course, "exchange/course/feedback") for course in (mixed.ours, mixed.theirs))
    assert ours == theirs and len(ours) == 11
    before = files_of(mixed.ours, "feedback")
    assert mixed.ours.run("generate_feedback", FORM).code == 0
    assert files_of(mixed.ours, "feedback") == before


def test_a_mark_changed_in_the_formgrader_needs_no_force(mixed: Mixed, tmp_path: Path) -> None:
    course = mixed.ours.copy(tmp_path / "course")
    item = by_type(mixed.form, "reply")[0]
    mark = Mark("late", FORM, 1, item, "whole", Fraction(2), mixed.form.items[item].points, "改判", "", "marker")
    enter_marks(course.db_url, [mark])
    run = write_feedback(course.folder, [FORM])
    assert (run.written, run.pulled) == (1, 1)
    assert "改判" in (course.folder / "feedback/late" / FORM / f"{FORM}.html").read_text("utf-8")


def test_somebody_elses_journal_is_never_shown(mixed: Mixed, tmp_path: Path) -> None:
    """A folder that was exchanged after grading: the marks stand, the other's answers are told to nobody."""
    course = mixed.ours.copy(tmp_path / "course")
    place = course.folder / "autograded/turned" / FORM / NAME
    place.chmod(0o644)
    place.write_bytes((course.folder / "autograded/hostile" / FORM / NAME).read_bytes())
    run = write_feedback(course.folder, [FORM])
    text = (course.folder / "feedback/turned" / FORM / f"{FORM}.html").read_text("utf-8")
    assert run.written == 1 and "半个" not in text and "您的作答文件已损坏" in text
    theirs = feedback_page(course.folder, FORM, "turned", journal=place)
    assert theirs == text


def test_a_trainee_fetches_the_page(sampler: Course, tmp_path: Path) -> None:
    """The whole road by the exchange, with `examdesk feedback` in the place of nbgrader's."""
    course = sampler.copy(tmp_path / "course")
    form = course.form(FORM)
    there = ["--course=course", f"--Exchange.root={course.folder / 'exchange'}"]
    work = tmp_path / "work"
    work.mkdir()
    _fine(course.run("release_assignment", FORM))
    _fine(nbgrader_here(work, "fetch_assignment", FORM, *there))
    answers = {item: value for item, kind, value in all_right(form) if item and kind == "answered"}
    sit(work / FORM, "ann", answers)
    _fine(nbgrader_here(work, "submit", FORM, "--student=ann", *there))
    _fine(course.run("collect", FORM))
    _fine(course.autograde(form))
    assert write_feedback(course.folder, [FORM]).written == 1
    _fine(course.run("release_feedback", FORM))
    _fine(nbgrader_here(work, "fetch_feedback", FORM, "--student=ann", *there))
    pages = list(work.glob(f"{FORM}/feedback/*/*.html"))
    assert [page.name for page in pages] == [f"{FORM}.html"]
    assert pages[0].read_bytes() == (course.folder / "feedback/ann" / FORM / f"{FORM}.html").read_bytes()


def _fine(ran: Ran) -> None:
    assert ran.code == 0, ran.log


@pytest.mark.soak
def test_a_killed_run_leaves_whole_pages_and_the_next_one_finishes(mixed: Mixed, tmp_path: Path) -> None:
    course = mixed.ours.copy(tmp_path / "course")
    new = {path: path.read_bytes() for path in sorted(course.folder.glob(f"feedback/*/{FORM}/{FORM}.html"))}
    old = b"<html>an old page</html>"
    for moment in (1, 4, 9):
        for path in new:
            path.write_bytes(old)
        _killed(course, when=lambda moment=moment: sum(path.read_bytes() != old for path in new) >= moment)
        assert {path.read_bytes() for path in new} <= {old, *new.values()}
        assert all(path.read_bytes() in (old, new[path]) for path in new)
        assert write_feedback(course.folder, [FORM]).complete
        assert {path: path.read_bytes() for path in new} == new
        assert not [path for path in course.folder.glob("feedback/**/.*") if path.is_file()]


def _killed(course: Course, *, when: Any) -> None:
    """A run of the command, killed as soon as `when()`."""
    with subprocess.Popen([sys.executable, "-c", "from examdesk.cli import main; main()", "feedback", FORM],
                          cwd=course.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        until = time.monotonic() + 60
        while not when() and run.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.002)
        run.send_signal(signal.SIGKILL)
