"""A course's PostgreSQL database as one dump, by PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool

from examdesk.errors import CourseError


def dump(url: str, to: Path) -> None:
    """The whole database, as it was at one moment, on the disk before this returns."""
    _run(url, "pg_dump", "--format=custom", "--no-owner", f"--file={to}",
         cure="pg_dump --format=custom -f FILE DATABASE")
    with to.open("rb") as file:
        os.fsync(file.fileno())


def put(url: str, dumped: Path, kept: Path) -> str:
    """Puts a dump in the place of the database, in one transaction; returns where the old one is dumped to."""
    dump(url, kept)
    _run(url, "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error",
         f"--dbname={_libpq(url)[0]}", str(dumped), cure="pg_restore --clean --if-exists -d DATABASE FILE", named=True)
    return str(kept)


def rows_there(url: str) -> list[str]:
    """What the records in the database hold, in words; [] for an empty one. A dump cannot be looked into."""
    engine = create_engine(make_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        found = []
        for schema in ("examdesk", "public"):
            if inspect(connection).has_table("submissions", schema=schema):
                number = connection.execute(text(f"SELECT count(*) FROM {schema}.submissions")).scalar()
                found += [f"{number} submissions (a dump cannot be compared with them)"] if number else []
        return found


def _run(url: str, program: str, *words: str, cure: str, named: bool = False) -> None:
    found = shutil.which(program)
    if found is None:
        raise CourseError(f"the course is on PostgreSQL, and {program} is not on this machine. Cure: install "
                          f"PostgreSQL's client programs, or run on the database server:  {cure}")
    address, password = _libpq(url)
    command = [found, *words] if named else [found, *words, f"--dbname={address}"]
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    ran = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment)
    if ran.returncode:
        said = next((line for line in ran.stderr.splitlines() if line.strip()), "no reason given")
        raise CourseError(f"{program}: {said[:300]}. Cure: see that the server runs, and that this account may read "
                          "and write the whole database")


def _libpq(url: str) -> tuple[str, str]:
    """The address without its password, which no list of processes must show, and the password."""
    found = make_url(url)
    bare = URL.create("postgresql", found.username, None, found.host, found.port, found.database)
    return bare.render_as_string(), str(found.password or "")
