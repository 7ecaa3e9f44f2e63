"""Exam folders as a trainee fetches them: frozen, built, and released as nbgrader does it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ComputeChecksums

from examdesk.bank import load_form, read_bank
from examdesk.building import build_form
from examdesk.items import packages, part
from examdesk.journal import NAME, fold, read_journal
from examdesk.journal.reading import Journal
from examdesk.model import Form, PassRule, Response, Section

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
    """Form `a` of an exam of this project as it is released into `folder`: no hidden tests, no mark schemes, checksums.

    `changes` are fields of the form that are otherwise here, e.g. `pause=5`.
    """
    return released(replace(load_form(PROJECT, f"{exam}-a"), **changes), folder)


def form_with(*items: str, exam: str = "E99") -> Form:
    """A form of items of the bank that no exam of the project needs to hold."""
    bank = read_bank(PROJECT / "exams", root=PROJECT, types={name: part(name, "key") for name in packages()})
    title = {"zh": "新题型", "en": "New kinds of questions"}
    section = Section("quiz", title, "quiz", items)
    return Form(f"{exam}-a", exam, title, 45, ("zh", "en"), "zh", True, False, (section,), PassRule(Fraction(1, 2)),
                {name: bank.items[name] for name in items})


def released(form: Form, folder: Path) -> Fetched:
    """A form as it is released into `folder`."""
    built = build_form(folder / ".building", form)
    notebook = nbformat.read(built / f"{form.id}.ipynb", as_version=4)
    for step in (ClearHiddenTests(), ClearMarkScheme(), ComputeChecksums()):
        notebook, _ = step.preprocess(notebook, {})
    nbformat.write(notebook, folder / f"{form.id}.ipynb")
    shutil.copy(built / "form.json", folder / "form.json")
    shutil.rmtree(folder / ".building")
    return Fetched(folder, form)
