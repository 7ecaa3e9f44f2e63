"""From what grading found to what records keep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from examdesk.autograding import Graded
from examdesk.bank import violation_points
from examdesk.graders import GRADER
from examdesk.marking import VOID
from examdesk.model import Flag, Form, Mark, exact, seed_of, stamp
from examdesk.records import GradedSubmission
from examdesk.simulation import PREFIX

ATTEMPT = 1  # a retake is another form; what the journal says of it is the candidate's word


def record(form: Form, found: Graded, *, late_seconds: float, reopened: int, at: str) -> GradedSubmission:
    """The record of one graded submission: a mark for every item of the form, unmarked where there is none."""
    flags = [*found.flags, *_evidence_flags(form, found.candidate, found.marks)]
    if late_seconds > 0:
        flags.append(Flag("late", f"handed in {late_seconds / 60:.0f} minutes late"))
    if reopened:
        flags.append(Flag("reopened", f"the work changed after a person had marked it: {reopened} marks to confirm"))
    return GradedSubmission(
        candidate=found.candidate,
        form=form.id,
        exam=form.exam,
        attempt=ATTEMPT,
        input_digest=found.digest,
        form_digest=form.digest,
        engine=GRADER,
        at=at,
        outcome="graded",
        late_seconds=late_seconds,
        seconds_used=found.seconds,
        simulated=found.simulated and found.candidate.startswith(PREFIX),
        journal_head=found.head,
        marks=tuple(mark for item in form.items
                    for mark in item_marks(form, found.candidate, item, found.marks.get(item))),
        flags=tuple(flags),
        handed_in=None if found.at is None else stamp(datetime.fromisoformat(found.at).replace(tzinfo=UTC)),
    )


def item_marks(form: Form, candidate: str, item: str, data: Mapping[str, Any] | None) -> list[Mark]:
    """The machine's marks of one item, from what `award` wrote of it; unmarked where it wrote nothing."""
    authored = form.items[item]
    common: dict[str, Any] = {"candidate": candidate, "form": form.id, "attempt": ATTEMPT, "item": item,
                              "kind": "machine", "grader": GRADER}
    if item in form.void:  # a reply's, too, whose cells wait for a marker
        kept = {} if data is None else data["evidence"]
        evidence = {**kept, "void": True, "critical": [], "suspected": []}
        return [Mark(criterion="whole", points=authored.points, out_of=authored.points, reason=VOID,
                     evidence=evidence, **common)]
    if data is None:
        return [Mark(criterion="whole", points=None, out_of=authored.points, reason="no mark was made", **common)]
    evidence = {**data["evidence"], "critical": data["critical"], "suspected": data["suspected"],
                **_priced(form, item, data["evidence"])}
    if data["points"] is None and not any(row["points"] for row in data["parts"]):
        evidence["parts"] = data["parts"]
        return [Mark(criterion="whole", points=None, out_of=authored.points, reason=data["reason"], evidence=evidence,
                     **common)]
    rows = data["parts"] or [{**data, "criterion": "whole"}]
    return [
        Mark(criterion=row["criterion"], points=None if row["points"] is None else exact(row["points"]),
             out_of=exact(row["out_of"]), reason=row["reason"], evidence=evidence, **common)
        for row in rows
    ]


def _priced(form: Form, item: str, evidence: Mapping[str, Any]) -> dict[str, int]:
    """The violation points of what is certain, by the edition frozen with the form; a form without prices has none."""
    prices = form.prices.get(item, {})
    events = [rule for _, rule in evidence.get("violations", ()) if rule in prices]
    return {"violation_points": violation_points(events, prices)} if events else {}


def _evidence_flags(form: Form, candidate: str, marks: Mapping[str, Mapping[str, Any]]) -> list[Flag]:
    """Flags a grader left in its evidence, and seeds that are not this candidate's."""
    flags = []
    for item, data in marks.items():
        flags += [Flag("replay", f"{item}: {detail}") for detail in data["evidence"].get("flags", ())]
        flags += [Flag("reply-trick", f"{item}: {detail}") for detail in data["evidence"].get("tricks", ())]
        flags += [Flag("doubt", f"{item}: {detail}") for detail in data["evidence"].get("doubts", ())]
        seed = data["evidence"].get("seed")
        if seed is not None and seed != seed_of(form.id, candidate, item):
            flags.append(Flag("other-seed", f"{item}: sat with the variant of another candidate"))
    return flags
