"""Grading in child processes with limits; the same function runs here, in a pool, or on a Dask worker.

A submission that ends its process is tried once more in a fresh one, then refused by name; the rest of its batch goes
on. A watchdog ends a process that stays silent for longer than one submission may take, which counts the same.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examdesk.autograding import Paper, Raw
from examdesk.autograding.worker import Limits, receive
from examdesk.errors import CourseError

LOOK = 0.2  # seconds between two looks of the watchdog
START = 60  # seconds a child may take to get ready
PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "EXAMDESK_DEBUG",
             "OPENBLAS_CORETYPE")  # no home, no password, no database


@dataclass(frozen=True)
class Answer:
    """What a child said of one submission: `found`, or `refused` = (code, message) or (code, message, journal head)."""

    candidate: str
    found: dict[str, Any] | None
    notebook: bytes
    refused: tuple[str, ...] | None


class Child:
    """One grading process for one paper, started when it is needed and again after it has ended."""

    def __init__(self, paper: Paper, limits: Limits) -> None:
        self._paper, self._limits = paper, limits
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline = float("inf")
        self._late = False

    def run(self, batch: Sequence[Raw]) -> Iterator[Answer]:
        """An answer for every submission of `batch`, in order."""
        todo, suspect = list(batch), ""
        while todo:
            for answer in self._answers(list(todo)):
                yield answer
                todo.pop(0)
            if not todo:
                return
            candidate = todo[0].candidate
            if candidate == suspect:
                yield Answer(candidate, None, b"", self._why())
                todo.pop(0)
            suspect = candidate

    def close(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._folder.cleanup()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):  # what was still to be said to an ended process
                        pipe.close()
            self._process = None

    def _answers(self, batch: Sequence[Raw]) -> Iterator[Answer]:
        """The answers of one process until it has answered all or has ended."""
        process = self._started()
        assert process.stdin is not None and process.stdout is not None
        self._deadline = time.monotonic() + self._limits.seconds
        try:
            pickle.dump(batch, process.stdin)
            process.stdin.flush()
        except OSError:
            self.close()
            return
        for raw in batch:
            frame = receive(process.stdout)  # type: ignore[arg-type]
            if frame is None:
                self.close()
                return
            self._deadline = time.monotonic() + self._limits.seconds
            words, notebook = frame
            refused = words.get("refused")
            yield Answer(raw.candidate, words.get("found"), notebook, tuple(refused) if refused else None)
        self._deadline = float("inf")

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._folder = tempfile.TemporaryDirectory(prefix="examdesk-", ignore_cleanup_errors=True)
        (Path(self._folder.name) / "form.json").write_text(json.dumps(self._paper.public), "utf-8")
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "examdesk.autograding.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=None if "EXAMDESK_DEBUG" in environment else subprocess.DEVNULL, env=environment,
            cwd=self._folder.name,
        )  # fmt: skip
        self._process, self._late, self._deadline = process, False, time.monotonic() + START
        threading.Thread(target=self._watch, args=[process], daemon=True).start()
        assert process.stdin is not None and process.stdout is not None
        try:
            pickle.dump(self._paper, process.stdin)
            pickle.dump(self._limits, process.stdin)
            process.stdin.flush()
            ready = receive(process.stdout)  # type: ignore[arg-type]
        except OSError:
            ready = None
        if ready is None:
            self.close()
            raise CourseError("the grading process does not start. Cure: run again with EXAMDESK_DEBUG=1 to see why")
        return process

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            if self._process is process and time.monotonic() > self._deadline:
                self._late = True
                process.kill()
                return
            time.sleep(LOOK)

    def _why(self) -> tuple[str, str]:
        if self._late:
            return "time", f"it took longer than the {self._limits.seconds:g} seconds a submission may take, twice"
        return "ended-process", "it ended the grading process twice"


_children: dict[int, tuple[int, Child]] = {}  # by thread: the number of the paper, its child


def run_batch(paper: Paper, number: int, batch: Sequence[Raw], limits: Limits) -> list[Answer]:
    """The answers about `batch`, by this thread's own child for the run `number`."""
    thread = threading.get_ident()
    kept = _children.get(thread)
    if kept is None or kept[0] != number:
        if kept is not None:
            kept[1].close()
        kept = _children[thread] = number, Child(paper, limits)
    return list(kept[1].run(batch))


def run_packed(sent: bytes, number: int, batch: Sequence[Raw]) -> list[Answer]:
    """`run_batch` on a Dask worker, which imports nothing but this line of the package: no gradebook, no pandas."""
    paper, limits = pickle.loads(sent)
    return run_batch(paper, number, batch, limits)


def close_children(number: int) -> None:
    """Ends the children of the run `number` in this process."""
    for thread, (whose, child) in list(_children.items()):
        if whose == number:
            child.close()
            del _children[thread]
