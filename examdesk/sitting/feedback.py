"""The feedback page that nbgrader fetched into an exam's folder. It is looked for, never read: a browser shows it."""

from __future__ import annotations

import os
import re
import stat
from itertools import islice
from pathlib import Path

FOLDER = "feedback"
MAX_BYTES = 30_000_000
MOST = 1_000  # folders looked at
_WHEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z :._+-]{0,59}")  # nbgrader names a folder by the time of the hand-in


def newest_feedback(folder: Path, form: str) -> str:
    """The path below `folder` of the newest page on `form`, e.g. "feedback/2026-12-01 …/E10-a.html"; "" without one.

    Only a plain file of a sane size in a plain folder of a plain name counts; a link leads somewhere else.
    """
    place = folder / FOLDER
    try:
        if not stat.S_ISDIR(os.lstat(place).st_mode):
            return ""
        with os.scandir(place) as found:
            names = [one.name for one in islice(found, MOST) if one.is_dir(follow_symlinks=False)]
    except OSError:
        return ""
    good = (name for name in sorted(names, reverse=True) if _WHEN.fullmatch(name))
    return next((f"{FOLDER}/{name}/{form}.html" for name in good if _is_page(place / name / f"{form}.html")), "")


def _is_page(path: Path) -> bool:
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and 0 < found.st_size <= MAX_BYTES
