"""From the marks in a graded notebook to what records keep."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from examdesk.graders import GRADER
from examdesk.marking import VOID
from examdesk.model import Flag, Form, Mark, seed_of
from examdesk.pipeline.intake import Submission
from examdesk.records import GradedSubmission
from examdesk.simulation import PREFIX


def graded(form: Form, submission: Submission, marks: Mapping[str, dict[str, Any]], *, late_seconds: float,
           at: str) -> GradedSubmission:
    """The record of one graded submission: a mark for every item of the form, unmarked where there is none."""
    journal, start = submission.journal, submission.journal.start if submission.journal else {}
    attempt = 1  # a retake is another form; what the journal says of it is the candidate's word
    flags = [*submission.flags, *_evidence_flags(form, submission.candidate, marks)]
    if late_seconds > 0:
        flags.append(Flag("late", f"handed in {late_seconds / 60:.0f} minutes late"))
    return GradedSubmission(
        candidate=submission.candidate,
        form=form.id,
        exam=form.exam,
        attempt=attempt,
        input_digest=submission.digest,
        form_digest=form.digest,
        engine=GRADER,
        at=at,
        outcome="graded",
        late_seconds=late_seconds,
        seconds_used=journal.seconds if journal else None,
        simulated=start.get("simulated") is True and submission.candidate.startswith(PREFIX),
        journal_head=journal.head if journal else "",
        marks=tuple(mark for item in form.items for mark in _item_marks(form, submission, attempt, item, marks)),
        flags=tuple(flags),
    )


def _item_marks(form: Form, submission: Submission, attempt: int, item: str, marks: Mapping[str, dict[str, Any]]
                ) -> list[Mark]:
    authored = form.items[item]
    data = marks.get(item)
    common: dict[str, Any] = {"candidate": submission.candidate, "form": form.id, "attempt": attempt, "item": item,
                              "kind": "machine", "grader": GRADER}
    if item in form.void:  # a reply's, too, whose cells wait for a marker
        kept = {} if data is None else data["evidence"]
        evidence = {**kept, "void": True, "critical": [], "suspected": []}
        return [Mark(criterion="whole", points=authored.points, out_of=authored.points, reason=VOID,
                     evidence=evidence, **common)]
    if data is None:
        return [Mark(criterion="whole", points=None, out_of=authored.points, reason="no mark was made", **common)]
    evidence = {**data["evidence"], "critical": data["critical"], "suspected": data["suspected"]}
    if data["points"] is None:
        evidence["parts"] = data["parts"]
        return [Mark(criterion="whole", points=None, out_of=authored.points, reason=data["reason"], evidence=evidence,
                     **common)]
    rows = data["parts"] or [{**data, "criterion": "whole"}]
    return [
        Mark(criterion=row["criterion"], points=Fraction(row["points"]), out_of=Fraction(row["out_of"]),
             reason=row["reason"], evidence=evidence, **common)
        for row in rows
    ]


def _evidence_flags(form: Form, candidate: str, marks: Mapping[str, dict[str, Any]]) -> list[Flag]:
    """Flags a grader left in its evidence, and seeds that are not this candidate's."""
    flags = []
    for item, data in marks.items():
        flags += [Flag("replay", f"{item}: {detail}") for detail in data["evidence"].get("flags", ())]
        seed = data["evidence"].get("seed")
        if seed is not None and seed != seed_of(form.id, candidate, item):
            flags.append(Flag("other-seed", f"{item}: sat with the variant of another candidate"))
    return flags
