"""Reading a hand-in file somebody else made: every bound is checked before memory is spent, nothing is written."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examdesk.errors import SubmissionRefused
from examdesk.handin.contents import KIND, MANIFEST, MAX_FILE, VERSION, caps, digest, shown
from examdesk.journal import NAME, Journal, parse, plain_file
from examdesk.journal.lines import BadLine, strict_json

_END, _FAR_END = struct.Struct("<4s4H2LH"), b"PK\x06\x07"  # of an archive; of one that is larger than ours ever are
MOST_ENTRIES, MAX_DIRECTORY = 5, 2_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
AGAIN = "Cure: ask the candidate to make the hand-in file again, and take it over unchanged"


@dataclass(frozen=True)
class HandIn:
    """What one hand-in file says: the work of one candidate in one form."""

    candidate: str  # as the journal names the candidate; not checked against any roster
    form: str
    journal: Journal
    files: Mapping[str, bytes]  # {name: content}, without the manifest
    digest: str  # of the file itself

    @property
    def witness(self) -> str:
        """The check code, computed from the journal."""
        return self.journal.witness


def unpack(path: Path, *, form: str) -> HandIn:
    """The hand-in file at `path` for `form`; raises `SubmissionRefused` with the cure for everything else."""
    raw = plain_file(path, cap=MAX_FILE)
    if raw is None:
        raise SubmissionRefused("missing", "no such file. Cure: check its name")
    files = _members(raw, form)
    manifest = _manifest(files.pop(MANIFEST, None), form)
    _compare(manifest["files"], files)
    journal = parse(files[NAME])
    candidate = _candidate(journal, form)
    if manifest["candidate"] != candidate or manifest["witness"] != journal.witness:
        raise SubmissionRefused("manifest", f"candidate or check code in the manifest is not the journal's. {AGAIN}")
    return HandIn(candidate, form, journal, files, digest(raw))


def _members(raw: bytes, form: str) -> dict[str, bytes]:
    _check_end(raw)
    bounds = caps(form)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            for entry in entries:
                _check_entry(entry, bounds, form)
            if len({entry.filename for entry in entries}) != len(entries):
                raise SubmissionRefused("archive", f"a name stands twice in it. {AGAIN}")
            return {entry.filename: _content(archive, entry, bounds[entry.filename]) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error,
            OSError, OverflowError):
        raise SubmissionRefused("archive", f"the archive is damaged. {AGAIN}") from None


def _check_end(raw: bytes) -> None:
    """An archive's last bytes count its entries; zipfile would believe any count and read them all."""
    if len(raw) < _END.size or not raw.endswith(b"\0\0"):
        raise SubmissionRefused("archive", f"this is no hand-in file, or its end is cut off. {AGAIN}")
    sign, disk, first, here, entries, size, _, comment = _END.unpack(raw[-_END.size :])
    if sign != b"PK\x05\x06" or raw[-_END.size - 20 :].startswith(_FAR_END):
        raise SubmissionRefused("archive", f"this is no hand-in file, or its end is cut off. {AGAIN}")
    if disk or first or comment or here != entries or not 0 < entries <= MOST_ENTRIES or size > MAX_DIRECTORY:
        raise SubmissionRefused("archive", f"it holds other files than a hand-in file does. {AGAIN}")


def _check_entry(entry: zipfile.ZipInfo, bounds: Mapping[str, int], form: str) -> None:
    name = entry.orig_filename
    if name not in bounds or entry.filename != name:
        if name.endswith(".ipynb") and "/" not in name and "\\" not in name:
            raise SubmissionRefused("other-form", f"it holds the notebook {shown(name)}, not {form}.ipynb. "
                                    "Cure: collect it with the name of its own form")
        raise SubmissionRefused("archive", f"it holds {shown(name)}, which no hand-in file does. {AGAIN}")
    if entry.flag_bits & 0x1 or entry.compress_type not in _METHODS or (entry.external_attr >> 28) not in (0, 8):
        raise SubmissionRefused("archive", f"{name} is encrypted, a link or packed in another way. {AGAIN}")
    if entry.file_size > bounds[name]:
        raise SubmissionRefused("too-large", f"{name} would be larger than {bounds[name]:,} bytes. {AGAIN}")


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, cap: int) -> bytes:
    """The bytes of one entry: never more than its cap, whatever size it claims."""
    with archive.open(entry) as file:
        data = file.read(cap + 1)
    if len(data) > cap or len(data) != entry.file_size:
        raise SubmissionRefused("too-large", f"{entry.filename} is larger than it says. {AGAIN}")
    return data


def _manifest(raw: bytes | None, form: str) -> dict[str, Any]:
    try:
        record = strict_json(raw or b"")
    except BadLine:
        record = None
    if not isinstance(record, dict) or record.get("kind") != KIND:
        raise SubmissionRefused("manifest", f"it has no manifest that can be read. {AGAIN}")
    if type(record.get("v")) is not int or record["v"] > VERSION:
        raise SubmissionRefused("version", "it was written by a newer Examdesk than this one. Cure: update this one")
    if record.get("form") != form:
        raise SubmissionRefused("other-form", f"it is of another form: {shown(record.get('form'))}. "
                                "Cure: collect it with the name of its own form")
    if not {"candidate", "witness", "files"} <= set(record) or not isinstance(record["files"], dict):
        raise SubmissionRefused("manifest", f"its manifest is not complete. {AGAIN}")
    return record


def _compare(said: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    """Whether everything arrived as it was packed."""
    if NAME not in files or set(said) != set(files):
        raise SubmissionRefused("incomplete", f"it does not hold what its manifest lists. {AGAIN}")
    for name, data in files.items():
        if said[name] != {"bytes": len(data), "sha256": digest(data)}:
            raise SubmissionRefused("damaged", f"{name} was damaged on the way: its digest does not fit. {AGAIN}")


def _candidate(journal: Journal, form: str) -> str:
    start = journal.start
    if start.get("form") != form:
        raise SubmissionRefused("other-form", f"its journal belongs to another form: {shown(start.get('form'))}. "
                                "Cure: collect it with the name of its own form")
    if not isinstance(start.get("candidate"), str):
        raise SubmissionRefused("no-start", f"its journal does not say who began the exam. {AGAIN}")
    if journal.end is None:
        raise SubmissionRefused("not-finished", f"the exam in it was not handed in. {AGAIN} after handing in")
    return str(start["candidate"])
