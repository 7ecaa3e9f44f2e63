"""Writing the hand-in file: whole or not at all, the same bytes for the same work."""

from __future__ import annotations

import contextlib
import io
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from examdesk.disk import sync
from examdesk.errors import NotSaved, SubmissionRefused
from examdesk.handin.contents import (
    FORM,
    KIND,
    MANIFEST,
    MAX_FILE,
    VERSION,
    caps,
    digest,
    exchange_time,
    file_name,
    moment,
)
from examdesk.journal import NAME, Journal, parse, plain_file
from examdesk.journal.files import MAX_NOTEBOOK, TIME
from examdesk.journal.lines import MAX_BYTES


def pack(folder: Path, form: str) -> Path:
    """The hand-in file of the exam in `folder`, written there; raises `NotSaved` when it is not.

    Its time is that of the hand-in, not of the packing; so packing again gives the same file.
    """
    try:
        journal, files = _gathered(folder, form)
        data = _archive(journal, files)
        if len(data) > MAX_FILE:
            raise NotSaved(f"the hand-in file would be larger than {MAX_FILE:,} bytes")
        return _written(folder.resolve() / file_name(form, str(journal.start.get("candidate"))), data)
    except SubmissionRefused as refused:
        raise NotSaved(str(refused)) from refused
    except OSError as error:
        raise NotSaved(f"the hand-in file cannot be written: {error.strerror}") from error


def _gathered(folder: Path, form: str) -> tuple[Journal, dict[str, bytes]]:
    """The journal, and every file that goes in by its name."""
    raw = plain_file(folder / NAME, cap=MAX_BYTES)
    journal = parse(raw or b"")
    if journal.end is None or raw is None:
        raise NotSaved("the exam is not handed in yet")
    at = moment(journal.end.at) or datetime.now(UTC)
    files = {NAME: raw, TIME: exchange_time(at).encode()}
    for name, cap in ((f"{form}.ipynb", MAX_NOTEBOOK), (FORM, caps(form)[FORM])):
        with contextlib.suppress(SubmissionRefused):  # the answers stand in the journal
            files |= {} if (found := plain_file(folder / name, cap=cap)) is None else {name: found}
    return journal, files | {MANIFEST: _manifest(journal, form, files)}


def _manifest(journal: Journal, form: str, files: dict[str, bytes]) -> bytes:
    start = journal.start
    record = {
        "kind": KIND, "v": VERSION, "exam": start.get("exam"), "form": form, "candidate": start.get("candidate"),
        "attempt": start.get("attempt"), "engine": start.get("engine"), "witness": journal.witness,
        "files": {name: {"bytes": len(data), "sha256": digest(data)} for name, data in sorted(files.items())},
    }  # fmt: skip
    return json.dumps(record, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def _archive(journal: Journal, files: dict[str, bytes]) -> bytes:
    at = moment(journal.end.at) if journal.end else None
    stamp = at.timetuple()[:6] if at and 1980 <= at.year < 2100 else (1980, 1, 1, 0, 0, 0)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in sorted(files.items(), key=lambda entry: (entry[0] != MANIFEST, entry[0])):
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, data)
    return buffer.getvalue()


def _written(path: Path, data: bytes) -> Path:
    staged = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with staged.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, path)
    except BaseException:
        with contextlib.suppress(OSError):
            staged.unlink()
        raise
    with contextlib.suppress(OSError):  # a network folder may refuse
        sync(path.parent)
    return path
