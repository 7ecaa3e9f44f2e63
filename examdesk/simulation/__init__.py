"""Candidates who never were: complete submissions for trying out, marked as simulated all the way into the report."""

from __future__ import annotations

from examdesk.simulation.cohort import PREFIX, difficulties, simulate
from examdesk.simulation.marker import simulated_marks

__all__ = ["PREFIX", "difficulties", "simulate", "simulated_marks"]
