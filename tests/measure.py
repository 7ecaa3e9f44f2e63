"""Figures of the closing notes, printed as JSON: `python -m tests.measure [submissions]`.

CPU per submission of `nbgrader autograde` with our config and of unmodified nbgrader, on the same simulated
submissions of E10 in one run; start-up is taken out by the difference between one submission and all of them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from examdesk.bank import load_form
from examdesk.building import build_form, init_course
from examdesk.bulk.feedback import write_feedback
from examdesk.pipeline.commands import nbgrader
from examdesk.pipeline.compare import compare_with_stock
from examdesk.simulation import simulate

EXAMS = Path(__file__).resolve().parent.parent / "exams"
FORM = "E10-a"


def autograding(submissions: int) -> dict[str, float]:
    """CPU ms per submission of both, their ratio, and whether the marks are the same."""
    with tempfile.TemporaryDirectory(prefix="examdesk-measure-") as name:
        course = Path(name) / "course"
        init_course(course, roster=None, exams=EXAMS, name="measure")
        build_form(course, load_form(course, FORM))
        nbgrader(course, "generate_assignment", FORM)
        people = simulate(course, FORM, candidates=submissions, seed=3)
        nbgrader(course, "autograde", FORM, "--student", people[0])
        one = nbgrader(course, "autograde", FORM, "--student", people[0], "--force")
        shutil.rmtree(course / "autograded")
        every = nbgrader(course, "autograde", FORM, "--force")
        stock_one = compare_with_stock(course, FORM, people[:1])
        stock = compare_with_stock(course, FORM, people)
    ours = (every - one) / (submissions - 1) * 1000
    theirs = (stock.stock_cpu_seconds - stock_one.stock_cpu_seconds) / (submissions - 1) * 1000
    return {
        "submissions": submissions,
        "grade_rows": stock.grade_rows,
        "different": len(stock.different),
        "in_process_cpu_ms": round(ours, 1),
        "stock_cpu_ms": round(theirs, 1),
        "ratio": round(theirs / ours, 2),
    }


def feedback(submissions: int) -> dict[str, float]:
    """CPU ms per page of `nbgrader generate_feedback` with our config and of `examdesk feedback`, same marks."""
    with tempfile.TemporaryDirectory(prefix="examdesk-measure-") as name:
        course = Path(name) / "course"
        init_course(course, roster=None, exams=EXAMS, name="measure")
        build_form(course, load_form(course, FORM))
        nbgrader(course, "generate_assignment", FORM)
        people = simulate(course, FORM, candidates=submissions, seed=3)
        nbgrader(course, "autograde", FORM)
        one = nbgrader(course, "generate_feedback", FORM, "--student", people[0])
        every = nbgrader(course, "generate_feedback", FORM, "--force")
        write_feedback(course, [FORM])  # what is read and compiled once, is
        alone = write_feedback(course, [FORM], only=people[0], force=True)
        bulk = write_feedback(course, [FORM], force=True)
    theirs, ours = every - one, bulk.cpu_seconds - alone.cpu_seconds
    return {
        "pages": submissions,
        "nbgrader_cpu_ms": round(theirs / (submissions - 1) * 1000, 1),
        "bulk_cpu_ms": round(ours / (submissions - 1) * 1000, 1),
        "ratio": round(theirs / ours, 1),
    }


def importing() -> dict[str, float]:
    """Seconds of `import examdesk` and `import examdesk.graders` in a fresh interpreter, best of 5."""

    def seconds(module: str) -> float:
        code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
        return min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(5))

    return {name: round(seconds(name), 4) for name in ("examdesk", "examdesk.graders", "examdesk.sitting")}


if __name__ == "__main__":
    begun = time.monotonic()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    figures = {"import_seconds": importing(), "autograde": autograding(count), "feedback": feedback(5 * count)}
    print(json.dumps({**figures, "seconds": round(time.monotonic() - begun, 1)}, indent=1))
