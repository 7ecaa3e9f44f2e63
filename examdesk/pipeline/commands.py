"""Starting nbgrader's own commands, as an instructor would type them."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from examdesk.errors import CourseError


def nbgrader(folder: Path, *words: str, environment: Mapping[str, str] | None = None,
             line: Callable[[str], None] | None = None) -> float:
    """Runs `nbgrader …` in `folder` and returns its CPU seconds, kernels included; `line` sees every line of its log.

    Raises `CourseError` with the last lines of the log when the command fails.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    log: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-m", "nbgrader", *words], cwd=folder,
        env={**os.environ, "PATH": path, **(environment or {})},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace",
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for text in process.stdout:
            log.append(text.rstrip())
            if line is not None:
                line(text)
    if process.returncode:
        tail = "\n".join(log[-6:])
        raise CourseError(f"nbgrader {' '.join(words)} failed:\n{tail}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
