"""What a hand-in file holds, and its bounds. Shared by the side that writes and the side that reads."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from examdesk.errors import plain
from examdesk.journal import NAME
from examdesk.journal.files import MAX_NOTEBOOK, TIME
from examdesk.journal.lines import MAX_BYTES

SUFFIX = ".examdesk"
KIND, VERSION = "examdesk hand-in", 1
MANIFEST, FORM = "manifest.json", "form.json"
MAX_FILE = 40_000_000  # the archive itself; text this long packs to a fraction
_STRANGE = re.compile(r"[^A-Za-z0-9_@.-]+|\.{2,}")


def caps(form: str) -> dict[str, int]:
    """{name: most bytes} of everything that may be in the hand-in file of `form`."""
    return {MANIFEST: 10_000, NAME: MAX_BYTES, f"{form}.ipynb": MAX_NOTEBOOK, FORM: 10_000_000, TIME: 200}


def file_name(form: str, candidate: str) -> str:
    """A name every system can hold: letters, digits, _ @ -, at most 100 signs; a name that is changed gets a digest.

    >>> file_name("E10-a", "C-1"), file_name("E10-a", "../王芳")
    ('E10-a_C-1.examdesk', 'E10-a__-0e7e1aa2.examdesk')
    """
    return f"{_safe(form)}_{_safe(candidate)}{SUFFIX}"


def _safe(name: str) -> str:
    kept = _STRANGE.sub("_", name)[:40]
    return kept if kept == name else f"{kept[:30]}-{digest(name.encode('utf-8', 'surrogatepass'))[:8]}"


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def moment(at: str) -> datetime | None:
    """The time a journal's entry names, UTC; None when it cannot be read."""
    try:
        return datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def exchange_time(at: datetime) -> str:
    """A moment as nbgrader's exchange writes it into timestamp.txt."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")


def shown(name: object) -> str:
    """A name from a file somebody else made, short and on one line."""
    return plain(str(name)[:60])
