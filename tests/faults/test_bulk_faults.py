"""Faults in the middle of bulk grading: what is promised happens, and the rerun ends like an unbroken run."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from examdesk.autograding import intake
from examdesk.bulk import Summary, autograde
from examdesk.errors import DatabaseAway
from examdesk.records import Records
from examdesk.records.grades import GradebookWriter
from examdesk.reports import export_csv, pull_marks
from tests.dying import fork, killed_at
from tests.faults.conftest import FORM, PEOPLE
from tests.faults.doors import Door
from tests.faults.test_database_away import locked
from tests.nbgrader.courses import Course, outcome
from tests.postgres import Server, serving

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("small")]

bulk = sys.modules["examdesk.bulk.run"]


def on(server: Server, course: Course, *, port: int | None = None) -> Course:
    """The course with gradebook and records on PostgreSQL, released there."""
    address = server.database()
    line = address if port is None else address.replace(f":{server.port}/", f":{port}/")
    for left in ("gradebook.db", "release"):
        with contextlib.suppress(FileNotFoundError):
            (course.folder / left).rename(course.folder / f"old-{left}")
    (course.folder / "grading/db_url").write_text(address + "\n")
    assert (ran := course.run("generate_assignment", FORM)).code == 0, ran.log
    (course.folder / "grading/db_url").write_text(line + "\n")
    return course


@pytest.fixture
def own() -> Iterator[Server]:
    """A server this test may stop."""
    with serving() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, course: Course) -> Course:
    """The course on SQLite and on PostgreSQL."""
    return course if request.param == "sqlite" else on(request.getfixturevalue("server"), course)


def run(course: Course, **more: Any) -> Summary:
    return autograde(course.folder, FORM, jobs=1, **more)


def ends_like(course: Course, unbroken: dict[str, Any]) -> None:
    """The rerun grades whoever is missing and comes to the same end."""
    summary = run(course)
    assert (summary.graded + summary.already, summary.ungraded) == (PEOPLE, 0), summary.problems
    assert outcome(course, course.form(FORM)) == unbroken
    left = [path.name for path in course.folder.glob("autograded/*/.*")]
    assert not left, "nothing half made lies about"


# 8: killed at each stage

STAGES = {
    "copy": (bulk, "take", 5, "after"),
    "parse": (bulk, "unpacked", 5, "before"),
    "score": (GradebookWriter, "enter", 2, "before"),
    "gradebook": (GradebookWriter, "enter", 2, "after"),
    "stage": (bulk, "stage", 5, "after"),
    "publish": (bulk, "publish", 5, "after"),
    "ledger": (Records, "save_submissions", 2, "before"),
    "done": (Records, "save_submissions", 2, "after"),
}


@pytest.mark.parametrize("stage", [pytest.param(stage, marks=pytest.mark.soak if number < 4 else ())
                                   for number, stage in enumerate(STAGES)])  # fmt: skip
def test_a_run_killed_at_any_stage_ends_like_an_unbroken_one(
    course: Course, unbroken: dict[str, Any], stage: str
) -> None:
    killed_at(lambda: run(course), *STAGES[stage])
    ends_like(course, unbroken)


def test_an_export_killed_while_it_is_written_leaves_the_old_one(course: Course) -> None:
    run(course, only="sim-00[1-4]")
    folder = course.folder / "export"
    before = {path.name: path.read_bytes() for path in export_csv(course.folder, folder)}
    run(course)
    killed_at(lambda: export_csv(course.folder, folder), os, "fsync", 1, "after")
    assert {path.name: path.read_bytes() for path in folder.glob("*.csv")} == before
    assert all(path.read_bytes() != before[path.name] for path in export_csv(course.folder, folder))
    assert sorted(path.name for path in folder.iterdir()) == sorted(before)


# 9: locked

def test_a_locked_gradebook_leaves_some_pending_and_the_batch_goes_on(
    course: Course, unbroken: dict[str, Any]
) -> None:
    with contextlib.ExitStack() as lock:
        def tell(done: int, total: int) -> None:  # the other program comes when the form is read, and leaves in time
            if done:
                lock.close()
            else:
                lock.enter_context(locked(course.folder / "gradebook.db", 600))
        summary = run(course, busy_ms=500, tell=tell)
    assert summary.graded == PEOPLE - 3 and len(summary.problems) == summary.ungraded == 3
    assert all("pending: the gradebook: locked" in line and "\n" not in line for line in summary.problems)
    people = [line.split(":")[0] for line in summary.problems]
    assert all(course.rows(person, course.form(FORM)) is None for person in people), "no partial rows"
    assert not {row.candidate for row in course.records.marks()} & set(people)
    ends_like(course, unbroken)


@pytest.mark.parametrize("file", ["gradebook.db", "grading/records.db"])
def test_a_lock_for_ever_leaves_everybody_pending_and_the_exit_is_not_0(
    course: Course, unbroken: dict[str, Any], file: str
) -> None:
    Records.open(course.folder)
    with contextlib.ExitStack() as lock:
        def tell(done: int, total: int) -> None:
            if not done:
                lock.enter_context(locked(course.folder / file, 600))
        summary = run(course, busy_ms=500, tell=tell)
    assert summary.ungraded == PEOPLE and summary.graded == 0
    assert all("pending" in line and "Cure" in line for line in summary.problems)
    ends_like(course, unbroken)


def test_whoever_fails_twice_is_named_once(
    course: Course, unbroken: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(target: Path, *_rest: Any, **_named: Any) -> Path:
        if target.parent.name == "sim-004":
            raise OSError(28, "No space left on device")
        return stage(target, *_rest, **_named)

    def away(*_words: Any) -> None:
        raise DatabaseAway("the records: away")

    stage = bulk.stage
    with monkeypatch.context() as patch:
        patch.setattr(bulk, "stage", broken)
        patch.setattr(Records, "save_submissions", away)
        summary = run(course)
    everybody = sorted(path.name for path in (course.folder / "submitted").iterdir() if path.is_dir())
    assert [line.split(":")[0] for line in summary.problems] == everybody
    assert next(line for line in summary.problems if "sim-004" in line).startswith("sim-004: No space left on device")
    ends_like(course, unbroken)


@pytest.mark.soak
def test_a_gradebook_locked_for_20_seconds_is_waited_for(course: Course, unbroken: dict[str, Any]) -> None:
    with contextlib.ExitStack() as lock:
        def tell(done: int, total: int) -> None:
            if not done:
                lock.enter_context(locked(course.folder / "gradebook.db", 600))
                threading.Timer(20, lock.close).start()
        summary = run(course, tell=tell)
    assert (summary.graded, summary.ungraded) == (PEOPLE, 0)
    ends_like(course, unbroken)


# 10: PostgreSQL

def test_postgresql_down_at_the_start_is_one_line(course: Course, own: Server) -> None:
    on(own, course)
    own.stop()
    with pytest.raises(DatabaseAway, match=r"refused.*Cure") as told:
        run(course)
    assert "\n" not in str(told.value)
    program = [str(Path(sys.executable).parent / "examdesk"), "autograde", FORM]
    ran = subprocess.run(program, cwd=course.folder, capture_output=True, text=True)
    assert ran.returncode == 1 and len(ran.stderr.splitlines()) == 1 and "refused" in ran.stderr, ran.stderr


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_postgresql_gone_in_the_middle_loses_nothing_and_the_rerun_completes(
    course: Course, unbroken: dict[str, Any], own: Server, how: str
) -> None:
    on(own, course)

    def tell(done: int, total: int) -> None:
        if done == 3:
            getattr(own, how)()
    summary = run(course, busy_ms=500, tell=tell)
    assert (summary.graded, summary.ungraded, len(summary.problems)) == (3, PEOPLE - 3, PEOPLE - 3)
    assert all("pending" in line and "\n" not in line for line in summary.problems)
    own.start()
    ends_like(course, unbroken)


def test_postgresql_that_comes_back_in_time_is_waited_for(
    course: Course, unbroken: dict[str, Any], own: Server
) -> None:
    on(own, course)

    def tell(done: int, total: int) -> None:
        if done == 3:
            own.kill()
            threading.Timer(1.5, own.start).start()
    summary = run(course, tell=tell)
    assert (summary.graded, summary.ungraded) == (PEOPLE, 0), summary.problems
    ends_like(course, unbroken)


def test_commits_whose_answers_are_lost_are_never_doubled(
    course: Course, unbroken: dict[str, Any], server: Server
) -> None:
    door = Door(server.port)
    try:
        on(server, course, port=door.port)

        def tell(done: int, total: int) -> None:
            door.drops = 3  # of this chunk's transactions, and of their second tries
        summary = run(course, tell=tell)
        door.drops = 0
        assert (summary.graded, summary.ungraded) == (PEOPLE, 0) and door.dropped >= 6
        ends_like(course, unbroken)
    finally:
        door.close()


def test_what_postgresql_does_not_take_is_refused_and_the_others_are_graded(
    course: Course, unbroken: dict[str, Any], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(server, course)
    monkeypatch.setattr(intake, "MAX_NAME", 500)  # a name that long is refused before it gets there
    name = "x" * 200
    course.hand_in(name, course.form(FORM))
    summary = run(course)
    assert (summary.graded, summary.refused, summary.ungraded) == (PEOPLE, 1, 1)
    why = "the database does not take it (value too long for type character varying(128))"
    assert summary.problems == [f"{name}: {why}"]
    assert outcome(course, course.form(FORM))["marks"] == unbroken["marks"]


# 12: two at once

def test_two_runs_at_once_are_one_run(either: Course, unbroken: dict[str, Any]) -> None:
    if (either.folder / "gradebook.db").exists():
        Records.open(either.folder)

    def work() -> None:
        summary = autograde(either.folder, FORM, jobs=1)
        assert (summary.graded + summary.already, summary.ungraded) == (PEOPLE, 0), summary.problems
    both = [fork.Process(target=work) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(120)
    assert [process.exitcode for process in both] == [0, 0]
    ends_like(either, unbroken)


def test_a_marker_who_saves_meanwhile_keeps_every_mark(either: Course) -> None:
    run(either)
    form = either.form(FORM)
    item = next(iter(form.items))
    people = sorted({row.candidate for row in either.records.submissions()})
    address = either.db_url
    stop, saved, failed = threading.Event(), list[str](), list[BaseException]()

    def mark() -> None:
        try:
            for person in people:
                with Gradebook(address) as book:
                    grade = book.find_grade(item, form.id, form.id, person)
                    grade.manual_score, grade.needs_manual_grade = 0.5, False
                    book.db.commit()
                saved.append(person)
        except BaseException as error:
            failed.append(error)
        stop.set()
    marker = threading.Thread(target=mark)
    marker.start()
    runs = 0
    while not stop.is_set() or runs < 2:
        summary = run(either, force=True)
        assert summary.ungraded == 0, summary.problems
        runs += 1
    marker.join()
    assert not failed and saved == people
    with Gradebook(address) as book:
        kept = [book.find_grade(item, form.id, form.id, person) for person in people]
        assert [(grade.manual_score, grade.needs_manual_grade) for grade in kept] == [(0.5, False)] * len(people)
    assert pull_marks(either.folder, marker="Li Hua") == len(people)
    assert all(float(either.marks(person, form)[item] or 0) == 0.5 for person in people)
    assert run(either, force=True).ungraded == 0
    assert all(float(either.marks(person, form)[item] or 0) == 0.5 for person in people), "still above the machine's"
