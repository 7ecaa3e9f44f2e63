"""Where nbgrader keeps things in this course, and how readable it makes them: as nbgrader_config.py says."""

from __future__ import annotations

import contextlib
import glob
from dataclasses import dataclass
from pathlib import Path

from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeCollect


@dataclass(frozen=True)
class Places:
    """The folders of one course."""

    directory: CourseDirectory
    feedback_mode: int  # permissions of a feedback file

    def handed_in(self, form: str) -> list[str]:
        """Who has handed in `form`, sorted."""
        return sorted(Path(path).parent.name for path in glob.glob(str(self._place("submitted", "*", form))))

    @property
    def submitted(self) -> Path:
        """The folder that holds a folder for each candidate who handed in."""
        return self._place("submitted", "x", "x").parent.parent

    def autograded(self, candidate: str, form: str) -> Path:
        return self._place("autograded", candidate, form)

    def feedback(self, candidate: str, form: str) -> Path:
        return self._place("feedback", candidate, form)

    @property
    def feedback_root(self) -> Path:
        return Path(self.directory.root) / self.directory.feedback_directory

    @property
    def shared(self) -> bool:
        """Whether a group of instructors works on the course: folders stay writable for the group."""
        return bool(self.directory.groupshared)

    def _place(self, step: str, candidate: str, form: str) -> Path:
        folder = getattr(self.directory, f"{step}_directory")
        return Path(self.directory.format_path(folder, candidate, form))


def inbound(course: Path) -> Path | None:
    """Where the exchange keeps what was handed in; None where there is no exchange (a Windows machine has none)."""
    with contextlib.chdir(course):
        app = NbGrader()
        app.load_config_file()
    root = str(ExchangeCollect(parent=app).root or "")
    found = Path(root) / str(places(course).directory.course_id) / "inbound"
    return found if root and found.is_dir() else None


def places(course: Path) -> Places:
    """The places of `course`, by every nbgrader_config file that nbgrader itself would read there."""
    with contextlib.chdir(course):
        app = NbGrader()
        app.load_config_file()
        app.config.CourseDirectory.setdefault("root", str(course.resolve()))
        directory = CourseDirectory(parent=app)
        permissions = GenerateFeedback(coursedir=directory, parent=app).permissions
    return Places(directory, int(str(permissions), 8))
