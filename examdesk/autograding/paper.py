"""One form as graders need it: plain data, made once, sent to every worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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

    @property
    def solutions(self) -> dict[str, str]:
        """{grade id: released text} of the cells a trainee may write in."""
        return {cell.grade_id: cell.source for cell in self.cells if cell.solution}

    @property
    def locked(self) -> frozenset[str]:
        """The grade ids of all other cells."""
        return frozenset(cell.grade_id for cell in self.cells if not cell.solution)
