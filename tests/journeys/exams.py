"""Exam folders as a trainee fetches them: frozen, built, and released as nbgrader does it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme

from examdesk.building import build_form, freeze_exam
from examdesk.journal import NAME, fold, read_journal
from examdesk.journal.reading import Journal
from examdesk.model import Form, Response

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Fetched:
    """A trainee's folder with one exam in it."""

    folder: Path
    form: Form

    @property
    def notebook(self) -> Path:
        return self.folder / f"{self.form.id}.ipynb"

    @property
    def journal(self) -> Journal:
        found = read_journal(self.folder / NAME)
        return found if found is not None else Journal(())

    @property
    def responses(self) -> dict[str, Response]:
        return {item: response for item, response in fold(self.journal).items() if item in self.form.items}

    @property
    def answers(self) -> dict[str, object]:
        return {item: response.value for item, response in self.responses.items() if not response.is_blank}


def frozen(course: Path, exam: str) -> Form:
    """Form `a` of an exam of this project as it is in the bank today; `course` is a folder to work in."""
    if not (course / "exams").exists():
        shutil.copytree(PROJECT / "exams", course / "exams", ignore=shutil.ignore_patterns("forms"))
    return freeze_exam(course, exam, "a", replace=True)


def fetched(form: Form, folder: Path) -> Fetched:
    """The released exam in `folder`: no hidden tests, no mark schemes."""
    built = build_form(folder / ".building", form)
    notebook = nbformat.read(built / f"{form.id}.ipynb", as_version=4)
    for released in (ClearHiddenTests(), ClearMarkScheme()):
        notebook, _ = released.preprocess(notebook, {})
    nbformat.write(notebook, folder / f"{form.id}.ipynb")
    shutil.copy(built / "form.json", folder / "form.json")
    shutil.rmtree(folder / ".building")
    return Fetched(folder, form)
