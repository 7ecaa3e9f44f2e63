"""Courses of real nbgrader, shared with tests/nbgrader."""

from __future__ import annotations

from tests.nbgrader.conftest import own_home, sampler

__all__ = ["own_home", "sampler"]
