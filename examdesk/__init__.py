"""The door of trainees' exam notebooks.

    from examdesk import open_exam
    exam = open_exam()          # reads form.json beside the notebook
    exam.show("I-801")

Instructors' hidden cells use `examdesk.graders`, analysis notebooks `examdesk.analysis`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from examdesk.sitting import Sitting

__all__ = ["__version__", "open_exam"]
__version__ = "0.1.0"


def open_exam(folder: str | Path = ".") -> Sitting:
    """The exam whose form.json lies in `folder`, ready to show its questions and to save answers."""
    from examdesk.sitting import Sitting

    return Sitting.open(folder)
