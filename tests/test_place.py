"""One knob says where gradebook and records live, and its password is nobody's to read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy.exc import DataError, OperationalError
from traitlets.config import Config

from examdesk import demo
from examdesk.errors import CourseError
from examdesk.pipeline import configure
from examdesk.records import Records
from examdesk.records.gradebook import gradebook_url
from examdesk.records.place import VARIABLE, chosen, reason, shown, written
from tests.conftest import ROOT

URL = "postgresql://wang:s3cret@127.0.0.1:1/exams"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "grading").mkdir()
    (tmp_path / "nbgrader_config.py").write_text("from examdesk.pipeline import configure\nconfigure(get_config())\n")
    return tmp_path


def write(course: Path, line: str, mode: int = 0o600) -> None:
    (course / "grading/db_url").write_text(line + "\n")
    (course / "grading/db_url").chmod(mode)


def test_without_a_word_everything_is_in_files_of_the_course(course: Path) -> None:
    assert written(course) is chosen(course) is None
    Records.open(course)
    assert (course / "grading/records.db").is_file()
    assert gradebook_url(course) == f"sqlite:///{course.resolve() / 'gradebook.db'}"


def test_one_line_moves_gradebook_and_records_and_the_environment_wins(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(course, URL)
    assert gradebook_url(course) == URL
    with pytest.raises(CourseError, match=r"database exams at 127\.0\.0\.1: cannot be used"):
        Records.open(course)
    monkeypatch.setenv(VARIABLE, URL.replace("exams", "other"))
    assert gradebook_url(course).endswith("/other")
    with pytest.raises(CourseError, match=r"database other at 127\.0\.0\.1: cannot be used"):
        Records.open(course)
    assert not (course / "grading/records.db").exists()


def test_a_course_without_a_config_follows_the_knob_too(course: Path) -> None:
    (course / "nbgrader_config.py").unlink()
    write(course, URL)
    assert gradebook_url(course) == URL


def test_a_gradebook_the_instructor_has_placed_stays_where_it_is(course: Path) -> None:
    write(course, URL)
    config = Config(CourseDirectory={"db_url": "sqlite:////elsewhere.db"})
    configure(config, course=course)
    assert config.CourseDirectory.db_url == "sqlite:////elsewhere.db"
    configure(config := Config(), course=course)
    assert config.CourseDirectory.db_url == URL


@pytest.mark.parametrize("line, words", [
    ("postgresql://wang:s3cret@db", "no address of a PostgreSQL database"),
    ("postgresql://wang:s3cret@db:port/exams", "no address of a PostgreSQL database"),
    ("wang s3cret", "no address of a PostgreSQL database"),
    ("mysql://wang:s3cret@db/exams", "no address of a PostgreSQL database"),
    ("sqlite:////tmp/s3cret.db", "SQLite needs no line"),
    ("postgresql://wang:p@s3cret@db/exams", "as %40"),
])
def test_a_wrong_line_is_named_and_never_repeated(course: Path, line: str, words: str) -> None:
    write(course, line)
    with pytest.raises(CourseError, match=words) as told:
        Records.open(course)
    assert "grading/db_url" in str(told.value) and "Cure" in str(told.value)
    assert "s3cret" not in str(told.value) and told.value.__cause__ is None


def test_a_password_everybody_may_read_is_refused(course: Path) -> None:
    write(course, URL, 0o644)
    with pytest.raises(CourseError, match="chmod 600"):
        Records.open(course)
    write(course, URL.replace(":s3cret", ""), 0o644)
    assert chosen(course) is not None, "without a password there is nothing to hide"


def test_a_server_that_is_not_there_is_one_line_without_the_password(course: Path) -> None:
    write(course, URL)
    with pytest.raises(CourseError) as told:
        Records.open(course)
    assert "refused" in str(told.value) and "Cure: see that the server runs" in str(told.value)
    assert "\n" not in str(told.value) and "s3cret" not in str(told.value) and "wang" not in shown(chosen(course))


def test_a_reason_quotes_no_row(course: Path) -> None:
    said = 'value too long for type character varying(128)\nDETAIL:  Failing row contains (li, key b).\nLINE 1: INSERT'
    assert reason(DataError("INSERT", {}, Exception(said))) == "value too long for type character varying(128)"
    assert reason(OperationalError("", {}, Exception("refused\n\tIs it running?"))) == "refused Is it running?"


def test_the_line_with_the_password_is_never_tracked() -> None:
    for ignored in (ROOT / ".gitignore", ROOT / "examdesk/building/templates/gitignore"):
        assert "grading/db_url" in ignored.read_text("utf-8").splitlines()


@pytest.mark.slow
def test_the_demo_never_writes_into_the_database_of_a_real_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, URL)
    demo._fresh(tmp_path / "demo", ROOT / "exams")
    assert written(tmp_path / "demo") is None


def test_no_test_reaches_a_database_of_this_machine() -> None:
    assert VARIABLE not in os.environ
