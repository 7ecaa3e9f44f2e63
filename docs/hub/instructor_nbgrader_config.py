# For an instructor: ~/.jupyter/nbgrader_config.py. The formgrader starts in the home folder; this tells it where the
# course is.
from pathlib import Path

from examdesk.pipeline import configure

configure(get_config(), course=Path.home() / "course")  # noqa: F821
