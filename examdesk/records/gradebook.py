"""The marks a person gave in nbgrader's formgrader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from nbgrader.api import Assignment, BaseCell, Comment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import and_, make_url, select
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from examdesk.errors import CourseError
from examdesk.model import Form, Item, Mark
from examdesk.records.patience import told
from examdesk.records.place import written

CRITICAL = "#critical"  # a marker writes it into the comment to confirm a critical violation


def pull_marks(db_url: str, form: Form, *, marker: str) -> list[Mark]:
    """The manual scores of `form` as marks of `marker`, sorted by candidate and item; [] without a gradebook.

    A score that nbgrader wants looked at again (the work was graded anew since) is left out until the marker confirms
    it: it was given on another response. Raises `CourseError` naming every score outside 0 … the item's points.
    """
    if not has_gradebook(db_url):
        return []
    with told("the gradebook"), Gradebook(db_url) as gradebook:
        marks = [_mark(form, row, marker) for row in _scores(gradebook, form)]
    wrong = [f"{m.candidate} {m.item} {m.points}" for m in marks if not 0 <= (m.points or 0) <= m.out_of]
    if wrong:
        raise CourseError(
            f"{form.id}: scores outside 0 and the item's points in the formgrader (found: {'; '.join(wrong)}). "
            "Cure: correct them there, then run this again"
        )
    return marks


def _scores(gradebook: Gradebook, form: Form) -> Iterator[tuple[str, Item, float, str]]:
    """Candidate, item, manual score and manual comment of every cell a person has scored."""
    same = and_(Comment.cell_id == Grade.cell_id, Comment.notebook_id == Grade.notebook_id)
    query = (
        select(SubmittedAssignment.student_id, BaseCell.name, Grade.manual_score, Comment.manual_comment)
        .select_from(Grade)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .outerjoin(Comment, same)
        .where(Assignment.name == form.id, Grade.manual_score.is_not(None), Grade.needs_manual_grade.is_(False))
        .order_by(SubmittedAssignment.student_id, BaseCell.name)
    )
    for candidate, name, score, comment in gradebook.db.execute(query):
        if name in form.items:
            yield candidate, form.items[name], score, comment or ""


def _mark(form: Form, row: tuple[str, Item, float, str], marker: str) -> Mark:
    candidate, item, score, comment = row
    confirmed = CRITICAL in comment.lower()
    evidence = {"critical": [["marker", "confirmed by the marker"]] if confirmed else []}
    points = Fraction(str(score))
    return Mark(candidate, form.id, 1, item.id, "whole", points, item.points, comment, marker, "marker", evidence)


def gradebook_url(course: Path) -> str:
    """Where the course's gradebook is: as nbgrader_config.py says, else beside the records in the chosen database, else
    gradebook.db in the course folder."""
    return str(CourseDirectory(config=course_config(course)).db_url)


def course_config(course: Path) -> Config:
    """What the course's nbgrader_config.py says."""
    config = Config()
    if (course / "nbgrader_config.py").is_file():
        config = PyFileConfigLoader("nbgrader_config.py", path=str(course.resolve())).load_config()
    config.CourseDirectory.setdefault("root", str(course.resolve()))
    if found := written(course):
        config.CourseDirectory.setdefault("db_url", found)
    return config


def has_gradebook(db_url: str) -> bool:
    """Whether there is a gradebook; looking for one makes none."""
    path = make_url(db_url).database if db_url.startswith("sqlite") else None
    return path is None or Path(path).is_file()


def enter_marks(db_url: str, marks: Sequence[Mark]) -> None:
    """Enters `marks` into the gradebook as a marker does in the formgrader: manual score and comment."""
    with Gradebook(db_url) as gradebook:
        for mark in marks:
            place = (mark.item, mark.form, mark.form, mark.candidate)
            grade, comment = gradebook.find_grade(*place), gradebook.find_comment(*place)
            grade.manual_score = None if mark.points is None else float(mark.points)
            grade.needs_manual_grade = mark.points is None
            comment.manual_comment = mark.reason
        gradebook.db.commit()
