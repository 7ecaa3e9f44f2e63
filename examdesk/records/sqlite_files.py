"""SQLite databases as files: copied while others read and write, compared, and put in another's place."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from examdesk.errors import CourseError

WAIT = 60  # seconds for other programs to end their transactions
OURS = ("submissions", "marks", "flags", "decisions", "regrades")
_SCORED = ("SELECT g.id, g.manual_score, c.manual_comment FROM {0}.grade g LEFT JOIN {0}.comment c "
           "ON c.cell_id = g.cell_id AND c.notebook_id = g.notebook_id WHERE g.manual_score IS NOT NULL")


def path_of(url: str) -> Path | None:
    """The file of a SQLite address; None for another database."""
    found = make_url(url)
    return Path(str(found.database)) if found.get_backend_name() == "sqlite" else None


@contextmanager
def held(paths: Sequence[Path]) -> Iterator[None]:
    """Nobody writes any of the databases meanwhile; reading goes on."""
    until = time.monotonic() + WAIT
    with ExitStack() as locks:
        while not _locked(paths, locks):
            if time.monotonic() > until:
                names = " and ".join(path.name for path in paths)
                raise CourseError(f"{names}: another program is writing for more than {WAIT} seconds. Cure: wait until "
                                  "it has ended, then run this again")
        yield


def _locked(paths: Sequence[Path], locks: ExitStack) -> bool:
    """Takes the write locks of all, or of none: two programs never wait for each other's second one."""
    with ExitStack() as taken:
        for path in paths:
            connection = taken.enter_context(closing(sqlite3.connect(path, isolation_level=None, timeout=1)))
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    return False
                raise CourseError(f"{path}: cannot be used ({error}). Cure: see rights and free space") from None
            except sqlite3.DatabaseError as error:
                raise CourseError(f"{path}: damaged ({error}). Cure: restore it from a backup") from None
        locks.push(taken.pop_all())
    return True


def copy(path: Path, to: Path) -> None:
    """A whole copy of the database at `path`, on the disk before this returns."""
    to.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    with to.open("rb") as file:
        os.fsync(file.fileno())


def counts(path: Path) -> dict[str, int]:
    """{table: rows} of every table."""
    with closing(sqlite3.connect(path)) as connection:
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
                for name in _tables(connection)}


def schema_of(path: Path) -> int:
    """The version of the records' tables."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT version FROM schema_version").fetchone()[0])


def sound(path: Path) -> bool:
    """Whether SQLite finds the database whole. What is no database is not opened: SQLite would clear its -wal away."""
    if not _is_database(path):
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def lacking(path: Path, saved: Path | None) -> dict[str, int]:
    """{what: how many} that the database at `path` holds and the saved one does not; {} for one nobody can read.

    Of records every row; of a gradebook the scores and comments people gave, for all else can be made again.
    """
    if not _is_database(path):
        return {}
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("ATTACH ? AS saved", (":memory:" if saved is None else str(saved),))
            found = {table: _more(connection, table) for table in OURS if table in _tables(connection)}
            if "grade" in _tables(connection):
                found["scores of markers"] = _more_scores(connection)
            return {name: number for name, number in found.items() if number}
    except sqlite3.DatabaseError:
        return {}


def _more(connection: sqlite3.Connection, table: str) -> int:
    if table not in _tables(connection, "saved"):
        return int(connection.execute(f"SELECT count(*) FROM main.{table}").fetchone()[0])
    columns = [[row[1] for row in connection.execute(f"PRAGMA {place}.table_info({table})")] for place in
               ("main", "saved")]
    both = ", ".join(f'"{name}"' for name in columns[0] if name in columns[1])
    query = f"SELECT count(*) FROM (SELECT {both} FROM main.{table} EXCEPT SELECT {both} FROM saved.{table})"
    return int(connection.execute(query).fetchone()[0])


def _more_scores(connection: sqlite3.Connection) -> int:
    other = f" EXCEPT {_SCORED.format('saved')}" if "grade" in _tables(connection, "saved") else ""
    return int(connection.execute(f"SELECT count(*) FROM ({_SCORED.format('main')}{other})").fetchone()[0])


def _tables(connection: sqlite3.Connection, place: str = "main") -> list[str]:
    query = f"SELECT name FROM {place}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    return [name for name, in connection.execute(query)]


def put(new: Path, place: Path, stamp: str) -> list[str]:
    """Puts the database `new` in the place of `place`; returns where that which stood there is now.

    A sound database is overwritten inside, in one transaction of SQLite, so that a program that has it open sees the
    new one; a damaged one is moved aside with its side files.
    """
    kept = place.with_name(f"{place.name}.before-restore-{stamp}")
    if place.is_file() and sound(place):
        with held([place]):
            copy(place, kept)
        with closing(sqlite3.connect(new)) as source, closing(sqlite3.connect(place, timeout=WAIT)) as target:
            source.backup(target)
        return [str(kept)]
    moved = []
    for side in ("-wal", "-shm", "-journal", ""):  # a left -wal would be played into the new file
        path = place.with_name(place.name + side)
        if path.exists():
            path.rename(kept.with_name(kept.name + side))
            moved.append(str(kept.with_name(kept.name + side)))
    place.parent.mkdir(parents=True, exist_ok=True)
    new.replace(place)
    return moved
