"""The error tree. Every message says place, fault, what was found, and the cure.

    ExamdeskError                 shown as one line, never as a traceback
    ├── AuthorError               something an author wrote; carries every fault of the file or folder
    ├── CourseError               something in the course folder an instructor can mend
    │   └── DatabaseAway          gradebook or records are locked or not there; nothing is half written
    ├── SubmissionRefused         one submission cannot be graded; the rest of the batch goes on
    │   └── HandInRefused         a hand-in file is not taken
    ├── NotSaved                  an answer did not reach the disk; the trainee is told and the text stays
    └── NeedsMarker               a machine-marked cell unexpectedly needs a person; unmarked is not zero
"""

from __future__ import annotations

from dataclasses import dataclass


def plain(name: str) -> str:
    """A name somebody else chose, as one line of plain text.

    >>> print(plain("li"), plain("li\\nNot graded: wang"))
    li 'li\\nNot graded: wang'
    """
    return name if name.isprintable() else ascii(name)


class ExamdeskError(Exception):
    """Root of every error Examdesk raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the message. A trainee has no use for a traceback, and it would hold code."""
        return [str(self)]


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake of an author, ready to be read by a person who does not know Python.

    >>> print(Fault("exams/bank/d08/I-801.yaml", 14, "the key is no option", found="e", cure="use one of a, b, c, d"))
    exams/bank/d08/I-801.yaml:14: the key is no option (found: e). Cure: use one of a, b, c, d
    """

    file: str
    line: int
    wrong: str
    found: str = ""
    cure: str = ""

    def __str__(self) -> str:
        found = f" (found: {self.found})" if self.found else ""
        cure = f". Cure: {self.cure}" if self.cure else ""
        return f"{self.file}:{self.line}: {self.wrong}{found}{cure}"


class AuthorError(ExamdeskError):
    """Faults in what an author wrote."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class CourseError(ExamdeskError):
    """The course folder is not as it must be for this command."""


class DatabaseAway(CourseError):
    """Gradebook or records are locked or not there. Nothing is half written; the same command may run again."""


class SubmissionRefused(ExamdeskError):
    """This submission cannot be graded; `code` names the reason in one word, the message in one line.

    `head` is the hash of its journal's last event, where it is somebody else's journal.
    """

    def __init__(self, code: str, message: str, head: str = "") -> None:
        super().__init__(message)
        self.code, self.head = code, head


class HandInRefused(SubmissionRefused):
    """This hand-in file is not taken: `collect` says so, and nothing of it reaches the records."""


class NotSaved(ExamdeskError):
    """The journal could not be written; the answer must stay in the panel."""


class NeedsMarker(ExamdeskError):
    """A person must mark this; `str(error)` is the reason shown to the marker."""
