"""Everything bulk grading needs of one form and one course, as nbgrader's own configuration says."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties, Execute, SaveAutoGrades

from examdesk.autograding import Paper
from examdesk.autograding.paper import Piece
from examdesk.errors import CourseError
from examdesk.model import Form
from examdesk.pipeline.autograde import ExamAutograde, rebuilt
from examdesk.pipeline.cells import PREPROCESSORS
from examdesk.pipeline.released import Exam
from examdesk.records.grades import GradebookWriter


@dataclass(frozen=True)
class Prepared:
    """One form of one course, ready for bulk grading."""

    exam: Exam
    paper: Paper
    folders: tuple[tuple[str, Path], ...]  # (candidate, folder) of every submission
    autograded: Callable[[str], Path]  # candidate -> the folder of the autograded notebook
    permissions: int
    writer: GradebookWriter


def prepared(course: Path, form: str, *, only: str | None = None, busy_ms: int) -> Prepared:
    """The form `form`; raises `ExamdeskError` when it cannot be graded in bulk."""
    with contextlib.chdir(course):
        autograde = _autograde(course, form, only)
        if not autograde.is_exam:
            raise CourseError(f"source/{form} is no exam of Examdesk. Cure: run  examdesk build,  or use  nbgrader "
                              f"autograde {form}")
        autograde.begin()
        exam = autograde.exam
        folders = tuple((candidate, folder.absolute()) for candidate, folder in autograde.folders())
        paper = replace(exam.paper, pieces=_pieces(_blank(autograde, exam)))
        return Prepared(exam, paper, folders, lambda candidate: autograde.target(candidate).absolute(), autograde.mode,
                        _writer(autograde, busy_ms, expected=len(folders)))


def prepared_again(course: Path, form: Form) -> tuple[Paper, list[tuple[str, Path]]]:
    """The paper of a corrected form and (candidate, folder) of every submission; nothing else must fit together yet."""
    with contextlib.chdir(course):
        autograde = _autograde(course, form.id, None)
        return autograde.paper_of(form), [(name, folder.absolute()) for name, folder in autograde.handed_in()]


def _autograde(course: Path, form: str, only: str | None) -> ExamAutograde:
    """nbgrader's converter, configured as in the course folder; it is asked, not run."""
    app = NbGrader()
    app.load_config_file()
    app.config.CourseDirectory.assignment_id = form
    if only is not None:
        app.config.CourseDirectory.student_id = only
    app.config.CourseDirectory.setdefault("root", str(course))
    app.coursedir = CourseDirectory(parent=app)
    autograde = ExamAutograde(coursedir=app.coursedir, parent=app)
    _only_ours(autograde)
    return autograde


def _only_ours(autograde: ExamAutograde) -> None:
    """Bulk grading does what our preprocessors do; with others in the list nbgrader's own command must run them."""
    plain = list(type(autograde)().sanitize_preprocessors)
    if list(autograde.sanitize_preprocessors) != plain or list(autograde.autograde_preprocessors) != PREPROCESSORS:
        raise CourseError("nbgrader_config.py: Autograde has other preprocessors than Examdesk's. Cure: take them out, "
                          "or grade with  nbgrader autograde")


def _blank(autograde: ExamAutograde, exam: Exam) -> NotebookNode:
    """The autograded notebook of nobody: every preprocessor but those that run cells or write scores."""
    notebook = rebuilt(exam.notebook, {}, form=exam.form.id)
    resources = autograde.resources("nobody", Path())
    for autograde._sanitizing in (True, False):
        autograde._init_preprocessors()
        exporter = autograde.exporter
        exporter._preprocessors = [one for one in exporter._preprocessors
                                   if not isinstance(one, Execute | SaveAutoGrades | AssignLatePenalties)]
        notebook, _ = exporter._preprocess(notebook, resources)
    notebook.metadata.setdefault("language_info", {"name": "python"})
    return notebook


def _pieces(notebook: NotebookNode) -> tuple[Piece, ...]:
    """The notebook as text, open where outputs and a trainee's texts belong."""
    mark, slots = secrets.token_hex(16), []
    data = json.loads(json.dumps(notebook))
    count = 0
    for cell, node in zip(data["cells"], notebook.cells, strict=True):
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if utils.is_solution(node):
            slots.append(("source", grade_id))
            cell["source"] = mark
        elif cell["cell_type"] == "code" and utils.is_locked(node):
            count += 1
            cell["execution_count"] = count
            slots.append(("outputs", grade_id))
            cell["outputs"] = mark
        if cell["cell_type"] == "code" and cell["outputs"] != mark:
            cell["outputs"] = []
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    between = text.split(f'"{mark}"')
    pieces: list[Piece] = [between[0]]
    for slot, rest in zip(slots, between[1:], strict=True):
        pieces += [slot, rest]
    return tuple(pieces)


def _writer(autograde: ExamAutograde, busy_ms: int, *, expected: int) -> GradebookWriter:
    late = AssignLatePenalties(parent=autograde)
    late.init_plugin()
    plugin: Any = late.plugin_inst
    return GradebookWriter(autograde.coursedir.db_url, autograde.coursedir.assignment_id,
                           create_students=autograde.create_student, penalty=plugin.late_submission_penalty,
                           busy_ms=busy_ms, expected=expected)
