"""`examdesk bank trial`: a form is built, sat by simulated candidates, graded and summed up, away from the course."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from examdesk.cli import app
from examdesk.errors import AuthorError, CourseError
from examdesk.workbench.trial import trials
from tests.conftest import ROOT

EXAMS = sorted(path.parent.name for path in (ROOT / "exams").glob("*/exam.yaml"))


@pytest.mark.slow
def test_a_form_is_tried_and_the_course_stays_as_it_is() -> None:
    before = sorted(path.name for path in ROOT.iterdir())
    done = CliRunner().invoke(app, ["bank", "trial", "E01", "--candidates", "40", "--json", "--course", str(ROOT)])
    found = json.loads(done.stdout)
    assert found["simulated"] is True
    (form,) = found["forms"]
    assert (form["form"], form["items"], form["candidates"], form["marked"]) == ("E01-b", 20, 40, 40)
    assert 0.5 < form["alpha"] < 1 and form["sem"] > 0 and form["note"] == ""
    assert sorted(path.name for path in ROOT.iterdir()) == before


def test_an_exam_nobody_knows_is_named(tmp_path: Path) -> None:
    with pytest.raises((CourseError, AuthorError), match="no such exam"):
        list(trials(ROOT, ["E98"], candidates=2))


@pytest.mark.soak
@pytest.mark.parametrize("exam", EXAMS)
def test_every_exam_works_with_two_hundred_simulated_candidates(exam: str) -> None:
    """Nothing is a wrong key: simulated people only choose another option where the key they were told is another."""
    for found in trials(ROOT, [exam], candidates=200):
        assert found.marked >= 150, found
        assert not [item for item, flags in found.flagged.items() if "wrong-key" in flags], found
