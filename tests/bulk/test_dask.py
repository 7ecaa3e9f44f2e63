"""Grading on a Dask cluster: the marks of one machine, and a lost worker costs nobody anything."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from examdesk.bulk import Summary, autograde
from examdesk.errors import CourseError
from tests.bulk.cluster import Cluster, dask_cluster
from tests.nbgrader.courses import Course, outcome, sat_course

pytestmark = pytest.mark.slow

PEOPLE, FORM = 60, "E10-a"
KILLER = """
import os
import examdesk.autograding.grading as grading
real = grading.grade
def grade(raw, paper):
    if raw.candidate == os.environ.get("KILLER", "sim-007"):
        os._exit(9)
    return real(raw, paper)
grading.grade = grade
"""


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """A course in which everybody has handed in; nobody grades in it."""
    with sat_course(tmp_path_factory.mktemp("sat"), "E10", people=PEOPLE) as course:
        yield course


@pytest.fixture(scope="module")
def graded(sat: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The same course graded on this machine."""
    course = sat.copy(tmp_path_factory.mktemp("graded") / "course")
    summary = autograde(course.folder, FORM, jobs=2)
    assert (summary.graded, summary.ungraded) == (PEOPLE, 0), summary.problems
    return course


@pytest.fixture
def course(sat: Course, tmp_path: Path) -> Course:
    return sat.copy(tmp_path / "course")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with dask_cluster(tmp_path_factory.mktemp("dask")) as running:
        yield running


def run(course: Course, cluster: Cluster, **more: Any) -> Summary:
    return autograde(course.folder, FORM, dask_address=cluster.address, **more)


def test_a_cluster_gives_the_marks_of_one_machine_and_resumes(course: Course, graded: Course, cluster: Cluster) -> None:
    form = course.form(FORM)
    first = run(course, cluster, only="sim-0[0-2]?")
    assert 0 < first.graded < PEOPLE and not first.ungraded
    second = run(course, cluster)
    assert (second.already, second.graded, second.ungraded) == (first.graded, PEOPLE - first.graded, 0)
    assert outcome(course, form) == outcome(graded, form)
    assert run(course, cluster).already == PEOPLE


@pytest.mark.soak
def test_the_command_says_how_it_went(course: Course, cluster: Cluster) -> None:
    program = str(Path(sys.executable).parent / "examdesk")
    ran = subprocess.run([program, "autograde", FORM, "--dask", cluster.address,
                          "--only", "sim-001", "--json"], cwd=course.folder, capture_output=True, text=True)
    assert ran.returncode == 0 and json.loads(ran.stdout)["graded"] == 1, ran.stderr


def test_a_worker_killed_in_the_middle_costs_nobody_a_mark(course: Course, graded: Course, tmp_path: Path) -> None:
    with dask_cluster(tmp_path / "dask") as own:
        soon = threading.Timer(0.6, own.workers[0].kill)
        summary = run(course, own, tell=lambda done, total: done or soon.start())
        assert not soon.is_alive(), "it was killed while others were on their way"
    assert (summary.graded, summary.ungraded) == (PEOPLE, 0), summary.problems
    assert outcome(course, course.form(FORM)) == outcome(graded, course.form(FORM))


@pytest.mark.soak
def test_without_any_worker_left_the_rest_is_pending_and_the_rerun_completes(
    course: Course, graded: Course, cluster: Cluster, tmp_path: Path
) -> None:
    with dask_cluster(tmp_path / "dask") as own:
        def tell(done: int, total: int) -> None:
            for worker in own.workers:
                worker.kill()
        begun = time.monotonic()
        summary = run(course, own, tell=tell, patience=2.0)
    assert time.monotonic() - begun < 60
    assert summary.ungraded == len(summary.problems) > 0
    assert all("pending" in line and "\n" not in line for line in summary.problems)
    again = run(course, cluster)
    assert (again.graded + again.already, again.ungraded) == (PEOPLE, 0)
    assert outcome(course, course.form(FORM)) == outcome(graded, course.form(FORM))


@pytest.mark.soak
def test_a_scheduler_that_goes_in_the_middle_leaves_the_rest_pending(
    course: Course, graded: Course, cluster: Cluster, tmp_path: Path
) -> None:
    with dask_cluster(tmp_path / "dask") as own:
        def tell(done: int, total: int) -> None:
            assert own.scheduler is not None
            own.scheduler.kill()
        summary = run(course, own, tell=tell, patience=2.0)
    assert summary.ungraded == len(summary.problems) > 0
    assert run(course, cluster).ungraded == 0
    assert outcome(course, course.form(FORM)) == outcome(graded, course.form(FORM))


def test_a_submission_that_ends_its_process_is_refused_and_the_rest_goes_on(
    course: Course, graded: Course, tmp_path: Path
) -> None:
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook/sitecustomize.py").write_text(KILLER)
    from tests.conftest import ROOT

    with dask_cluster(tmp_path / "dask", PYTHONPATH=f"{tmp_path / 'hook'}:{ROOT}") as own:
        summary = run(course, own)
    assert (summary.graded, summary.refused, summary.ungraded) == (PEOPLE - 1, 1, 1)
    assert summary.problems == ["sim-007: it ended the grading process twice"]
    ours, theirs = outcome(course, course.form(FORM)), outcome(graded, course.form(FORM))
    assert [line for line in ours["lines"] if line[0] == "sim-007"] == [("sim-007", "refused", "ended-process")]
    theirs["notebooks"].pop("sim-007")
    assert ours["notebooks"] == theirs["notebooks"]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "127.0.0.1:1", "nowhere"])
def test_a_scheduler_that_is_not_there_is_one_line(course: Course, address: str) -> None:
    with pytest.raises(CourseError, match=r"no Dask scheduler answers at .*Cure") as told:
        autograde(course.folder, FORM, dask_address=address, patience=2.0)
    assert "\n" not in str(told.value)


def test_a_cluster_without_workers_is_one_line(course: Course, tmp_path: Path) -> None:
    with dask_cluster(tmp_path / "dask", workers=0) as own, pytest.raises(CourseError, match="no worker"):
        run(course, own, patience=2.0)
