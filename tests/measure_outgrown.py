"""When one machine is not enough, in figures printed as JSON: `python -m tests.measure_outgrown [submissions]`.

The same simulated submissions of E10 by one process, by two, by two Dask workers (each started anew, so start-up is in
it; `rate` is taken between the first and the last chunk written, without it), and with gradebook and records on SQLite
and on PostgreSQL.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import wait
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from examdesk.autograding import Paper, take
from examdesk.autograding.worker import Limits
from examdesk.bulk import autograde
from examdesk.bulk.executors import Submit, dask, local
from examdesk.pipeline.prepared import prepared
from examdesk.simulation import simulate
from tests.bulk.cluster import dask_cluster
from tests.nbgrader.courses import Course, environment
from tests.postgres import Server, serving

FORM = "E10-a"


def measured(course: Course, **how: Any) -> dict[str, float]:
    """Seconds of a whole run and submissions per second once it runs."""
    seen: list[tuple[float, int]] = []
    begun = time.monotonic()
    summary = autograde(course.folder, FORM, tell=lambda done, total: seen.append((time.monotonic(), done)), **how)
    assert summary.ungraded == 0, summary.problems
    (first, done), (last, every) = seen[1], seen[-1]
    return {"seconds": round(time.monotonic() - begun, 2), "rate": round((every - done) / (last - first), 1)}


def graded_only(course: Course, where: Callable[[Paper], AbstractContextManager[Submit]]) -> float:
    """Submissions per second of the grading alone: nothing is written."""
    ready = prepared(course.folder, FORM, busy_ms=1_000)
    raws = [take(folder, candidate=name, form=FORM) for name, folder in ready.folders]
    batches = [raws[start : start + 25] for start in range(0, len(raws), 25)]
    with where(ready.paper) as submit:
        wait([submit(batch) for batch in batches[:4]])  # every worker has its child now
        begun = time.monotonic()
        answers = [answer for future in [submit(batch) for batch in batches] for answer in future.result()]
        spent = time.monotonic() - begun
    assert len(answers) == len(raws) and not any(answer.refused for answer in answers)
    return round(len(raws) / spent, 1)


def on_postgres(course: Course, server: Server) -> Course:
    (course.folder / "gradebook.db").unlink()
    (course.folder / "release").rename(course.folder / "released")
    (course.folder / "grading/db_url").write_text(server.database() + "\n")
    assert (ran := course.run("generate_assignment", FORM)).code == 0, ran.log
    return course


def figures(submissions: int, folder: Path) -> dict[str, Any]:
    os.environ.update(environment(folder / "home"))
    sat = Course.made(folder / "course")
    form = sat.release("E10")
    simulate(sat.folder, form.id, candidates=submissions, seed=3)
    found: dict[str, Any] = {"submissions": submissions, "cores": os.cpu_count()}
    found["one_process"] = measured(sat.copy(folder / "one"), jobs=1)
    found["two_processes"] = measured(sat.copy(folder / "two"), jobs=2)
    limits = Limits()
    found["grading_alone_one_process"] = graded_only(sat, lambda paper: local(paper, jobs=1, limits=limits))
    with dask_cluster(folder / "dask") as cluster:
        found["grading_alone_two_dask_workers"] = graded_only(
            sat, lambda paper: dask(paper, address=cluster.address, limits=limits))
        found["two_dask_workers"] = measured(sat.copy(folder / "clustered"), dask_address=cluster.address)
    with serving() as server:
        found["postgresql_two_processes"] = measured(on_postgres(sat.copy(folder / "outgrown"), server), jobs=2)
        found["postgresql_one_process"] = measured(on_postgres(sat.copy(folder / "outgrown-1"), server), jobs=1)
    found["dask_speed_up_grading_alone"] = round(
        found["grading_alone_two_dask_workers"] / found["grading_alone_one_process"], 2)
    found["dask_speed_up"] = round(found["two_dask_workers"]["rate"] / found["one_process"]["rate"], 2)
    found["load"] = [round(load, 1) for load in os.getloadavg()]
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="examdesk-measure-") as name:
        print(json.dumps(figures(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000, Path(name)), indent=1))
