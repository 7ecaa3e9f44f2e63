"""nbgrader behind its own commands. The only place that subclasses nbgrader.

The two lines of a course's nbgrader_config.py:

    from examdesk.pipeline import configure
    configure(get_config())
"""

from __future__ import annotations

from examdesk.pipeline.config import configure

__all__ = ["configure"]
