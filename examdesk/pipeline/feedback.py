"""`nbgrader generate_feedback`: the page of one candidate after the other; `examdesk feedback` writes them in bulk."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

from examdesk.analysis import Cohort, load_cohort
from examdesk.bank import form_files, load_form
from examdesk.bank.conditions import LOG
from examdesk.bank.logged import logged
from examdesk.journal import NAME
from examdesk.pipeline.pages import FeedbackForm, Standing
from examdesk.records import Records


class FeedbackExporter(HTMLExporter):
    """Writes the page of one candidate; notebooks that are no Examdesk exam go nbgrader's way."""

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, Any]:
        form = nb.metadata.get("examdesk", {}).get("form")
        if form is None or "nbgrader" not in (resources or {}):
            return super().from_notebook_node(nb, resources, **kw)
        folder = Path(resources["metadata"]["path"])
        page = feedback_page(Path.cwd(), str(form), resources["nbgrader"]["student"], journal=folder / NAME)
        resources["output_extension"] = ".html"
        return page.encode("utf-8", "replace").decode(), resources  # half a character cannot be written


def feedback_page(course: Path, form: str, candidate: str, *, journal: Path) -> str:
    """The feedback of one candidate as one static HTML page in the candidate's language."""
    ready = _ready(course, form, _stamp(*form_files(course)))
    said = logged(course / LOG) if ready.form.pass_rule.asks_beside_marks else []
    cohort = _cohort(course, ready.form.exam, (*Records.open(course).length(), len(said)))
    return ready.page(Standing.of(cohort, form, candidate), journal)


def _stamp(*files: Path) -> tuple[int, ...]:
    """Changes whenever the files do, so that many pages in one run read them once."""
    found = [file.stat() for file in files if file.exists()]
    return tuple(number for stat in found for number in (stat.st_mtime_ns, stat.st_size)) or (time.monotonic_ns(),)


@lru_cache(maxsize=2)
def _cohort(course: Path, exam: str, _stamp: tuple[int, ...]) -> Cohort:
    return load_cohort(course, exam)


@lru_cache(maxsize=4)
def _ready(course: Path, form: str, _stamp: tuple[int, ...]) -> FeedbackForm:
    return FeedbackForm(load_form(course, form))
