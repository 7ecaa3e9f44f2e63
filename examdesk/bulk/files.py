"""Files of a bulk run: written whole or not at all, by one run at a time."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from examdesk.errors import CourseError

try:
    import fcntl
except ImportError:  # Windows: two runs at once are not kept apart there
    fcntl = None  # type: ignore[assignment]


def put(path: Path, data: bytes, *, mode: int, force: bool = False) -> bool:
    """Whether the file was written: not when it holds these bytes already, unless `force` says so.

    A run that is killed leaves the old file whole.
    """
    if not force and _holds(path, data):
        return False
    staged = path.with_name(f".{path.name}.tmp")
    staged.unlink(missing_ok=True)  # of a run that was killed
    try:
        with staged.open("xb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        staged.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            staged.unlink()
        raise
    return True


def _holds(path: Path, data: bytes) -> bool:
    with contextlib.suppress(OSError):
        return path.stat().st_size == len(data) and path.read_bytes() == data
    return False


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One run at a time writes into `folder`, which is made when missing. Raises `CourseError` when that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # better one line now than one for every submission
            descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except OSError as error:
        raise CourseError(f"{folder}: nothing can be written here ({error.strerror}). "
                          "Cure: make it a folder you may write into, with free space") from None
    try:
        if fcntl is not None:
            _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CourseError(f"{folder}: another run is writing here. Cure: wait until it has ended, "
                          "then run this again") from None
    except OSError:  # a file system without locks
        return
