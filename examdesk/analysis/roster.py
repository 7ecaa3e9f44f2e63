"""Who works where: grading/roster.csv."""

from __future__ import annotations

import csv
from pathlib import Path

from examdesk.errors import CourseError

GROUPS = ("department", "site", "stage")

Roster = dict[str, dict[str, str]]
"""{candidate: {department, site, stage}}; names stay out of every table."""


def read_groups(course: Path) -> Roster:
    """The groups of every candidate on the roster; {} without a roster."""
    path = course / "grading" / "roster.csv"
    if not path.is_file():
        return {}
    rows = list(csv.DictReader(_text(path).splitlines()))
    if rows and "candidate" not in rows[0]:
        raise CourseError(f"{path}: there is no column candidate (found: {', '.join(map(str, rows[0]))}). "
                          "Cure: begin the file with  candidate,name,department,site,stage")
    return {(row["candidate"] or "").strip(): {name: (row.get(name) or "").strip() for name in GROUPS}
            for row in rows}


def _text(path: Path) -> str:
    """The file's text: UTF-8, or what a Chinese Excel saves."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
