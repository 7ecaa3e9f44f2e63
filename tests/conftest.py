"""Builders shared by the tests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from examdesk.bank import Bank, read_bank
from examdesk.items import packages, part
from examdesk.journal import Journal, fold
from examdesk.model import Event, Item, Response, Said

ROOT = Path(__file__).resolve().parent.parent


@cache
def real_bank() -> Bank:
    """The course's own items."""
    return read_bank(ROOT / "exams", root=ROOT, types={name: part(name, "key") for name in packages()})


def respond(item: Item, said: Sequence[Said]) -> Response:
    """The response of a candidate who behaves like `said`, as it comes out of a journal."""
    events = [Event(n, "", n, item.id, kind, value, "", f"{n}") for n, (kind, value) in enumerate(said, start=1)]
    return fold(Journal(tuple(events))).get(item.id, Response(item.id))


def form_of(*items: Item, shuffle: bool = True) -> dict[str, Any]:
    """The form.json of an exam with these items."""
    questions = {
        item.id: {
            "type": item.type,
            "number": number,
            "out_of": str(item.points),
            "public": part(item.type, "question").public(item),
        }
        for number, item in enumerate(items, start=1)
    }
    section = {"id": "quiz", "title": {"zh": "选择与计算", "en": "Quiz"}, "part": "quiz", "items": list(questions)}
    return {
        "exam": "E99",
        "form": "E99-a",
        "title": {"zh": "试卷", "en": "An exam"},
        "minutes": 25,
        "languages": ["zh", "en"],
        "language": "zh",
        "shuffle": shuffle,
        "sections": [section],
        "questions": questions,
    }
