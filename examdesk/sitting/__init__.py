"""One candidate sitting one exam: shows questions, journals answers, keeps the time, brings everything back.

`sitting` holds the answers, `actions` what the buttons do, `screen` the panels, `hour` the time, `past` what a journal
says of all that, `watch` what happens unasked, `room`, `extra_time`, `device` and `feedback` what
the page learns from outside, `shell`
what a notebook is asked for.
"""

from __future__ import annotations

from examdesk.sitting.sitting import Sitting, read_public

__all__ = ["Sitting", "read_public"]
