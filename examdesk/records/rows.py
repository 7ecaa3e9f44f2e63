"""The rows of the ledger as frozen dataclasses, and the rule that says which marks are in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from examdesk.model import Flag, Mark

MEASURED = ("waits", "late", "marked", "variant")  # evidence of a machine that pass rules and pages go by
Sat = tuple[str, str, int]
"""One sitting: candidate, form, attempt."""


@dataclass(frozen=True)
class GradedSubmission:
    """One graded submission with all its marks and flags: what one transaction writes."""

    candidate: str
    form: str
    exam: str
    attempt: int
    input_digest: str  # over everything read from the submission
    form_digest: str  # of the frozen form it was graded with
    engine: str  # "examdesk <version>"
    at: str  # UTC, ISO 8601
    outcome: str = "graded"
    late_seconds: float = 0
    seconds_used: float | None = None
    simulated: bool = False
    journal_head: str = ""
    marks: tuple[Mark, ...] = ()
    flags: tuple[Flag, ...] = ()
    handed_in: str | None = None  # UTC, ISO 8601; None when nobody knows


@dataclass(frozen=True)
class Refusal:
    """One submission that could not be graded, and why."""

    candidate: str
    form: str
    code: str
    message: str
    input_digest: str = ""
    journal_head: str = ""


@dataclass(frozen=True)
class Started:
    """One submission whose grading has begun."""

    candidate: str
    form: str
    input_digest: str


@dataclass(frozen=True)
class SubmissionRow:
    """One line of the ledger about a submission. A refused one has a code and a message and no marks."""

    id: int
    candidate: str
    form: str
    exam: str
    attempt: int
    outcome: str  # started, graded or refused
    input_digest: str
    form_digest: str
    engine: str
    at: str
    late_seconds: float
    seconds_used: float | None
    simulated: bool
    journal_head: str
    code: str
    message: str
    handed_in: str | None = None  # UTC, ISO 8601; None when nobody knows, or an older engine graded it

    @property
    def sat(self) -> Sat:
        return self.candidate, self.form, self.attempt

    def is_done(self, input_digest: str, form_digest: str, engine: str) -> bool:
        """Whether exactly this input stands graded, by this form and engine."""
        return self.outcome == "graded" and (input_digest, form_digest, engine) == (
            self.input_digest, self.form_digest, self.engine)


@dataclass(frozen=True)
class MarkRow:
    """One mark as it was given: by whom, when, on which input."""

    id: int
    submission: int | None  # the graded submission it came with; None for a marker's
    candidate: str
    form: str
    attempt: int
    item: str
    criterion: str
    points: Fraction | None
    out_of: Fraction
    reason: str
    grader: str
    kind: str  # machine, moderated, marker or regrade
    evidence: Mapping[str, Any]
    input_digest: str
    at: str

    @property
    def sat(self) -> Sat:
        return self.candidate, self.form, self.attempt


@dataclass(frozen=True)
class FlagRow:
    """One flag of a graded submission."""

    id: int
    submission: int
    candidate: str
    form: str
    attempt: int
    code: str
    detail: str
    hold: bool
    at: str

    @property
    def sat(self) -> Sat:
        return self.candidate, self.form, self.attempt


@dataclass(frozen=True)
class DecisionRow:
    """A person's decision that a flag no longer holds a result: who, when and why, on which input."""

    id: int
    candidate: str
    form: str
    attempt: int
    code: str
    by: str
    why: str
    input_digest: str
    at: str

    @property
    def sat(self) -> Sat:
        return self.candidate, self.form, self.attempt


def newest_graded(submissions: Iterable[SubmissionRow]) -> dict[Sat, SubmissionRow]:
    """The newest graded submission of every sitting: the one its marks and flags are taken from."""
    return {row.sat: row for row in submissions if row.outcome == "graded"}


def in_force(marks: Iterable[MarkRow], submissions: Iterable[SubmissionRow]) -> list[MarkRow]:
    """The marks that count, at most one per sitting, item and criterion, in order of insertion.

    Of the machine's marks those of the newest graded submission count. A mark of a marker or of a regrade counts as
    long as the input it was given on has not changed: grading the same response again never takes back what was
    decided. Among those on one item a void stands above a marker's mark, a marker's above a regrade's, a regrade's
    above the machine's; a mark on the whole item stands above its criteria, and a marker's criteria stand among the
    machine's others. Where a marker has corrected what the machine read (`moderated`), the marks of the newest
    correction stand for the machine's, and above a regrade that came before it. A critical violation the machine is
    certain of (a tool used, a secret given away) stays in the evidence of a marker's mark, and so does what was
    measured (`MEASURED`): points do not take it back. Only a void takes it away, for nobody loses by a void.
    """
    newest = newest_graded(submissions)
    given: dict[tuple[Sat, str], dict[str, dict[str, MarkRow]]] = {}
    for row in marks:
        graded = newest.get(row.sat)
        if graded is None:
            continue
        if row.submission == graded.id if row.kind == "machine" else row.input_digest == graded.input_digest:
            given.setdefault((row.sat, row.item), {}).setdefault(row.kind, {})[row.criterion] = row
    found = (row for by_kind in given.values() for row in _standing(by_kind))
    return sorted(found, key=lambda row: row.id)


def _standing(given: Mapping[str, Mapping[str, MarkRow]]) -> Iterable[MarkRow]:
    """The marks that count of those given on one item: {kind: {criterion: the newest mark}}."""
    machine, regrade, marker = (given.get(kind, {}) for kind in ("machine", "regrade", "marker"))
    if void := [row for row in (*regrade.values(), *machine.values()) if row.evidence.get("void")]:
        return void[:1]
    moderated = _together(given.get("moderated", {}))
    machine = moderated or machine
    if not marker:
        return (regrade if _newest(regrade) > _newest(moderated) else machine).values()
    certain = [found for row in machine.values() for found in row.evidence.get("critical", ())]
    chosen = {"whole": marker["whole"]} if "whole" in marker else {**machine, **marker}
    unique = [found for number, found in enumerate(certain) if found not in certain[:number]]  # criteria repeat it
    measured = {name: row.evidence[name] for row in machine.values() for name in MEASURED if name in row.evidence}
    return [_with_certain(row, unique, measured) for row in chosen.values()]


def _together(rows: Mapping[str, MarkRow]) -> Mapping[str, MarkRow]:
    """The marks of the newest correction; an older one may have known other criteria."""
    newest = max(rows.values(), key=lambda row: row.id, default=None)
    return {name: row for name, row in rows.items() if newest is not None and row.at == newest.at}


def _newest(rows: Mapping[str, MarkRow]) -> int:
    return max((row.id for row in rows.values()), default=-1)


def _with_certain(row: MarkRow, certain: list[Any], measured: Mapping[str, Any]) -> MarkRow:
    if row.kind in ("machine", "moderated") or not (certain or measured):
        return row
    kept = {"critical": [*certain, *row.evidence.get("critical", ())]} if certain else {}
    return replace(row, evidence={**measured, **row.evidence, **kept})
