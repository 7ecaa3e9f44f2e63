"""One course in which everybody has handed in, and the same course graded without any fault."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from examdesk.bulk import autograde
from tests.nbgrader.courses import Course, outcome, sat_course

PEOPLE, FORM = 9, "E10-a"


@pytest.fixture(scope="session")
def sat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """Nobody grades in it."""
    with sat_course(tmp_path_factory.mktemp("sat"), "E10", people=PEOPLE) as course:
        yield course


@pytest.fixture(scope="session")
def unbroken(sat: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What grading leaves behind when nothing goes wrong."""
    course = sat.copy(tmp_path_factory.mktemp("graded") / "course")
    summary = autograde(course.folder, FORM, jobs=1)
    assert (summary.graded, summary.ungraded) == (PEOPLE, 0), summary.problems
    return outcome(course, course.form(FORM))


@pytest.fixture
def course(sat: Course, tmp_path: Path) -> Course:
    """A copy, on SQLite."""
    return sat.copy(tmp_path / "course")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three submissions are written together, so that some are done while others are not."""
    monkeypatch.setattr(sys.modules["examdesk.bulk.run"], "CHUNK", 3)
