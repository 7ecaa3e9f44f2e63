"""Migrations, regrades and backups on a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from examdesk.bank.corrections import corrected
from examdesk.errors import CourseError
from examdesk.model import Correction
from examdesk.records import Records, migrations
from examdesk.records.backup import backup, restore
from examdesk.records.regrades import Regrades
from examdesk.records.tables import SCHEMA
from tests.conftest import real_form
from tests.postgres import Server, serving
from tests.test_migrations import SCHEMA_1

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def url(running: Server) -> str:
    """A database with records of version 1."""
    found = running.database()
    ddl = SCHEMA_1.replace("FLOAT", "DOUBLE PRECISION")
    ddl = ddl.replace("id INTEGER NOT NULL PRIMARY KEY", "id SERIAL PRIMARY KEY")
    ddl = ddl.replace("1500, 0, 'ab12'", "1500, false, 'ab12'").replace("missing', 1,", "missing', true,")
    with create_engine(found).begin() as connection:
        connection.execute(text("CREATE SCHEMA examdesk; SET LOCAL search_path TO examdesk"))
        connection.execute(text(ddl.replace(":00", r"\:00")))
    return found


def asked(running: Server, url: str, query: str) -> list[str]:
    return running.sql(f"SET search_path TO examdesk; {query}", database=url.rpartition("/")[2])


def test_records_of_version_1_come_forward_on_postgresql_too(running: Server, url: str, tmp_path: Path,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(connection: Connection) -> None:
        connection.execute(text("DELETE FROM flags"))
        raise RuntimeError("in the middle")

    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
    with pytest.raises(RuntimeError):
        Records.open(tmp_path, url=url)
    monkeypatch.undo()
    assert asked(running, url, "SELECT version FROM schema_version") == ["1"]
    assert asked(running, url, "SELECT count(*) FROM flags") == ["1"]
    records = Records.open(tmp_path, url=url)
    assert [row.points for row in records.in_force()] == [2] and len(records.marks()) == 2
    assert asked(running, url, "SELECT version FROM schema_version") == [str(SCHEMA)]


def test_a_regrade_is_recorded_once_on_postgresql_too(url: str, tmp_path: Path) -> None:
    form = corrected(real_form("E10-a"), [Correction("2026-03-09T10:00:00Z", 1, "x", "y", "I-801", void=True)])
    regrades = Regrades(Records.open(tmp_path, url=url), form.id)
    before = regrades.state()
    assert regrades.save(form, [], [], state=before) and not regrades.save(form, [], [], state=before)
    regrades.finish(form)
    assert regrades.steps(1) == {"recorded", "finished"}


def test_a_database_is_dumped_and_comes_back(running: Server, url: str, tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    course = tmp_path / "course"
    (course / "exams").mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(f"get_config().CourseDirectory.db_url = {url!r}\n", "utf-8")
    before, file = asked(running, url, "SELECT * FROM marks ORDER BY id"), backup(course)
    asked(running, url, "DELETE FROM marks")
    with pytest.raises(CourseError, match=r"1 submissions .* --force"):
        restore(course, file)
    done = restore(course, file, force=True)
    assert asked(running, url, "SELECT * FROM marks ORDER BY id") == before
    assert done.replaced == ("database.pgdump",) and Path(done.kept[0]).stat().st_size > 0
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match=r"pg_dump is not on this machine\. Cure: .* pg_dump --format=custom"):
        backup(course, tmp_path / "two.zip")
