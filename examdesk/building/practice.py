"""A frozen form as a practice: the same questions with their keys beside them, and nothing that could be marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from examdesk.bank import find_form, form_files, read_form
from examdesk.bank.forms import form_id, freeze, practice_id
from examdesk.building.corrections import sound
from examdesk.building.notebook_rules import KEYS
from examdesk.building.notebooks import FINISH, SETUP, code_cell, form_json, markdown_cell, section_title, write_json
from examdesk.building.notebooks import metadata as notebook_metadata
from examdesk.building.opened import endangered, open_keys, opened
from examdesk.errors import CourseError
from examdesk.model import Form


@dataclass(frozen=True)
class Practice:
    """What was written, and what it opened."""

    folder: Path
    items: int
    opened: int  # keys that were closed before
    retire: tuple[str, ...]  # forms in use that can certify nobody any more


def build_practice(course: Path, form: str, *, open_keys_too: bool = False) -> Practice:
    """The folder source/<form>-practice/, written: notebook, form.json and the keys.

    Raises `CourseError` when that opens keys of a form in use that certifies, unless `open_keys_too`.
    """
    exam = sound(read_form(find_form(course, form)))
    made = as_practice(exam)
    if made.id in {form_id(path.parent.parent.name, path.stem) for path in form_files(course)}:
        raise CourseError(f"{made.id}: a frozen form has this name. Cure: freeze that form under another name")
    new = set(made.items) - set(opened(course))
    concerned = endangered(course, new)
    if concerned and not open_keys_too:
        raise CourseError(_refusal(form, len(new), concerned))
    open_keys(course, made.id, made.items)
    folder = course / "source" / made.id
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / KEYS, freeze(made))
    write_json(folder / "form.json", practice_json(made))
    write_json(folder / f"{made.id}.ipynb", practice_notebook(made))
    return Practice(folder, len(made.items), len(new), tuple(endangered(course, set(made.items))))


def as_practice(form: Form) -> Form:
    """The form to practise with: without time, so without order of sections and pause, and without void items."""
    items = {name: item for name, item in form.items.items() if name not in form.void}
    sections = [replace(section, minutes=None, items=tuple(item for item in section.items if item in items))
                for section in form.sections]
    return replace(form, id=practice_id(form.id), items=items, sections=tuple(one for one in sections if one.items),
                   one_way=False, pause=None, corrections=(), as_sat={},
                   others={name: found for name, found in form.others.items() if name in items})


def practice_json(form: Form) -> dict[str, Any]:
    """The form.json of a practice."""
    return {**form_json(form), "practice": True}


def practice_notebook(form: Form) -> dict[str, Any]:
    """The notebook of a practice: no cell of it has points, so that there is nothing to mark."""
    cells = [code_cell("setup", SETUP)]
    for section in form.sections:
        cells.append(markdown_cell(f"section-{section.id}", section_title(section)))
        cells += [code_cell(item, f'exam.show("{item}")') for item in section.items]
    cells.append(code_cell("finish", FINISH))
    return notebook_metadata(cells, form)


def _refusal(form: str, items: int, concerned: Mapping[str, list[str]]) -> str:
    own = "it can certify nobody any more" if form in concerned else "it is not in use"
    others = [f"{name} ({len(inside)})" for name, inside in sorted(concerned.items()) if name != form]
    count = len({item for name, inside in concerned.items() if name != form for item in inside})
    also = f"{count} of them stand in other forms in use, too: {', '.join(others)}" if others else \
        "no other form in use holds one of them"
    return (f"{form}: practice opens the keys of {items} items for good, because they must lie on the trainees' "
            f"machines. {form}: {own}; {also}. Nothing was written. Cure: if that is meant, add --open-keys, and give "
            "these exams forms of other items")
