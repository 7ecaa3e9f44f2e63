"""The instructor's side of one form: what the frozen form, source/ and the gradebook say, when they agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry

from examdesk.autograding import Paper, PaperCell
from examdesk.bank import Trainee, load_form, read_room, read_roster
from examdesk.building import form_json
from examdesk.building.notebooks import notebook as built_notebook
from examdesk.errors import ExamdeskError
from examdesk.model import Form
from examdesk.opening import Opening
from examdesk.records import Records
from examdesk.records.patience import told
from examdesk.records.regrades import refuse_unfinished


@dataclass(frozen=True)
class Exam:
    """One form as it was released, ready for marking."""

    form: Form
    notebook: NotebookNode  # with hidden cells; what a trainee may write in is as it was released
    public: bytes  # form.json, as it lies beside the autograded notebook
    paper: Paper  # without the pieces of the autograded notebook; see `pipeline.prepared`


def released(course: Path, form: str, *, source: Path, gradebook: Callable[[], Gradebook], handed_in: Sequence[str]
             ) -> Exam:
    """The form `form`; raises `ExamdeskError` when source/, the frozen form and the gradebook do not fit together."""
    frozen = load_form(course, form)
    if frozen.regrade:
        refuse_unfinished(Records.open(course), frozen)
    public, notebook = _read(source, frozen)
    _compare_with_frozen(frozen, public, notebook)
    with told("the gradebook"), gradebook() as opened:
        kept = _compared_with_gradebook(opened, frozen, notebook)
        known = {student.id for student in opened.students}
    for cell in notebook.cells:
        if utils.is_solution(cell):
            cell.source = kept[cell.metadata.nbgrader.grade_id]
    paper = _paper(frozen, public, notebook, _roster(course), {*known, *handed_in}, read_room(course, frozen.id))
    return Exam(frozen, notebook, json.dumps(public, ensure_ascii=False).encode(), paper)


def corrected_paper(course: Path, form: Form, *, gradebook: Callable[[], Gradebook], handed_in: Sequence[str]) -> Paper:
    """The paper of `form` as its build writes it, also while source/ and gradebook still hold an earlier version."""
    built = nbformat.from_dict(built_notebook(form))
    for cell in built.cells:
        cell.source = "".join(cell.source)
    with gradebook() as opened:
        known = {student.id for student in opened.students}
    return _paper(form, form_json(form), built, _roster(course), {*known, *handed_in}, read_room(course, form.id))


def _paper(form: Form, public: Mapping[str, Any], notebook: NotebookNode, roster: Sequence[Trainee],
           others: Iterable[str], opening: Opening) -> Paper:
    """The paper; `others` are in the gradebook or handed in, and may be on the roster or not."""
    return Paper(form.id, public, paper_cells(notebook), (), frozenset({*(one.candidate for one in roster), *others}),
                 plain=sum("grade_id" not in cell.metadata.get("nbgrader", {}) for cell in notebook.cells),
                 extra={one.candidate: one.extra_time for one in roster if one.extra_time},
                 opening=opening)


def _roster(course: Path) -> list[Trainee]:
    roster = course / "grading" / "roster.csv"
    return read_roster(roster) if roster.is_file() else []


def paper_cells(notebook: NotebookNode) -> tuple[PaperCell, ...]:
    """The cells of a notebook that nbgrader knows."""
    return tuple(
        PaperCell(
            grade_id=cell.metadata.nbgrader.grade_id,
            source=cell.source,
            code=cell.cell_type == "code",
            locked=utils.is_locked(cell),
            grade=utils.is_grade(cell),
            solution=utils.is_solution(cell),
            task=utils.is_task(cell),
            points=float(cell.metadata.nbgrader.get("points", 0)),
        )
        for cell in notebook.cells if "grade_id" in cell.metadata.get("nbgrader", {})
    )


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


def _compared_with_gradebook(gradebook: Gradebook, form: Form, notebook: NotebookNode) -> Mapping[str, str]:
    """{grade id: released text} of the cells a trainee may write in; the exam's own cells must be as released."""
    named = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
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
    return {name: cell.source or "" for name, cell in kept.items() if not cell.locked}
