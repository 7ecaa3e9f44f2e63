"""One form as graders need it: plain data, made once, sent to every worker."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from examdesk.opening import EVER, Opening

SCHEMA = 3  # of nbgrader's metadata
_HIDDEN = re.compile(r"(?ms)^[^\n]*BEGIN (HIDDEN TESTS|MARK SCHEME)[^\n]*\n.*?END \1[^\n]*\n?")


@dataclass(frozen=True)
class PaperCell:
    """One cell of the exam that nbgrader knows by a grade id."""

    grade_id: str
    source: str  # of a cell a trainee may write in: the text that was released
    code: bool
    locked: bool  # the exam's own; a locked code cell runs at grading
    grade: bool  # its score goes into the gradebook
    solution: bool  # a trainee may write in it
    task: bool  # marked by a person only
    points: float


Released = tuple[str, Mapping[str, Any], str | None]
"""A cell as every candidate got it: its type, nbgrader's metadata, its text; None where a trainee may write."""

Piece = str | tuple[str, str]
"""A piece of the autograded notebook: text as it stands, or ("outputs" | "source", grade id) to be filled in."""


@dataclass(frozen=True)
class Paper:
    """One form as it was released, ready for marking."""

    form: str
    public: Mapping[str, Any]  # form.json
    cells: tuple[PaperCell, ...]  # in the order of the exam
    pieces: tuple[Piece, ...]  # of the autograded notebook
    people: frozenset[str]  # everybody on the roster, in the gradebook and among those who handed in
    plain: int = 0  # how many cells of the exam have no grade id
    extra: Mapping[str, str] = field(default_factory=dict)  # {candidate: extra time} by the roster
    opening: Opening = EVER  # by the list of rooms

    @property
    def solutions(self) -> dict[str, str]:
        """{grade id: released text} of the cells a trainee may write in."""
        return {cell.grade_id: cell.source for cell in self.cells if cell.solution}


    @cached_property
    def released(self) -> dict[str, Released]:
        """{grade id: cell as every candidate got it}, in the order of the exam."""
        return {cell.grade_id: _as_released(cell) for cell in self.cells}


def _as_released(cell: PaperCell) -> Released:
    kind = "code" if cell.code else "markdown"
    text = cell.source if cell.solution else _HIDDEN.sub("", cell.source)
    if text != cell.source and not cell.source.endswith("\n"):  # as nbgrader joins the lines that stay
        text = text.removesuffix("\n")
    meta: dict[str, Any] = {
        "grade_id": cell.grade_id, "grade": cell.grade, "locked": cell.locked, "solution": cell.solution,
        "task": cell.task, "schema_version": SCHEMA, "cell_type": kind, "checksum": _checksum(cell, kind, text),
    }  # fmt: skip
    if cell.grade or cell.task:
        meta["points"] = cell.points
    return kind, meta, None if cell.solution else text


def _checksum(cell: PaperCell, kind: str, text: str) -> str:
    """As nbgrader 0.9.6 computes it."""
    words = [text, kind, str(cell.grade), str(cell.solution), str(cell.locked), cell.grade_id]
    words += [str(float(cell.points))] if cell.grade else []
    return hashlib.md5("".join(words).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
