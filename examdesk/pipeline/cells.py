"""Running the instructor's cells in process, and storing unmarked as unmarked."""

from __future__ import annotations

import ast
import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import Execute, SaveAutoGrades

from examdesk.errors import NeedsMarker
from examdesk.graders import MARK_TYPE, Award, current

Cells = tuple[NotebookNode, dict[str, Any]]


class InProcess(Execute):
    """Runs the locked cells of an exam in this process: no kernel, no cell of the trainee.

    Outside an Examdesk submission it is nbgrader's own Execute.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Cells:
        if current() is None:
            return super().preprocess(nb, resources)
        run_notebook(nb, Path(resources["metadata"]["path"]))
        nb.metadata.setdefault("language_info", {"name": "python"})
        return nb, resources


def run_notebook(nb: NotebookNode, folder: Path) -> None:
    """Runs every locked code cell in order, inside `folder`; other code cells keep no output and never run."""
    with contextlib.chdir(folder):
        _run_cells(nb)


def _run_cells(nb: NotebookNode) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    count = 0
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = []
        if utils.is_locked(cell):
            count += 1
            cell.execution_count = count
            cell.outputs = run_cell(cell.source, namespace, count, grade=utils.is_grade(cell))


def run_cell(source: str, namespace: dict[str, Any], count: int, *, grade: bool) -> list[NotebookNode]:
    """The outputs of one trusted cell, as a kernel would give them: streams, displays, result or error."""
    outputs: list[NotebookNode] = []
    out, err = io.StringIO(), io.StringIO()
    with _quiet(out, err), _displays(outputs):
        try:
            if grade and not ends_in_award(source):
                raise NeedsMarker("this cell does not end in award(…); a person must mark it")
            body, last = compiled(source)
            exec(body, namespace)
            value = eval(last, namespace) if last is not None else None
            if grade and (not isinstance(value, Award) or err.getvalue()):
                raise NeedsMarker("this cell gave no mark of its own, or a warning beside it; a person must mark it")
            if value is not None:
                outputs.append(new_output("execute_result", _bundle(value), execution_count=count))
        except Exception as error:
            # No traceback: it would hold hidden lines.
            outputs.append(new_output("error", ename=type(error).__name__, evalue=str(error), traceback=[]))
    for name, stream in (("stdout", out), ("stderr", err)):
        if stream.getvalue():
            outputs.insert(0, new_output("stream", name=name, text=stream.getvalue()))
    return outputs


@contextlib.contextmanager
def _quiet(out: io.StringIO, err: io.StringIO) -> Iterator[None]:
    """Nothing a grader says reaches the instructor's log, where a key does not belong; warnings are ignored."""
    before = logging.root.manager.disable
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(before)


@contextlib.contextmanager
def _displays(outputs: list[NotebookNode]) -> Iterator[None]:
    context = current()
    assert context is not None and context.displayed is not None
    context.displayed.clear()
    yield
    outputs[:0] = [new_output("display_data", _bundle(award)) for award in context.displayed]


def _bundle(value: Any) -> dict[str, Any]:
    if isinstance(value, Award):
        return value._repr_mimebundle_()
    return {"text/plain": repr(value)}


@lru_cache(maxsize=4096)
def compiled(source: str) -> tuple[CodeType, CodeType | None]:
    """The cell as (statements, last expression or None), compiled once per form."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    expression = compile(ast.Expression(last.value), "<cell>", "eval") if isinstance(last, ast.Expr) else None
    return compile(tree, "<cell>", "exec"), expression


@lru_cache(maxsize=4096)
def ends_in_award(source: str) -> bool:
    """Whether the last expression of an autograder cell is a call of `award`; anything else marks by accident."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr) or _semicolon_after(last, source):
        return False
    call = last.value
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "award"


def _semicolon_after(last: ast.Expr, source: str) -> bool:
    """Whether a semicolon hides the value, as it does in a kernel; unmodified nbgrader would give full marks."""
    line = source.split("\n")[last.end_lineno - 1].encode()  # type: ignore[operator]
    return line[last.end_col_offset :].lstrip().startswith(b";")


class SaveMarks(SaveAutoGrades):
    """Stores the marks in the gradebook; a cell that needs a marker is NULL there, not 0.

    A cell worth nothing is 0: the marker decides in the item's task cell. Outside an Examdesk submission it is
    nbgrader's own SaveAutoGrades.
    """

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_score(cell, resources)
        if current() is not None and needs_marker(cell) and cell.metadata["nbgrader"]["points"] > 0:
            grade = self.gradebook.find_grade(
                cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id
            )
            grade.auto_score = None
            grade.needs_manual_grade = True
            self.gradebook.db.commit()


def needs_marker(cell: NotebookNode) -> bool:
    """Whether the cell ended in `NeedsMarker`, an error or a warning of a grader: no fault of the candidate's."""
    return any(output.output_type == "error" or output.get("name") == "stderr" for output in cell.get("outputs", ()))


def failures(nb: NotebookNode) -> list[str]:
    """The cells whose grader failed, with the kind of error and never its words: they may hold a key."""
    return [
        f"{cell.metadata.nbgrader.grade_id} ({output.ename})"
        for cell in nb.cells for output in cell.get("outputs", ())
        if output.output_type == "error" and output.ename != NeedsMarker.__name__
    ]


def mark_data(nb: NotebookNode) -> dict[str, dict[str, Any]]:
    """{item: mark as `award` wrote it} of a graded notebook."""
    found = {}
    for cell in nb.cells:
        for output in cell.get("outputs", ()):
            mark = output.get("data", {}).get(MARK_TYPE)
            if mark and (mark["points"] is None or not needs_marker(cell)):
                found[mark["item"]] = mark
    return found
