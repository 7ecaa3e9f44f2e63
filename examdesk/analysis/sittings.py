"""A form one candidate at a time, for work on thousands of them in little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TypeVar

from examdesk.analysis.cohort import Cohort, records_of
from examdesk.analysis.policy import Policy
from examdesk.model import Form
from examdesk.records import DecisionRow, FlagRow, MarkRow, SubmissionRow, in_force, newest_graded

Row = TypeVar("Row", SubmissionRow, FlagRow, DecisionRow)


def each_candidate(course: Path, form: Form, *, only: str | None = None, url: str | None = None
                   ) -> Iterator[tuple[str, Cohort]]:
    """(candidate, the cohort of this candidate alone) for everybody in the ledger of `form`; the marks are streamed.

    The outcomes are those of `load_cohort`: no candidate's result depends on another's. Thresholds and groups are left
    out. `only` is one candidate. Raises `CourseError` when nothing is graded yet.
    """
    records = records_of(course, url)
    lines = _by_candidate(row for row in records.submissions(form=form.id) if only in (None, row.candidate))
    flags, decisions = _by_candidate(records.flags(form=form.id)), _by_candidate(records.decisions(form=form.id))
    without: list[tuple[str, list[MarkRow]]] = [(name, []) for name in lines]  # a refused one has no marks
    for name, given in chain(records.marks_by_candidate(form=form.id, only=only), without):
        rows = tuple(lines.pop(name, ()))
        if not rows:  # met already
            continue
        newest = {row.id for row in newest_graded(rows).values()}
        held = tuple(flag for flag in flags.get(name, ()) if flag.submission in newest)
        yield name, Cohort(course, form.exam, {form.id: form}, Policy(), {}, rows, tuple(in_force(given, rows)), held,
                           tuple(decisions.get(name, ())), len(given))


def _by_candidate(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.candidate, []).append(row)
    return found
