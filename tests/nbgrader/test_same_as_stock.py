"""The same submissions marked by unmodified nbgrader with a real kernel: the same rows."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from examdesk.bulk import autograde
from examdesk.errors import CourseError
from examdesk.items import part
from examdesk.model import Form
from examdesk.pipeline import compare
from examdesk.pipeline.compare import compare_with_stock
from examdesk.simulation import simulate
from tests.nbgrader.courses import Course, Entry, all_right
from tests.nbgrader.state import differing, state

pytestmark = pytest.mark.slow


def mixed(form: Form, how: str, seed: int) -> list[Entry]:
    """Every item answered `how` ("wrong" or "partial"), every fifth left blank."""
    rng, said = random.Random(seed), []
    for number, item in enumerate(form.items.values()):
        entries = getattr(part(item.type, "samples"), how)(item, rng) if number % 5 else []
        said += [(item.id, kind, value) for kind, value in entries]
    return said


def hand_in_all_kinds(course: Course, form: Form) -> list[str]:
    course.hand_in("right", form, all_right(form))
    course.hand_in("wrong", form, mixed(form, "wrong", 1))
    course.hand_in("partial", form, mixed(form, "partial", 2))
    course.hand_in("blank", form, minutes=59)
    return ["right", "wrong", "partial", "blank"]


@pytest.mark.soak
def test_a_machine_marked_exam_has_the_same_marks(course: Course) -> None:
    """And one row changed by hand afterwards is found, so the comparison looks."""
    form = course.form("E10-a")
    assert course.run("db", "assignment", "add", form.id, "--duedate=2026-03-02 01:30:00 UTC").code == 0
    people = [*hand_in_all_kinds(course, form), *simulate(course.folder, form.id, candidates=2, seed=5)]
    assert course.autograde(form).code == 0
    with Gradebook(course.db_url) as gradebook:
        gradebook.find_grade("I-801", form.id, form.id, "partial").auto_score = 0.125
        gradebook.db.commit()
    found = compare_with_stock(course.folder, form.id, people)
    assert [line.partition(":")[0] for line in found.different] == ["partial I-801"], found.different
    assert found.grade_rows == len(people) * len(form.items) and found.unmarked_rows == 0
    assert found.submissions == len(people) and found.stock_cpu_seconds > 1
    assert set(course.points("blank", form).values()) == {0.0} and "late" in course.flags("blank", form)


def test_replies_are_unmarked_in_both_and_everything_else_is_the_same(sampler: Course, tmp_path: Path) -> None:
    course = sampler.copy(tmp_path / "course")
    form = course.form("E11-sampler-a")
    people = [*hand_in_all_kinds(course, form), *simulate(course.folder, form.id, candidates=1, seed=5)]
    assert course.autograde(form).code == 0
    found = compare_with_stock(course.folder, form.id, people)
    assert not course.flags("right", form), "an honest chat is played with the candidate's own seed"
    replies = sum(item.type == "reply" for item in form.items.values())
    assert found.different == ()
    assert found.unmarked_rows == replies * len(people) > 0
    assert found.grade_rows == len(form.items) * len(people)  # every item, and a reply's evidence in its place


def test_a_comparison_of_nothing_is_none(monkeypatch: pytest.MonkeyPatch, course: Course) -> None:
    monkeypatch.setattr(compare, "nbgrader", lambda *words, **named: 0.0)
    with pytest.raises(CourseError, match="nothing to compare"):
        compare_with_stock(course.folder, "E10-a", [])


def test_candidates_of_other_variants_get_the_same_marks_by_all_three_ways(tmp_path: Path) -> None:
    course = Course.made(tmp_path / "course")
    form = course.release("E02")
    people = simulate(course.folder, form.id, candidates=3, seed=4)
    bulk = course.copy(tmp_path / "bulk" / "course")
    assert course.autograde(form).code == 0
    autograde(bulk.folder, form.id)
    assert differing(state(course.folder), state(bulk.folder)) == []
    found = compare_with_stock(course.folder, form.id, people)
    assert found.different == () and found.submissions == 3
    met = {(row.item, row.evidence["variant"]) for row in course.records.in_force(form=form.id)
           if "variant" in row.evidence}
    varied = {item for item in form.items if form.others.get(item)}
    assert {item for item, _ in met} == varied and len(met) > len(varied)
