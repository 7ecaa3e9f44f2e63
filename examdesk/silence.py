"""The exam while it is being marked: it shows nothing and writes nothing."""

from __future__ import annotations

import os


class Silence:
    """Stands where the sitting stands in a trainee's kernel, so that a notebook's cells run as they are."""

    def show(self, item: str) -> None:
        """Shows no question."""

    def finish(self) -> None:
        """Shows no hand-in panel."""


def is_marking() -> bool:
    """Whether nbgrader runs this kernel to mark or to validate, not a candidate to answer."""
    return bool(os.environ.get("NBGRADER_EXECUTION") or os.environ.get("NBGRADER_VALIDATING"))
