"""One course for all cases, released once; every engine gets a copy of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.papers import hostile_course
from tests.nbgrader.conftest import own_home  # noqa: F401 – for every test here
from tests.nbgrader.courses import Course


@pytest.fixture(scope="session")
def planted_course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with both forms released, canaries in its reasons and secrets beside it; nobody writes into it."""
    return hostile_course(tmp_path_factory.mktemp("hostile"))


def copied(course: Course, folder: Path) -> Course:
    """The course and what lies beside it, in a folder of its own."""
    made = course.copy(folder / "course")
    (folder / "outside").mkdir()
    (folder / "outside" / "secret.txt").write_bytes((course.folder.parent / "outside" / "secret.txt").read_bytes())
    return made
