"""Who has extra time in a form, and the codes that tell their pages: for the instructor and the invigilator."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from examdesk.bank import load_form, read_roster
from examdesk.errors import CourseError
from examdesk.extra import code_of, longer


@dataclass(frozen=True)
class ExtraTime:
    """One candidate's extra time in one form."""

    candidate: str
    name: str
    extra: str
    minutes: float  # of the exam, extra time included
    code: str  # six digits


def extra_times(course: Path, form: str) -> list[ExtraTime]:
    """Everybody on the roster with extra time, in the roster's order."""
    roster = course / "grading" / "roster.csv"
    if not roster.is_file():
        raise CourseError("grading/roster.csv: not found. Cure: write one, with a column extra_time (examdesk init "
                          "--roster makes the rest)")
    seconds = 60 * load_form(course, form).minutes
    return [
        ExtraTime(one.candidate, one.name, one.extra_time, longer(seconds, one.extra_time, of=seconds) / 60,
                  code_of(form, one.candidate, one.extra_time))
        for one in read_roster(roster) if one.extra_time
    ]


def write_codes(path: Path, people: list[ExtraTime]) -> None:
    """The codes alone, one a line and sorted, for EXAMDESK_EXTRA_TIME on a shared computer; no name stands there."""
    staged = path.with_name(f"{path.name}.tmp")
    with staged.open("w", encoding="ascii", newline="\n") as file:
        file.writelines(f"{code}\n" for code in sorted(one.code for one in people))
        file.flush()
        os.fsync(file.fileno())
    staged.replace(path)
