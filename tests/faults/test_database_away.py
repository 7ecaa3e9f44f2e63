"""Locked and lost databases: wait, then one clear line; nothing half written, nothing lost, nothing twice."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from examdesk.errors import CourseError, DatabaseAway
from examdesk.records import Records, Started
from tests.faults.doors import Door
from tests.postgres import Server, serving
from tests.test_records import AT, graded, mark

pytestmark = pytest.mark.slow


@pytest.fixture
def own() -> Iterator[Server]:
    """A server this test may kill."""
    with serving() as running:
        yield running


def save(records: Records, number: int) -> None:
    name = f"c{number:02}"
    records.save_started([Started(name, "E10-a", "in-1")])
    records.save_submission(graded(mark(candidate=name), mark("R-C06", None, candidate=name), candidate=name))
    records.save_marks([mark("R-C06", "2", kind="marker", candidate=name)], at=AT)


def written(records: Records) -> list[tuple[str, str]]:
    return [(row.candidate, row.item) for row in records.marks()]


def expected(numbers: int) -> list[tuple[str, str]]:
    return [(f"c{n:02}", item) for n in range(numbers) for item in ("I-801", "R-C06", "R-C06")]


@contextlib.contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """Another program holds the SQLite file, so long or until the end of the block."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            held.set()
            done.wait(seconds)
    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join()


def wait_for_a_lock(tmp_path: Path, seconds: float) -> None:
    records = Records.open(tmp_path)
    with locked(tmp_path / "grading/records.db", seconds):
        begun = time.monotonic()
        save(records, 0)
    assert time.monotonic() - begun > seconds - 1
    assert written(records) == expected(1)


def test_a_lock_that_ends_is_waited_for(tmp_path: Path) -> None:
    wait_for_a_lock(tmp_path, 3)


@pytest.mark.soak
def test_a_lock_of_25_seconds_is_waited_for(tmp_path: Path) -> None:
    wait_for_a_lock(tmp_path, 25)


def give_up_on_a_lock(tmp_path: Path, busy_ms: int) -> None:
    records = Records.open(tmp_path, busy_ms=busy_ms)
    save(records, 0)
    with locked(tmp_path / "grading/records.db", 600):
        begun = time.monotonic()
        with pytest.raises(DatabaseAway, match=r"database is locked.*Cure") as told:
            save(records, 1)
        assert busy_ms / 1000 - 0.1 < time.monotonic() - begun < busy_ms / 1000 + 5
    assert "\n" not in str(told.value)
    assert written(records) == expected(1), "nothing is half written"
    save(records, 1)
    assert written(records) == expected(2)


def test_a_lock_that_never_ends_is_one_line(tmp_path: Path) -> None:
    give_up_on_a_lock(tmp_path, 1_000)


@pytest.mark.soak
def test_a_lock_that_never_ends_is_one_line_after_half_a_minute(tmp_path: Path) -> None:
    give_up_on_a_lock(tmp_path, 30_000)


def test_a_lock_on_postgresql_that_never_ends_is_one_line(tmp_path: Path, server: Server) -> None:
    import psycopg

    address = server.database()
    records = Records.open(tmp_path, url=address, busy_ms=1_000)
    save(records, 0)
    with psycopg.connect(address) as other:
        other.execute("LOCK TABLE examdesk.marks IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DatabaseAway, match=r"lock timeout.*Cure"):
            save(records, 1)
    save(records, 1)
    assert written(records) == expected(2)


def test_a_server_that_is_down_at_the_start_is_one_line(tmp_path: Path, own: Server) -> None:
    address = own.database()
    own.stop()
    with pytest.raises(CourseError, match=r"refused.*Cure: see that the server runs") as told:
        Records.open(tmp_path, url=address)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("how", [pytest.param("stop", marks=pytest.mark.soak), "kill"])
def test_a_server_that_goes_and_comes_back_loses_nothing_and_doubles_nothing(
    tmp_path: Path, own: Server, how: str
) -> None:
    records = Records.open(tmp_path, url=own.database())
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(60):
                save(records, number)
        except BaseException as error:
            failed.append(error)
    worker = threading.Thread(target=work)
    worker.start()
    for _ in range(3):
        time.sleep(0.7)
        getattr(own, how)()
        time.sleep(0.3)
        own.start()
    worker.join(120)
    assert not failed and not worker.is_alive()
    assert written(records) == expected(60)
    assert len(records.submissions()) == 60


def test_a_server_that_stays_away_is_one_line_and_the_rerun_completes(tmp_path: Path, own: Server) -> None:
    records = Records.open(tmp_path, url=own.database(), busy_ms=1_500)
    save(records, 0)
    own.kill()
    with pytest.raises(DatabaseAway, match=r"refused.*Cure") as told:
        save(records, 1)
    assert "\n" not in str(told.value)
    own.start()
    for number in range(3):
        save(records, number)
    assert written(records) == expected(3)


def test_a_commit_whose_answer_was_lost_is_found_and_never_doubled(tmp_path: Path, server: Server) -> None:
    door, name = Door(server.port), server.database().rsplit("/", 1)[1]
    records = Records.open(tmp_path, url=f"postgresql://examdesk@127.0.0.1:{door.port}/{name}")
    try:
        for number in range(10):
            door.drops = 1 + number % 3  # one COMMIT of each kind of work, or the second try's, too
            save(records, number)
            door.drops = 0
        assert door.dropped == 19
        held = graded(candidate="li", flags=())
        records.save_submission(held)
    finally:
        door.close()
    straight = Records.open(tmp_path, url=server.url(name))
    assert written(straight) == expected(10)
    assert [row.candidate for row in straight.submissions()] == [f"c{n:02}" for n in range(10)] + ["li"]
