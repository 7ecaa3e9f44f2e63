"""Opening a file somebody else made: plain, its own, within a cap; never a link, device, FIFO or folder."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from examdesk.errors import SubmissionRefused

TIME = "timestamp.txt"  # when the exchange, or `collect`, took the work over
MAX_NOTEBOOK = 25_000_000  # bytes

# How opening answers for a link, a socket, a folder, a device nobody serves.
NOT_PLAIN = frozenset({errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.EISDIR, errno.ENOTDIR, errno.ENODEV,
                       errno.ENAMETOOLONG})
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def plain_file(path: Path, *, cap: int) -> bytes | None:
    """The bytes of the plain file at `path`, None when there is none; anything else raises `SubmissionRefused`."""
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno not in NOT_PLAIN:
            raise  # a fault of this machine, not of the file
        raise SubmissionRefused("no-plain-file", f"{path.name} is no plain file that can be opened") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            raise SubmissionRefused("no-plain-file", f"{path.name} is no plain file of its own")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            raw = file.read(cap + 1) if found.st_size <= cap else None  # no memory for what is refused anyway
    finally:
        os.close(descriptor)
    if raw is None or len(raw) > cap:
        raise SubmissionRefused("too-large", f"{path.name} is larger than {cap:,} bytes")
    return raw
