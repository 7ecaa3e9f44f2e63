"""Who works where: the groups of grading/roster.csv. Names stay out of every table."""

from __future__ import annotations

from pathlib import Path

from examdesk.bank import read_roster

GROUPS = ("department", "site", "stage")

Roster = dict[str, dict[str, str]]
"""{candidate: {department, site, stage}}"""


def read_groups(course: Path) -> Roster:
    """The groups of every candidate on the roster; {} without a roster."""
    path = course / "grading" / "roster.csv"
    if not path.is_file():
        return {}
    return {trainee.candidate: {name: getattr(trainee, name) for name in GROUPS} for trainee in read_roster(path)}
