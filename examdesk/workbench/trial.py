"""`examdesk bank trial`: every form of an exam built, sat by simulated candidates, graded and summed up, elsewhere.

    for found in trials(Path("."), ["E11"], candidates=200): print(found.form, found.alpha, found.flagged)

A simulated cohort finds what is broken in a form: an item nobody can have right, a grader that fails, a paper that is
far too short for its cut. It says nothing about the items themselves: the candidates' answers follow a difficulty that
was drawn, not one that was met.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from examdesk.analysis import load_cohort, reliability
from examdesk.analysis.alarms import find_alarms, item_flags
from examdesk.bank import read_exam
from examdesk.building import build_form, freeze_exam, init_course
from examdesk.bulk import autograde
from examdesk.errors import CourseError
from examdesk.pipeline.commands import nbgrader
from examdesk.records import Records
from examdesk.records.gradebook import enter_marks, gradebook_url
from examdesk.records.place import VARIABLE
from examdesk.reports import pull_marks
from examdesk.simulation import simulate, simulated_marks
from examdesk.simulation.marker import MARKER

SEED = 11


@dataclass(frozen=True)
class Trial:
    """What a simulated cohort made of a form."""

    form: str
    items: int
    candidates: int
    marked: int  # results that could be decided
    alpha: float  # NaN where it cannot be computed, see `note`
    sem: float  # in points
    mean: float  # share of the points
    passed: float  # share of the results
    flagged: Mapping[str, Sequence[str]]  # {item: its flags}
    note: str
    seconds: float  # of the processor, nbgrader's own commands left out

    def as_json(self) -> dict[str, Any]:
        """The fields by name; what could not be computed is null."""
        return {name: None if value != value else value for name, value in asdict(self).items()}


def trials(course: Path, exams: Sequence[str], *, candidates: int) -> Iterator[Trial]:
    """A trial of every form of the exams, in a folder that is thrown away; raises `CourseError` for unknown exams."""
    place = os.environ.pop(VARIABLE, None)  # simulated people never go into the database of a real course
    try:
        with tempfile.TemporaryDirectory(prefix="examdesk-trial-") as folder:
            copy = Path(folder) / "course"
            init_course(copy, roster=None, exams=course / "exams", name="trial")
            for exam in exams:
                authored, _ = read_exam(copy / "exams", exam, root=copy)
                for form in authored.forms:
                    yield _tried(copy, exam, form, candidates)
    finally:
        if place is not None:
            os.environ[VARIABLE] = place


def _tried(course: Path, exam: str, form: str, candidates: int) -> Trial:
    begun = time.process_time()
    frozen = freeze_exam(course, exam, form, replace=True)
    build_form(course, frozen)
    nbgrader(course, "generate_assignment", frozen.id)
    simulate(course, frozen.id, candidates=candidates, seed=SEED)
    autograde(course, frozen.id)
    marks = simulated_marks(frozen, Records.open(course).in_force(form=frozen.id), seed=SEED, share=1)
    if marks:
        enter_marks(gradebook_url(course), marks)
        pull_marks(course, marker=MARKER, form=frozen.id)
    return _summed_up(course, exam, frozen.id, candidates, begun)


def _summed_up(course: Path, exam: str, form: str, candidates: int, begun: float) -> Trial:
    cohort = load_cohort(course, exam)
    found = next((one for one in reliability(cohort) if one.form == form), None)
    if found is None:
        raise CourseError(f"{form}: nothing was graded. Cure: build and grade it by hand, and look at the first fault")
    results = cohort.results[cohort.results["form"] == form]
    decided = results[results["result"].isin(["pass", "fail"])]
    flags = {item: names for (name, item), names in item_flags(cohort, find_alarms(cohort)).items()
             if name == form and names}
    return Trial(form, found.items, candidates, len(decided), found.alpha, found.sem, float(decided["share"].mean()),
                 float((decided["result"] == "pass").mean()), flags, found.note,
                 round(time.process_time() - begun, 1))
