"""The door of trainees' exam notebooks:  exam = open_exam()  reads form.json beside the notebook.

Instructors' hidden cells use `examdesk.graders`, analysis notebooks `examdesk.analysis`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from examdesk.silence import Silence
    from examdesk.sitting import Sitting

__all__ = ["__version__", "open_exam"]
__version__ = "0.1.0"


def open_exam(folder: str | Path = ".") -> Sitting | Silence:
    """The exam whose form.json lies in `folder`, ready to show its questions; silent while it is being marked."""
    from examdesk.silence import Silence, is_marking
    if is_marking():
        return Silence()
    from examdesk.sitting import Sitting, read_public
    form = read_public(folder)
    if form.get("practice"):
        from examdesk.practice import Practising  # the one place where keys are loaded beside a trainee
        return Practising.open(folder, form)
    return Sitting.open(folder, form)
