"""CPU per submission of four ways to grade the same simulated submissions of a 40-item quiz form."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from examdesk.bank import load_form, read_bank, write_form
from examdesk.bank.forms import form_path, freeze, thaw
from examdesk.bench import floor
from examdesk.building import build_form, init_course
from examdesk.building.freezing import key_modules
from examdesk.errors import CourseError
from examdesk.model import Form, Item, PassRule, Section
from examdesk.pipeline.commands import nbgrader
from examdesk.pipeline.compare import compare_with_stock
from examdesk.records.place import VARIABLE
from examdesk.simulation import simulate

EXAM, FORM, ITEMS = "BENCH", "BENCH-a", 40
QUIZ = ("choice", "multi", "numeric", "ordering", "matching")
FEW = 8  # submissions of the short run that is subtracted: start-up, imports, one pool of children
STOCK, PLUGIN = 6, 40  # submissions graded by a kernel each, and by nbgrader with our config
SEED = 11

ROWS = {  # what gradebook and records say, without the ids that differ from run to run
    "grade": "select s.student_id, c.name, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade "
             "from grade g join base_cell c on c.id = g.cell_id join submitted_notebook n on n.id = g.notebook_id "
             "join submitted_assignment s on s.id = n.assignment_id order by 1, 2",
    "submitted": "select s.student_id, s.timestamp, s.extension, n.flagged, n.late_submission_penalty "
                 "from submitted_notebook n join submitted_assignment s on s.id = n.assignment_id order by 1",
    "submissions": "select candidate, form, exam, attempt, outcome, input_digest, form_digest, engine, late_seconds, "
                   "seconds_used, simulated, journal_head, code, message from submissions "
                   "where outcome != 'started' order by 1",
    "marks": "select candidate, form, attempt, item, criterion, points, out_of, reason, grader, kind, evidence, "
             "input_digest from marks order by 1, 4, 5",
}


def bench_autograde(exams: Path, *, submissions: int, jobs: int | None = None, stock: int = STOCK,
                    plugin: int = PLUGIN, say: Callable[[str], object] = print) -> dict[str, Any]:
    """CPU ms per submission: {"stock_cpu_ms", "plugin_cpu_ms", "bulk_cpu_ms", "floor_cpu_ms", "ratio_stock",
    "ratio_floor", …}, on `submissions` simulated submissions of 40 items from the bank in `exams`.

    User and system time with all child processes. Start-up and imports of each command are left out by the difference
    between a short run and a long one, and stated apart as `startup_cpu_ms`; the kernel that unmodified nbgrader starts
    for every submission is a cost of that submission. `different` counts rows and notebooks that are not the same.
    """
    if submissions < plugin + FEW or plugin <= FEW:
        raise CourseError(f"--submissions {submissions} is too few to measure. Cure: at least {plugin + FEW}")
    os.environ.pop(VARIABLE, None)  # simulated people never go into the database of a real course
    with tempfile.TemporaryDirectory(prefix="examdesk-bench-") as name:
        course = Path(name) / "course"
        say("preparing")
        people = prepare(course, exams, submissions)
        few, some = people[:FEW], people[: plugin + FEW]
        jobs = min(jobs or os.cpu_count() or 1, FEW // 2)  # as many children in the short run as in the long one
        say(f"examdesk autograde, {submissions} submissions")
        bulk_few = _bulk(course, few, jobs)
        bulk = _bulk(course, people, jobs)
        say(f"the floor, {submissions} submissions")
        floor_few = _floor(course, few, Path(name) / "few")
        floor_all = _floor(course, people, Path(name) / "floor")
        different = _different(course, Path(name) / "floor")
        plugged = _plugin_course(course, Path(name) / "plugin", some)
        say(f"nbgrader autograde with our config, {plugin} submissions")
        plugin_few = _nbgrader(plugged, few)
        plugin_all = _nbgrader(plugged, some)
        different += _different_courses(course, plugged, some)
        say(f"unmodified nbgrader, {stock} submissions")
        stock_one = compare_with_stock(course, FORM, people[:1])
        stock_all = compare_with_stock(course, FORM, people[: stock + 1])
    long_run = submissions - FEW  # the short run's are graded already
    figures = {
        "stock_cpu_ms": each_ms(stock_all.stock_cpu_seconds, stock_one.stock_cpu_seconds, stock),
        "plugin_cpu_ms": each_ms(plugin_all, plugin_few, plugin - FEW),
        "bulk_cpu_ms": each_ms(bulk, bulk_few, long_run - FEW),
        "floor_cpu_ms": each_ms(floor_all, floor_few, long_run),
    }
    startup = {
        "stock": _startup(stock_one.stock_cpu_seconds, figures["stock_cpu_ms"], 1),
        "plugin": _startup(plugin_few, figures["plugin_cpu_ms"], FEW),
        "bulk": _startup(bulk_few, figures["bulk_cpu_ms"], FEW),
        "floor": _startup(floor_few, figures["floor_cpu_ms"], FEW),
    }
    return {
        **figures,
        "ratio_stock": round(figures["stock_cpu_ms"] / figures["bulk_cpu_ms"], 1),
        "ratio_floor": round(figures["bulk_cpu_ms"] / figures["floor_cpu_ms"], 2),
        "submissions": submissions,
        "items": ITEMS,
        "startup_cpu_ms": startup,
        "measured_on": {"stock": stock, "plugin": plugin - FEW, "bulk": long_run - FEW, "floor": long_run},
        "compared_with_stock_rows": stock_all.grade_rows,
        "different": different + len(stock_all.different),
    }


def each_ms(long: float, short: float, more: int) -> float:
    """CPU ms of one submission: the difference of two runs by `more` submissions."""
    return round((long - short) / more * 1000, 3)


def _startup(seconds: float, each_ms: float, submissions: int) -> float:
    return round(seconds * 1000 - each_ms * submissions, 1)


# The course


def bench_form(exams: Path) -> Form:
    """40 machine-marked items of the bank, the types in turn."""
    bank = read_bank(exams, root=exams.parent, types=key_modules())
    by_type = [[item for item in bank.items.values() if item.type == kind] for kind in QUIZ]
    items = [item for group in zip(*map(_padded, by_type), strict=True) for item in group if item is not None]
    if len(items) < ITEMS:
        raise CourseError(f"{exams}: the bench needs {ITEMS} quiz items and found {len(items)}. Cure: run it in a "
                          "course whose bank has more")
    chosen = {item.id: replace(item, critical=False) for item in items[:ITEMS]}
    title = {"zh": "性能测试卷", "en": "Bench"}
    section = Section("quiz", {"zh": "选择与计算", "en": "Quiz"}, "quiz", tuple(chosen))
    bare = Form(id=FORM, exam=EXAM, title=title, minutes=60, languages=("zh", "en"), language="zh", shuffle=True,
                show_key=False, sections=(section,), pass_rule=PassRule(Fraction(3, 5)), items=chosen)
    return thaw(freeze(bare))


def _padded(items: Sequence[Item], to: int = 500) -> list[Item | None]:
    return [*items, *[None] * (to - len(items))]


def prepare(course: Path, exams: Path, submissions: int) -> list[str]:
    """A course with the form released and everybody's submission; the candidates."""
    init_course(course, roster=None, exams=exams, name="bench")
    form = bench_form(course / "exams")
    write_form(form_path(course / "exams", EXAM, "a"), form)
    build_form(course, load_form(course, FORM))
    nbgrader(course, "generate_assignment", FORM)
    shutil.copy(course / "gradebook.db", course / "before.db")
    return simulate(course, FORM, candidates=submissions, seed=SEED)


@contextmanager
def only(course: Path, people: Sequence[str]) -> Iterator[None]:
    """Nobody but `people` has handed in."""
    away = course / "away"
    away.mkdir()
    others = [path for path in (course / "submitted").iterdir() if path.is_dir() and path.name not in {*people}]
    for path in others:
        path.rename(away / path.name)
    try:
        yield
    finally:
        for path in others:
            (away / path.name).rename(path)
        away.rmdir()


def _plugin_course(course: Path, to: Path, people: Sequence[str]) -> Path:
    """The same course before anything was graded, with the submissions of `people`."""
    init_course(to, roster=None, exams=course / "exams", name="plugin")
    build_form(to, load_form(to, FORM))
    nbgrader(to, "generate_assignment", FORM)
    shutil.copy(course / "grading" / "roster.csv", to / "grading" / "roster.csv")
    for candidate in people:
        shutil.copytree(course / "submitted" / candidate, to / "submitted" / candidate)
    return to


# Running


def _cpu(*words: str) -> float:
    """CPU seconds of a Python process with its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run([sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode:
        raise CourseError(f"the bench's own run failed: {ended.stdout.strip()[-500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _bulk(course: Path, people: Sequence[str], jobs: int | None) -> float:
    more = ["--jobs", str(jobs)] if jobs else []
    with only(course, people):
        return _cpu("-m", "examdesk", "autograde", FORM, "--course", str(course), "--json", *more)


def _floor(course: Path, people: Sequence[str], to: Path) -> float:
    names = to.with_suffix(".txt")
    names.write_text(" ".join(people), "utf-8")
    return _cpu(str(floor.__file__), str(course), FORM, str(to), str(names))


def _nbgrader(course: Path, people: Sequence[str]) -> float:
    with only(course, people):
        return nbgrader(course, "autograde", FORM)


# Comparing


def _tables(*databases: Path, people: Sequence[str] | None = None) -> dict[str, list[Any]]:
    """{what: rows} of the databases together."""
    tables: dict[str, list[Any]] = {}
    for name, query in ROWS.items():
        table = "submitted_notebook" if name == "submitted" else name
        for path in databases:
            with sqlite3.connect(path) as database:
                if database.execute("select 1 from sqlite_master where name = ?", [table]).fetchone():
                    tables[name] = database.execute(query).fetchall()
                    break
    return {name: [row for row in rows if people is None or row[0] in {*people}] for name, rows in tables.items()}


def _different(course: Path, to: Path) -> int:
    ours = _tables(course / "gradebook.db", course / "grading" / "records.db")
    least = _tables(to / "floor.db")
    return _unlike(ours, least) + _unlike_notebooks(course / "autograded", to)


def _different_courses(course: Path, other: Path, people: Sequence[str]) -> int:
    ours = _tables(course / "gradebook.db", course / "grading" / "records.db", people=people)
    theirs = _tables(other / "gradebook.db", other / "grading" / "records.db", people=people)
    return _unlike(ours, theirs) + _unlike_notebooks(other / "autograded", course / "autograded")


def _unlike(ours: dict[str, list[Any]], theirs: dict[str, list[Any]]) -> int:
    counts = [abs(len(ours[name]) - len(theirs[name])) for name in ROWS]
    return sum(counts) + sum(a != b for name in ROWS for a, b in zip(ours[name], theirs[name], strict=False))


def _unlike_notebooks(some: Path, others: Path) -> int:
    paths = sorted(some.glob(f"*/{FORM}/{FORM}.ipynb"))
    if not paths:
        raise CourseError("the bench wrote no notebooks")
    return sum(_notebook(path) != _notebook(others / path.relative_to(some)) for path in paths)


def _notebook(path: Path) -> Any:
    """The notebook as data, however its texts are split into lines."""
    data = json.loads(path.read_text("utf-8"))
    for cell in data["cells"]:
        cell["source"] = "".join(cell["source"])
        for output in cell.get("outputs", ()):
            output["data"] = {kind: "".join(text) if isinstance(text, list) else text
                              for kind, text in output["data"].items()}
    return data
