"""Grading everybody anew in memory with another version of the form; nothing is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from examdesk.autograding import Raw, held, take, unpacked
from examdesk.autograding.intake import read
from examdesk.autograding.worker import Limits
from examdesk.bulk.executors import local
from examdesk.errors import SubmissionRefused
from examdesk.graders import responses_of
from examdesk.model import Form, stamp
from examdesk.pipeline.marks import record
from examdesk.pipeline.moderation import with_moderations
from examdesk.pipeline.prepared import prepared_again
from examdesk.records import GradedSubmission, Records
from examdesk.records.moderations import MODERATED

BATCH = 25  # submissions a child gets at a time


def grade_again(course: Path, form: Form, *, jobs: int | None = None, limits: Limits | None = None
                ) -> dict[str, GradedSubmission]:
    """{candidate: their submission as `form` marks it}; who cannot be graded is left out.

    `form` may be a version that neither source/ nor the gradebook knows yet. Late is who was late when graded before.
    What markers corrected in a chat stays corrected.
    """
    course = course.resolve()
    paper, folders = prepared_again(course, form)
    records = Records.open(course)
    lines = records.submissions(form=form.id)
    corrected = [row for row in records.marks(form=form.id) if row.kind == MODERATED]
    before = {row.candidate: row for row in lines if row.outcome == "graded"}
    wanted = [(name, folder) for name, folder in folders if name in before]
    found, at = {}, stamp()
    many = max(1, min(jobs or os.cpu_count() or 1, len(wanted) // BATCH))
    with local(paper, jobs=many, limits=limits or Limits()) as submit:
        for window in _slices(_raws(wanted, form.id), 2 * many * BATCH):
            futures = [submit(batch) for batch in _slices(window, BATCH)]
            for answer in (answer for future in futures for answer in future.result()):
                if answer.found is not None:
                    one = unpacked(answer.found, paper, answer.candidate)
                    late = before[answer.candidate].late_seconds
                    found[answer.candidate] = record(form, one, late_seconds=late, reopened=0, at=at)
    for name, folder in wanted:
        rows = [row for row in corrected if row.candidate == name]
        if rows and name in found:
            with held(folder):
                journal = read(take(folder, candidate=name, form=form.id), paper).journal
            found[name] = with_moderations(form, found[name], responses_of(paper.public, journal) or {}, rows,
                                           before[name])
    return found


def _slices(raws: Iterable[Raw], size: int) -> Iterator[list[Raw]]:
    rest = iter(raws)
    while piece := list(islice(rest, size)):
        yield piece


def _raws(folders: Sequence[tuple[str, Path]], form: str) -> Iterator[Raw]:
    for candidate, folder in folders:
        try:
            with held(folder):
                yield take(folder, candidate=candidate, form=form)
        except (SubmissionRefused, OSError):
            continue
