"""Cost per submission and memory of bulk grading as the cohort grows: `python -m tests.scale [small large]`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from examdesk.bench.grading import FEW, FORM, each_ms, only, prepare
from tests.conftest import ROOT


def figures(course: Path) -> dict[str, Any]:
    """What `examdesk autograde --json` prints."""
    ran = subprocess.run([sys.executable, "-m", "examdesk", "autograde", FORM, "--json"], cwd=course, check=True,
                         stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def scaled(to: Path, small: int, large: int) -> dict[str, Any]:
    """CPU ms per submission of a small cohort, a large one and the small one again, because a machine's speed drifts.

    {"small_ms": both, "large_ms", "growth": the large one against the mean of the small ones, "peak_mb": of the parent}
    """
    runs = [_one(to / f"course-{number}", size) for number, size in enumerate((small, large, small))]
    before, big, after = (cost for cost, _ in runs)
    return {"small_ms": [before, after], "large_ms": big, "growth": round(2 * big / (before + after) - 1, 3),
            "peak_mb": max(long["peak_mb"] for _, long in runs),
            "per_second": [round(long["graded"] / long["seconds"], 1) for _, long in runs]}


def _one(course: Path, size: int) -> tuple[float, dict[str, Any]]:
    """(CPU ms per submission without the start, the figures of the long run)."""
    people = prepare(course, ROOT / "exams", size)
    with only(course, people[:FEW]):
        short = figures(course)
    long = figures(course)
    assert long["graded"] == size - FEW, long
    shutil.rmtree(course)
    return each_ms(long["cpu_seconds"], short["cpu_seconds"], size - 2 * FEW), long


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="examdesk-scale-") as name:
        small, large = [int(word) for word in sys.argv[1:]] or (1_000, 10_000)
        print(json.dumps(scaled(Path(name), small, large), indent=1))
