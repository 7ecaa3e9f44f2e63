"""What a regrade changes, before anything is written: whose marks, by how much, and whose result. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from examdesk.analysis.cohort import Cohort
from examdesk.analysis.judging import Outcome
from examdesk.model import Correction, Flag, Form, Mark
from examdesk.records import FlagRow, GradedSubmission, MarkRow, SubmissionRow, in_force
from examdesk.records.rows import Sat

KEPT = "kept: this regrade lowers no mark"
Rows = Mapping[tuple[Sat, str], Sequence[MarkRow]]


@dataclass(frozen=True)
class Change:
    """One item of one candidate whose mark changes, or would have fallen and is kept."""

    candidate: str
    item: str
    was: Fraction | None  # in force before; None while unmarked
    now: Fraction | None  # in force afterwards
    machine: Fraction | None  # what the corrected form gives
    kept: bool

    @property
    def direction(self) -> str:
        """kept, up, down or other (from or to unmarked)."""
        if self.kept:
            return "kept"
        if self.was is None or self.now is None or self.was == self.now:
            return "other"
        return "up" if self.now > self.was else "down"


@dataclass(frozen=True)
class Plan:
    """What a regrade would write, and what would follow from it."""

    form: Form  # as corrected
    submissions: tuple[GradedSubmission, ...]  # graded anew
    marks: tuple[tuple[Mark, str], ...]  # of the regrade, with the digest of the input they stand on
    changes: tuple[Change, ...]
    left: tuple[str, ...]  # candidates that could not be graded anew on the work their marks stand on
    before: Mapping[str, Outcome]  # by candidate
    after: Mapping[str, Outcome]

    @property
    def entries(self) -> tuple[Correction, ...]:
        """What this regrade corrects."""
        return tuple(entry for entry in self.form.corrections if entry.regrade == self.form.regrade)

    @property
    def flips(self) -> dict[str, tuple[str, str]]:
        """{candidate: (result before, result after)} where they differ."""
        pairs = {name: (self.before[name].result, self.after[name].result) for name in self.before}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def counts(self) -> Counter[str]:
        """How many marks go up, down, are kept, or come from or to unmarked."""
        return Counter(change.direction for change in self.changes)


def plan_regrade(cohort: Cohort, marks: Sequence[MarkRow], form: Form, fresh: Mapping[str, GradedSubmission]) -> Plan:
    """The plan of the newest correction of `form`; `cohort` and `marks` (all of the form) are as they stand now.

    `fresh` holds the submissions as the corrected form marks them. Only work that is the same as when it was graded
    is regraded: newer work waits for its own grading. A void counts for everybody, also without such work.
    """
    newest = {sat: row for sat, row in cohort.newest.items() if sat[1] == form.id and row.form_digest != form.digest}
    noted = _noted(cohort)
    able = {sat: replace(fresh[sat[0]], attempt=sat[2], flags=(*fresh[sat[0]].flags, *noted.get(sat, ())))
            for sat, row in newest.items()
            if sat[0] in fresh and fresh[sat[0]].input_digest == row.input_digest}
    lines = [_line(one, 1 + number + max((row.id for row in cohort.submissions), default=0))
             for number, one in enumerate(able.values())]
    given = [row for line, one in zip(lines, able.values(), strict=True) for row in _rows(one, line.id)]
    submissions = [*(row for row in cohort.submissions if row.form == form.id), *lines]
    before = _by_item(row for row in cohort.rows if row.form == form.id)
    anew = _by_item(in_force([*(row for row in marks if row.kind != "regrade"), *given], submissions))
    machine = _by_item(row for row in marks if row.kind == "machine"
                       and row.sat in newest and row.submission == newest[row.sat].id)
    decided = [
        one for sat, row in newest.items() for item in form.items
        if (one := _decided(form, item, row, sat in able, before.get((sat, item), ()), anew.get((sat, item), ()),
                            machine.get((sat, item), ())))
    ]
    regrade = [_row(mark, on, 10**12 + number) for number, (_, mark, on) in enumerate(decided)]
    rows = in_force([*marks, *given, *regrade], submissions)
    after = _afterwards(cohort, form, rows, lines, able)
    return Plan(
        form, tuple(able.values()), tuple((mark, on) for _, mark, on in decided),
        tuple(change for change, _, _ in decided), tuple(sorted(sat[0] for sat in newest if sat not in able)),
        _of_form(cohort, form), _of_form(after, form),
    )  # fmt: skip


def _noted(cohort: Cohort) -> dict[Sat, list[Flag]]:
    """What was noted when the work came in, and no grading of the same work can find again."""
    found: dict[Sat, list[Flag]] = {}
    for flag in cohort.flags:
        if flag.code == "reopened":
            found.setdefault(flag.sat, []).append(Flag(flag.code, flag.detail, flag.hold))
    return found


def _decided(form: Form, item: str, row: SubmissionRow, able: bool, was_rows: Sequence[MarkRow],
             now_rows: Sequence[MarkRow], machine: Sequence[MarkRow]) -> tuple[Change, Mark, str] | None:
    """What the regrade says of one item of one sitting; None when its mark stays as it is.

    A marker's mark stays, except under a void. Looked at are the items corrected now, in the variant that was met, and
    those the machine marks otherwise than when they were graded: what an older regrade has kept is not taken back by
    the next one.
    """
    entries = [entry for entry in form.corrections if entry.regrade == form.regrade]
    met = next((one.evidence.get("variant", 0) for one in now_rows), 0)
    named = [entry for entry in entries if entry.item == item and (entry.void or entry.variant == met)]
    void = any(entry.void for entry in named)
    if not void and (not able or any(one.kind == "marker" for one in now_rows)):
        return None
    fresh = [one for one in now_rows if one.kind != "marker"]
    if not named and (not fresh or _total(fresh) == _total(machine)):
        return None
    now = form.items[item].points if void else _total(now_rows)
    was, worse = _total(was_rows), _critical(now_rows) - _critical(was_rows)
    if now == was and _critical(now_rows) == _critical(was_rows):
        return None
    falls = was is not None and (now is None or now < was or bool(worse))
    kept = entries[0].never_lower and falls and not void
    points, rows = (was, was_rows) if kept else (now, now_rows)
    machine_says = form.items[item].points if void else _total(fresh)
    evidence: dict[str, Any] = {**(rows[0].evidence if rows else {}), "was": _text(was), "machine": _text(machine_says),
                                "regrade": form.regrade}
    evidence |= {"void": True, "critical": [], "suspected": []} if void else {"kept": True} if kept else {}
    reason = f"{entries[0].why} · {KEPT}" if kept else entries[0].why
    mark = Mark(*row.sat, item, "whole", points, form.items[item].points, reason, entries[0].by, "regrade", evidence)
    return Change(row.candidate, item, was, points, machine_says, kept), mark, row.input_digest


def _total(rows: Sequence[MarkRow]) -> Fraction | None:
    """The points of all rows of an item; None while one is unmarked or there is none."""
    if not rows or any(row.points is None for row in rows):
        return None
    return sum((row.points for row in rows if row.points is not None), Fraction(0))


def _critical(rows: Sequence[MarkRow]) -> set[tuple[str, ...]]:
    return {tuple(map(str, found)) for row in rows for found in row.evidence.get("critical", ())}


def _text(points: Fraction | None) -> str | None:
    return None if points is None else str(points)


def _by_item(rows: Iterable[MarkRow]) -> dict[tuple[Sat, str], list[MarkRow]]:
    found: dict[tuple[Sat, str], list[MarkRow]] = {}
    for row in rows:
        found.setdefault((row.sat, row.item), []).append(row)
    return found


# What would follow, judged by the same rules as every report

def _afterwards(cohort: Cohort, form: Form, rows: Sequence[MarkRow], lines: Sequence[SubmissionRow],
                able: Mapping[Sat, GradedSubmission]) -> Cohort:
    flags = [flag for flag in cohort.flags if flag.sat not in able]
    flags += [FlagRow(0, 0, *sat, flag.code, flag.detail, flag.hold, one.at)
              for sat, one in able.items() for flag in one.flags]
    others = [row for row in cohort.rows if row.form != form.id]
    return replace(cohort, forms={**cohort.forms, form.id: form}, submissions=(*cohort.submissions, *lines),
                   rows=(*others, *rows), flags=tuple(flags))


def _of_form(cohort: Cohort, form: Form) -> dict[str, Outcome]:
    return {sat[0]: outcome for sat, outcome in cohort.outcomes.items() if sat[1] == form.id and sat in cohort.newest}


def _line(one: GradedSubmission, number: int) -> SubmissionRow:
    fields = {name: value for name, value in vars(one).items() if name not in ("marks", "flags")}
    return SubmissionRow(id=number, code="", message="", **fields)


def _rows(one: GradedSubmission, line: int) -> list[MarkRow]:
    return [replace(_row(mark, one.input_digest, 10**11 + line), submission=line) for mark in one.marks]


def _row(mark: Mark, on: str, number: int) -> MarkRow:
    return MarkRow(id=number, submission=None, input_digest=on, at="", **vars(mark))
