"""Simulated candidates: reproducible, marked as simulated, and their planted order of difficulty comes back."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from scipy.stats import spearmanr

from examdesk.bank import load_form
from examdesk.building import build_form
from examdesk.errors import CourseError
from examdesk.graders import Grading, grading, responses_of
from examdesk.journal import read_journal
from examdesk.model import Form
from examdesk.pipeline.cells import mark_data, run_notebook
from examdesk.simulation import difficulties, simulate

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with E10 built and released (its public half copied; nbgrader itself is tested elsewhere)."""
    course = tmp_path_factory.mktemp("course")
    shutil.copytree(PROJECT / "exams", course / "exams")
    form = load_form(course, "E10-a")
    shutil.copytree(build_form(course, form), course / "release" / form.id)
    return course


def marked(course: Path, form: Form, candidate: str) -> dict[str, Fraction]:
    """{item: points} of one submission, by the hidden cells of the built notebook."""
    import nbformat

    public = json.loads((course / "source" / form.id / "form.json").read_text("utf-8"))
    journal = read_journal(course / "submitted" / candidate / form.id / "responses.jsonl")
    notebook = nbformat.read(course / "source" / form.id / f"{form.id}.ipynb", as_version=4)
    with grading(Grading(public, responses_of(public, journal), displayed=[])):
        run_notebook(notebook, course / "source" / form.id)
    return {item: Fraction(mark["points"]) for item, mark in mark_data(notebook).items()}


def test_the_planted_order_of_difficulty_is_recovered(course: Path) -> None:
    form = load_form(course, "E10-a")
    people = simulate(course, form.id, candidates=120, seed=11)
    totals: Counter[str] = Counter()
    for candidate in people:
        for item, points in marked(course, form, candidate).items():
            totals[item] += points / form.items[item].points
    hard = difficulties(form, seed=11)
    items = [item for item in form.items if form.items[item].type == "choice"]
    recovered = spearmanr([hard[item] for item in items], [-float(totals[item]) for item in items]).statistic
    assert recovered > 0.85
    shutil.rmtree(course / "submitted")


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_cohort(course: Path) -> None:
    def written(seed: int) -> list[bytes]:
        people = simulate(course, "E10-a", candidates=3, seed=seed)
        files = [(course / "submitted" / name / "E10-a" / "responses.jsonl").read_bytes() for name in people]
        shutil.rmtree(course / "submitted")
        return files

    assert written(5) == written(5)
    assert written(5) != written(6)


def test_a_simulated_journal_is_whole_and_says_that_it_is_simulated(course: Path) -> None:
    simulate(course, "E10-a", candidates=2, seed=1)
    journal = read_journal(course / "submitted" / "sim-001" / "E10-a" / "responses.jsonl")
    assert journal is not None
    assert not journal.flags
    assert journal.start["simulated"] is True
    assert journal.events[-1].kind == "finished"
    with pytest.raises(CourseError, match="exists already"):
        simulate(course, "E10-a", candidates=2, seed=1)
    shutil.rmtree(course / "submitted")


@pytest.mark.parametrize("plant", ["wrong-key=I-999", "weak-domain=D99", "nonsense", "give-away="])
def test_only_what_is_in_the_form_can_be_planted(course: Path, plant: str) -> None:
    with pytest.raises(CourseError, match="cannot be planted"):
        simulate(course, "E10-a", candidates=1, seed=1, plants=[plant])


def test_an_unreleased_form_is_named_with_the_cure(course: Path, tmp_path: Path) -> None:
    shutil.copytree(course / "exams", tmp_path / "exams")
    with pytest.raises(CourseError, match="nbgrader generate_assignment"):
        simulate(tmp_path, "E10-a", candidates=1, seed=1)
