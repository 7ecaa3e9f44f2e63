"""The engines the catalogue is held against: each marks every submission of a form and says how it ended."""

from __future__ import annotations

from collections.abc import Callable

from examdesk.model import Form
from tests.nbgrader.courses import Course, Ran

Engine = Callable[[Course, Form], Ran]


def by_nbgrader(course: Course, form: Form) -> Ran:
    """`nbgrader autograde` with Examdesk's configuration."""
    return course.autograde(form)


ENGINES: dict[str, Engine] = {"nbgrader": by_nbgrader}
