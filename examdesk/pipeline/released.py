"""The instructor's side of one form: what the frozen form, source/ and the gradebook say, when they agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry

from examdesk.bank import load_form, read_roster
from examdesk.building import form_json
from examdesk.building.notebooks import notebook as built_notebook
from examdesk.errors import ExamdeskError
from examdesk.model import Form


@dataclass(frozen=True)
class Exam:
    """One form as it was released, ready for marking."""

    form: Form
    public: dict[str, Any]  # form.json
    notebook: NotebookNode  # with hidden cells
    solutions: frozenset[str]  # grade ids of the cells a trainee may write in
    locked: frozenset[str]  # grade ids of all others
    people: frozenset[str]  # everybody on the roster, in the gradebook and among those who handed in


def released(course: Path, form: str, *, source: Path, gradebook: Callable[[], Gradebook], handed_in: Sequence[str]
             ) -> Exam:
    """The form `form`; raises `ExamdeskError` when source/, the frozen form and the gradebook do not fit together."""
    frozen = load_form(course, form)
    public, notebook = _read(source, frozen)
    _compare_with_frozen(frozen, public, notebook)
    named = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    with gradebook() as opened:
        _compare_with_gradebook(opened, frozen, named)
        known = {student.id for student in opened.students}
    roster = course / "grading" / "roster.csv"
    listed = {trainee.candidate for trainee in read_roster(roster)} if roster.is_file() else set()
    solutions = frozenset(name for name, cell in named.items() if utils.is_solution(cell))
    return Exam(frozen, public, notebook, solutions, frozenset(named) - solutions,
                frozenset(listed | known | {*handed_in}))


def _read(source: Path, form: Form) -> tuple[dict[str, Any], NotebookNode]:
    try:
        public = json.loads((source / "form.json").read_text("utf-8"))
        return public, nbformat.read(source / f"{form.id}.ipynb", as_version=4)
    except (OSError, ValueError) as error:
        raise ExamdeskError(f"source/{form.id} cannot be read ({type(error).__name__}). "
                            f"Cure: run  examdesk build {form.exam}") from None


def _compare_with_frozen(form: Form, public: dict[str, Any], notebook: NotebookNode) -> None:
    """What the build wrote must be what it writes of the form today; a notebook typed by hand has its own graders."""
    written = {cell["id"]: "".join(cell["source"]) for cell in built_notebook(form)["cells"]}
    differing = [] if public == form_json(form) else ["form.json"]
    if notebook.metadata.get("examdesk", {}).get("autorun"):
        graders = {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells if utils.is_grade(cell)}
        differing += [name for name, source in graders.items() if written.get(name) != source]
    if differing:
        raise ExamdeskError(f"source/{form.id} is not what the frozen form says: {', '.join(differing[:5])}. Cure: "
                            f"run  examdesk build {form.exam},  then  nbgrader generate_assignment {form.id}")


def _compare_with_gradebook(gradebook: Gradebook, form: Form, named: dict[str, NotebookNode]) -> None:
    try:
        kept = {cell.name: cell for cell in gradebook.find_notebook(form.id, form.id).source_cells}
    except MissingEntry:
        raise ExamdeskError(f"{form.id} is not in the gradebook. Cure: run  nbgrader generate_assignment "
                            f"{form.id}") from None
    differing = sorted(
        name for name in {*kept, *named}
        if name not in kept or name not in named
        or (kept[name].locked and kept[name].source != named[name].source)
    )
    if differing:
        raise ExamdeskError(f"source/{form.id} differs from the released exam in: {', '.join(differing[:5])}. "
                            f"Cure: restore the form that was released (examdesk build {form.exam}), or release the "
                            "changed exam as a new form")
