"""Where gradebook and records of a course live: SQLite files in the folder, or one PostgreSQL database for both.

One knob: the environment variable EXAMDESK_DB_URL, else one line in grading/db_url, else SQLite.
"""

from __future__ import annotations

import os
import stat
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from examdesk.errors import CourseError

VARIABLE = "EXAMDESK_DB_URL"
FILE = "grading/db_url"  # git-ignored: it may hold a password
LIKE = "postgresql://NAME@HOST/DATABASE"


def written(course: Path) -> str | None:
    """What the instructor wrote about the database, unchecked; None means SQLite."""
    file = course / FILE
    said = os.environ.get(VARIABLE) or (file.read_text("utf-8-sig") if file.is_file() else "")
    return said.strip() or None


def chosen(course: Path) -> URL | None:
    """The course's PostgreSQL database, None for SQLite. Raises `CourseError`, which never repeats the address."""
    said = written(course)
    if said is None:
        return None
    where = VARIABLE if os.environ.get(VARIABLE) else course / FILE
    url = _parsed(said, where)
    file = course / FILE
    if where == file and url.password and os.name == "posix" and file.stat().st_mode & stat.S_IROTH:
        raise CourseError(f"{file}: it holds a password and everybody on this machine may read it. "
                          f"Cure: chmod 600 {FILE}, or leave the password out and keep it in ~/.pgpass")
    if find_spec("psycopg") is None:
        raise CourseError('PostgreSQL needs the driver psycopg. Cure: pip install "examdesk[postgres]"')
    return url


def _parsed(said: str, where: object) -> URL:
    try:
        url = make_url(said)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.get_backend_name() != "postgresql" or not url.database:
        raise CourseError(f"{where}: no address of a PostgreSQL database. Cure: write {LIKE}; SQLite needs no line")
    if "@" in (url.host or ""):
        raise CourseError(f'{where}: more than one "@". Cure: write an "@" inside name or password as %40')
    return url


def sqlite(path: Path) -> URL:
    """The address of a SQLite file."""
    return URL.create("sqlite", database=path.as_posix())


def shown(url: URL) -> str:
    """Host and database for an error text: no name and no password."""
    return f"the database {url.database} at {url.host or 'this machine'}"


def reason(error: DBAPIError) -> str:
    """What the database said, in one line and without the rows PostgreSQL would quote."""
    said = str(error.orig)
    for quoted in ("\nDETAIL", "\nCONTEXT", "\nLINE", "\nHINT"):
        said = said.split(quoted)[0]
    return " ".join(said.split())[:300]
