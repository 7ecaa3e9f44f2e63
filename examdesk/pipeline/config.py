"""`configure`: what an nbgrader course needs to know of Examdesk, never over a value the instructor has set."""

from __future__ import annotations

import os
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import nbgrader
import nbgrader.apps.api
import nbgrader.apps.autogradeapp
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, IgnorePattern, LimitOutput
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from examdesk.errors import CourseError
from examdesk.pipeline.autograde import ExamAutograde
from examdesk.pipeline.cells import InProcess, SaveMarks
from examdesk.pipeline.export import ExamExport
from examdesk.pipeline.feedback import FeedbackExporter

NBGRADER = "0.9.6"


def configure(c: Config, *, course: Path | None = None) -> None:
    """Sets the lists, feedback exporter, export plug-in, exchange folder and PATH, and binds our `Autograde`."""
    if nbgrader.__version__ != NBGRADER:
        raise CourseError(f"nbgrader {nbgrader.__version__} is installed, Examdesk is made for {NBGRADER}. "
                          f'Cure: pip install "nbgrader=={NBGRADER}"')
    root = (course or _calling_folder()).resolve()
    _default(c.CourseDirectory, "root", str(root))
    _default(c.CourseDirectory, "course_id", re.sub(r"[^A-Za-z0-9_-]+", "-", root.name).strip("-") or "course")
    _default(c.Autograde, "autograde_preprocessors", [
        InProcess, IgnorePattern, ClearMetadataPreprocessor, LimitOutput, SaveMarks, AssignLatePenalties,
        CheckCellMetadata,
    ])
    _default(c.GenerateFeedback, "exporter_class", FeedbackExporter)
    _default(c.ExportApp, "plugin_class", ExamExport)
    _exchange(c, root)
    _path()
    # nbgrader 0.9.6 with SQLAlchemy 2.1 prints harmless "not in session" warnings, three for every submission.
    warnings.filterwarnings("ignore", message="Object of type", category=SAWarning)
    nbgrader.apps.autogradeapp.Autograde = ExamAutograde
    nbgrader.apps.api.Autograde = ExamAutograde


def _default(section: Any, name: str, value: object) -> None:
    if name not in section:
        section[name] = value


def _exchange(c: Config, root: Path) -> None:
    """An exchange of the course's own, unless one is set or the machine has nbgrader's shared one."""
    if "root" in c.Exchange or Path("/usr/local/share/nbgrader/exchange").is_dir():
        return
    folder = root / "exchange"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    c.Exchange.root = str(folder)


def _path() -> None:
    """nbgrader starts `alembic` by name on an empty gradebook; it lies beside this Python."""
    here = str(Path(sys.executable).parent)
    if here not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([here, os.environ.get("PATH", "")])


def _calling_folder() -> Path:
    """The folder of the nbgrader_config.py that is being read: the course, wherever the command was started."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_globals.get("__file__") or frame.f_code.co_filename
        if Path(str(name)).name == "nbgrader_config.py":
            return Path(str(name)).parent
        frame = frame.f_back  # type: ignore[assignment]
    return Path.cwd()
