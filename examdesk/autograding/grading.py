"""One submission, from its bytes to its marks: plain data in, plain data out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from examdesk.autograding.answers import answer_flags
from examdesk.autograding.cells import Output, failures, mark_data, run_cells, score_of
from examdesk.autograding.intake import Raw, Submission, read
from examdesk.autograding.paper import Paper
from examdesk.autograding.times import timed
from examdesk.errors import SubmissionRefused
from examdesk.graders import grading_of
from examdesk.model import Flag, exact


@dataclass(frozen=True)
class Graded:
    """What grading one submission found. Everything in it is plain: text, numbers, lists."""

    candidate: str
    digest: str  # over everything that counts
    timestamp: str  # as handed in
    at: str | None  # the same moment, UTC, ISO 8601 without a zone
    marks: Mapping[str, Mapping[str, Any]]  # {item: mark as `award` wrote it}
    scores: Mapping[str, float | None]  # {grade id: auto score}; None waits for a person
    comments: Mapping[str, str | None]  # {grade id: nbgrader's own comment}
    failed: Sequence[str]  # cells whose grader failed, with the kind of error
    flags: Sequence[Flag]
    head: str  # hash of the journal's last event
    seconds: float | None  # spent, by the journal
    simulated: bool  # what the journal says of itself; whether it may is decided where the record is made


def grade(raw: Raw, paper: Paper) -> tuple[Graded, str]:
    """The submission marked, and its autograded notebook. Raises `SubmissionRefused` when it cannot count."""
    submission = read(raw, paper)
    context = grading_of(paper.public, submission.journal, submission.candidate, displayed=[])
    outputs = run_cells(paper.cells, context)
    return graded(submission, paper, outputs), notebook_text(paper, submission.answers, outputs)


def graded(submission: Submission, paper: Paper, outputs: Mapping[str, Sequence[Output]]) -> Graded:
    """What `outputs` say of the submission."""
    journal = submission.journal
    seconds, times = timed(paper.public, journal, paper.extra.get(submission.candidate, ""), paper.opening)
    return Graded(
        candidate=submission.candidate,
        digest=submission.digest,
        timestamp=submission.timestamp,
        at=None if submission.at is None else submission.at.isoformat(),
        marks=mark_data(outputs),
        scores=_scores(paper, submission.answers, outputs),
        comments=_comments(paper, submission.answers),
        failed=failures(outputs),
        flags=(*submission.flags, *answer_flags(paper.public, journal, submission.candidate), *times),
        head=journal.head if journal else "",
        seconds=seconds,
        simulated=bool(journal) and journal.start.get("simulated") is True,  # type: ignore[union-attr]
    )


def _scores(paper: Paper, answers: Mapping[str, str], outputs: Mapping[str, Sequence[Output]]
            ) -> dict[str, float | None]:
    """{grade id: auto score} of every cell with a score of its own; a text nobody changed is 0, a changed one waits."""
    scores: dict[str, float | None] = {}
    for cell in paper.cells:
        if cell.grade and cell.solution:
            scores[cell.grade_id] = 0.0 if answers.get(cell.grade_id, cell.source) == cell.source else None
        elif cell.grade:
            scores[cell.grade_id] = score_of(outputs[cell.grade_id], points=cell.points)
    return scores


def _comments(paper: Paper, answers: Mapping[str, str]) -> dict[str, str | None]:
    return {
        cell.grade_id: "No response." if cell.solution and answers.get(cell.grade_id, cell.source) == cell.source
        else None
        for cell in paper.cells if cell.solution or cell.task
    }


def notebook_text(paper: Paper, answers: Mapping[str, str], outputs: Mapping[str, Sequence[Output]]) -> str:
    """The autograded notebook: the exam's own cells, the trainee's solution texts, the marks."""
    written = []
    for piece in paper.pieces:
        if isinstance(piece, str):
            written.append(piece)
        elif piece[0] == "outputs":
            written.append(_json(outputs.get(piece[1], ())))
        else:
            written.append(_json(answers.get(piece[1], paper.solutions[piece[1]])))
    return "".join(written)


_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


# Across the wire

def packed(found: Graded) -> dict[str, Any]:
    """As JSON data."""
    return {**vars(found), "flags": [asdict(flag) for flag in found.flags]}


def unpacked(data: Mapping[str, Any], paper: Paper, candidate: str) -> Graded:
    """The result a worker sent, believed only as far as it fits the paper; else `SubmissionRefused`."""
    try:
        found = Graded(**{**data, "flags": [Flag(**flag) for flag in data["flags"]]})
        known = {cell.grade_id: cell.points for cell in paper.cells if cell.grade}
        questions = paper.public["questions"]
        fits = (
            found.candidate == candidate
            and (found.at is None or datetime.fromisoformat(found.at).tzinfo is None)
            and found.scores.keys() == known.keys()
            and all(score is None or 0 <= score <= known[name] for name, score in found.scores.items())
            and all(item in questions and _within(mark, questions[item]["out_of"])
                    for item, mark in found.marks.items())
        )
    except (TypeError, KeyError, ValueError, AttributeError, ZeroDivisionError):
        fits = False
    if not fits:
        raise SubmissionRefused("fault", "the grading process gave marks that do not fit the exam, a fault of Examdesk")
    return found


def _within(mark: Mapping[str, Any], out_of: str) -> bool:
    """Whether the points of a mark and of each of its parts lie between 0 and what they are out of."""
    parts = [mark, *mark["parts"]]
    return exact(mark["out_of"]) == exact(out_of) and all(
        part["points"] is None or _fits(part["points"], part["out_of"]) for part in parts)


@lru_cache(maxsize=4096)
def _fits(points: str, out_of: str) -> bool:
    return 0 <= exact(points) <= exact(out_of)
