"""Thousands of submissions: plan, run, collect.

    autograde(Path("."), "E10-a", jobs=2)       # grades whoever is not graded yet; the same rows as nbgrader autograde
    write_feedback(Path("."), ["E10-a"])        # the pages of everybody who was graded; the bytes of nbgrader's
"""

from __future__ import annotations

from examdesk.bulk.again import grade_again
from examdesk.bulk.feedback import Feedback, write_feedback
from examdesk.bulk.run import autograde
from examdesk.bulk.summary import Summary

__all__ = ["Feedback", "Summary", "autograde", "grade_again", "write_feedback"]
