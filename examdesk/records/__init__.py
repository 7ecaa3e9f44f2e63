"""The ledger of an exam: submissions, marks and flags in grading/records.db, appended and never overwritten.

    records = Records.open(Path("."))
    records.save_submissions([graded])          # one transaction; once more changes nothing
    records.save_marks(marks, at=now)           # what markers decided
    records.in_force(form="E10-a")              # the marks that count today

`records.gradebook` reads what markers entered in nbgrader's formgrader; it alone imports nbgrader.
"""

from __future__ import annotations

from examdesk.records.ledger import UNNAMED, Records
from examdesk.records.rows import (
    DecisionRow,
    FlagRow,
    GradedSubmission,
    MarkRow,
    Refusal,
    Started,
    SubmissionRow,
    in_force,
    newest_graded,
)
from examdesk.records.sheets import guarded

__all__ = [
    "UNNAMED",
    "DecisionRow",
    "FlagRow",
    "GradedSubmission",
    "MarkRow",
    "Records",
    "Refusal",
    "Started",
    "SubmissionRow",
    "guarded",
    "in_force",
    "newest_graded",
]
