"""`configure`: what an nbgrader course needs to know of Examdesk, never over a value the instructor has set."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import warnings
from datetime import datetime
from pathlib import Path

import nbgrader
import nbgrader.apps.api
import nbgrader.apps.autogradeapp
from jupyter_core.paths import jupyter_config_path
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.config.loader import JSONFileConfigLoader, LazyConfigValue, PyFileConfigLoader

from examdesk.autograding import time_of
from examdesk.errors import CourseError
from examdesk.pipeline.autograde import ExamAutograde
from examdesk.pipeline.cells import PREPROCESSORS
from examdesk.pipeline.export import ExamExport
from examdesk.pipeline.feedback import FeedbackExporter
from examdesk.records.place import written

NBGRADER = "0.9.6"
SHARED = Path("/usr/local/share/nbgrader/exchange")  # nbgrader's default, where an administrator made it

_looking = False  # while the machine's own files are read: one of them may call `configure`, too


def configure(c: Config, *, course: Path | None = None) -> None:
    """Sets the lists, feedback exporter, export plug-in, exchange folder and PATH, and binds our `Autograde`.

    What is set already stays, also in an nbgrader_config file of the machine or the user. An address of the database
    that cannot be used is set, too: nbgrader goes on after an error in its config, and would use another gradebook.
    """
    if _looking:
        return
    if nbgrader.__version__ != NBGRADER:
        raise CourseError(f"nbgrader {nbgrader.__version__} is installed, Examdesk is made for {NBGRADER}. "
                          f'Cure: pip install "nbgrader=={NBGRADER}"')
    root = (course or _calling_folder()).resolve()
    ours = Config(
        CourseDirectory={"root": str(root),
                         "course_id": re.sub(r"[^A-Za-z0-9_-]+", "-", root.name).strip("-") or "course",
                         **({"db_url": chosen} if (chosen := written(root)) else {})},
        Autograde={"autograde_preprocessors": list(PREPROCESSORS)},
        GenerateFeedback={"exporter_class": FeedbackExporter},
        ExportApp={"plugin_class": ExamExport},
        Exchange={} if SHARED.is_dir() else {"root": str(root / "exchange")},
    )
    elsewhere = _set_elsewhere(root)
    for section, values in ours.items():
        for name, value in values.items():
            if name not in c[section] and name not in elsewhere[section]:
                c[section][name] = value
            elif isinstance(changed := c[section].get(name), LazyConfigValue):  # … .append(…) means: to this list
                c[section][name] = changed.get_value(value)
    if c.Exchange.get("root") == str(root / "exchange") and not (root / "exchange").exists():
        (root / "exchange").mkdir()
        (root / "exchange").chmod(0o777)
    _path()
    # nbgrader 0.9.6 with SQLAlchemy 2.1 prints harmless "not in session" warnings, three for every submission.
    warnings.filterwarnings("ignore", message="Object of type", category=SAWarning)
    _bind()


def _bind() -> None:
    """Our `Autograde` in the place of nbgrader's. And no timestamp.txt stops nbgrader's lists for everybody else."""
    nbgrader.apps.autogradeapp.Autograde = nbgrader.apps.api.Autograde = ExamAutograde
    CourseDirectory.get_existing_timestamp = lambda _, folder: time_of(Path(folder))
    NbGraderAPI.get_submitted_timestamp = _submitted_at


def _submitted_at(api: NbGraderAPI, assignment_id: str, student_id: str) -> datetime | None:
    place = api.coursedir
    return time_of(Path(place.format_path(place.submitted_directory, student_id, assignment_id)))


def _set_elsewhere(root: Path) -> Config:
    """What the machine's and the user's nbgrader_config files set: the course's file would win over them."""
    global _looking
    found, _looking = Config(), True
    try:
        for folder in dict.fromkeys(map(Path, jupyter_config_path())):
            for loader in (PyFileConfigLoader, JSONFileConfigLoader):
                name = f"nbgrader_config.{'py' if loader is PyFileConfigLoader else 'json'}"
                if folder.resolve() != root and (folder / name).is_file():
                    with contextlib.suppress(Exception):  # nbgrader reads it, too, and says what is wrong with it
                        found.merge(loader(name, path=str(folder)).load_config())
    finally:
        _looking = False
    return found


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
