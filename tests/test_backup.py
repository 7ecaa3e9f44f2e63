"""One file holds gradebook and records of one moment; a restore brings them back and loses nothing."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from examdesk.errors import CourseError
from examdesk.records import Records, sqlite_files
from examdesk.records.backup import MANIFEST, backup, restore
from examdesk.records.tables import SCHEMA
from tests.test_records import graded, mark

CORRECTIONS = "exams/E10/forms/a.corrections.yaml"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one graded candidate, a marker's score and a correction."""
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: "quick")
    place = tmp_path / "course"
    (place / "exams" / "E10" / "forms").mkdir(parents=True)
    (place / CORRECTIONS).write_text("- first\n", "utf-8")
    Records.open(place).save_submission(graded(mark()))
    with Gradebook(f"sqlite:///{place / 'gradebook.db'}") as book:
        book.add_assignment("E10-a")
        book.add_notebook("E10-a", "E10-a")
        book.add_grade_cell("I-801", "E10-a", "E10-a", max_score=2, cell_type="code")
        book.add_student("li")
        book.add_submission("E10-a", "li")
        book.find_grade("I-801", "E10-a", "E10-a", "li").manual_score = 1.5
        book.db.commit()
    return place


def content(course: Path) -> dict[str, object]:
    """Everything a backup is about."""
    found: dict[str, object] = {CORRECTIONS: (course / CORRECTIONS).read_text("utf-8")}
    for path in (course / "gradebook.db", course / "grading" / "records.db"):
        with closing(sqlite3.connect(path)) as connection:
            for table in sqlite_files._tables(connection):
                found[table] = connection.execute(f"SELECT * FROM {table}").fetchall()
    return found


def score(course: Path, points: float) -> None:
    with closing(sqlite3.connect(course / "gradebook.db")) as book, book:
        book.execute("UPDATE grade SET manual_score = ?", (points,))


def test_both_deleted_come_back_as_they_were(course: Path) -> None:
    before, file = content(course), backup(course)
    for path in (course / "gradebook.db", course / "grading" / "records.db"):
        path.unlink()
    (course / CORRECTIONS).unlink()
    done = restore(course, file)
    assert content(course) == before and set(done.replaced) == {"gradebook.db", "records.db", CORRECTIONS}
    assert done.kept == () and done.exams == ("E10",)
    assert file.parent == course / "backups" and file.stat().st_mode & 0o077 == 0
    assert not list(course.rglob(".examdesk-*"))


def test_the_manifest_says_engine_schema_counts_and_digests(course: Path) -> None:
    with zipfile.ZipFile(backup(course)) as archive:
        manifest = json.loads(archive.read(MANIFEST))
    assert manifest["schema"] == SCHEMA and manifest["engine"].startswith("examdesk ")
    assert manifest["counts"]["marks"] == manifest["counts"]["submissions"] == manifest["counts"]["grade"] == 1
    assert all(len(one["sha256"]) == 64 for one in manifest["files"].values()) and len(manifest["files"]) == 3


def test_a_course_that_knows_more_is_not_overwritten_without_force(course: Path) -> None:
    file = backup(course)
    Records.open(course).save_marks([mark(points="2", kind="marker")], at="2026-03-03T00:00:00Z")
    score(course, 2.0)
    (course / CORRECTIONS).write_text("- first\n- second\n", "utf-8")
    after = content(course)
    with pytest.raises(CourseError, match=r"does not: 1 marks, 1 scores of markers; .* --force"):
        restore(course, file)
    assert content(course) == after
    done = restore(course, file, force=True)
    assert len(Records.open(course).marks()) == 1
    assert len(done.kept) == 3 and all(".before-restore-" in place for place in done.kept)
    kept = {Path(place).name.partition(".before-restore-")[0]: Path(place) for place in done.kept}
    assert kept["a.corrections.yaml"].read_text("utf-8") == "- first\n- second\n"
    assert sqlite_files.counts(kept["records.db"])["marks"] == 2
    assert sqlite_files.lacking(kept["gradebook.db"], course / "gradebook.db") == {"scores of markers": 1}


def test_a_backup_of_today_may_be_restored_over_today(course: Path) -> None:
    file, before = backup(course), content(course)
    restore(course, file)
    assert content(course) == before


def test_logs_of_decisions_come_back_and_one_that_knows_more_stays(course: Path) -> None:
    verdicts, keys, other = (course / "grading" / f"{name}.jsonl" for name in ("mystery", "open-keys", "rehearsals"))
    for path in (verdicts, keys, other):
        path.write_text('{"n": 1}\n', "utf-8")
    file = backup(course)
    verdicts.unlink()
    keys.write_text('{"n": 1}\n{"n": 2}\n', "utf-8")
    other.write_text('{"n": 7}\n', "utf-8")
    done = restore(course, file)
    assert verdicts.read_text("utf-8") == other.read_text("utf-8") == '{"n": 1}\n'
    assert keys.read_text("utf-8") == '{"n": 1}\n{"n": 2}\n'
    (kept,) = (Path(place) for place in done.kept if "rehearsals" in place)
    assert kept.read_text("utf-8") == '{"n": 7}\n'


def test_a_program_that_has_the_records_open_sees_the_restored_ones(course: Path) -> None:
    file = backup(course)
    with closing(sqlite3.connect(course / "grading" / "records.db")) as reader:
        Records.open(course).save_marks([mark(points="2", kind="marker")], at="2026-03-03T00:00:00Z")
        assert reader.execute("SELECT count(*) FROM marks").fetchone() == (2,)
        restore(course, file, force=True)
        assert reader.execute("SELECT count(*) FROM marks").fetchone() == (1,)
    Records.open(course).save_marks([mark(points="2", kind="marker")], at="2026-03-03T00:00:00Z")
    assert len(Records.open(course).marks()) == 2


def test_damaged_records_are_moved_aside_with_their_side_files(course: Path) -> None:
    file, before = backup(course), content(course)
    records = course / "grading" / "records.db"
    records.write_bytes(b"no database" * 1000)
    records.with_name("records.db-wal").write_bytes(b"left over")
    restore(course, file)
    assert content(course) == before
    assert any(path.name.endswith("-wal") for path in (course / "grading").glob("records.db.before-restore-*"))


@pytest.mark.parametrize("place", [0.02, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_damaged_file_is_refused_and_nothing_changes(course: Path, place: float) -> None:
    file, before = backup(course), content(course)
    raw = bytearray(file.read_bytes())
    at = int(len(raw) * place)
    raw[at:at + 8] = bytes(255 - one for one in raw[at:at + 8])
    file.write_bytes(raw)
    try:
        restore(course, file)
    except CourseError as error:
        assert "damaged" in str(error) and "\n" not in str(error)
    assert content(course) == before  # also where the damage hit nothing that is read


@pytest.mark.parametrize("length", [0, 10, 500, -1, -100])
def test_half_a_file_is_refused(course: Path, length: int) -> None:
    file, before = backup(course), content(course)
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(CourseError, match="damaged or no backup"):
        restore(course, file)
    assert content(course) == before
    with pytest.raises(CourseError, match="no such file"):
        restore(course, course / "nowhere.zip")


def rewritten(file: Path, **changed: object) -> None:
    """The backup with another manifest, and one more file when it names one."""
    with zipfile.ZipFile(file) as archive:
        pieces = {name: archive.read(name) for name in archive.namelist()}
    manifest = {**json.loads(pieces.pop(MANIFEST)), **changed}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(MANIFEST, json.dumps(manifest))
        for name, raw in pieces.items():
            archive.writestr(name, raw)


@pytest.mark.parametrize("changed", [{"schema": SCHEMA + 1}, {"examdesk_backup": 2}])
def test_a_newer_backup_is_refused(course: Path, changed: dict[str, int]) -> None:
    file, before = backup(course), content(course)
    rewritten(file, **changed)
    with pytest.raises(CourseError, match=r"newer Examdesk .* Cure: update Examdesk"):
        restore(course, file)
    assert content(course) == before


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "exams/../../outside", "exams/E10/exam.yaml", "x.py"])
def test_a_backup_writes_only_what_it_is_about(course: Path, name: str) -> None:
    file, before = backup(course), content(course)
    rewritten(file, files={name: {"bytes": 0, "sha256": hashlib.sha256().hexdigest()}})
    with pytest.raises(CourseError, match="no backup of Examdesk"):
        restore(course, file)
    assert content(course) == before


def test_a_backup_never_replaces_another_and_nothing_is_no_backup(course: Path, tmp_path: Path) -> None:
    file = backup(course, tmp_path / "one.zip")
    with pytest.raises(CourseError, match="exists already"):
        backup(course, file)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CourseError, match="neither a gradebook nor records"):
        backup(tmp_path / "empty")


WRITER = """
import sqlite3, sys
book, records = (sqlite3.connect(path, isolation_level=None, timeout=60) for path in sys.argv[1:])
for number in range(1_000_000):  # as a grader does: the gradebook, then the records
    book.execute("INSERT INTO student (id, lms_user_id) VALUES (?, '')", (f"s{number}",))
    records.execute("INSERT INTO schema_version VALUES (0)")
    if number == 0:
        print("running", flush=True)
"""


def test_backups_during_a_running_writer_hold_both_of_one_moment(course: Path, tmp_path: Path) -> None:
    paths = [str(course / "gradebook.db"), str(course / "grading" / "records.db")]
    with subprocess.Popen([sys.executable, "-c", WRITER, *paths], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == "running\n"
        seen = []
        for number in range(5):
            with zipfile.ZipFile(backup(course, tmp_path / f"{number}.zip")) as archive:
                counts = json.loads(archive.read(MANIFEST))["counts"]
            seen.append(counts["student"] - 1)
            assert seen[-1] - (counts["schema_version"] - 1) in (0, 1)
            time.sleep(0.05)
        writer.kill()
    assert seen == sorted(seen) and seen[0] < seen[-1], "it went on writing"


def test_a_database_somebody_holds_for_long_is_said(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "WAIT", 0)
    with closing(sqlite3.connect(course / "gradebook.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(CourseError, match="another program is writing"):
            backup(course)
    assert not list(course.rglob("*.zip"))
