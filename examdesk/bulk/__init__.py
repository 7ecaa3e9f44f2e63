"""Thousands of submissions: plan, run, collect.

    autograde(Path("."), "E10-a", jobs=2)       # grades whoever is not graded yet; the same rows as nbgrader autograde
"""

from __future__ import annotations

from examdesk.bulk.autograde import autograde
from examdesk.bulk.summary import Summary

__all__ = ["Summary", "autograde"]
