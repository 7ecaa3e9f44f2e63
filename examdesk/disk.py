"""What lies on the disk, not only in the system's memory."""

from __future__ import annotations

import os
from pathlib import Path


def sync(place: Path) -> None:
    """Brings a file, or the names in a folder, onto the disk. Windows cannot open a folder: nothing is done there."""
    if os.name != "posix" and place.is_dir():
        return
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
