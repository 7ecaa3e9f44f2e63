"""The honest paper every case begins with, and the secrets that nobody may get to read."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from examdesk.bank.forms import form_path, write_form
from examdesk.building import build_form, freeze_exam
from examdesk.items import part
from examdesk.model import Form
from tests.nbgrader.courses import Course, Entry

QUIZ, TALK = "E10-a", "E11-sampler-a"  # choices and numbers only; replies and a chat, too
FORMS = (QUIZ, TALK)
HONEST = "zz-honest"
DUE = "2026-03-02 01:30:00 UTC"
SECRET = "Neighbour7f3aSecret"  # stands in files beside the submissions and in the environment
CANARY = "Canary5c1bReason"  # stands in reasons and rubrics nobody earns to read
GREETING = "您好,我来帮您看一下。"


def turn(form: Form, item: str) -> str:
    """How the honest candidate does on an item: two right, one wrong, one blank, and again."""
    return ("right", "right", "wrong", "blank")[[*form.items].index(item) % 4]


def paper(form: Form, **instead: Any) -> list[Entry]:
    """The honest paper, but that `instead` answers {item id, _ for -: value}."""
    rng, said = random.Random(1), []
    for item in form.items.values():
        own = {"reply": [("answered", GREETING)], "scenario": [("opened", None), ("said", {"text": "您好"})]}
        samples, how = part(item.type, "samples"), turn(form, item.id)
        usual = own.get(item.type) or (samples.wrong(item, rng) if how == "wrong" else getattr(samples, how)(item))
        name = item.id.replace("-", "_")
        chosen = [("answered", instead[name])] if name in instead else usual
        said += [(item.id, kind, value) for kind, value in chosen]
    return said


def outside(folder: Path) -> Path:
    """A folder beside the course: what is written here was written by a trainee's code."""
    return folder.parents[2].parent / "outside"


def hostile_course(folder: Path) -> Course:
    """A course with both forms released, canaries in their reasons and secrets lying around."""
    course = Course.made(folder / "course")
    for exam in ("E10", "E11-sampler"):
        form = planted(freeze_exam(course.folder, exam, "a", replace=True))
        write_form(form_path(course.folder / "exams", exam, "a"), form)
        build_form(course.folder, form)
        ran = course.run("generate_assignment", form.id)
        assert ran.code == 0, ran.log
        with Gradebook(course.db_url) as gradebook:
            gradebook.update_or_create_assignment(form.id, duedate=DUE)
    beside = folder / "outside"
    beside.mkdir()
    for place in (beside, course.folder / "submitted", course.folder / "grading"):
        place.mkdir(exist_ok=True)
        (place / "secret.txt").write_text(SECRET, "utf-8")
    return course


def planted(form: Form) -> Form:
    """The form with a canary in every reason and rubric text of the items the honest candidate leaves to others."""
    items = {}
    for item in form.items.values():
        body = json.loads(json.dumps(item.body))
        if item.type == "reply" or (turn(form, item.id) == "blank" and item.type != "scenario"):
            for holder, name in _reasons(body):
                holder[name] = dict.fromkeys(holder[name], CANARY)
        items[item.id] = dataclasses.replace(item, body=body)
    return dataclasses.replace(form, items=items)


def _reasons(body: Any, *, inside: str = "") -> Iterator[tuple[Any, str]]:
    for name, value in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        if isinstance(value, dict) and (name == "reason" or (name == "text" and inside in ("rubric", "forbidden"))):
            yield body, str(name)
        else:
            yield from _reasons(value, inside=name if isinstance(name, str) else inside)
