"""Mutations of good submissions: each is graded, held or refused; none wins a point, none breaks anything."""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from examdesk.autograding import Graded, Paper, grade, packed, take, unpacked
from examdesk.errors import SubmissionRefused
from examdesk.model import Form
from examdesk.pipeline.marks import record
from examdesk.pipeline.released import released
from tests.hostile import nevers
from tests.hostile.batch import marked
from tests.hostile.cases import Case
from tests.hostile.conftest import copied
from tests.hostile.engines import ENGINES
from tests.hostile.mutations import MANY, mutated
from tests.hostile.papers import FORMS, QUIZ, paper
from tests.nbgrader.courses import Course

pytestmark = pytest.mark.slow

SAMPLE, MORE = 12, 40  # mutations that go through the real commands


def judged(folder: Path, printed: Paper, form: Form, candidate: str) -> Graded | str:
    """What grading finds, believed by the parent and made a record; or why it refuses."""
    try:
        found, _ = grade(take(folder, candidate=candidate, form=form.id), printed)
        believed = unpacked(json.loads(json.dumps(packed(found), allow_nan=False)), printed, candidate)
    except SubmissionRefused as refused:
        assert "\n" not in str(refused) and refused.code != "fault", refused
        return str(refused)
    record(form, believed, late_seconds=0, reopened=0, at="")
    assert all("\n" not in flag.detail for flag in believed.flags)
    return believed


def printed(course: Course, form: str) -> Paper:
    """The form as graders need it."""
    return released(course.folder, form, source=course.folder / "source" / form, handed_in=["cand"],
                    gradebook=lambda: Gradebook(course.db_url)).paper


@pytest.mark.parametrize("many", [200, pytest.param(MANY // len(FORMS), marks=pytest.mark.soak)])
@pytest.mark.parametrize("form", FORMS)
def test_no_mutation_breaks_grading_or_wins_a_point(
    planted_course: Course, tmp_path: Path, form: str, many: int
) -> None:
    course, ends, begun = copied(planted_course, tmp_path), Counter[str](), time.monotonic()
    frozen, exam = course.form(form), printed(course, form)
    good = course.hand_in("cand", frozen, paper(frozen))
    honest = judged(good, exam, frozen, "cand")
    assert isinstance(honest, Graded) and not honest.flags
    kept = shutil.copytree(good, tmp_path / "kept")
    for seed in range(many):
        shutil.rmtree(good)
        shutil.copytree(kept, good)
        mutated(good, frozen, seed=seed)
        ends[_end(judged(good, exam, frozen, "cand"), honest, seed)] += 1
    print(f"\n{form}: {dict(ends)} in {time.monotonic() - begun:.0f} s")
    assert min(ends["graded"], ends["noted"], ends["held"], ends["refused"]) > many // 100, "each of the four ends"


def _end(found: Graded | str, honest: Graded, seed: int) -> str:
    if isinstance(found, str):
        return "refused"
    for name, score in found.scores.items():
        own = honest.scores[name]
        assert score is None or (own is not None and score <= own), f"mutation {seed}: {name}: {score}, not {own}"
    lost = any((found.scores[name] or 0) < (own or 0) for name, own in honest.scores.items())
    if lost and not found.flags:
        return "lost"  # cut off at the end of a line: nobody can tell
    return "held" if any(flag.hold for flag in found.flags) else "noted" if found.flags else "graded"


@pytest.mark.parametrize("many", [SAMPLE, pytest.param(MORE, marks=pytest.mark.soak)])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_sample_goes_through_the_real_command(
    planted_course: Course, tmp_path: Path, engine: str, many: int
) -> None:
    cases = [Case("mutation", f"mutation-{seed}", lambda folder, form, seed=seed: mutated(folder, form, seed=seed), "G",
                  form=QUIZ) for seed in range(many)]
    batch = marked(copied(planted_course, tmp_path), cases, ENGINES[engine])
    happened = [nevers.aborted(batch), nevers.above_honest(batch), nevers.leaked(batch), nevers.changed(batch),
                nevers.foreign_rows(batch), nevers.formulas(batch)]
    assert happened == [[]] * len(happened) and nevers.live_markup(batch) == {}
