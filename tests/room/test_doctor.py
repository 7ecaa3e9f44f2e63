"""`examdesk doctor`: a fit machine, and each fault an instructor will meet, with its cure."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from examdesk.cli import app
from examdesk.errors import CourseError
from examdesk.room import course as instructor
from examdesk.room import machine
from examdesk.room.machine import TRAINEE, Line, as_json, examine
from tests.conftest import ROOT
from tests.room.exams import course


def lines(check: Any, place: Path) -> list[tuple[str, str]]:
    return [(line.check, line.level) for line in examine(place, [check])]


def test_this_machine_is_fit(tmp_path: Path) -> None:
    found = examine(tmp_path, TRAINEE)
    assert not [line for line in found if line.level == "fault"]
    assert {line.check for line in found} == {"python", "packages", "extension", "kernel", "folder", "lock", "disk",
                                              "clock", "browser"}
    assert sorted(path.name for path in tmp_path.iterdir()) == []


def test_every_line_that_is_not_ok_has_a_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "EXTENSIONS", ("examdesk", "no-such-extension"))
    monkeypatch.setattr(machine, "FREE_WARN", 10**18)
    monkeypatch.setattr(machine, "SLOW_SYNC", 0.0)
    found = examine(tmp_path / "missing", TRAINEE) + examine(tmp_path, TRAINEE)
    bad = [line for line in found if line.level != "ok"]
    assert {(line.check, line.level) for line in bad} >= {
        ("extension", "fault"), ("folder", "fault"), ("folder", "warn"), ("disk", "warn")}
    assert all(line.cure and "\n" not in str(line) for line in bad)


@pytest.mark.parametrize(
    ("version", "level"), [((3, 10), "fault"), ((3, 11), "ok"), ((3, 13), "ok"), ((3, 14), "fault")]
)
def test_the_python_must_be_one_we_know(
    tmp_path: Path, version: tuple[int, int], level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "sys", SimpleNamespace(version_info=(*version, 1)))
    assert lines(machine.python, tmp_path) == [("python", level)]


def test_a_missing_package_is_a_fault_and_another_version_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ["jupyterlab==0.1", "no-such-package==1", 'x==1; extra=="y"']
    monkeypatch.setattr(machine.metadata, "requires", lambda _: wanted)
    assert lines(machine.packages, tmp_path) == [("packages", "warn"), ("packages", "fault")]


def test_an_examdesk_that_is_not_installed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Iterator[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(machine.metadata, "requires", missing)
    assert lines(machine.packages, tmp_path) == [("packages", "warn")]


@pytest.mark.parametrize("name", ["examdesk", "examdesk:plugin"])
def test_an_extension_that_is_switched_off_is_a_fault(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "labconfig"
    place.mkdir()
    (place / "page_config.json").write_text(json.dumps({"disabledExtensions": {name: True}}))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path))
    monkeypatch.setattr(machine, "EXTENSIONS", ("examdesk",))
    found, = examine(tmp_path, [machine.extension])
    assert found.level == "fault" and "switched off" in found.found


def test_the_users_own_word_on_an_extension_is_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, off in (("all", True), ("own", False)):
        (tmp_path / folder / "labconfig").mkdir(parents=True)
        said = {"disabledExtensions": {"examdesk": off}}
        (tmp_path / folder / "labconfig" / "page_config.json").write_text(json.dumps(said))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", os.pathsep.join([str(tmp_path / "own"), str(tmp_path / "all")]))
    assert lines(machine.extension, tmp_path)[0] == ("extension", "ok")


def test_an_extension_of_another_version_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.examdesk, "__version__", "99")
    assert lines(machine.extension, tmp_path)[0] == ("extension", "warn")


def test_a_kernel_of_another_python_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    argv = ["/opt/other/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Python", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    found, = examine(tmp_path, [machine.kernel])
    assert found.level == "warn" and "/opt/other/bin/python" in found.found


def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(machine.tempfile, "TemporaryDirectory", refused)
    found, = examine(tmp_path, [machine.folder])
    assert found.level == "fault" and "Permission denied" in found.found


def test_an_fsync_that_fails_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(machine.os, "fsync", broken)
    assert lines(machine.folder, tmp_path) == [("folder", "fault")]
    assert not list(tmp_path.iterdir())


def test_a_folder_on_a_machine_with_another_clock_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_written", lambda *_: (0.001, time.time() - 500, True))
    assert lines(machine.folder, tmp_path) == [("folder", "ok"), ("lock", "ok"), ("clock", "warn")]


def test_a_folder_without_locks_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("examdesk.journal.locks.fcntl", None)
    assert ("lock", "warn") in lines(machine.folder, tmp_path)


def test_a_full_disk_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: SimpleNamespace(free=5_000_000))
    assert lines(machine.disk, tmp_path) == [("disk", "fault")]


def test_a_clock_before_the_installation_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "__init__.py"
    file.touch()
    monkeypatch.setattr(machine.examdesk, "__file__", str(file))
    assert lines(machine.clock, tmp_path) == [("clock", "ok")]
    os.utime(file, (time.time() + 3 * 86_400,) * 2)
    assert lines(machine.clock, tmp_path) == [("clock", "fault")]


def test_what_nobody_thought_of_is_a_line_and_the_others_go_on(tmp_path: Path) -> None:
    def strange(_folder: Path) -> Iterator[Line]:
        raise RuntimeError("no\nway")

    def known(_folder: Path) -> Iterator[Line]:
        raise CourseError("this is wrong. Cure: that")

    found = examine(tmp_path, [strange, known, machine.browser])
    assert [line.level for line in found] == ["fault", "fault", "ok"]
    assert all("\n" not in str(line) for line in found)


# The course


@pytest.mark.slow
def test_the_projects_own_course_is_fit() -> None:
    assert lines(instructor.course, ROOT) == [("course", "ok"), ("nbgrader", "ok")]


def test_a_course_with_faults_names_the_first(tmp_path: Path) -> None:
    (tmp_path / "exams" / "bank" / "d01").mkdir(parents=True)
    (tmp_path / "exams" / "bank" / "d01" / "I-101.yaml").write_text("id: [")
    found = examine(tmp_path, [instructor.course])
    assert [(line.check, line.level) for line in found] == [("course", "fault"), ("nbgrader", "fault")]
    assert "the first: exams/" in found[0].found


def test_the_roster_is_counted(tmp_path: Path) -> None:
    place = course(tmp_path)
    assert lines(instructor.roster, place) == [("roster", "ok")]
    (place / "grading" / "roster.csv").unlink()
    assert lines(instructor.roster, place) == [("roster", "warn")]


def test_databases_that_are_not_there_are_not_made(tmp_path: Path) -> None:
    place = course(tmp_path)
    assert lines(instructor.database, place) == [("records", "ok"), ("gradebook", "ok")]
    assert not list(place.rglob("*.db"))


def test_a_damaged_database_is_a_fault(tmp_path: Path) -> None:
    place = course(tmp_path)
    (place / "gradebook.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with sqlite3.connect(place / "grading" / "records.db") as connection:
        connection.execute("CREATE TABLE t (x)")
    assert lines(instructor.database, place) == [("records", "ok"), ("gradebook", "fault")]


def test_a_database_that_does_not_answer_is_a_fault_without_its_password(tmp_path: Path) -> None:
    place = course(tmp_path)
    url = place / "grading" / "db_url"
    url.write_text("postgresql://li:wordpass@127.0.0.1:1/exams")
    url.chmod(0o600)
    found = examine(place, [instructor.database])
    assert (found[0].check, found[0].level) == ("database", "fault")
    assert not any("wordpass" in str(line) for line in found)


# The command


def test_the_command_ends_with_1_on_a_fault_and_speaks_json(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["doctor", "--folder", str(tmp_path), "--json"])
    found = json.loads(ran.stdout)
    assert ran.exit_code == 0 and found["fit"] and found["fault"] == 0
    ran = CliRunner().invoke(app, ["doctor", "--folder", str(tmp_path / "missing")])
    assert ran.exit_code == 1 and "fault folder" in ran.stdout and "Cure: " in ran.stdout


def test_warnings_leave_a_machine_fit() -> None:
    assert as_json([Line("disk", "warn", "little", "more")])["fit"]
