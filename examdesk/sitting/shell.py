"""What a sitting asks of the notebook it is shown in."""

from __future__ import annotations

import sys
from typing import Any

from examdesk.errors import CourseError, SubmissionRefused


def shell() -> Any:
    """IPython's shell, None outside a notebook; not imported for the sake of asking."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


def loop() -> Any:
    """The event loop of this kernel, None where there is none; not imported for the sake of asking."""
    module = sys.modules.get("asyncio")
    try:
        return module.get_running_loop() if module else None
    except RuntimeError:
        return None


def plain_errors() -> None:
    """From now on this notebook shows our own errors as one line: a trainee sees no traceback."""

    def plain(shell: Any, kind: type, error: Exception, trace: Any, tb_offset: Any = None) -> None:
        print(error)

    if found := shell():
        found.set_custom_exc((CourseError, SubmissionRefused), plain)


def display(widget: Any) -> None:
    """Shows the widget below this cell."""
    from IPython.display import display as show

    show(widget)
