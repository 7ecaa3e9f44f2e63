"""Everything a grading leaves behind, without the ids and times that differ from run to run."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat

from examdesk.bench.grading import ROWS

COMMENTS = (
    "select s.student_id, c.name, o.auto_comment, o.manual_comment from comment o join base_cell c on c.id = o.cell_id "
    "join submitted_notebook n on n.id = o.notebook_id join submitted_assignment s on s.id = n.assignment_id "
    "order by 1, 2"
)
FLAGS = "select candidate, form, code, detail, hold from flags order by 1, 2, 3, 4"
STUDENTS = "select id from student order by 1"


def state(course: Path) -> dict[str, Any]:
    """Gradebook rows, records and autograded notebooks of a course."""
    queries = {**ROWS, "comments": COMMENTS, "flags": FLAGS, "students": STUDENTS}
    found: dict[str, Any] = {}
    for name, query in queries.items():
        database = "grading/records.db" if name in ("submissions", "marks", "flags") else "gradebook.db"
        with sqlite3.connect(course / database) as opened:
            found[name] = opened.execute(query).fetchall()
    found["notebooks"] = {
        path.relative_to(course).as_posix(): nbformat.reads(path.read_text("utf-8"), as_version=4)
        for path in sorted(course.glob("autograded/*/*/*.ipynb"))
    }
    found["files"] = {
        path.relative_to(course).as_posix(): path.read_bytes()
        for path in sorted(course.glob("autograded/*/*/*"))
        if path.suffix != ".ipynb" and path.name != "submission_secret.txt"
    }
    return found


def differing(some: dict[str, Any], others: dict[str, Any]) -> list[str]:
    """Where two states differ, one line each; [] when they are the same."""
    lines = []
    for name, rows in some.items():
        theirs = others[name]
        if isinstance(rows, dict):
            lines += [f"{name}: {key}" for key in sorted({*rows, *theirs}) if rows.get(key) != theirs.get(key)]
        else:
            ours, others_ = Counter(rows), Counter(theirs)  # a line written twice is another state
            lines += [f"{name}: {row}" for row in (ours - others_).elements()]
            lines += [f"{name}: not {row}" for row in (others_ - ours).elements()]
    return lines
