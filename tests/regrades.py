"""A course whose candidates sat a form, to be regraded; marked by the form's own cells, without nbgrader."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import yaml

from examdesk.autograding import Graded
from examdesk.bank import load_form
from examdesk.building import init_course
from examdesk.model import Form, Mark, Response
from examdesk.pipeline.marks import record
from examdesk.records import GradedSubmission, Records
from tests.conftest import ROOT, behaved, marked

AT = "2026-03-02T01:20:00Z"


@dataclass
class Sat:
    """Candidates, what they answered, and the course their marks are in."""

    course: Path
    form_id: str
    responses: dict[str, Mapping[str, Response]] = field(default_factory=dict)

    @classmethod
    def made(cls, folder: Path, form: str) -> Sat:
        init_course(folder, roster=None, exams=ROOT / "exams", name="course")
        sat = cls(folder, form)
        items = sat.form.items
        for file in (folder / "exams" / "bank").rglob("*.yaml"):
            if file.stem not in items:
                file.unlink()  # a small bank is read sooner
        return sat

    @property
    def form(self) -> Form:
        return load_form(self.course, self.form_id)

    @property
    def records(self) -> Records:
        return Records.open(self.course)

    def sit(self, candidate: str, behaviour: str = "right", **instead: object) -> None:
        """Somebody sits the form and is graded; `instead` are behaviours or, in a list, answers of single items."""
        behaviours = {name: how for name, how in instead.items() if isinstance(how, str)}
        answers = behaved(self.form, behaviour, **behaviours)
        for name, value in instead.items():
            if isinstance(value, list):
                item = name.replace("_", "-")
                answers[item] = Response(item, value[0], answers[item].events)
        self.responses[candidate] = answers
        self.records.save_submission(self.graded(self.form, candidate))

    def graded(self, form: Form, candidate: str) -> GradedSubmission:
        answers = self.responses[candidate]
        digest = hashlib.sha256(repr(sorted((name, one.value) for name, one in answers.items())).encode()).hexdigest()
        found = Graded(candidate, digest, "", None, marked(form, answers), {}, {}, (), (), head="", seconds=None,
                       simulated=False)
        return record(form, found, late_seconds=0, reopened=0, at=AT)

    def grade_again(self, course: Path, form: Form) -> dict[str, GradedSubmission]:
        assert course == self.course
        return {candidate: self.graded(form, candidate) for candidate in self.responses}

    def mark(self, candidate: str, item: str, points: str, *, by: str = "wang", **evidence: object) -> None:
        """A marker gives points."""
        authored = self.form.items[item]
        self.records.save_marks([Mark(candidate, self.form_id, 1, item, "whole", Fraction(points), authored.points,
                                      "read", by, "marker", evidence)], at=AT)

    def correct(self, item: str, **changed: object) -> None:
        """An author changes fields of an item in the bank."""
        file = next((self.course / "exams" / "bank").rglob(f"{item}.yaml"))
        data = yaml.safe_load(file.read_text("utf-8"))
        file.write_text(yaml.safe_dump({**data, **changed}, allow_unicode=True, sort_keys=False), "utf-8")

    def points(self, candidate: str, item: str) -> Fraction | None:
        """What is in force."""
        rows = [row for row in self.records.in_force(form=self.form_id)
                if (row.candidate, row.item) == (candidate, item)]
        assert rows
        return None if any(row.points is None for row in rows) else sum((row.points or 0 for row in rows), Fraction(0))

    def regrade_marks(self) -> list[tuple[str, str, Fraction | None]]:
        return [(row.candidate, row.item, row.points) for row in self.records.marks(form=self.form_id)
                if row.kind == "regrade"]


def tree(folder: Path) -> dict[str, str]:
    """{place: digest} of every file below a folder; SQLite's own side files are left out."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.endswith(("-wal", "-shm"))}
