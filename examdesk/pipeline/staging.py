"""The autograded folder of one submission: written beside its place, then moved there in one step."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from examdesk.autograding import Raw
from examdesk.autograding.intake import SECRET
from examdesk.journal import NAME
from examdesk.journal.files import TIME


def stage(target: Path, raw: Raw, public: bytes, *, timestamp: str) -> Path:
    """A new folder beside `target` with the files that count; what killed runs left there is removed."""
    staged = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        os.makedirs(target.parent)
    except FileExistsError:
        _sweep(target)
    os.mkdir(staged)
    _put(staged / "form.json", public)
    if raw.journal is not None:
        _put(staged / NAME, raw.journal)
    # Releasing feedback fails for everybody when one of these is missing; a secret nobody knows releases to nobody.
    _put(staged / TIME, timestamp.encode())
    _put(staged / SECRET, (raw.secret or secrets.token_hex(64)).encode())
    return staged


def publish(staged: Path, target: Path, notebook: bytes, *, permissions: int) -> None:
    """Puts the staged folder with the graded notebook in the place of `target`."""
    _put(staged / f"{target.name}.ipynb", notebook)
    for name in os.listdir(staged):
        os.chmod(staged / name, permissions)
    try:
        os.rename(staged, target)
    except OSError:  # an older one stands there
        old = target.with_name(f".{target.name}.old.{os.getpid()}")
        os.rename(target, old)
        os.rename(staged, target)
        shutil.rmtree(old, ignore_errors=True)


def give_up(target: Path) -> None:
    """Removes what this run has staged for `target`."""
    shutil.rmtree(target.with_name(f".{target.name}.{os.getpid()}"), ignore_errors=True)


def _put(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    finally:
        os.close(descriptor)


def _sweep(target: Path) -> None:
    """Removes what ended runs left beside `target`; a run that is still alive keeps its folder."""
    for name in os.listdir(target.parent):
        number = name.rpartition(".")[2]
        if name.startswith(f".{target.name}.") and number.isdigit() and not _alive(int(number)):
            shutil.rmtree(target.parent / name, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return process != os.getpid()
