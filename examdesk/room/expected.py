"""Who and what an exam room expects: the roster's candidates, and the form as it was built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from examdesk.bank import find_form, read_roster
from examdesk.bank.forms import is_practice
from examdesk.errors import CourseError, plain


def candidates(course: Path) -> tuple[str, ...]:
    """Everybody on the roster, in its order; raises `CourseError` when nobody is."""
    roster = course / "grading" / "roster.csv"
    people = tuple(one.candidate for one in read_roster(roster)) if roster.is_file() else ()
    if not people:
        raise CourseError("grading/roster.csv names nobody; only who stands there is taken in or shown. "
                          "Cure: write the candidates into it, or make it by  examdesk init DIR --roster FILE")
    return people


def public_half(course: Path, form: str) -> dict[str, Any]:
    """form.json of the built form; raises `CourseError` with the names there are."""
    path = course / "source" / form / "form.json"
    if not path.is_file():
        known = ", ".join(sorted(one.parent.name for one in (course / "source").glob("*/form.json"))) or "none"
        raise CourseError(f"{plain(form)}: no such form in source/ (there are: {known}). Cure: check the name, or run  "
                          "examdesk build")
    if is_practice(form):
        find_form(course, form)  # says why not
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found
