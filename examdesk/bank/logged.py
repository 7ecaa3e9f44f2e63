"""Files that only grow, one JSON object a line: what people decided, with who and when."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from examdesk.errors import CourseError


def append_entry(path: Path, entry: dict[str, Any], *, mode: int = 0o600) -> None:
    """Adds one line; it is on the disk when this returns. A line torn by a lost computer is closed first.

    `mode` are the rights of a new file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    line = ("\n" if _is_torn(path) else "") + json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n"
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, mode)
    try:
        os.write(descriptor, line.encode("utf-8", "replace"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_torn(path: Path) -> bool:
    if not path.is_file() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def logged(path: Path) -> list[dict[str, Any]]:
    """Every line of the file, in order; raises `CourseError` at the first that cannot be read."""
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return [_entry(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _entry(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    if isinstance(entry, dict):
        return entry
    raise CourseError(f"{path.name}:{number}: this line is damaged, so nobody can say what was decided. Cure: restore "
                      "the file from your backup")
