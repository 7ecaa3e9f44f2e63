"""Appending: rows as the database holds them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert

from examdesk.model import Mark, stamp
from examdesk.records import tables
from examdesk.records.rows import GradedSubmission
from examdesk.records.tables import append


def append_graded(connection: Connection, submissions: Sequence[GradedSubmission]) -> None:
    """The lines of `submissions` with their marks and flags."""
    if not submissions:
        return
    lines = insert(tables.submissions).returning(tables.submissions.c.id, sort_by_parameter_order=True)
    numbers = connection.execute(lines, [_graded_line(one) for one in submissions]).scalars()
    numbered = list(zip(submissions, numbers, strict=True))
    append(connection, tables.marks, [row for one, number in numbered for row in _mark_rows(one, number)])
    append(connection, tables.flags, [row for one, number in numbered for row in _flag_rows(one, number)])


def _graded_line(submission: GradedSubmission) -> dict[str, Any]:
    line = {name: value for name, value in vars(submission).items() if name not in ("marks", "flags")}
    return {**line, "code": "", "message": ""}


def _mark_rows(submission: GradedSubmission, number: int) -> list[dict[str, Any]]:
    more = {"submission": number, "at": submission.at, "input_digest": submission.input_digest}
    return [{**mark_values(mark), **more} for mark in submission.marks]


def _flag_rows(submission: GradedSubmission, number: int) -> list[dict[str, Any]]:
    more = {"submission": number, "at": submission.at,
            **{name: getattr(submission, name) for name in ("candidate", "form", "attempt")}}
    return [{"code": flag.code, "detail": plain(flag.detail), "hold": flag.hold, **more} for flag in submission.flags]


def bare_line(candidate: str, form: str, outcome: str, input_digest: str) -> dict[str, Any]:
    """A line about a submission that holds no marks."""
    return {
        "candidate": candidate, "form": form, "exam": "", "outcome": outcome, "attempt": 1,
        "input_digest": input_digest, "form_digest": "", "engine": "", "at": now(), "late_seconds": 0,
        "seconds_used": None, "simulated": False, "journal_head": "", "code": "", "message": "",
        "handed_in": None,
    }  # fmt: skip


def mark_values(mark: Mark) -> dict[str, Any]:
    """The mark's columns: points as exact text, evidence as JSON without raw surrogates."""
    same = ("candidate", "form", "attempt", "item", "criterion", "grader", "kind")
    return {
        **{name: getattr(mark, name) for name in same},
        "points": None if mark.points is None else str(mark.points),
        "out_of": str(mark.out_of),
        "reason": plain(mark.reason),
        "evidence": _json(mark.evidence),
    }


_json = json.JSONEncoder(sort_keys=True, allow_nan=False, default=list).encode


def plain(text: str) -> str:
    """The text without what a database cannot hold: half characters and NUL."""
    if text.isprintable():  # most are
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")


def now() -> str:
    """This moment, to the millisecond."""
    return stamp(timespec="milliseconds")
