"""Running the exam's own cells on one candidate's responses, in this process: no kernel, no cell of the trainee."""

from __future__ import annotations

import ast
import contextlib
import io
import logging
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

from examdesk.autograding.paper import PaperCell
from examdesk.errors import NeedsMarker
from examdesk.graders import MARK_TYPE, Award, Grading, grading

Output = dict[str, Any]
"""One output of a cell in nbformat's words: stream, display_data, execute_result or error."""


def run_cells(cells: Iterable[PaperCell], context: Grading) -> dict[str, list[Output]]:
    """{grade id: outputs} of every locked code cell, run in order in one namespace; other cells never run."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    outputs = {}
    with grading(context), marking(), _quiet() as said:
        running = (cell for cell in cells if cell.code and cell.locked)
        for count, cell in enumerate(running, start=1):
            outputs[cell.grade_id] = run_cell(cell.source, namespace, context, said, count, grade=cell.grade)
    return outputs


def run_cell(source: str, namespace: dict[str, Any], context: Grading, said: Said, count: int, *, grade: bool
             ) -> list[Output]:
    """The outputs of one trusted cell, as a kernel would give them: streams, displays, result or error."""
    assert context.displayed is not None
    context.displayed.clear()
    outputs: list[Output] = []
    try:
        if grade and not ends_in_award(source):
            raise NeedsMarker("this cell does not end in award(…); a person must mark it")
        body, last = compiled(source)
        exec(body, namespace)
        value = eval(last, namespace) if last is not None else None
        if grade and (not isinstance(value, Award) or said.err.tell()):
            raise NeedsMarker("this cell gave no mark of its own, or a warning beside it; a person must mark it")
        if value is not None:
            outputs.append({"output_type": "execute_result", "data": _bundle(value), "metadata": {},
                            "execution_count": count})
    except Exception as error:
        # No traceback: it would hold hidden lines.
        outputs.append({"output_type": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []})
    displays = [{"output_type": "display_data", "data": _bundle(award), "metadata": {}} for award in context.displayed]
    return [*said.taken(), *displays, *outputs]


class Said:
    """What a cell writes to stdout and stderr."""

    def __init__(self) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()

    def taken(self) -> list[Output]:
        """The streams since the last call, as outputs; [] for a quiet cell, as every grader's is."""
        found = []
        for name, stream in (("stderr", self.err), ("stdout", self.out)):
            if stream.tell():
                found.append({"output_type": "stream", "name": name, "text": stream.getvalue()})
                stream.seek(0)
                stream.truncate()
        return found


@contextlib.contextmanager
def marking() -> Iterator[None]:
    """NBGRADER_EXECUTION while cells run, here or in a kernel: the exam is silent. Restored whatever happens."""
    before = os.environ.get("NBGRADER_EXECUTION")
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    try:
        yield
    finally:
        if before is None:
            del os.environ["NBGRADER_EXECUTION"]
        else:
            os.environ["NBGRADER_EXECUTION"] = before


@contextlib.contextmanager
def _quiet() -> Iterator[Said]:
    """Nothing a grader says reaches the instructor's log, where a key does not belong; warnings are ignored."""
    said = Said()
    with (contextlib.redirect_stdout(said.out), contextlib.redirect_stderr(said.err), warnings.catch_warnings(),
          _no_log()):
        warnings.simplefilter("ignore")
        yield said


@contextlib.contextmanager
def _no_log() -> Iterator[None]:
    """Nothing is logged; a process that logs nothing anyway is left as it is, because switching costs."""
    before = logging.root.manager.disable
    if before >= logging.CRITICAL:
        yield
        return
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


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


def needs_marker(outputs: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a cell ended in `NeedsMarker`, an error or a warning of a grader: no fault of the candidate's."""
    return any(output["output_type"] == "error" or output.get("name") == "stderr" for output in outputs)


def failures(outputs: Mapping[str, Iterable[Mapping[str, Any]]]) -> list[str]:
    """The cells whose grader failed, with the kind of error and never its words: they may hold a key."""
    return [
        f"{grade_id} ({output['ename']})" for grade_id, shown in outputs.items() for output in shown
        if output["output_type"] == "error" and output["ename"] != NeedsMarker.__name__
    ]


def mark_data(outputs: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    """{item: mark as `award` wrote it} of the outputs of every cell."""
    found = {}
    for shown in outputs.values():
        failed = needs_marker(shown)
        for output in shown:
            mark = output.get("data", {}).get(MARK_TYPE)
            if mark and (mark["points"] is None or not failed):
                found[mark["item"]] = mark
    return found


def score_of(outputs: Iterable[Mapping[str, Any]], *, points: float) -> float | None:
    """The auto score nbgrader's gradebook gets: None while a person must mark; 0 for a cell worth nothing."""
    if needs_marker(outputs):
        return None if points > 0 else 0.0
    result = next(output for output in outputs if output["output_type"] == "execute_result")
    return float(result["data"]["text/plain"])
