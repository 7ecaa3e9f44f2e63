"""The tables of grading/records.db, their version, and how a connection is opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from examdesk.errors import CourseError
from examdesk.records.migrations import MIGRATIONS, keep_copy, migrate

SCHEMA = len(MIGRATIONS) + 1
BUSY_MS = 30_000  # how long a worker waits for another one's transaction

metadata = MetaData()

schema = Table("schema_version", metadata, Column("version", Integer, nullable=False))

submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("candidate", String(200), nullable=False),
    Column("form", String(200), nullable=False),
    Column("exam", String(200), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("input_digest", String(64), nullable=False),
    Column("form_digest", String(64), nullable=False),
    Column("engine", String(80), nullable=False),
    Column("at", String(40), nullable=False),
    Column("late_seconds", Float, nullable=False),
    Column("seconds_used", Float),
    Column("simulated", Boolean, nullable=False),
    Column("journal_head", String(64), nullable=False),
    Column("code", String(80), nullable=False),
    Column("message", Text, nullable=False),
    Index("submissions_sat", "candidate", "form"),
)

marks = Table(
    "marks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission", ForeignKey("submissions.id")),
    Column("candidate", String(200), nullable=False),
    Column("form", String(200), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("item", String(80), nullable=False),
    Column("criterion", String(200), nullable=False),
    Column("points", String(80)),  # exact text like 3/2; NULL while unmarked
    Column("out_of", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("grader", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("evidence", Text, nullable=False),  # JSON
    Column("input_digest", String(64), nullable=False),
    Column("at", String(40), nullable=False),
    Index("marks_form", "form"),
)

flags = Table(
    "flags",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission", ForeignKey("submissions.id"), nullable=False),
    Column("candidate", String(200), nullable=False),
    Column("form", String(200), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("code", String(80), nullable=False),
    Column("detail", Text, nullable=False),
    Column("hold", Boolean, nullable=False),
    Column("at", String(40), nullable=False),
    Index("flags_form", "form"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("candidate", String(200), nullable=False),
    Column("form", String(200), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("code", String(80), nullable=False),  # the flag that held the result
    Column("by", String(200), nullable=False),
    Column("why", Text, nullable=False),
    Column("input_digest", String(64), nullable=False),
    Column("at", String(40), nullable=False),
    Index("decisions_form", "form"),
)

regrades = Table(
    "regrades",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form", String, nullable=False),
    Column("number", Integer, nullable=False),  # of the correction, from 1
    Column("step", String, nullable=False),  # recorded: the marks stand here; finished: the gradebook shows them
    Column("form_digest", String, nullable=False),  # of the corrected form
    Column("by", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("changed", Integer, nullable=False),  # marks that changed, or were kept
    Column("at", String, nullable=False),
    Index("regrades_form", "form"),
)


def connect(course: Path, url: str | None) -> Engine:
    """An engine for the course's records; the SQLite file and its tables are made when missing."""
    path = course / "grading" / "records.db"
    if url is None:
        if not course.is_dir():
            raise CourseError(f"{course}: no such course folder. Cure: run the command inside the course folder")
        path.parent.mkdir(exist_ok=True)
    place = path.as_posix() if url is None else "the records database"
    engine = engine_of(url or URL.create("sqlite", database=str(path)), wal=True)
    try:
        with writing(engine) as connection:
            _check_schema(connection, place)
    except DatabaseError as error:
        cure = "see that nobody else holds it, or restore it from your backup"
        raise CourseError(f"{place}: cannot be used ({error.orig}). Cure: {cure}") from None
    return engine


def engine_of(url: str | URL, *, busy_ms: int = BUSY_MS, wal: bool = False) -> Engine:
    """An engine whose transactions begin where `writing` says; `busy_ms` is how long it waits for another writer."""
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, busy_ms=busy_ms, wal=wal)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that takes the write lock at once, so that look-then-append is one step."""
    with engine.connect().execution_options(examdesk_write=True) as connection, connection.begin():
        yield connection


def append(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows of one shape. Their values go to the driver as they are: text, numbers, True and False, None.

    Half as dear as SQLAlchemy's own processing, which does nothing for such values.
    """
    if not rows:
        return
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=list(rows[0]))
    order = getattr(compiled, "positiontup", None)
    values = rows if order is None else [tuple(row[name] for name in order) for row in rows]
    connection.exec_driver_sql(str(compiled), values)


def _prepare_sqlite(engine: Engine, *, busy_ms: int, wal: bool) -> None:
    @event.listens_for(engine, "connect")
    def _pragmas(connection, _record):  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # transactions begin where we say, DDL included
        connection.execute(f"PRAGMA busy_timeout={busy_ms}")
        connection.execute("PRAGMA foreign_keys=ON")
        if wal and connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode=WAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("examdesk_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _check_schema(connection: Connection, place: str) -> None:
    """Makes the tables of a new database, brings an older one to today's version, refuses a newer one."""
    found = _version(connection)
    if found is None:
        metadata.create_all(connection)
        connection.execute(insert(schema).values(version=SCHEMA))
    elif found > SCHEMA:
        raise CourseError(
            f"{place}: written by a newer Examdesk (schema {found}; this one knows {SCHEMA}). Cure: update Examdesk"
        )
    elif found < SCHEMA:
        _migrate(connection, found)


def _version(connection: Connection) -> int | None:
    """The version of the tables in this database; None for an empty one."""
    if not inspect(connection).has_table(schema.name):
        return None
    found: int | None = connection.execute(select(schema.c.version)).scalar()
    return found


def _migrate(connection: Connection, found: int) -> None:
    """One transaction under the write lock: a kill leaves the old version whole, and two at once are one after one."""
    if connection.dialect.name == "sqlite":
        keep_copy(Path(str(connection.engine.url.database)), found)
    else:
        connection.execute(text(f"LOCK TABLE {schema.name} IN ACCESS EXCLUSIVE MODE"))
        found = connection.execute(select(schema.c.version)).scalar_one()
    if found < SCHEMA:
        migrate(connection, found)
