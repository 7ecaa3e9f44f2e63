"""A frozen form as an exam notebook and its public form.json. The same form gives the same bytes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from examdesk.bank import form_files, read_form, read_room
from examdesk.bank.forms import frozen_section, times_of
from examdesk.building.corrections import sound
from examdesk.building.opened import refuse_opened
from examdesk.errors import CourseError
from examdesk.items import part
from examdesk.marking import varied_cell, voided
from examdesk.model import Cell, Form, Item, Section
from examdesk.opening import EVER, as_data
from examdesk.opening import NAME as ROOM

SETUP = "from examdesk import open_exam\nexam = open_exam()"
FINISH = "exam.finish()"


def build_exam(course: Path, exam: str) -> list[Path]:
    """The folders source/<form>/ of every frozen form of `exam`, written."""
    files = form_files(course, exam)
    if not files:
        raise CourseError(f"exams/{exam}/forms: no frozen form. Cure: run  examdesk freeze {exam} --form a")
    for path in files:
        refuse_opened(course, exam, path.stem)
    return [build_form(course, sound(read_form(path))) for path in files]


def build_form(course: Path, form: Form) -> Path:
    """The folder source/<form>/: the notebook, form.json, and room.json where grading/rooms.csv names the form."""
    folder, room = course / "source" / form.id, read_room(course, form.id)
    folder.mkdir(parents=True, exist_ok=True)
    if room == EVER:
        (folder / ROOM).unlink(missing_ok=True)
    else:
        write_json(folder / ROOM, as_data(room, form=form.id))
    write_json(folder / "form.json", form_json(form))
    write_json(folder / f"{form.id}.ipynb", notebook(form))
    return folder


def form_json(form: Form) -> dict[str, Any]:
    """The public part of a form: what a trainee's folder holds. No key, no reason, no rubric."""
    return {
        "schema": 1,
        "exam": form.exam,
        "form": form.id,
        "title": dict(form.title),
        "minutes": form.minutes,
        "languages": list(form.languages),
        "language": form.language,
        "shuffle": form.shuffle,
        **times_of(form),
        "sections": [frozen_section(section) for section in form.sections],
        "questions": {
            item.id: {
                "type": item.type,
                "number": number,
                "out_of": str(item.points),
                **_public(item.id, form),
            }
            for number, item in enumerate(form.items.values(), start=1)
        },
    }


def _public(item: str, form: Form) -> dict[str, Any]:
    """The question of an item under `public`, of its other variants under `variants`."""
    first, *others = (_question(one, place, form) for place, one in enumerate(form.every(item)))
    return {"public": first, **({"variants": others} if others else {})}


def _question(item: Item, place: int, form: Form) -> dict[str, Any]:
    question = part(item.type, "question")
    public: dict[str, Any] = question.public(item)
    if item.id in form.as_sat and public != question.public(form.as_sat[item.id][place]):
        raise CourseError(f"{form.id}: the correction of {item.id} changes its question. Cure: a form that was sat "
                          "keeps its questions; freeze a new form, or correct only how the item is marked")
    if item.edition in form.editions:
        label = form.editions[item.edition]
        words = {"zh": "依据手册版本:{}", "en": "Per the handbook, edition {}"}
        public["edition"] = {language: words[language].format(text) for language, text in label.items()}
    return public


def notebook(form: Form) -> dict[str, Any]:
    """The exam notebook as nbformat 4.5 data, hidden graders included."""
    cells = [code_cell("setup", SETUP)]
    for section in form.sections:
        if not form.one_way:  # there the frame says which section it is, and the others are hidden
            cells.append(markdown_cell(f"section-{section.id}", section_title(section)))
        for item in section.items:
            cells += [_item_cell(cell) for cell in _cells(item, form)]
    cells.append(code_cell("finish", FINISH))
    return metadata(cells, form)


def metadata(cells: list[dict[str, Any]], form: Form) -> dict[str, Any]:
    """The notebook of these cells, which opens as an exam."""
    return {
        "cells": cells,
        "metadata": {
            "examdesk": {"autorun": True, "form": form.id},
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cells(name: str, form: Form) -> list[Cell]:
    every = form.every(name)
    made: list[list[Cell]] = [part(item.type, "cells").cells(item) for item in every]
    cells = [varied_cell(name, [cell for [cell] in made])] if len(every) > 1 else made[0]
    return [voided(cell, name) for cell in cells] if name in form.void else cells


def section_title(section: Section) -> str:
    """The heading of a section, in every language."""
    return "## " + " · ".join(section.title.values())


def _item_cell(cell: Cell) -> dict[str, Any]:
    points = float(cell.points)
    metadata = {"points": int(points) if points.is_integer() else points}
    if cell.kind == "task":
        return markdown_cell(cell.grade_id, cell.source, task=True, **metadata)
    return code_cell(cell.grade_id, cell.source, grade=True, **metadata)


def code_cell(grade_id: str, source: str, **more: Any) -> dict[str, Any]:
    """A locked code cell; without `more` nothing of it is marked."""
    return {**_cell(grade_id, "code", source, more), "execution_count": None, "outputs": []}


def markdown_cell(grade_id: str, source: str, **more: Any) -> dict[str, Any]:
    """A locked Markdown cell; without `more` nothing of it is marked."""
    return _cell(grade_id, "markdown", source, more)


def _cell(grade_id: str, kind: str, source: str, more: dict[str, Any]) -> dict[str, Any]:
    nbgrader = {
        "grade": False,
        "grade_id": grade_id,
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
        **more,
    }
    return {
        "cell_type": kind,
        "id": grade_id,
        "metadata": {"deletable": False, "editable": False, "nbgrader": nbgrader},
        "source": source.splitlines(keepends=True),
    }


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Writes the data; the file appears whole or not at all."""
    staged = path.with_name(path.name + ".tmp")
    with staged.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(data, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    staged.replace(path)
