"""The exam's cells inside nbgrader's own converter: run in process, and unmarked stored as unmarked."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    Execute,
    IgnorePattern,
    LimitOutput,
    SaveAutoGrades,
)

from examdesk.autograding.cells import Output, needs_marker, run_cells
from examdesk.graders import current
from examdesk.pipeline.released import paper_cells
from examdesk.records.grades import waits

Cells = tuple[NotebookNode, dict[str, Any]]


class InProcess(Execute):
    """Runs the locked cells of an exam in this process: no kernel, no cell of the trainee.

    Outside an Examdesk submission it is nbgrader's own Execute.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Cells:
        context = current()
        if context is None:
            return super().preprocess(nb, resources)
        with contextlib.chdir(Path(resources["metadata"]["path"])):
            fill(nb, run_cells(paper_cells(nb), context))
        nb.metadata.setdefault("language_info", {"name": "python"})
        return nb, resources


def fill(nb: NotebookNode, outputs: dict[str, list[Output]]) -> None:
    """Puts outputs and execution counts into the code cells; a cell that did not run keeps no output."""
    count = 0
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = []
        if utils.is_locked(cell):
            count += 1
            cell.execution_count = count
            cell.outputs = [nbformat.from_dict(output) for output in outputs[cell.metadata.nbgrader.grade_id]]


def outputs_of(nb: NotebookNode) -> dict[str, list[NotebookNode]]:
    """{grade id: outputs} of a notebook's code cells."""
    return {cell.metadata.nbgrader.grade_id: cell.outputs for cell in nb.cells
            if cell.cell_type == "code" and "grade_id" in cell.metadata.get("nbgrader", {})}


class SaveMarks(SaveAutoGrades):
    """Stores the marks in the gradebook; a cell that needs a marker is NULL there, not 0.

    A cell worth nothing is 0: the marker decides in the item's task cell. A person's score stays; it waits to be
    confirmed only when the work it was given on has changed. Outside an Examdesk submission it is nbgrader's own
    SaveAutoGrades.
    """

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        if current() is None:
            super()._add_score(cell, resources)
            return
        grade = self._grade(cell)
        open_ = needs_marker(cell.get("outputs", ())) and cell.metadata["nbgrader"]["points"] > 0
        self._settle(grade, None if open_ else utils.determine_grade(cell, self.log)[0], resources)

    def _add_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_comment(cell, resources)
        if current() is not None and utils.is_task(cell):
            self._settle(self._grade(cell), None, resources)

    def _grade(self, cell: NotebookNode) -> Any:
        return self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )

    def _settle(self, grade: Any, auto_score: float | None, resources: dict[str, Any]) -> None:
        changed = resources["nbgrader"]["changed"]
        grade.auto_score = auto_score
        grade.needs_manual_grade = waits(auto_score, grade.manual_score, was=grade.needs_manual_grade, changed=changed)
        if grade.manual_score is not None and changed:
            grade.notebook.flagged = True
            resources["nbgrader"]["reopened"] = resources["nbgrader"].get("reopened", 0) + 1
        self.gradebook.db.commit()


PREPROCESSORS = [InProcess, IgnorePattern, ClearMetadataPreprocessor, LimitOutput, SaveMarks, AssignLatePenalties,
                 CheckCellMetadata]
"""What nbgrader does with a submission of ours, in this order."""
