"""The main job, once, on real parts: three exams, simulated candidates, nbgrader's own commands, a manager's report."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from examdesk.bank import form_files, load_form, read_form
from examdesk.building import build_form, check, init_course
from examdesk.bulk import autograde
from examdesk.bulk.feedback import write_feedback
from examdesk.errors import CourseError
from examdesk.pipeline.commands import nbgrader
from examdesk.pipeline.compare import Comparison, compare_with_stock
from examdesk.records import Records
from examdesk.records.gradebook import enter_marks, gradebook_url
from examdesk.records.place import VARIABLE
from examdesk.reports import pull_marks, write_reports
from examdesk.simulation import simulate, simulated_marks
from examdesk.simulation.marker import MARKER

TUTORIAL = "E00-tutorial-a"  # practice: nobody is judged by it
SIGN = ".examdesk-demo"  # only a folder with this file is ever removed
SEED = 7
SAMPLE = 3  # submissions of each form graded again by unmodified nbgrader


def run(to: Path, *, candidates: int) -> int:
    """Writes the demo course into `to`, with report, feedback and summary.json; returns the exit code."""
    begun, console, course = time.monotonic(), Console(highlight=False, soft_wrap=True), to.resolve()
    exams = Path(__file__).resolve().parent.parent / "exams"
    if not exams.is_dir():
        raise CourseError("the demo needs the project's exams/ folder. Cure: run it in a clone of the project")
    _fresh(course, exams)
    forms = [form for form in (read_form(path).id for path in form_files(course)) if form != TUTORIAL]
    with _progress(console) as progress:
        comparisons = [_one_form(course, form, candidates, progress) for form in forms]
        _step(progress, "report", lambda: write_reports(course, to=course / "report"))
    summary = _summary(course, forms, comparisons, time.monotonic() - begun)
    (course / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", "utf-8")
    _say(console, summary)
    return 0 if not summary["same_as_stock"]["different"] and summary["same_as_stock"]["grade_rows"] else 1


def _fresh(course: Path, exams: Path) -> None:
    if course.exists() and not (course / SIGN).exists():
        raise CourseError(f"{course} exists and is no demo. Cure: name another folder with --to")
    shutil.rmtree(course, ignore_errors=True)
    os.environ.pop(VARIABLE, None)  # simulated people never go into the database of a real course
    init_course(course, roster=None, exams=exams, name="demo")
    (course / SIGN).touch()
    faults = check(course).faults
    if faults:
        raise CourseError(f"the bank has {len(faults)} faults; the first: {faults[0]}. Cure: run  examdesk check")


def _one_form(course: Path, form: str, candidates: int, progress: Progress) -> Comparison:
    build_form(course, load_form(course, form))
    _step(progress, f"{form} release", lambda: _release(course, form))
    people = _step(progress, f"{form} simulate", lambda: simulate(course, form, candidates=candidates, seed=SEED))
    task = progress.add_task(f"{form} autograde", total=candidates)
    autograde(course, form, tell=lambda done, total: progress.update(task, completed=done, total=total))
    sample = people[:: max(1, len(people) // SAMPLE)][:SAMPLE]
    # Before the marker: what a person marks, a machine cannot confirm.
    same = _step(progress, f"{form} against stock nbgrader", lambda: compare_with_stock(course, form, sample))
    _step(progress, f"{form} mark replies", lambda: _mark(course, form))
    _step(progress, f"{form} feedback", lambda: write_feedback(course, [form]))
    return same


def _release(course: Path, form: str) -> None:
    nbgrader(course, "generate_assignment", form)
    nbgrader(course, "release_assignment", form)


def _mark(course: Path, form: str) -> None:
    """The simulated marker types into the gradebook what a person would type into the formgrader."""
    marks = simulated_marks(load_form(course, form), Records.open(course).in_force(form=form), seed=SEED)
    if marks:
        enter_marks(gradebook_url(course), marks)
        pull_marks(course, marker=MARKER, form=form)


def _summary(course: Path, forms: Sequence[str], comparisons: Sequence[Comparison], seconds: float) -> dict[str, Any]:
    records = Records.open(course)
    rows = [row for form in forms for row in records.submissions(form=form)]
    graded = {(row.candidate, row.form) for row in rows if row.outcome == "graded"}
    refused = {(row.candidate, row.form) for row in rows if row.outcome == "refused"} - graded
    unmarked = {(mark.candidate, mark.form) for form in forms for mark in records.in_force(form=form)
                if mark.points is None}
    return {
        "exams": [load_form(course, form).exam for form in forms],
        "candidates": len({candidate for candidate, _ in graded | refused}),
        "submissions": sum(len(list((course / "submitted").glob(f"*/{form}"))) for form in forms),
        "graded": len(graded),
        "refused": len(refused),
        "needs_marker": len(unmarked),
        "same_as_stock": {
            "submissions": sum(comparison.submissions for comparison in comparisons),
            "grade_rows": sum(comparison.grade_rows for comparison in comparisons),
            "different": sum(len(comparison.different) for comparison in comparisons),
            "unmarked_rows": sum(comparison.unmarked_rows for comparison in comparisons),
        },
        "report": _named(course / "report" / "index.html"),
        "seconds": round(seconds, 1),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "simulated": True,
    }


def _named(page: Path) -> str:
    """The page as it is opened from the folder the demo was started in."""
    return page.relative_to(Path.cwd()).as_posix() if page.is_relative_to(Path.cwd()) else page.as_posix()


def _progress(console: Console) -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                    console=console)


def _step(progress: Progress, name: str, work: Any) -> Any:
    task = progress.add_task(name, total=1)
    done = work()
    progress.advance(task)
    return done


def _say(console: Console, summary: dict[str, Any]) -> None:
    same = summary["same_as_stock"]
    verdict = "the same marks" if not same["different"] else f"{same['different']} DIFFERENT rows"
    console.print(
        f"\n{summary['graded']} of {summary['submissions']} simulated submissions graded, "
        f"{summary['refused']} refused, {summary['needs_marker']} wait for a marker.\n"
        f"Unmodified nbgrader with a real kernel gave {verdict} on {same['submissions']} submissions "
        f"({same['grade_rows']} rows; {same['unmarked_rows']} more wait for a marker in both).\n"
        f"{summary['seconds']:.0f} seconds. Open  {summary['report']}", markup=False,
    )


def lab(to: Path, exam: str) -> None:
    """Puts the released form of `exam` into `to` and becomes JupyterLab, opened on it."""
    exams = Path(__file__).resolve().parent.parent / "exams"
    if not (exams / exam).is_dir():
        raise CourseError(f"no exam {exam} in {exams}. Cure: name one of the folders there with --exam")
    course, folder = to.resolve() / "course", to.resolve() / "trainee"
    _fresh(course, exams)
    form = read_form(form_files(course, exam)[0])
    build_form(course, form)
    nbgrader(course, "generate_assignment", form.id)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(course / "release" / form.id, folder / form.id, dirs_exist_ok=True)
    os.chdir(folder)
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", *root,
                              f"--LabApp.default_url=/doc/tree/{form.id}/{form.id}.ipynb", "--LabApp.news_url=",
                              "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"])
