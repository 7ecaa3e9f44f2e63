"""The engines the catalogue is held against: each marks every submission of a form, then writes the feedback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from examdesk.bulk import autograde, write_feedback
from examdesk.model import Form
from tests.nbgrader.courses import Course, Ran


@dataclass(frozen=True)
class Engine:
    """Two commands, as functions of a course and a form."""

    mark: Callable[[Course, Form], Ran]
    feedback: Callable[[Course, Form], Ran]


def _in_bulk(course: Course, form: Form) -> Ran:
    summary = autograde(course.folder, form.id)
    lines = [f"Not graded: {problem}" for problem in summary.problems]
    return Ran(1 if lines else 0, "\n".join(lines))


def _pages_in_bulk(course: Course, form: Form) -> Ran:
    write_feedback(course.folder, [form.id])
    return Ran(0, "")


ENGINES = {
    "examdesk": Engine(_in_bulk, _pages_in_bulk),
    "nbgrader": Engine(
        lambda course, form: course.autograde(form), lambda course, form: course.run("generate_feedback", form.id)
    ),
}
