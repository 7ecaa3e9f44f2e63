"""The bench measures four ways to grade the same work, and the floor is one."""

from __future__ import annotations

import ast
import json
import sqlite3
import sys
from pathlib import Path

import pytest

from examdesk.bench import bench_autograde, floor
from examdesk.bench.grading import FORM, ITEMS, QUIZ, _different, _floor, bench_form, prepare
from examdesk.bulk import autograde
from examdesk.errors import CourseError
from tests.conftest import ROOT

EXAMS = ROOT / "exams"


def test_the_floor_imports_the_standard_library_only() -> None:
    tree = ast.parse(Path(str(floor.__file__)).read_text("utf-8"))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in named} <= sys.stdlib_module_names


@pytest.mark.slow
def test_the_form_has_forty_machine_marked_items_of_every_quiz_type() -> None:
    form = bench_form(EXAMS)
    assert len(form.items) == ITEMS == 40
    assert {item.type for item in form.items.values()} == {*QUIZ}


def test_too_few_submissions_to_measure_are_refused() -> None:
    with pytest.raises(CourseError, match="too few to measure"):
        bench_autograde(EXAMS, submissions=10)


@pytest.mark.soak
def test_bulk_and_the_floor_give_the_same_rows_and_notebooks(tmp_path: Path) -> None:
    course, to = tmp_path / "course", tmp_path / "floor"
    people = prepare(course, EXAMS, 12)
    assert autograde(course, FORM, jobs=1).graded == 12
    _floor(course, people, to)
    assert _different(course, to) == 0
    with sqlite3.connect(to / "floor.db") as database:
        database.execute("update grade set auto_score = auto_score + 1 where rowid = 1")
    page = to / people[0] / FORM / f"{FORM}.ipynb"
    page.write_text(page.read_text("utf-8").replace("award", "prize", 1), "utf-8")
    assert _different(course, to) == 2, "what differs is counted"


@pytest.mark.soak
def test_all_four_ways_give_the_same_rows_and_notebooks() -> None:
    found = bench_autograde(EXAMS, submissions=24, stock=1, plugin=12, say=lambda text: None)
    print(json.dumps(found))
    assert found["different"] == 0 and found["compared_with_stock_rows"] == 2 * ITEMS
    assert 0 < found["floor_cpu_ms"] < found["plugin_cpu_ms"] < found["stock_cpu_ms"]
    assert found["ratio_stock"] == pytest.approx(found["stock_cpu_ms"] / found["bulk_cpu_ms"], rel=0.01)
    assert {*found["startup_cpu_ms"]} == {"stock", "plugin", "bulk", "floor"}


@pytest.mark.soak
def test_a_thousand_submissions_cost_three_floors_at_most_and_a_hundredth_of_stock() -> None:
    found = bench_autograde(EXAMS, submissions=1000, say=lambda text: None)
    print(json.dumps(found))
    assert found["different"] == 0
    assert found["ratio_floor"] <= 3 and found["ratio_stock"] >= 100


@pytest.mark.soak
def test_ten_thousand_submissions_cost_the_same_each_in_little_memory(tmp_path: Path) -> None:
    from tests.scale import scaled

    found = scaled(tmp_path, 1_000, 10_000)
    print(json.dumps(found))
    assert abs(found["growth"]) <= 0.15 and found["peak_mb"] < 500
