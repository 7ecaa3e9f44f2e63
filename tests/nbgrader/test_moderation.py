"""A corrected chat beside the real nbgrader: gradebook, records, marks.csv and page agree, graded however often."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from examdesk.bulk import autograde, write_feedback
from examdesk.cli import app
from examdesk.reports.exports import export_csv
from tests.moderations import CHAT, CHATTED, WHO
from tests.nbgrader.courses import Course, all_right

pytestmark = pytest.mark.slow


def chat_in_csv(course: Course, candidate: str) -> set[tuple[str, str]]:
    """{(kind, who)} of the chat's marks in marks.csv."""
    path = export_csv(course.folder, course.folder / "out")[0]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {(row["kind"], row["grader"]) for row in csv.DictReader(file)
                if (row["candidate"], row["item"]) == (candidate, CHAT)}


def test_gradebook_csv_and_page_follow_a_correction_and_grading_again_keeps_it(sampler: Course, tmp_path: Path) -> None:
    course = sampler.copy(tmp_path / "course")
    form = course.form("E11-sampler-a")
    right = [entry for entry in all_right(form) if entry[0] != CHAT]
    for name in ("wang", "li"):
        course.hand_in(name, form, [*right, (CHAT, "opened", {}), *((CHAT, *one) for one in CHATTED)])
    autograde(course.folder, form.id, jobs=1)
    assert course.points("wang", form)[CHAT] == 6.0
    ran = CliRunner().invoke(app, ["marks", "correct", form.id, "wang", "2", "--is", "can", "--by", WHO["by"], "--why",
                                   WHO["why"], "--yes", "--course", str(course.folder)])
    assert ran.exit_code == 0, ran.output
    for again in (lambda: None, lambda: autograde(course.folder, form.id, jobs=1, force=True),
                  lambda: course.autograde(form, "--force")):
        again()
        assert course.points("wang", form)[CHAT] == 9.2 and course.points("li", form)[CHAT] == 6.0
        assert course.marks("wang", form)[CHAT] == Fraction("9.2")
        assert chat_in_csv(course, "wang") == {("moderated", "Li Hua")}
    write_feedback(course.folder, [form.id])
    page, other = ((course.folder / "feedback" / name / form.id / f"{form.id}.html").read_text("utf-8")
                   for name in ("wang", "li"))
    assert "9.2 / 10" in page and "9.2 / 10" not in other and WHO["why"] not in page
