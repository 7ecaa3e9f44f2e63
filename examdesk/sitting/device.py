"""Whether this computer can hold an exam: its folder takes files, its clock knows the year. The browser asks itself."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)  # a clock that stands earlier was never set
ROOM = 1_000_000  # bytes an exam should find free


def device_faults(folder: Path) -> list[str]:
    """Which of "storage" and "clock" a trainee should tell the teacher about."""
    faults = [] if _takes_files(folder) else ["storage"]
    return faults if datetime.now(UTC) >= NOT_BEFORE else [*faults, "clock"]


def _takes_files(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:  # without a name wherever the system can
            file.write(b"\0" * ROOM)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True
