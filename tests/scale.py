"""Cost per submission and memory of bulk grading as the cohort grows: `python -m tests.scale [submissions …]`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
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


def scaled(to: Path, sizes: Sequence[int]) -> dict[str, Any]:
    """{"1000": CPU ms per submission, …, "growth": the last against the first, "peak_mb": of the parent}."""
    found: dict[str, Any] = {}
    peak = 0.0
    for size in sizes:
        course = to / f"course-{size}"
        people = prepare(course, ROOT / "exams", size)
        with only(course, people[:FEW]):
            short = figures(course)
        long = figures(course)
        assert long["graded"] == size - FEW, long
        found[str(size)] = each_ms(long["cpu_seconds"], short["cpu_seconds"], size - 2 * FEW)
        found[f"per_second_{size}"] = round(long["graded"] / long["seconds"], 1)
        peak = max(peak, long["peak_mb"])
        shutil.rmtree(course)
    first, last = found[str(sizes[0])], found[str(sizes[-1])]
    return {**found, "growth": round(last / first - 1, 3), "peak_mb": peak}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="examdesk-scale-") as name:
        print(json.dumps(scaled(Path(name), [int(word) for word in sys.argv[1:]] or (1_000, 10_000)), indent=1))
