"""A file appears whole or not at all: beside its place, on the disk, then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def whole(path: Path, *, encoding: str = "utf-8", newline: str = "\n") -> Iterator[TextIO]:
    """Writes to `path`. When anything fails, a full disk for one, the old file stays and nothing lies beside it."""
    staged = path.with_name(f".{path.name}.tmp")
    try:
        with staged.open("w", encoding=encoding, newline=newline) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
