"""The engines the catalogue is held against: each marks every submission of a form and says how it ended."""

from __future__ import annotations

from collections.abc import Callable

from examdesk.bulk import autograde
from examdesk.model import Form
from tests.nbgrader.courses import Course, Ran

Engine = Callable[[Course, Form], Ran]


def by_nbgrader(course: Course, form: Form) -> Ran:
    """`nbgrader autograde` with Examdesk's configuration."""
    return course.autograde(form)


def by_examdesk(course: Course, form: Form) -> Ran:
    """`examdesk autograde` in as many processes as there are processors."""
    summary = autograde(course.folder, form.id)
    lines = [f"Not graded: {problem}" for problem in summary.problems]
    return Ran(1 if lines else 0, "\n".join(lines))


ENGINES: dict[str, Engine] = {"nbgrader": by_nbgrader, "examdesk": by_examdesk}
