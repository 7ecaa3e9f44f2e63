"""Exam folders as a trainee fetches them: frozen, built, and released as nbgrader does it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme

from examdesk.bank import load_form
from examdesk.building import build_form
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


def fetched(exam: str, folder: Path, **changes: Any) -> Fetched:
    """Form `a` of an exam of this project as it is released into `folder`: no hidden tests, no mark schemes.

    `changes` are fields of the form that are otherwise here, e.g. `pause=5`.
    """
    form = replace(load_form(PROJECT, f"{exam}-a"), **changes)
    built = build_form(folder / ".building", form)
    notebook = nbformat.read(built / f"{form.id}.ipynb", as_version=4)
    for released in (ClearHiddenTests(), ClearMarkScheme()):
        notebook, _ = released.preprocess(notebook, {})
    nbformat.write(notebook, folder / f"{form.id}.ipynb")
    shutil.copy(built / "form.json", folder / "form.json")
    shutil.rmtree(folder / ".building")
    return Fetched(folder, form)
