"""The way of an older records database to today's tables, one step for every version.

    version 1   submissions, marks, flags, decisions
    version 2   regrades: which correction of a form has reached the records, and which was finished; an index of the
                heads of journals, so that looking for a shared one does not read every line
    version 3   when each submission was handed in, for rules that go by the day; of older lines it is not known

A step names all it needs itself: today's tables may look otherwise by the time it runs. Steps are only ever added.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Column, Connection, Index, Integer, MetaData, String, Table, Text, text

Migration = Callable[[Connection], None]


def _add_regrades_and_heads(connection: Connection) -> None:
    Table(
        "regrades",
        added := MetaData(),
        Column("id", Integer, primary_key=True),
        Column("form", String, nullable=False),
        Column("number", Integer, nullable=False),
        Column("step", String, nullable=False),
        Column("form_digest", String, nullable=False),
        Column("by", String, nullable=False),
        Column("why", Text, nullable=False),
        Column("changed", Integer, nullable=False),
        Column("at", String, nullable=False),
        Index("regrades_form", "form"),
    )
    added.create_all(connection, checkfirst=False)
    connection.execute(text("CREATE INDEX submissions_head ON submissions (journal_head)"))


def _add_handed_in(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE submissions ADD COLUMN handed_in VARCHAR"))


MIGRATIONS: tuple[Migration, ...] = (_add_regrades_and_heads, _add_handed_in)  # MIGRATIONS[0] leads from version 1 to 2


def migrate(connection: Connection, found: int) -> int:
    """Brings the tables from version `found` to today's, inside the caller's transaction; returns today's version."""
    for step in MIGRATIONS[found - 1:]:
        step(connection)
    newest = len(MIGRATIONS) + 1
    connection.execute(text("UPDATE schema_version SET version = :newest"), {"newest": newest})
    return newest


def keep_copy(path: Path, found: int) -> Path:
    """A whole copy of the SQLite file `path` beside it, e.g. records.db.schema1, on the disk before this returns."""
    copy = path.with_name(f"{path.name}.schema{found}")
    staged = copy.with_name(f"{copy.name}.tmp")
    staged.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(staged)) as target:
        source.backup(target)
    with staged.open("rb") as file:
        os.fsync(file.fileno())
    staged.replace(copy)
    return copy
