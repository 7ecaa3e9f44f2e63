"""`examdesk autograde` leaves behind exactly what `nbgrader autograde` with our config leaves behind."""

from __future__ import annotations

import random
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from examdesk.bulk import autograde
from examdesk.items import part
from examdesk.model import Form, Mark
from examdesk.records.gradebook import enter_marks
from tests.hostile.catalogue import ALL
from tests.nbgrader.courses import Course, Entry, all_right
from tests.nbgrader.state import differing, state

pytestmark = pytest.mark.slow

DAMAGES = ("unreadable_notebook", "harmless_encoding", "wrong_format", "exam_metadata", "forged_time", "journal_damage")
BEHAVIOURS = ("right", "wrong", "partial", "blank")


def some_answers(form: Form, rng: random.Random) -> list[Entry]:
    """Every item answered somehow."""
    said: list[Entry] = []
    for item in form.items.values():
        how, samples = rng.choice(BEHAVIOURS), part(item.type, "samples")
        entries = getattr(samples, how)(item) if how in ("right", "blank") else getattr(samples, how)(item, rng)
        said += [(item.id, kind, value) for kind, value in entries]
    return said


def mixed(course: Course, form: Form, *, people: int, seed: int) -> None:
    """Submissions of all kinds: every behaviour mixed, early and late, sound and damaged."""
    rng = random.Random(seed)
    damages = [None] * 20 + sorted(name for name, case in ALL.items() if case.family in DAMAGES)
    for number in range(people):
        name = f"p{number:02}"
        folder = course.hand_in(name, form, some_answers(form, rng), minutes=rng.choice([5, 20, 45, 59]))
        damage = rng.choice(damages)
        if damage is not None:
            ALL[damage].damage(folder, form)


def due(course: Course, form: Form, method: str) -> None:
    """A due date in the middle of the hand-ins, and what nbgrader takes off for being late."""
    assert course.run("db", "assignment", "add", form.id, "--duedate=2026-03-02 01:30:00 UTC").code == 0
    config = course.folder / "nbgrader_config.py"
    config.write_text(f"c = get_config()\nc.LateSubmissionPlugin.penalty_method = {method!r}\n"
                      + config.read_text("utf-8"), "utf-8")


def both(course: Course, tmp_path: Path, form: Form, **options: Any) -> tuple[Course, Course]:
    """The course graded by nbgrader's command and, a copy of it, in bulk."""
    other = course.copy(tmp_path / "bulk" / course.folder.name)
    course.autograde(form, *(["--force"] if options.get("force") else []))
    autograde(other.folder, form.id, **options)
    return course, other


@pytest.mark.parametrize(("seed", "method"), [
    pytest.param(1, "none", marks=pytest.mark.soak), (2, "zero"), pytest.param(3, "zero", marks=pytest.mark.soak)])
def test_a_quiz_gets_the_same_rows_and_notebooks(course: Course, tmp_path: Path, seed: int, method: str) -> None:
    form = course.form("E10-a")
    due(course, form, method)
    mixed(course, form, people=14, seed=seed)
    one, other = both(course, tmp_path, form)
    assert len(state(one.folder)["marks"]) > 100
    assert differing(state(one.folder), state(other.folder)) == []


def test_replies_and_chats_get_the_same_rows_and_notebooks(sampler: Course, tmp_path: Path) -> None:
    course = sampler.copy(tmp_path / "course")
    form = course.form("E11-sampler-a")
    mixed(course, form, people=10, seed=4)
    one, other = both(course, tmp_path, form)
    assert differing(state(one.folder), state(other.folder)) == []


def marked_by_hand(course: Course, form: Form) -> None:
    """A marker scores a reply of everybody, overrides a machine-marked item, and comments."""
    reply = next(item for item in form.items.values() if item.type == "reply")
    choice = next(item for item in form.items.values() if item.type == "choice")
    with Gradebook(course.db_url) as gradebook:
        people = [one.student_id for one in gradebook.assignment_submissions(form.id)]
        for name in people:
            grade = gradebook.find_grade(choice.id, form.id, form.id, name)
            grade.manual_score, grade.needs_manual_grade = 0.5, False
        gradebook.db.commit()
    enter_marks(course.db_url, [Mark(name, form.id, 1, reply.id, "whole", Fraction(1, 2), reply.points, "seen",
                                     "Li Hua", "marker") for name in people])


def test_marks_of_a_person_stay_and_are_reopened_only_by_changed_work(sampler: Course, tmp_path: Path) -> None:
    course = sampler.copy(tmp_path / "course")
    form = course.form("E11-sampler-a")
    for name in ("same", "changed"):
        course.hand_in(name, form, all_right(form))
    one, other = both(course, tmp_path, form)
    for graded in (one, other):
        marked_by_hand(graded, form)
        shutil.rmtree(graded.folder / "submitted" / "changed" / form.id)
        graded.hand_in("changed", form, some_answers(form, random.Random(5)))
    before = [row for row in state(one.folder)["grade"] if row[3] is not None]
    one.autograde(form, "--force")
    autograde(other.folder, form.id, force=True)
    assert differing(state(one.folder), state(other.folder)) == []
    after = [row for row in state(one.folder)["grade"] if row[3] is not None]
    assert [row[3] for row in after] == [row[3] for row in before], "a person's score is never touched"
    assert {row[0] for row in after if row[5]} == {"changed"} and len([row for row in after if row[5]]) == 2
    assert {row[0] for row in state(one.folder)["submitted"] if row[3]} == {"changed"}
    assert "reopened" in one.flags("changed", form) and "reopened" not in one.flags("same", form)


def test_an_exam_typed_by_hand_with_answers_in_cells(course: Course, tmp_path: Path) -> None:
    """A text in a solution cell: blank is 0 with nbgrader's comment, written waits, missing is the released text."""
    form = course.form("E10-a")

    def essay(data: dict[str, Any]) -> None:
        nbgrader = {"grade": True, "grade_id": "essay", "locked": False, "points": 3, "schema_version": 3,
                    "solution": True, "task": False}
        del data["metadata"]["examdesk"]["autorun"]  # typed by hand
        data["cells"].append({"cell_type": "markdown", "id": "essay", "metadata": {"nbgrader": nbgrader},
                              "source": "### BEGIN SOLUTION\nthe model answer\n### END SOLUTION"})

    course.edit(course.folder / "source" / form.id, essay)
    shutil.rmtree(course.folder / "release")
    assert course.run("db", "assignment", "remove", form.id, "--force").code == 0
    assert course.run("generate_assignment", form.id).code == 0
    for name in ("blank", "written", "missing", "twice"):
        folder = course.hand_in(name, form, all_right(form))

        def answer(data: dict[str, Any], name: str = name) -> None:
            cell = data["cells"][-1]
            if name == "missing":
                data["cells"].pop()
            elif name != "blank":
                cell["source"] = "my own words"
            if name == "twice":
                data["cells"].append({**cell, "source": "other words"})

        course.edit(folder, answer)
    one, other = both(course, tmp_path, form)
    assert differing(state(one.folder), state(other.folder)) == []
    scores = {row[0]: row[2] for row in state(one.folder)["grade"] if row[1] == "essay"}
    assert scores == {"blank": 0.0, "written": None, "missing": 0.0, "twice": 0.0}
    assert "the model answer" not in "".join(str(book) for book in state(one.folder)["notebooks"].values())
