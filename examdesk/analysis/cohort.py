"""Marks and results of an exam as tidy tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from examdesk.analysis.conditions import NONE, Conditions
from examdesk.analysis.judging import Outcome, judge
from examdesk.analysis.policy import Policy
from examdesk.analysis.roster import GROUPS, Roster
from examdesk.bank import form_files, read_form
from examdesk.errors import CourseError
from examdesk.model import Form
from examdesk.records import DecisionRow, FlagRow, MarkRow, Records, SubmissionRow, newest_graded
from examdesk.records.place import written
from examdesk.records.rows import Sat

MARKS = {
    "candidate": "str", "exam": "str", "form": "str", "attempt": "int64", "item": "str", "domain": "str",
    "type": "str", "critical": "bool", "criterion": "str", "points": "float64", "out_of": "float64", "reason": "str",
    "grader": "str", "kind": "str", "marked_at": "str", "simulated": "bool", "department": "str", "site": "str",
    "stage": "str", "chose": "str", "variant": "str", "flagged": "bool",
}  # fmt: skip
RESULTS = {
    "candidate": "str", "exam": "str", "form": "str", "attempt": "int64", "score": "float64", "out_of": "float64",
    "share": "float64", "result": "str", "why": "str", "unmarked": "int64", "late": "float64", "simulated": "bool",
    "department": "str", "site": "str", "stage": "str", "newest": "bool",
}  # fmt: skip


@dataclass(frozen=True)
class Cohort:
    """Everybody who sat one exam, with everything the tables are made of."""

    course: Path
    exam: str
    forms: Mapping[str, Form]  # by form id
    policy: Policy
    roster: Roster
    submissions: tuple[SubmissionRow, ...]
    rows: tuple[MarkRow, ...]  # the marks in force
    flags: tuple[FlagRow, ...]  # of the newest graded submission of every sitting
    decisions: tuple[DecisionRow, ...]  # about held results
    given: int  # all marks ever given, in force or not
    conditions: Mapping[str, Conditions] = field(default_factory=dict)  # by form: what is known beside the marks

    @cached_property
    def newest(self) -> dict[Sat, SubmissionRow]:
        """The newest graded submission of every sitting."""
        return newest_graded(self.submissions)

    @cached_property
    def refused(self) -> dict[Sat, SubmissionRow]:
        """Sittings whose last word is a refusal."""
        last = {row.sat: row for row in self.submissions}
        return {sat: row for sat, row in last.items() if row.outcome == "refused"}

    @cached_property
    def marks(self) -> pd.DataFrame:
        """One row per candidate, form, attempt, item and criterion in force; points NaN while unmarked."""
        flagged = {flag.sat for flag in self.flags}
        rows = [_mark(row, self, row.sat in flagged) for row in self.rows]
        return frame(rows, MARKS)

    @cached_property
    def results(self) -> pd.DataFrame:
        """One row per candidate, form and attempt; `newest` = the candidate's last sitting of this exam."""
        sats = list(dict.fromkeys([*self.newest, *self.refused]))
        last = {sat[0]: sat for sat in sorted(sats, key=lambda sat: self._line(sat).id)}
        outcomes = self.outcomes
        return frame([_result(self, sat, outcomes[sat], last[sat[0]] == sat) for sat in sats], RESULTS)

    @cached_property
    def outcomes(self) -> dict[Sat, Outcome]:
        """The exact outcome of every sitting."""
        held: dict[Sat, list[str]] = {}
        decided = {(row.sat, row.code, row.input_digest) for row in self.decisions}
        for flag in self.flags:
            if flag.hold and (flag.sat, flag.code, self.newest[flag.sat].input_digest) not in decided:
                held.setdefault(flag.sat, []).append(f"held:{flag.code}")
        for sat, refused in self.refused.items():
            held.setdefault(sat, []).append(f"refused:{refused.code}")
        return {sat: judge(self.forms[sat[1]], self.rows_of(sat), held=dict.fromkeys(held.get(sat, [])),
                           known=self.conditions.get(sat[1], NONE).of(self.forms[sat[1]], self._line(sat)))
                for sat in dict.fromkeys([*self.newest, *self.refused])}

    def rows_of(self, sat: Sat) -> list[MarkRow]:
        """The marks in force of one sitting."""
        return self._by_sat.get(sat, [])

    @cached_property
    def _by_sat(self) -> dict[Sat, list[MarkRow]]:
        by_sat: dict[Sat, list[MarkRow]] = {}
        for row in self.rows:
            by_sat.setdefault(row.sat, []).append(row)
        return by_sat

    @property
    def simulated(self) -> bool:
        """Whether anything in it was simulated."""
        return any(row.simulated for row in self.newest.values())

    def _line(self, sat: Sat) -> SubmissionRow:
        return self.refused.get(sat) or self.newest[sat]


def forms_of(course: Path, exam: str) -> dict[str, Form]:
    """{form id: the frozen form} of one exam."""
    forms = [read_form(path) for path in form_files(course, exam)]
    return {form.id: form for form in forms}


def records_of(course: Path, url: str | None) -> Records:
    """The records of a course; raises `CourseError` when nothing is graded yet."""
    if url is None and written(course) is None and not (course / "grading" / "records.db").is_file():
        raise CourseError(f"{course / 'grading' / 'records.db'}: nothing is graded yet. "
                          "Cure: collect the exam and run  nbgrader autograde <form>  first")
    return Records.open(course, url=url)


def _mark(row: MarkRow, cohort: Cohort, flagged: bool) -> dict[str, Any]:
    item = cohort.forms[row.form].items[row.item]
    return {
        "candidate": row.candidate, "exam": cohort.exam, "form": row.form, "attempt": row.attempt, "item": row.item,
        "domain": item.domain, "type": item.type, "critical": item.critical, "criterion": row.criterion,
        "points": float("nan") if row.points is None else float(row.points), "out_of": float(row.out_of),
        "reason": row.reason, "grader": row.grader, "kind": row.kind, "marked_at": row.at,
        "simulated": cohort.newest[row.sat].simulated, **_groups(cohort.roster, row.candidate),
        "chose": ";".join(map(str, row.evidence.get("chose", ()))), "flagged": flagged,
        "variant": _variant(cohort.forms[row.form], row),
    }  # fmt: skip


def _variant(form: Form, row: MarkRow) -> str:
    """The number of the variant that was met, as the form names it; "" where everybody meets the same, or the mark does
    not say which: the first one would be a guess."""
    numbers = dict(enumerate(form.variants[row.item])) if row.item in form.others else {}
    return str(numbers.get(row.evidence.get("variant", -1), ""))


def _result(cohort: Cohort, sat: Sat, outcome: Outcome, newest: bool) -> dict[str, Any]:
    graded = cohort.newest.get(sat)
    score = float("nan") if outcome.score is None else float(outcome.score)
    return {
        "candidate": sat[0], "exam": cohort.exam, "form": sat[1], "attempt": sat[2], "score": score,
        "out_of": float(outcome.out_of), "share": score / float(outcome.out_of), "result": outcome.result,
        "why": ";".join(outcome.why), "unmarked": outcome.unmarked,
        "late": max(0.0, graded.late_seconds) if graded else 0.0, "simulated": bool(graded and graded.simulated),
        **_groups(cohort.roster, sat[0]), "newest": newest,
    }  # fmt: skip


def _groups(roster: Roster, candidate: str) -> dict[str, str]:
    return roster.get(candidate) or dict.fromkeys(GROUPS, "")


def frame(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns)).astype(dict(columns))
