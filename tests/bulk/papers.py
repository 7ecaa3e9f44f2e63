"""One form as a paper, and submissions of it as bytes, without a course folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import nbformat

from examdesk.autograding import Paper, Raw
from examdesk.building import form_json
from examdesk.building.notebooks import notebook
from examdesk.pipeline.released import paper_cells
from tests.conftest import real_form
from tests.nbgrader.courses import Entry, all_right, journal

FORM = "E10-a"


def paper(**changed: str) -> Paper:
    """The form E10-a; `changed` puts another source into a cell, grade ids written with _ for -."""
    form = real_form(FORM)
    built = nbformat.from_dict(notebook(form))
    for cell in built.cells:
        cell.source = changed.get(cell.metadata.nbgrader.grade_id.replace("-", "_"), "".join(cell.source))
    everybody = frozenset(f"p{number:03}" for number in range(100))
    return Paper(form.id, form_json(form), paper_cells(built), ("{}",), everybody)


def raw(candidate: str, said: Iterable[Entry] | None = None, **others: Any) -> Raw:
    """A sound submission, everything right except what `others` say; item ids written with _ for -."""
    form = real_form(FORM)
    answers = {name.replace("_", "-"): value for name, value in others.items()}
    entries = all_right(form, **answers) if said is None else said
    book = json.dumps({"cells": [{"metadata": {"nbgrader": {"grade_id": cell.grade_id}}, "source": ""}
                                 for cell in paper().cells]}).encode()
    return Raw(candidate, journal(form, candidate, entries), book, b"2026-03-02 01:20:00.000000 UTC", "")


def renamed(one: Raw, candidate: str) -> Raw:
    return replace(one, candidate=candidate)
