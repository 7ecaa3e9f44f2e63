"""One kernel at a time appends, where the system has locks. Without one, two may fork the chain: legal, and named."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
try:
    import msvcrt
except ImportError:
    msvcrt = None  # type: ignore[assignment]

FAR = 2**30  # Windows keeps others from reading what is locked: a byte no journal reaches is locked
PATIENCE = 10.0  # seconds; then better a forked chain than an answer that is not saved
NO_LOCKS = {getattr(errno, name, None) for name in ("ENOLCK", "EOPNOTSUPP", "ENOTSUP", "ENOSYS", "EINVAL")}


@contextmanager
def alone(descriptor: int) -> Iterator[bool]:
    """Holds the file's lock; False where it could not be had, which stops nobody from writing."""
    if fcntl is not None:
        yield _flock(descriptor)  # closing the descriptor lets go
    elif msvcrt is not None:
        held = _locking(descriptor)
        try:
            yield held
        finally:
            if held:
                _at(descriptor, msvcrt.LK_UNLCK)
    else:
        yield False


def _flock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in NO_LOCKS:  # some network folders
            raise
        return False
    return True


def _locking(descriptor: int) -> bool:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            _at(descriptor, msvcrt.LK_NBLCK)  # type: ignore[attr-defined]
            return True
        except OSError:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)


def _at(descriptor: int, how: int) -> None:
    os.lseek(descriptor, FAR, os.SEEK_SET)  # appending goes to the end all the same
    msvcrt.locking(descriptor, how, 1)  # type: ignore[attr-defined]
