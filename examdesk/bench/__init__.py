"""What grading costs: unmodified nbgrader, nbgrader with our config, bulk grading and the floor, in one run."""

from __future__ import annotations

from examdesk.bench.grading import bench_autograde

__all__ = ["bench_autograde"]
