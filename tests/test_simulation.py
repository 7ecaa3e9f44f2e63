"""Simulated candidates: reproducible, marked as simulated, and their planted order of difficulty comes back."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import nbformat
import pytest
from scipy.stats import spearmanr

from examdesk.analysis import alarms
from examdesk.autograding import Graded
from examdesk.autograding.cells import mark_data, run_cells
from examdesk.autograding.times import timed
from examdesk.bank import load_form
from examdesk.building import build_form, form_json
from examdesk.errors import CourseError
from examdesk.graders import Grading, responses_of
from examdesk.journal import parse, read_journal
from examdesk.model import Form, Section
from examdesk.pipeline.marks import record
from examdesk.pipeline.released import paper_cells
from examdesk.records import Records
from examdesk.simulation import cohort, difficulties, simulate
from examdesk.simulation.cohort import Plants
from tests.conftest import real_bank

PROJECT = Path(__file__).resolve().parent.parent


def released(course: Path, *names: str) -> Path:
    """A course with forms built and released (the public half copied; nbgrader itself is tested elsewhere)."""
    shutil.copytree(PROJECT / "exams", course / "exams")
    for name in names:
        shutil.copytree(build_form(course, load_form(course, name)), course / "release" / name)
    return course


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released(tmp_path_factory.mktemp("course"), "E10-a")


def marks_of(course: Path, form: Form, candidate: str) -> dict[str, dict]:
    """{item: mark} of one submission, by the hidden cells of the built notebook."""
    public = json.loads((course / "source" / form.id / "form.json").read_text("utf-8"))
    journal = read_journal(course / "submitted" / candidate / form.id / "responses.jsonl")
    notebook = nbformat.read(course / "source" / form.id / f"{form.id}.ipynb", as_version=4)
    context = Grading(public, responses_of(public, journal), displayed=[])
    return mark_data(run_cells(paper_cells(notebook), context))


def marked(course: Path, form: Form, candidate: str) -> dict[str, Fraction]:
    return {item: Fraction(mark["points"]) for item, mark in marks_of(course, form, candidate).items()}


def named(course: Path, name: str, *, seed: int, plants: list[str]) -> list[tuple[str, str]]:
    """[(rule, subject)] the report names in a cohort of 60, graded by the form's own hidden cells."""
    form, records = load_form(course, name), Records.open(course)
    for candidate in simulate(course, name, candidates=60, seed=seed, plants=plants):
        folder = course / "submitted" / candidate / name
        journal, marks = read_journal(folder / "responses.jsonl"), marks_of(course, form, candidate)
        assert journal is not None
        seconds, notes = timed(form_json(form), journal, "")
        assert notes == []
        found = Graded(candidate, journal.head, "", None, marks, {}, {}, (), journal.flags, head=journal.head,
                       seconds=seconds, simulated=True)
        records.save_submission(record(form, found, late_seconds=0, reopened=0, at="2026-03-02T02:00:00Z"))
    return [(alarm.rule, alarm.subject) for alarm in alarms(course, form.exam)]


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 4])
def test_three_planted_faults_are_named_and_nothing_else(tmp_path: Path, seed: int) -> None:
    plants = ["wrong-key=I-109", "weak-domain=D12", "give-away=I-210"]
    found = named(released(tmp_path, "E01-a"), "E01-a", seed=seed, plants=plants)
    assert found == [("wrong-key", "I-109"), ("weak-domain", "D12"), ("give-away", "I-210")]


@pytest.mark.slow
def test_in_a_clean_cohort_nothing_is_named(tmp_path: Path) -> None:
    assert named(released(tmp_path, "E01-a"), "E01-a", seed=2, plants=[]) == []


def test_a_simulated_chat_takes_as_long_as_it_says(tmp_path: Path) -> None:
    """At a desk with a clock nobody is flagged for waits the journal does not know."""
    item = real_bank().items["S-14"]
    form = replace(load_form(PROJECT, "E10-a"), items={"S-14": item},
                   sections=(Section("quiz", {"zh": "客服台"}, "quiz", ("S-14",)),))
    public, hard = form_json(form), {"S-14": 0.0}
    for number in range(6):
        sitting = cohort._Sitting(f"c{number}", 1.0, {}, random.Random(number))
        journal = parse(b"".join(cohort._journal(form, sitting, hard, Plants(), cohort.BEGIN)))
        _, flags = timed(public, journal, "")
        assert [flag for flag in flags if flag.code == "waits"] == [] and len(journal.events) > 5
