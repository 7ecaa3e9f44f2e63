"""One submission, from its files to its marks: no database, no nbgrader, no clock, no cell of the trainee.

    raw = take(folder, candidate="ann", form="E10-a")       # the only I/O: plain files, capped
    found, notebook = grade(raw, paper)                     # pure; raises SubmissionRefused

`nbgrader autograde`, the formgrader's button and `examdesk autograde` all go this way. `worker` is the same in a child
process with limits.
"""

from __future__ import annotations

from examdesk.autograding.grading import Graded, grade, graded, packed, unpacked
from examdesk.autograding.intake import Raw, Submission, digest_of, held, read, take, time_of
from examdesk.autograding.paper import Paper, PaperCell

__all__ = [
    "Graded",
    "Paper",
    "PaperCell",
    "Raw",
    "Submission",
    "digest_of",
    "grade",
    "graded",
    "held",
    "packed",
    "read",
    "take",
    "time_of",
    "unpacked",
]
