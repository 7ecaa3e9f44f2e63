"""A form one candidate at a time, for work on thousands of them in little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TypeVar

from examdesk.analysis.cohort import Cohort, forms_of, records_of
from examdesk.analysis.conditions import Conditions, Past, moment, ticks, vouched_passes
from examdesk.analysis.policy import Policy
from examdesk.bank.conditions import vouched
from examdesk.model import Form
from examdesk.records import DecisionRow, FlagRow, MarkRow, SubmissionRow, in_force, newest_graded

Row = TypeVar("Row", SubmissionRow, FlagRow, DecisionRow)


def each_candidate(course: Path, form: Form, *, only: str | None = None, url: str | None = None,
                   behind: tuple[str, ...] = ()) -> Iterator[tuple[str, Cohort]]:
    """(candidate, the cohort of this candidate alone) for everybody in the ledger of `form`; the marks are streamed.

    The outcomes are those of `load_cohort`: no candidate's result depends on another's. Thresholds and groups are left
    out. `only` is one candidate. Raises `CourseError` when nothing is graded yet. `behind` as in `conditions_of`.
    """
    records = records_of(course, url)
    conditions = conditions_of(course, {form.id: form}, only=only, url=url, behind=behind)
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
                           tuple(decisions.get(name, ())), len(given), conditions)


def conditions_of(course: Path, forms: Mapping[str, Form], *, only: str | None = None, url: str | None = None,
                  behind: tuple[str, ...] = ()) -> dict[str, Conditions]:
    """{form: what is known of its candidates beside their marks}, of the forms with a gate or a checklist.

    `behind` are the exams whose gates are being looked at; of one that stands behind its own gate nothing is known.
    """
    asking = {name: form.pass_rule for name, form in forms.items() if form.pass_rule.asks_beside_marks}
    said = vouched(course) if asking else []
    exams = {rule.gate.exam: (*behind, forms[name].exam) for name, rule in asking.items() if rule.gate}
    past = {exam: _past(course, exam, only=only, url=url, behind=before) for exam, before in exams.items()}
    return {name: Conditions(_together(past[rule.gate.exam], vouched_passes(said, rule.gate)) if rule.gate else {},
                             ticks(said, rule.checklist))
            for name, rule in asking.items()}


def _past(course: Path, exam: str, *, only: str | None, url: str | None, behind: tuple[str, ...]
          ) -> dict[str, list[Past]]:
    """{candidate: how every sitting of the exam ended}; of simulated sittings nothing."""
    found: dict[str, list[Past]] = {}
    for form in forms_of(course, exam).values() if exam not in behind else ():
        for name, cohort in each_candidate(course, form, only=only, url=url, behind=behind):
            lines = {sat: cohort.newest.get(sat) for sat in cohort.outcomes}
            found.setdefault(name, []).extend(
                Past(moment(line.handed_in) if line else None, cohort.outcomes[sat].result)
                for sat, line in lines.items() if line is None or not line.simulated)
    return found


def _together(past: Mapping[str, list[Past]], more: Mapping[str, list[Past]]) -> dict[str, list[Past]]:
    return {name: [*past.get(name, ()), *more.get(name, ())] for name in {**past, **more}}


def _by_candidate(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.candidate, []).append(row)
    return found
