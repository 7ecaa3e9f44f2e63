"""Loading what an exam left in the records: the door's first calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from examdesk.analysis.cohort import MARKS, RESULTS, Cohort, forms_of, frame, records_of
from examdesk.analysis.policy import read_policy
from examdesk.analysis.roster import read_groups
from examdesk.analysis.sittings import conditions_of
from examdesk.errors import CourseError
from examdesk.records import in_force, newest_graded


def load_cohort(course: str | Path, exam: str, *, url: str | None = None) -> Cohort:
    """Everybody who sat `exam`. Raises `CourseError` when the exam has no frozen form or nothing is graded yet."""
    course = Path(course)
    forms = forms_of(course, exam)
    if not forms:
        raise CourseError(f"exams/{exam}: no frozen form. Cure: check the exam's id, or run  examdesk freeze {exam}")
    records = records_of(course, url)
    submissions = tuple(row for form in forms for row in records.submissions(form=form))
    marks = [row for form in forms for row in records.marks(form=form)]
    newest = {row.id for row in newest_graded(submissions).values()}
    flags = tuple(flag for form in forms for flag in records.flags(form=form) if flag.submission in newest)
    return Cohort(course, exam, forms, read_policy(course), read_groups(course), submissions,
                  tuple(in_force(marks, submissions)), flags,
                  tuple(row for form in forms for row in records.decisions(form=form)), len(marks),
                  conditions_of(course, forms, url=url))


def load_marks(course: str | Path = ".", exam: str | None = None, *, url: str | None = None) -> pd.DataFrame:
    """The marks in force of one exam, or of all exams, one row per candidate, form, attempt, item and criterion.

    Columns: candidate, exam, form, attempt, item, domain, type, critical, criterion, points (NaN while unmarked),
    out_of, reason, grader, kind, marked_at, simulated, department, site, stage, chose (joined by ;), flagged.
    """
    exams = exams_with_marks(course, url=url) if exam is None else [exam]
    return _joined([load_cohort(course, name, url=url).marks for name in exams], MARKS)


def load_results(course: str | Path = ".", exam: str | None = None, *, url: str | None = None) -> pd.DataFrame:
    """One row per candidate, form and attempt with score, share and result.

    Columns: candidate, exam, form, attempt, score (NaN while anything is unmarked), out_of, share, result (pass,
    fail or withheld), why (codes, joined by ;), unmarked (items), late (seconds), simulated, department, site, stage,
    newest (the candidate's last sitting of this exam).
    """
    exams = exams_with_marks(course, url=url) if exam is None else [exam]
    return _joined([load_cohort(course, name, url=url).results for name in exams], RESULTS)


def exams_with_marks(course: str | Path = ".", *, url: str | None = None) -> list[str]:
    """The exams somebody has sat, sorted."""
    course = Path(course)
    sat = {row.form for row in records_of(course, url).submissions()}
    folders = sorted(path.parent.name for path in (course / "exams").glob("*/forms"))
    return [exam for exam in folders if sat & set(forms_of(course, exam))]


def _joined(frames: Iterable[pd.DataFrame], columns: Mapping[str, str]) -> pd.DataFrame:
    found = [frame for frame in frames if len(frame)]
    return pd.concat(found, ignore_index=True) if found else frame([], columns)
