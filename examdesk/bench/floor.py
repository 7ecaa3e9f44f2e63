"""The least that grading can cost here: standard library only, no limit, no lock, no resume, no flag.

    python floor.py COURSE FORM TO NAMES

Reads every notebook and journal as JSON, runs the exam's own hidden cells (compiled once) in the submission's folder,
writes the autograded notebooks to TO and, in one SQLite transaction into TO/floor.db, the rows that `examdesk
autograde` writes into gradebook and records. Prints nothing. It imports nothing but the standard library; the hidden
cells import `examdesk.graders`, as they do everywhere, and `award` reads form.json and journal of the folder with the
same checks as ever: that is part of the exam's own cells, and of the floor.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sqlite3
import sys
import uuid
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

Rows = dict[str, list[Any]]
TABLES = ("student", "submitted_assignment", "submitted_notebook", "grade", "submissions", "marks")
_encode = json.JSONEncoder(ensure_ascii=False).encode
_sorted = json.JSONEncoder(sort_keys=True).encode
MARK = "application/vnd.examdesk.mark+json"


def main(course: Path, form: str, to: Path, candidates: list[str]) -> None:
    to.mkdir(parents=True)
    book, tables = _database(course, form, to)
    source = json.loads((course / "source" / form / f"{form}.ipynb").read_text("utf-8"))
    frozen = _digest_of(course, form)
    cells = _cells(source, course, form)
    pieces = json.dumps(source, ensure_ascii=False).split('"outputs here"')
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    rows: Rows = {name: [] for name in TABLES}
    for number, candidate in enumerate(candidates, start=1):
        folder = course / "submitted" / candidate / form
        json.loads((folder / f"{form}.ipynb").read_bytes())
        raw = (folder / "responses.jsonl").read_bytes()
        events = [json.loads(line) for line in raw.splitlines()]
        time = (folder / "timestamp.txt").read_text("utf-8").strip()
        os.chdir(folder)
        marks, scores, outputs = _run(cells)
        target = to / candidate / form
        target.mkdir(parents=True)
        book_text = "".join(text for pair in zip(pieces, [*outputs, ""], strict=True) for text in pair)
        (target / f"{form}.ipynb").write_text(book_text, "utf-8")
        _gradebook_rows(rows, tables, candidate, time, scores)
        _record_rows(rows, candidate, form, frozen, raw, time, events, marks, number, at)
    _write(book, rows)


def _run(cells: list[Any]) -> tuple[dict[str, Any], dict[str, float], list[str]]:
    """Marks and scores of the submission in this folder, and the outputs of every code cell as JSON."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    marks: dict[str, Any] = {}
    scores: dict[str, float] = {}
    outputs: list[str] = []
    for count, (body, last, grade_id) in enumerate(cells, start=1):
        exec(body, namespace)
        value = eval(last, namespace) if last is not None else None
        if value is None:
            outputs.append("[]")
            continue
        bundle = value._repr_mimebundle_()
        shown = {"output_type": "execute_result", "data": bundle, "metadata": {}, "execution_count": count}
        outputs.append(_encode([shown]))
        marks[bundle[MARK]["item"]] = bundle[MARK]
        scores[grade_id] = float(bundle["text/plain"])
    return marks, scores, outputs


def _cells(source: dict[str, Any], course: Path, form: str) -> list[Any]:
    """[(statements, last expression, grade id)] of the locked code cells, compiled; the notebook made ready."""
    with sqlite3.connect(course / "gradebook.db") as book:
        sums = dict(book.execute("select c.name, c.checksum from source_cell c join notebook n on n.id = c.notebook_id "
                                 "where n.name = ?", [form]))
    cells = []
    source["metadata"]["examdesk"]["form"] = form
    for cell in source["cells"]:
        grade_id = cell["metadata"]["nbgrader"]["grade_id"]
        cell["metadata"]["nbgrader"].update(checksum=sums[grade_id])
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] == "code":
            tree = ast.parse(cell["source"])
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            ending = compile(ast.Expression(last.value), "<cell>", "eval") if last else None
            cells.append((compile(tree, "<cell>", "exec"), ending, grade_id))
            cell["outputs"] = "outputs here"
            cell["execution_count"] = len(cells)
    return cells


def _database(course: Path, form: str, to: Path) -> tuple[sqlite3.Connection, Any]:
    """A database with the gradebook's rows before grading and the tables of both, and the ids grading needs."""
    book = sqlite3.connect(to / "floor.db")
    with sqlite3.connect(course / "before.db") as old:
        old.backup(book)
    with sqlite3.connect(course / "grading" / "records.db") as records:
        for (ddl,) in records.execute("select sql from sqlite_master where sql is not null"):
            book.execute(ddl)
    assignment = book.execute("select id from assignment where name = ?", [form]).fetchone()[0]
    notebook = book.execute("select id from notebook where assignment_id = ?", [assignment]).fetchone()[0]
    cells = book.execute("select c.id, c.name from base_cell c join grade_cells g on g.id = c.id "
                         "where c.notebook_id = ?", [notebook]).fetchall()
    return book, (assignment, notebook, cells)


def _gradebook_rows(rows: Rows, tables: Any, candidate: str, time: str, scores: dict[str, float]) -> None:
    assignment, notebook, cells = tables
    submission, book = uuid.uuid4().hex, uuid.uuid4().hex
    rows["student"].append((candidate, None, None, None, None))
    rows["submitted_assignment"].append((submission, assignment, candidate, time.removesuffix(" UTC"), None))
    rows["submitted_notebook"].append((book, submission, notebook, False, None))
    rows["grade"] += [(uuid.uuid4().hex, book, number, scores[name], None, None, False) for number, name in cells]


def _record_rows(rows: Rows, candidate: str, form: str, frozen: str, raw: bytes, time: str, events: list[Any],
                 marks: dict[str, Any], number: int, at: str) -> None:
    engine = next(iter(marks.values()))["grader"]
    sealed = hashlib.sha256()
    for piece in (raw, b"[]", time.encode()):
        sealed.update(hashlib.sha256(piece).digest())
    digest, start = sealed.hexdigest(), events[0]["value"]
    pairs = pairwise(events)
    seconds = sum(b["mono"] - a["mono"] for a, b in pairs) / 1000
    rows["submissions"].append((number, candidate, form, start["exam"], 1, "graded", digest, frozen, engine, at, 0.0,
                                seconds, start["simulated"], events[-1]["hash"], "", ""))
    for item, mark in marks.items():
        evidence = _sorted({**mark["evidence"], "critical": mark["critical"], "suspected": mark["suspected"]})
        for part in mark["parts"] or [{**mark, "criterion": "whole"}]:
            rows["marks"].append((None, number, candidate, form, 1, item, part["criterion"], part["points"],
                                  part["out_of"], part["reason"], engine, "machine", evidence, digest, at))


def _write(book: sqlite3.Connection, rows: Rows) -> None:
    with book:
        for name, values in rows.items():
            if values:
                book.executemany(f"insert into {name} values ({','.join('?' * len(values[0]))})", values)


def _digest_of(course: Path, form: str) -> str:
    """The digest the frozen form carries in its last line."""
    exam, name = form.rsplit("-", 1)
    return (course / "exams" / exam / "forms" / f"{name}.yaml").read_text("utf-8").rsplit("digest: ", 1)[1].strip()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]).read_text("utf-8").split())
