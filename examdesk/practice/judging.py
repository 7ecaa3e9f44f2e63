"""What the exam's own graders and reasons say about an answer, at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from examdesk.autograding.cells import mark_data, run_cells
from examdesk.autograding.paper import PaperCell
from examdesk.bank.forms import thaw
from examdesk.errors import CourseError
from examdesk.explaining import WHOLE, Scored, explained
from examdesk.graders import Grading, responses_of
from examdesk.items import part
from examdesk.journal import Journal
from examdesk.model import Form, Item, Response, exact

KEYS = "answers.json"
SETUP = PaperCell("setup", "from examdesk import open_exam\nexam = open_exam()", True, True, False, False, False, 0.0)


def read_keys(folder: Path, form: str) -> Form:
    """The keys of the practice in `folder`; raises `CourseError` when they are missing, or another form's."""
    path = folder / KEYS
    try:
        found = thaw(json.loads(path.read_text("utf-8-sig")), source=KEYS)
    except FileNotFoundError:
        raise CourseError(f"{KEYS}: not found, so nothing can be explained. Cure: fetch the practice again") from None
    except ValueError:
        raise CourseError(f"{KEYS}: damaged. Cure: fetch the practice again; answers are kept") from None
    if found.id != form:
        raise CourseError(f"{KEYS}: these are the keys of {found.id}, not of {form}. Cure: fetch the practice again")
    return found


def judged(form: Form, public: Mapping[str, Any], item: str, journal: Journal, *, show_key: bool) -> dict[str, Any]:
    """{language: what there is to say} about the answer to `item` in the journal; see `Explained`.

    What only a person can mark is explained with its rubric at once: there is nothing to try for.
    """
    response = (responses_of(public, journal) or {}).get(item, Response(item))
    scored = _scored(form, public, response)
    unmarked = any(one.points is None for one in scored)
    asked = _asked(form, public, item)
    examples = _examples(asked) if unmarked else []
    return {
        language: {**explained(form, asked, response, scored, language,
                               show_key=show_key or unmarked).as_json(), "examples": examples}
        for language in form.languages
    }


def _asked(form: Form, public: Mapping[str, Any], item: str) -> Item:
    """The variant of the item that was shown."""
    return form.every(item)[public["questions"][item].get("variant", 0)]


def _examples(item: Item) -> list[str]:
    key = part(item.type, "key")
    return list(key.examples(item.body)) if hasattr(key, "examples") else []


def _scored(form: Form, public: Mapping[str, Any], response: Response) -> Sequence[Scored]:
    """The points by the cell that marks the item in the exam itself."""
    item = _asked(form, public, response.item)
    cells = [PaperCell(cell.grade_id, cell.source, True, True, True, False, False, float(cell.points))
             for cell in part(item.type, "cells").cells(item) if cell.kind == "autograder"]
    marks = mark_data(run_cells([SETUP, *cells], Grading(public, {item.id: response}, displayed=[])))
    mark = marks.get(item.id)
    if mark is None or mark["points"] is None:
        return [Scored(WHOLE, None, item.points)]
    rows = mark["parts"] or [{**mark, "criterion": WHOLE}]
    return [Scored(row["criterion"], exact(row["points"]), exact(row["out_of"])) for row in rows]
