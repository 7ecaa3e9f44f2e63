"""The whole road with gradebook and records on PostgreSQL: the same marks, pages and tables as on SQLite."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from examdesk.pipeline.compare import compare_with_stock
from examdesk.records.gradebook import enter_marks
from examdesk.reports import export_csv, pull_marks, write_reports
from examdesk.simulation import simulate, simulated_marks
from tests.nbgrader.courses import Course
from tests.postgres import Server

pytestmark = pytest.mark.slow


def road(course: Course, *, stock: bool = False) -> dict[str, Any]:
    """Release, sit, grade, mark, feedback, report, export; what came out, without ids and moments."""
    form = course.release("E11-sampler")
    people = simulate(course.folder, form.id, candidates=2, seed=5)
    assert (ran := course.autograde(form)).code == 0, ran.log
    assert "Already graded" in course.autograde(form).log
    if stock:
        assert compare_with_stock(course.folder, form.id, people[:1]).different == ()
    given = simulated_marks(form, course.records.in_force(form=form.id), seed=5)
    enter_marks(course.db_url, given)
    assert pull_marks(course.folder, marker="Li Hua") == len(given) > 0
    assert pull_marks(course.folder, marker="Li Hua") == 0
    for words in (["generate_feedback", form.id], ["export", "--to=grades.csv"]):
        assert (ran := course.run(*words)).code == 0, ran.log
    pages = write_reports(course.folder, to=course.folder / "report")
    marks, results = (pd.read_csv(path) for path in export_csv(course.folder, course.folder / "export"))
    return {
        "people": people,
        "rows": {person: course.rows(person, form) for person in people},
        "marks": [replace(row, id=0, submission=0, at="") for row in course.records.in_force(form=form.id)],
        "export": (course.folder / "grades.csv").read_text("utf-8-sig"),
        "csv": [marks.drop(columns="marked_at").to_csv(), results.to_csv()],
        "pages": sorted(page.relative_to(course.folder).as_posix() for page in pages),
        "feedback": {person: (course.folder / "feedback" / person / form.id / f"{form.id}.html").read_text("utf-8")
                     for person in people},
    }


def test_the_whole_road_on_postgresql_gives_the_marks_of_sqlite(tmp_path: Path, server: Server) -> None:
    plain, outgrown = Course.made(tmp_path / "plain/course"), Course.made(tmp_path / "outgrown/course")
    address = server.database()
    (outgrown.folder / "grading/db_url").write_text(address + "\n")
    ours, theirs = road(outgrown, stock=True), road(plain)
    assert ours == theirs
    assert ours["marks"] and len(ours["rows"]) == 2
    assert not list(outgrown.folder.rglob("*.db")), "nothing of it is in a file"
    name = address.rsplit("/", 1)[1]
    tables = server.sql("SELECT schemaname, count(*) FROM pg_tables WHERE schemaname IN ('public', 'examdesk') "
                        "GROUP BY 1 ORDER BY 1", database=name)
    assert [line.split("|")[0] for line in tables] == ["examdesk", "public"]
