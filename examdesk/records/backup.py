"""Gradebook and records of a course in one file, as they were at one moment; and back again.

    backup(Path("."), Path("e10.zip"))
    restore(Path("."), Path("e10.zip"))

The file is a zip of the two databases, the forms' corrections and the logs of grading/, with a manifest of digests,
engine, schema version and row counts. A log that knows more than the backup stays. Nothing that a restore replaces is
lost: it stays beside as …before-restore-<time>.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from examdesk import __version__
from examdesk.bank.corrections import SUFFIX
from examdesk.disk import sync
from examdesk.errors import CourseError
from examdesk.records import dumps, sqlite_files
from examdesk.records.gradebook import gradebook_url
from examdesk.records.tables import SCHEMA

VERSION = 1
MANIFEST, RECORDS, GRADEBOOK, DATABASE = "manifest.json", "records.db", "gradebook.db", "database.pgdump"
_NAMES = re.compile(rf"{RECORDS}|{GRADEBOOK}|{DATABASE}|grading/[A-Za-z0-9_-]+\.jsonl|"
                    rf"exams/[A-Za-z0-9_-]+/forms/[A-Za-z0-9_-]+{re.escape(SUFFIX)}")
MAX_BYTES = 50_000_000_000
_DAMAGES = (zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, ValueError, TypeError, AttributeError,
            RuntimeError)  # what a damaged zip can raise


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    replaced: tuple[str, ...]  # what was put back, by place in the course
    kept: tuple[str, ...]  # where that which stood there is now
    exams: tuple[str, ...]  # exams whose corrections changed: their source/ must be built anew


@dataclass(frozen=True)
class Places:
    """Where a course keeps its databases."""

    files: Mapping[str, Path]  # {name in the backup: SQLite file}
    server: str | None  # address of the PostgreSQL database that holds the others


def places(course: Path) -> Places:
    """The databases of `course`, those that are there and those that are not yet."""
    url = gradebook_url(course)
    files = {RECORDS: course / "grading" / "records.db"}
    if (path := sqlite_files.path_of(url)) is not None:
        files[GRADEBOOK] = path
    return Places(files, url if GRADEBOOK not in files else None)


# Out

def backup(course: Path, to: Path | None = None) -> Path:
    """The backup file, whole and on the disk. Raises `CourseError` when there is nothing to back up."""
    found = places(course)
    there = {name: path for name, path in found.files.items() if path.is_file()}
    if not there and found.server is None:
        raise CourseError(f"{course}: there is neither a gradebook nor records. Cure: run this in your course folder, "
                          "after something was graded")
    target = (to or course / "backups" / f"{course.resolve().name}-{_stamp()}.zip").absolute()
    if target.exists():
        raise CourseError(f"{target}: exists already; a backup never replaces another. Cure: name a new file with --to")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".examdesk-backup-", dir=target.parent) as folder:
        pieces = _pieces(course, found, there, Path(folder))
        staged = Path(folder) / "backup.zip"
        _write_zip(staged, pieces)
        sync(staged)
        staged.chmod(0o600)  # it holds names and answers
        staged.rename(target)
    sync(target.parent)
    return target


def _pieces(course: Path, found: Places, there: Mapping[str, Path], folder: Path) -> dict[str, Path]:
    """{name in the backup: a whole copy}, all of one moment: nobody writes a database while they are copied."""
    pieces = {name: folder / name for name in there}
    with sqlite_files.held(list(there.values())):
        for name, path in there.items():
            sqlite_files.copy(path, pieces[name])
        if found.server is not None:
            pieces[DATABASE] = folder / DATABASE
            dumps.dump(found.server, pieces[DATABASE])
        for path in (*_corrections(course), *_logs(course)):
            name = path.relative_to(course).as_posix()
            pieces[name] = folder / name
            pieces[name].parent.mkdir(parents=True, exist_ok=True)
            pieces[name].write_bytes(path.read_bytes())
    return pieces


def _write_zip(staged: Path, pieces: Mapping[str, Path]) -> None:
    files = {name: {"bytes": path.stat().st_size, "sha256": _digest(path)} for name, path in pieces.items()}
    counts = {table: number for name in (RECORDS, GRADEBOOK) if name in pieces
              for table, number in sqlite_files.counts(pieces[name]).items()}
    schema = sqlite_files.schema_of(pieces[RECORDS]) if RECORDS in pieces else SCHEMA
    manifest = {"examdesk_backup": VERSION, "at": _stamp(), "engine": f"examdesk {__version__}", "schema": schema,
                "counts": counts, "files": files}
    with zipfile.ZipFile(staged, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
        for name, path in pieces.items():
            archive.write(path, name)


def _corrections(course: Path) -> list[Path]:
    return sorted((course / "exams").glob(f"*/forms/*{SUFFIX}"))


def _logs(course: Path) -> list[Path]:
    """Files that only grow: open keys, sealed draws and verdicts, rehearsals, what was collected."""
    return sorted((course / "grading").glob("*.jsonl"))


# Back

def restore(course: Path, file: Path, *, force: bool = False) -> Restored:
    """Puts gradebook, records and corrections back as they are in the backup `file`.

    Raises `CourseError`, with the course as it was, for a file that is damaged or written by a newer Examdesk, and
    without `force` for a course whose records hold rows the backup does not.
    """
    found = places(course)
    (course / "grading").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".examdesk-restore-", dir=course / "grading") as folder:
        pieces = _unpacked(Path(file), Path(folder))
        if DATABASE in pieces and found.server is None:
            raise CourseError(f"{file}: it holds a PostgreSQL database, this course keeps its marks in files. Cure: "
                              "restore it in a course that uses the database")
        if not force:
            _refuse_loss(found, pieces)
        return _put_back(course, found, pieces)


def _unpacked(file: Path, folder: Path) -> dict[str, Path]:
    """{name: file} of everything in the backup, each proved by its digest."""
    damaged = CourseError(f"{file}: this backup is damaged or no backup of Examdesk; nothing was changed. Cure: use "
                          "another copy of it")
    if not file.is_file():
        raise CourseError(f"{file}: no such file. Cure: check its name")
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            _refuse_newer(file, manifest)
            files = manifest["files"]
            if not all(_NAMES.fullmatch(name) and 0 <= one["bytes"] <= MAX_BYTES for name, one in files.items()):
                raise damaged
            pieces = {name: _extracted(archive, name, folder / name, files[name]) for name in files}
    except _DAMAGES as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EACCES):
            raise
        raise damaged from None
    for name in (RECORDS, GRADEBOOK):
        if name in pieces and not sqlite_files.sound(pieces[name]):
            raise damaged
    return pieces


def _refuse_newer(file: Path, manifest: Mapping[str, Any]) -> None:
    if manifest["examdesk_backup"] > VERSION or manifest["schema"] > SCHEMA:
        schema = manifest["schema"]
        raise CourseError(f"{file}: written by a newer Examdesk (schema {schema}; this one knows {SCHEMA}), so nothing "
                          "was changed. Cure: update Examdesk")


def _extracted(archive: zipfile.ZipFile, name: str, place: Path, wanted: Mapping[str, Any]) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    sealed, length = hashlib.sha256(), 0
    with archive.open(name) as source, place.open("wb") as target:
        while block := source.read(1 << 20):
            length += len(block)
            sealed.update(block)
            target.write(block)
            if length > wanted["bytes"]:
                break
        target.flush()
        os.fsync(target.fileno())
    if (length, sealed.hexdigest()) != (wanted["bytes"], wanted["sha256"]):
        raise ValueError(name)
    return place


def _refuse_loss(found: Places, pieces: Mapping[str, Path]) -> None:
    """Stops when the course knows something the backup does not."""
    lost: list[str] = []
    for name, path in found.files.items():
        if path.is_file():
            more = sqlite_files.lacking(path, pieces.get(name))
            lost += [f"{number} {table}" for table, number in more.items()]
    if found.server is not None and DATABASE in pieces:
        lost += dumps.rows_there(found.server)
    if lost:
        raise CourseError(f"the course holds what the backup does not: {', '.join(lost)}; nothing was changed. Cure: "
                          "make a backup of today first (examdesk backup), then use --force; what is replaced stays")


def _put_back(course: Path, found: Places, pieces: Mapping[str, Path]) -> Restored:
    """Corrections first: a restore that is broken off here is done again from the start."""
    stamp = _stamp()
    replaced, kept, exams = [], [], []
    before = {path.relative_to(course).as_posix(): path for path in _corrections(course)}
    now = {name: path for name, path in pieces.items() if name.endswith(SUFFIX)}
    for name in sorted({*before, *now}):
        if name in before and name in now and before[name].read_bytes() == now[name].read_bytes():
            continue
        if name in before:
            kept.append(_aside(before[name], stamp))
        if name in now:
            (course / name).parent.mkdir(parents=True, exist_ok=True)
            now[name].replace(course / name)
            replaced.append(name)
        exams.append(name.split("/")[1])
    for name in sorted(name for name in pieces if name.endswith(".jsonl")):
        if not _knows_more(course / name, pieces[name]):
            kept += [_aside(course / name, stamp)] if (course / name).exists() else []
            pieces[name].replace(course / name)
            replaced.append(name)
    for name, path in found.files.items():
        if name in pieces:
            kept += sqlite_files.put(pieces[name], path, stamp)
            replaced.append(name)
    if found.server is not None and DATABASE in pieces:
        old = course / "grading" / f"{DATABASE}.before-restore-{stamp}"
        kept.append(dumps.put(found.server, pieces[DATABASE], old))
        replaced.append(DATABASE)
    sync(course / "grading")
    return Restored(tuple(replaced), tuple(kept), tuple(dict.fromkeys(exams)))


def _knows_more(log: Path, saved: Path) -> bool:
    """Whether a log of the course holds all the backup does: it only grows, so it stays."""
    return log.is_file() and log.read_bytes().startswith(saved.read_bytes())


def _aside(path: Path, stamp: str) -> str:
    kept = path.with_name(f"{path.name}.before-restore-{stamp}")
    path.rename(kept)
    return str(kept)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
