"""What is wrong with an exam notebook in source/: written by the build, or typed by hand in JupyterLab."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from examdesk.bank.forms import is_practice
from examdesk.errors import Fault
from examdesk.journal import NAME
from examdesk.marking import shown
from examdesk.model import exact

BEGIN, END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"  # anywhere in a line, as nbgrader looks for them
KEYS = "answers.json"  # of a practice; see `building.practice`
MAX_BYTES = 50_000_000
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?(/[1-9][0-9]{0,8})?")


@dataclass(frozen=True)
class _Cell:
    """One nbgrader cell of a notebook, with what a fault about it needs."""

    file: str
    line: int
    name: str
    kind: str
    source: str
    flags: Mapping[str, Any]  # the cell's nbgrader metadata

    def fault(self, wrong: str, *, found: str = "", cure: str = "") -> Fault:
        return Fault(self.file, self.line, f"cell {self.name}: {wrong}", " ".join(found.split())[:60], cure)

    @property
    def points(self) -> Fraction | None:
        """The points in the cell's metadata; None when they are no number nbgrader reads."""
        points = self.flags.get("points")
        good = isinstance(points, int | float) and not isinstance(points, bool) and 0 <= points < 10_000
        return Fraction(str(points)) if good else None


def notebook_faults(course: Path) -> Iterator[Fault]:
    """The faults of every exam notebook in source/."""
    for folder in sorted(path for path in (course / "source").glob("*") if path.is_dir()):
        if (folder / NAME).exists():
            yield Fault(
                _name(folder / NAME, course),
                1,
                "a file with answers lies beside the exam notebook",
                NAME,
                "remove it; nbgrader would put it in the place of every trainee's answers",
            )
        if (folder / KEYS).exists() and not is_practice(folder.name):
            yield Fault(_name(folder / KEYS, course), 1, "keys lie beside an exam notebook; they would be released",
                        KEYS, "remove the file; only a practice holds it")
        for path in sorted(folder.glob("*.ipynb")):
            yield from _practice(path, course) if is_practice(folder.name) else _one_notebook(path, course)


def _practice(path: Path, course: Path) -> Iterator[Fault]:
    """A practice holds nothing that could be marked."""
    for cell in _cells_of(path, _name(path, course)) or ():
        if cell.flags.get("grade") or cell.flags.get("task") or cell.flags.get("solution"):
            yield cell.fault("practice is never marked, but this cell can be",
                             cure="build the practice anew with  examdesk practice")


def _name(path: Path, course: Path) -> str:
    return path.relative_to(course).as_posix()


def _one_notebook(path: Path, course: Path) -> Iterator[Fault]:
    name = _name(path, course)
    cells = _cells_of(path, name)
    if cells is None:
        yield Fault(
            name, 1, "the notebook cannot be read", "", "open it in JupyterLab and save it again, or build it anew"
        )
        return
    questions = _questions(path.with_name("form.json"))
    if questions is None:
        yield Fault(
            name,
            1,
            "the form.json beside the notebook is missing or damaged",
            "",
            "run  examdesk build, and put the notebook into the folder of its form",
        )
    yield from _twice(cells)
    awarded: dict[str, _Cell] = {}
    for cell in cells:
        yield from _cell_faults(cell, questions, awarded)
    told = {cell.name for cell in cells if cell.kind == "code" and cell.flags.get("grade")}
    for item in questions or ():
        if item not in awarded and item not in told:  # a cell of that name has told its own fault
            yield Fault(
                name,
                1,
                f"the form has the item {item}, the notebook no marking cell for it",
                item,
                f"add the cell that shows and marks {item}",
            )
    tasks = {cell.name for cell in cells if cell.flags.get("task")}
    for item, cell in awarded.items():
        worth = (questions or {}).get(item)  # a survey, and an item on trial, are worth no points
        if cell.points == 0 and worth != 0 and item not in tasks:
            yield cell.fault(
                "the cell gives no points, and no cell for a marker does",
                found=item,
                cure=f"add a cell “Manually graded task” with the id {item} and the item's points",
            )


def _cells_of(path: Path, name: str) -> list[_Cell] | None:
    """The nbgrader cells of a notebook; None when it cannot be read."""
    try:
        text = path.read_text("utf-8-sig") if path.stat().st_size <= MAX_BYTES else ""
        return list(_cells(json.loads(text), text, name))
    except (ValueError, OSError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _cells(notebook: Any, text: str, file: str) -> Iterator[_Cell]:
    lines = text.splitlines()
    for index, cell in enumerate(notebook["cells"], start=1):
        flags = cell.get("metadata", {}).get("nbgrader")
        if flags is None:
            continue
        name = str(flags.get("grade_id", f"number {index}"))
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        marker = f'"grade_id": {json.dumps(name)}'
        line = next((number for number, line in enumerate(lines, start=1) if marker in line), 1)
        yield _Cell(file, line, name, str(cell["cell_type"]), source, flags)


def _questions(path: Path) -> dict[str, Any] | None:
    try:
        questions = json.loads(path.read_text("utf-8"))["questions"]
        return {str(item): Fraction(question["out_of"]) for item, question in questions.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _twice(cells: list[_Cell]) -> Iterator[Fault]:
    seen = set()
    for cell in cells:
        if cell.name in seen:
            yield cell.fault(
                "two cells have this id; nbgrader stops at them",
                found=cell.name,
                cure="give the copied cell another id in the Create Assignment panel",
            )
        seen.add(cell.name)


def _cell_faults(cell: _Cell, questions: Mapping[str, Fraction] | None, awarded: dict[str, _Cell]) -> Iterator[Fault]:
    if cell.flags.get("task"):
        if questions and cell.name in questions and not _same(cell.points, questions[cell.name]):
            yield cell.fault(
                f"the cell gives {_points(cell.points)} points, form.json says {shown(questions[cell.name])}",
                found=_points(cell.points),
                cure="write the same number in both",
            )
        return
    if not cell.flags.get("grade") or cell.flags.get("solution") or cell.kind != "code":
        return
    if not cell.flags.get("locked"):
        yield cell.fault(
            "the marking cell is not locked, so a trainee could change it",
            cure="choose “Autograder tests” for it in the Create Assignment panel",
        )
    try:
        call = _last_call(cell.source)
    except (SyntaxError, ValueError, RecursionError):
        yield cell.fault("the marking code cannot be read", cure="compare it with a cell written by  examdesk build")
        return
    if call is None:
        yield cell.fault(
            "the marking cell does not end in award(…); nbgrader would give full marks for it",
            found=_last_line(cell.source),
            cure="make  award(…)  the last line, without a semicolon",
        )
        return
    yield from _hidden_faults(cell, call)
    yield from _award_faults(cell, call, questions, awarded)


def _last_call(source: str) -> ast.Call | None:
    """The call of award that ends the cell; None when another thing does, or a semicolon hides its value."""
    body = ast.parse(_without_magics(source)).body
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr) or not isinstance(last.value, ast.Call) or _ends_in_semicolon(source):
        return None
    call = last.value
    return call if isinstance(call.func, ast.Name) and call.func.id == "award" else None


def _without_magics(source: str) -> str:
    return re.sub(r"^[ \t]*[%!].*$", "pass", source, flags=re.MULTILINE)


def _ends_in_semicolon(source: str) -> bool:
    skipped = {tokenize.COMMENT, tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER, tokenize.DEDENT, tokenize.INDENT}
    try:
        tokens = [
            token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type not in skipped
        ]
    except tokenize.TokenError:
        return False
    return bool(tokens) and tokens[-1].string == ";"


def _last_line(source: str) -> str:
    lines = [line for line in source.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return lines[-1] if lines else "an empty cell"


def _hidden_faults(cell: _Cell, call: ast.Call) -> Iterator[Fault]:
    """The key must stand between the marks nbgrader cuts out of the trainees' copy."""
    lines = cell.source.splitlines()
    begin = next((number for number, line in enumerate(lines, start=1) if BEGIN in line), None)
    end = next((number for number, line in enumerate(lines, start=1) if END in line), None)
    if begin is None or end is None or not begin < call.lineno <= (call.end_lineno or call.lineno) < end:
        yield cell.fault(
            "the marking code is not hidden, so trainees would see the key",
            found=_last_line(cell.source),
            cure=f"put it between the lines  ### {BEGIN}  and  ### {END}",
        )


def _award_faults(
    cell: _Cell, call: ast.Call, questions: Mapping[str, Fraction] | None, awarded: dict[str, _Cell]
) -> Iterator[Fault]:
    item = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    out_of = _out_of(call)
    if not isinstance(item, str):
        yield cell.fault("award(…) does not begin with the item's id", cure='write it like  award("I-801", …)')
        return
    if item in awarded:
        yield cell.fault(
            f"{item} is marked twice, in the cell {awarded[item].name}, too",
            found=item,
            cure="remove one of the two cells",
        )
    awarded.setdefault(item, cell)
    if questions is not None and item not in questions:
        yield cell.fault(
            "award(…) names an item that is not in form.json", found=item, cure=f"use one of: {', '.join(questions)}"
        )
    if out_of is None:
        yield cell.fault("award(…) does not say out of how many points", cure="add  out_of=1  with the item's points")
        return
    if not _same(cell.points, out_of):
        yield cell.fault(
            f"the cell gives {_points(cell.points)} points, award(…) says out_of={shown(out_of)}",
            found=_points(cell.points),
            cure="write the same number in both",
        )
    if questions is not None and out_of and questions.get(item, out_of) != out_of:
        yield cell.fault(
            f"award(…) says out_of={shown(out_of)}, form.json says {shown(questions[item])}",
            found=shown(out_of),
            cure="write the same number in both",
        )


def _out_of(call: ast.Call) -> Fraction | None:
    value = next((word.value for word in call.keywords if word.arg == "out_of"), None)
    if not isinstance(value, ast.Constant) or not _NUMBER.fullmatch(str(value.value)):
        return None
    return exact(str(value.value)) if isinstance(value.value, int | str) else None


def _same(points: Fraction | None, other: Fraction | None) -> bool:
    """Whether two points are equal as nbgrader keeps them, as floating-point numbers: 1/3 is 0.333…"""
    return None not in (points, other) and float(points or 0) == float(other or 0)


def _points(points: Fraction | None) -> str:
    return "no" if points is None else shown(points)
