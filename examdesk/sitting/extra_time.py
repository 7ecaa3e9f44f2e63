"""How a page learns of extra time: by a code somebody says, or by a file of codes on a shared computer.

Both only inform the page; the grader goes by the roster.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from examdesk.errors import SubmissionRefused
from examdesk.extra import codes
from examdesk.journal import plain_file

VARIABLE = "EXAMDESK_EXTRA_TIME"  # the path of a file that `examdesk extra-time --codes-to` wrote
MAX_BYTES = 1_000_000


def told(form: str, candidate: str, code: Any) -> str:
    """The extra time a typed code gives this candidate; "" when it gives none."""
    digits = re.sub(r"[\s-]", "", code[:20]) if isinstance(code, str) else ""
    return codes(form, candidate).get(digits, "")


def posted(form: str, candidate: str) -> str:
    """The extra time the file of codes gives this candidate; "" without a file, or when it gives none."""
    path = os.environ.get(VARIABLE, "")
    if not path or not candidate:
        return ""
    try:
        lines = (plain_file(Path(path), cap=MAX_BYTES) or b"").decode("ascii", "replace").splitlines()
    except (OSError, SubmissionRefused):
        return ""
    own = codes(form, candidate)
    return next((own[code] for code in reversed([line.strip() for line in lines]) if code in own), "")
