"""The tables of the records (grading/records.db, or a schema of the course's PostgreSQL database) and their version."""

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
    func,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateSchema

from examdesk.errors import CourseError
from examdesk.records import place
from examdesk.records.migrations import MIGRATIONS, keep_copy, migrate
from examdesk.records.patience import Patience

SCHEMA = len(MIGRATIONS) + 1
BUSY_MS = 30_000  # how long a worker waits for another one's transaction …
ONE_TRY_MS = 5_000  # … of that in one try; `Patience` tries again
PLACE = "examdesk"  # our schema in a PostgreSQL database; nbgrader's tables are in `public`
LOCKS = {True: (1_163_413_860, 1), False: (1_163_413_860, 2)}  # PostgreSQL's advisory locks: of records, of gradebook
PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}

metadata = MetaData()

schema = Table("schema_version", metadata, Column("version", Integer, nullable=False))

submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("candidate", String, nullable=False),
    Column("form", String, nullable=False),
    Column("exam", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("outcome", String, nullable=False),
    Column("input_digest", String, nullable=False),
    Column("form_digest", String, nullable=False),
    Column("engine", String, nullable=False),
    Column("at", String, nullable=False),
    Column("late_seconds", Float, nullable=False),
    Column("seconds_used", Float),
    Column("simulated", Boolean, nullable=False),
    Column("journal_head", String, nullable=False),
    Column("code", String, nullable=False),
    Column("message", Text, nullable=False),
    Column("handed_in", String),
    Index("submissions_sat", "candidate", "form"),
    Index("submissions_head", "journal_head"),
)

marks = Table(
    "marks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission", ForeignKey("submissions.id")),
    Column("candidate", String, nullable=False),
    Column("form", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("item", String, nullable=False),
    Column("criterion", String, nullable=False),
    Column("points", String),  # exact text like 3/2; NULL while unmarked
    Column("out_of", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("grader", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("evidence", Text, nullable=False),  # JSON
    Column("input_digest", String, nullable=False),
    Column("at", String, nullable=False),
    Index("marks_form", "form"),
)

flags = Table(
    "flags",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission", ForeignKey("submissions.id"), nullable=False),
    Column("candidate", String, nullable=False),
    Column("form", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("code", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("hold", Boolean, nullable=False),
    Column("at", String, nullable=False),
    Index("flags_form", "form"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("candidate", String, nullable=False),
    Column("form", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("code", String, nullable=False),  # the flag that held the result
    Column("by", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("input_digest", String, nullable=False),
    Column("at", String, nullable=False),
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


def connect(course: Path, url: str | URL | None, *, busy_ms: int = BUSY_MS) -> Engine:
    """An engine for the course's records, at `url` or where the instructor chose; missing tables are made."""
    path = course / "grading" / "records.db"
    if url is None and not course.is_dir():
        raise CourseError(f"{course}: no such course folder. Cure: run the command inside the course folder")
    found = make_url(url) if url is not None else place.chosen(course)
    if found is None:
        path.parent.mkdir(exist_ok=True)
    name = path.as_posix() if found is None else place.shown(found)
    engine = engine_of(found or place.sqlite(path), busy_ms=busy_ms, wal=True, records=True)
    try:
        if engine.dialect.name == "sqlite":
            Patience(busy_ms / 1000, name).do(lambda: _make_tables(engine, name))
        else:  # a server that is down is said at once
            _make_tables(engine, name)
    except DatabaseError as error:
        raise CourseError(f"{name}: cannot be used ({place.reason(error)}). Cure: {_cure(engine)}") from None
    return engine


def engine_of(url: str | URL, *, busy_ms: int = BUSY_MS, wal: bool = False, records: bool = False) -> Engine:
    """An engine whose transactions begin where `writing` says; one try waits `busy_ms` for another writer, 5 s at most.

    On PostgreSQL the `records` have a schema of their own: nbgrader takes a table beside its own for an old gradebook.
    """
    url = make_url(url)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, poolclass=NullPool)
        _prepare_sqlite(engine, busy_ms=min(busy_ms, ONE_TRY_MS), wal=wal)
        return engine
    settings = {"lock_timeout": min(busy_ms, ONE_TRY_MS), **({"search_path": PLACE} if records else {})}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return create_engine(url, poolclass=NullPool, connect_args={"options": options, **PATIENCE},
                         execution_options={"examdesk_lock": LOCKS[records]})


def _cure(engine: Engine) -> str:
    if engine.dialect.name == "sqlite":
        return "see that nobody else holds it and the disk has space, or restore it from your backup"
    return f"see that the server runs, and check the address in {place.VARIABLE} or {place.FILE}"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that takes the write lock at once, so that look-then-append is one step."""
    with engine.connect().execution_options(examdesk_write=True) as connection, connection.begin():
        lock = connection.get_execution_options().get("examdesk_lock")
        if lock is not None:  # released with the transaction, also when its program dies
            connection.execute(select(func.pg_advisory_xact_lock(*lock)))
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that sees the records as they are now, whatever is appended meanwhile."""
    level = {"postgresql": "REPEATABLE READ"}.get(engine.dialect.name)
    options = {"isolation_level": level} if level else {}
    with engine.connect().execution_options(**options) as connection, connection.begin():
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


def _make_tables(engine: Engine, name: str) -> None:
    with writing(engine) as connection:
        _check_schema(connection, name)


def _check_schema(connection: Connection, name: str) -> None:
    """Makes the tables of a new database, brings an older one to today's version, refuses a newer one."""
    if connection.dialect.name == "postgresql":
        _make_place(connection)
    found = _version(connection)
    if found is None:
        metadata.create_all(connection)
        connection.execute(insert(schema).values(version=SCHEMA))
    elif found > SCHEMA:
        raise CourseError(
            f"{name}: written by a newer Examdesk (schema {found}; this one knows {SCHEMA}). Cure: update Examdesk"
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


def _make_place(connection: Connection) -> None:
    """The schema of the records; an administrator may have made it for an account that may make none."""
    if not inspect(connection).has_schema(PLACE):
        connection.execute(CreateSchema(PLACE))
