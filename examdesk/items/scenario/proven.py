"""Scenarios that this engine found without faults are not tried again: to play all transcripts of the bank takes long.

Only the digest of a faultless scenario is kept, as the name of an empty file in the user's cache folder; a fault is
found anew every time. The digest holds the engine's own sources, so that another version of them tries everything.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path

MOST = 2_000  # files; a folder with more of them is begun anew
PACKAGE = Path(__file__).resolve().parents[2]
SOURCES = ("model.py", "bank", "items/scenario", "wording")  # what decides whether a scenario has faults


def is_proven(source: str) -> bool:
    """Whether this engine found nothing wrong with the scenario before."""
    return _file(source).exists()


def prove(source: str) -> None:
    """Remembers that nothing is wrong with the scenario; where the folder cannot be written, nothing is remembered."""
    file = _file(source)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if sum(1 for _ in file.parent.iterdir()) >= MOST:
            shutil.rmtree(file.parent, ignore_errors=True)
            file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    except OSError:
        return


def _file(source: str) -> Path:
    folder: Path = user_cache_path("examdesk") / "scenarios"
    return folder / hashlib.sha256(f"{_engine()}\n{source}".encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _engine() -> str:
    """A digest of what tries a scenario: Examdesk's sources and the version of Python."""
    files = [file for name in SOURCES for file in sorted((PACKAGE / name).rglob("*.py")) or [PACKAGE / name]]
    found = hashlib.sha256(sys.version.encode())
    for file in files:
        found.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()
