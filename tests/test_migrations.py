"""Records of an older version come forward whole; what is broken off leaves the old version as it was."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

from examdesk.records import Records, migrations, tables

SCHEMA_1 = """
CREATE TABLE schema_version (version INTEGER NOT NULL);
CREATE TABLE submissions (
    id INTEGER NOT NULL PRIMARY KEY, candidate VARCHAR(200) NOT NULL, form VARCHAR(200) NOT NULL,
    exam VARCHAR(200) NOT NULL, attempt INTEGER NOT NULL, outcome VARCHAR(20) NOT NULL,
    input_digest VARCHAR(64) NOT NULL, form_digest VARCHAR(64) NOT NULL, engine VARCHAR(80) NOT NULL,
    at VARCHAR(40) NOT NULL, late_seconds FLOAT NOT NULL, seconds_used FLOAT, simulated BOOLEAN NOT NULL,
    journal_head VARCHAR(64) NOT NULL, code VARCHAR(80) NOT NULL, message TEXT NOT NULL);
CREATE INDEX submissions_sat ON submissions (candidate, form);
CREATE TABLE marks (
    id INTEGER NOT NULL PRIMARY KEY, submission INTEGER, candidate VARCHAR(200) NOT NULL, form VARCHAR(200) NOT NULL,
    attempt INTEGER NOT NULL, item VARCHAR(80) NOT NULL, criterion VARCHAR(200) NOT NULL, points VARCHAR(80),
    out_of VARCHAR(80) NOT NULL, reason TEXT NOT NULL, grader VARCHAR(200) NOT NULL, kind VARCHAR(20) NOT NULL,
    evidence TEXT NOT NULL, input_digest VARCHAR(64) NOT NULL, at VARCHAR(40) NOT NULL,
    FOREIGN KEY(submission) REFERENCES submissions (id));
CREATE INDEX marks_form ON marks (form);
CREATE TABLE flags (
    id INTEGER NOT NULL PRIMARY KEY, submission INTEGER NOT NULL, candidate VARCHAR(200) NOT NULL,
    form VARCHAR(200) NOT NULL, attempt INTEGER NOT NULL, code VARCHAR(80) NOT NULL, detail TEXT NOT NULL,
    hold BOOLEAN NOT NULL, at VARCHAR(40) NOT NULL, FOREIGN KEY(submission) REFERENCES submissions (id));
CREATE INDEX flags_form ON flags (form);
CREATE TABLE decisions (
    id INTEGER NOT NULL PRIMARY KEY, candidate VARCHAR(200) NOT NULL, form VARCHAR(200) NOT NULL,
    attempt INTEGER NOT NULL, code VARCHAR(80) NOT NULL, "by" VARCHAR(200) NOT NULL, why TEXT NOT NULL,
    input_digest VARCHAR(64) NOT NULL, at VARCHAR(40) NOT NULL);
CREATE INDEX decisions_form ON decisions (form);
INSERT INTO schema_version VALUES (1);
INSERT INTO submissions VALUES (1, 'li', 'E10-a', 'E10', 1, 'graded', 'in-1', 'form-1', 'examdesk 0.1.0',
    '2026-03-01T08:00:00Z', 0, 1500, 0, 'ab12', '', '');
INSERT INTO marks VALUES (1, 1, 'li', 'E10-a', 1, 'I-801', 'whole', '1/3', '2', 'chose b', 'examdesk 0.1.0', 'machine',
    '{"chose": ["b"]}', 'in-1', '2026-03-01T08:00:00Z');
INSERT INTO marks VALUES (2, NULL, 'li', 'E10-a', 1, 'I-801', 'whole', '2', '2', '评语', 'Li Hua', 'marker', '{}',
    'in-1', '2026-03-02T08:00:00Z');
INSERT INTO flags VALUES (1, 1, 'li', 'E10-a', 1, 'journal-gap', '1 entry is missing', 1, '2026-03-01T08:00:00Z');
INSERT INTO decisions VALUES (1, 'li', 'E10-a', 1, 'journal-gap', 'wang', 'seen on paper', 'in-1',
    '2026-03-02T08:00:00Z');
"""
OLD = ("schema_version", "submissions", "marks", "flags", "decisions")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course whose records were written by version 1."""
    (tmp_path / "grading").mkdir()
    with closing(sqlite3.connect(tmp_path / "grading" / "records.db")) as old:
        old.executescript("PRAGMA journal_mode=WAL;" + SCHEMA_1)
    return tmp_path


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """{table: its rows} of an SQLite file."""
    with closing(sqlite3.connect(path)) as found:
        names = [name for name, in found.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: found.execute(f"SELECT * FROM {name}").fetchall() for name in names}


def test_everything_written_by_version_1_is_found(course: Path) -> None:
    records = Records.open(course)
    assert [row.candidate for row in records.submissions()] == ["li"]
    assert [(row.points, row.kind, row.reason) for row in records.marks()] == [
        (Fraction(1, 3), "machine", "chose b"), (2, "marker", "评语"),
    ]
    assert [row.points for row in records.in_force()] == [2]
    assert [row.code for row in records.flags()] == [row.code for row in records.decisions()] == ["journal-gap"]
    assert content(course / "grading" / "records.db")["schema_version"] == [(tables.SCHEMA,)]


def test_a_copy_of_the_old_file_stays_beside_it(course: Path) -> None:
    before = content(course / "grading" / "records.db")
    Records.open(course)
    assert content(course / "grading" / "records.db.schema1") == before
    assert sorted(before) == sorted(OLD)


def test_a_migrated_database_has_the_tables_of_a_new_one(course: Path, tmp_path: Path) -> None:
    Records.open(course)
    (tmp_path / "new").mkdir()
    Records.open(tmp_path / "new")
    shapes = []
    for place in (course, tmp_path / "new"):
        looked = inspect(create_engine(f"sqlite:///{place / 'grading' / 'records.db'}"))  # SQLite holds no text length
        shapes.append({
            name: ([(c["name"], str(c["type"]).split("(")[0], c["nullable"]) for c in looked.get_columns(name)],
                   sorted((i["name"], *i["column_names"]) for i in looked.get_indexes(name)))
            for name in looked.get_table_names()
        })
    assert shapes[0] == shapes[1]


def test_a_step_that_fails_leaves_the_old_version_whole(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE marks ADD COLUMN half INTEGER"))
        connection.execute(text("DELETE FROM flags"))
        raise RuntimeError("in the middle")

    before = content(course / "grading" / "records.db")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
    with pytest.raises(RuntimeError):
        Records.open(course)
    assert content(course / "grading" / "records.db") == before
    monkeypatch.undo()
    assert len(Records.open(course).marks()) == 2


def test_a_kill_in_the_middle_leaves_the_old_version_whole(course: Path) -> None:
    before = content(course / "grading" / "records.db")
    code = """
import os, signal, sys
from pathlib import Path
from examdesk.records import Records, migrations
killed = lambda connection: os.kill(os.getpid(), signal.SIGKILL)
migrations.MIGRATIONS = (*migrations.MIGRATIONS, killed)
Records.open(Path(sys.argv[1]))
"""
    assert subprocess.run([sys.executable, "-c", code, str(course)], capture_output=True).returncode == -9
    assert content(course / "grading" / "records.db") == before
    assert len(Records.open(course).marks()) == 2
