"""A real Dask cluster on loopback: a scheduler and workers, each a process of its own that a test may kill."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from distributed import Client

from tests.conftest import ROOT

QUIET = {"DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "error", "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}


@dataclass
class Cluster:
    """One scheduler, its workers, and the folder they write into."""

    folder: Path
    extra: Mapping[str, str]  # environment
    address: str = ""
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    scheduler: subprocess.Popen[bytes] | None = None

    def start(self, workers: int) -> None:
        sign = self.folder / "scheduler.json"
        self.scheduler = self._dask("scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard",
                                    f"--scheduler-file={sign}")
        self.address = self._address(sign)
        for _ in range(workers):
            self.add_worker()
        with Client(self.address, set_as_default=False) as client:
            if workers:
                client.wait_for_workers(workers, timeout=60)

    def add_worker(self) -> None:
        self.workers.append(self._dask(
            "worker", self.address, "--host=127.0.0.1", "--nthreads=1", "--no-nanny", "--no-dashboard",
            f"--local-directory={self.folder}",
        ))

    def close(self) -> None:
        for process in [*self.workers, *([self.scheduler] if self.scheduler else [])]:
            process.kill()
            process.wait()

    def _dask(self, *words: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{words[0]}.log").open("ab")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **QUIET, **self.extra}
        with log:
            return subprocess.Popen([sys.executable, "-m", "dask", *words], cwd=self.folder, env=environment,
                                    stdout=log, stderr=log)

    def _address(self, sign: Path) -> str:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError, ValueError):
                return str(json.loads(sign.read_text())["address"])
            time.sleep(0.05)
        raise AssertionError((self.folder / "scheduler.log").read_text())


@contextlib.contextmanager
def dask_cluster(folder: Path, *, workers: int = 2, **extra: str) -> Iterator[Cluster]:
    """A running cluster; every process is ended at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(folder, extra)
    try:
        cluster.start(workers)
        yield cluster
    finally:
        cluster.close()
