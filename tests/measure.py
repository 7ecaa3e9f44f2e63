"""Import times and CPU per feedback page, printed as JSON: `python -m tests.measure [pages]`.

What grading costs is measured by `examdesk bench autograde`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from examdesk.bank import load_form
from examdesk.building import build_form, init_course
from examdesk.bulk import autograde
from examdesk.bulk.feedback import write_feedback
from examdesk.pipeline.commands import nbgrader
from examdesk.simulation import simulate

EXAMS = Path(__file__).resolve().parent.parent / "exams"
FORM = "E10-a"


def feedback(submissions: int) -> dict[str, float]:
    """CPU ms per page of `nbgrader generate_feedback` with our config and of `examdesk feedback`, same marks."""
    with tempfile.TemporaryDirectory(prefix="examdesk-measure-") as name:
        course = Path(name) / "course"
        init_course(course, roster=None, exams=EXAMS, name="measure")
        build_form(course, load_form(course, FORM))
        nbgrader(course, "generate_assignment", FORM)
        people = simulate(course, FORM, candidates=submissions, seed=3)
        autograde(course, FORM)
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
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    figures = {"import_seconds": importing(), "feedback": feedback(count)}
    print(json.dumps({**figures, "seconds": round(time.monotonic() - begun, 1)}, indent=1))
