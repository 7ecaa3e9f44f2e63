"""One course for all of it: released once, copied for every test that changes something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.nbgrader.courses import Course, environment

Fresh = Callable[[], Course]


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of this computer's user is read or written."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("home")).items():
            patch.setenv(name, value)
        patch.delenv("NBGRADER_EXECUTION", raising=False)
        yield


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with E10 released; nobody writes into it."""
    course = Course.made(tmp_path_factory.mktemp("released") / "course")
    course.release("E10")
    return course


@pytest.fixture
def course(released: Course, tmp_path: Path) -> Course:
    """A copy of the course for one test."""
    return released.copy(tmp_path / "course")


@pytest.fixture(scope="session")
def sampler(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with E11-sampler released: replies and a scenario; nobody writes into it."""
    course = Course.made(tmp_path_factory.mktemp("sampler") / "course")
    course.release("E11-sampler")
    return course
