"""What stands in a folder, to be compared with what stood there before. No link is followed."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

Tree = dict[str, tuple[int, int, str]]
"""{path: (mode, size, content)}; content is a digest, a link's target, or the time of the last change."""

OUTPUTS = {"autograded", "feedback", "exports", "gradebook.db", "grades.csv", ".nbgrader.log"}
LARGE = 1_000_000  # bytes, above which the time of the last change stands for the content


def read_only(course: Path) -> Tree:
    """All of a course that marking may only read, what lies beside it, and the home of the user."""
    here = {name: entry for place in (course, course.parent / "outside", Path.home())
            for name, entry in _tree(place).items()}
    return {name: entry for name, entry in here.items() if not _is_output(course, name)}


def _is_output(course: Path, name: str) -> bool:
    inside = os.path.relpath(name, course)
    if os.path.relpath(name, Path.home()).startswith((".cache", ".ipython", ".config/matplotlib")):
        return True  # what matplotlib and IPython write the first time they are loaded
    return inside.split(os.sep)[0] in OUTPUTS or inside.startswith(("grading/records.db", "grading/.records"))


def _tree(folder: Path) -> Tree:
    found: Tree = {}
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = os.path.join(place, name)
            seen = os.lstat(path)
            if not (stat.S_ISDIR(seen.st_mode) and place == os.fspath(folder)):
                found[path] = (seen.st_mode, 0 if stat.S_ISDIR(seen.st_mode) else seen.st_size, _content(path, seen))
        folders[:] = [name for name in folders if len(os.path.join(place, name)) < 3_000]
    return found


def _content(path: str, seen: os.stat_result) -> str:
    if stat.S_ISLNK(seen.st_mode):
        return os.readlink(path)
    if stat.S_ISREG(seen.st_mode) and 0 < seen.st_size < LARGE:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    return str(seen.st_mtime_ns)
