"""A course with a pool of small scenarios, and everything a candidate ever sees of a form drawn from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from nbformat import from_dict
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme

from examdesk.bank import load_form
from examdesk.items.scenario.trials import events_of
from examdesk.journal import NAME
from examdesk.sitting import Sitting
from tests.nbgrader.courses import journal
from tests.workbench.parcel import parcel

NAMES = ("S-91", "S-92", "S-93", "S-94")
POOLS = {"first": ["S-91", "S-92"], "then": ["S-93", "S-94"]}


def course(folder: Path, pools: dict[str, list[str]] | None = None) -> Path:
    """The course folder: four parcels, each with a stem that gives itself away, and a draw file."""
    bank = folder / "exams" / "bank" / "d08"
    bank.mkdir(parents=True)
    for name in NAMES:
        put(folder, {**parcel(), "id": name, "stem": {"en": f"This is {name}: give the lost parcel back."}})
    draw = {"id": "chats", "title": {"zh": "接待", "en": "Chats"}, "minutes": 30, "languages": ["zh", "en"],
            "language": "en", "each": "70%", "pools": pools or POOLS}
    place = folder / "exams" / "chats" / "draw.yaml"
    place.parent.mkdir()
    place.write_text(yaml.safe_dump(draw, allow_unicode=True), "utf-8")
    return folder


def put(folder: Path, data: dict[str, Any]) -> None:
    path = folder / "exams" / "bank" / "d08" / f"{data['id']}.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000), "utf-8")


def candidate_view(course: Path, form: str) -> str:
    """File names, the released notebook, form.json, every panel's state and message, the journal, what goes wrong."""
    folder = course / "source" / form
    seen = [path.name for path in sorted(folder.iterdir())]
    released = from_dict(json.loads((folder / f"{form}.ipynb").read_text("utf-8")))
    for cell in released.cells:
        cell.source = "".join(cell.source)
    for step in (ClearHiddenTests(), ClearMarkScheme()):
        released, _ = step.preprocess(released, {})
    seen += [json.dumps(released, ensure_ascii=False), (folder / "form.json").read_text("utf-8")]
    return "\n".join([*seen, *_sat(folder, load_form(course, form).items)])


def _sat(folder: Path, items: Any) -> list[str]:
    """What a candidate meets who chats the gold transcript and then sends nonsense."""
    sitting, heard = Sitting.open(folder), list[Any]()
    for item in items:
        sitting.show(item)
    sitting.finish()
    panels = [sitting.screen.frame, sitting.screen.finish, *sitting.screen.questions.values()]
    for panel in panels:
        panel.send = lambda message, *_: heard.append(message)  # type: ignore[method-assign, union-attr]
    frame = sitting.screen.frame
    assert frame is not None
    frame._received(frame, {"type": "start", "value": "C-1"}, [])
    for name, item in items.items():
        nonsense = [("said", {"text": "x" * 3000}), ("acted", {"tool": "no"}), ("x", 1)]
        sent = [*events_of(item.body["score"]["transcripts"][0]), *nonsense]
        panel = sitting.screen.questions[name]
        for turn, (kind, value) in enumerate(sent):
            numbered = {**value, "turn": turn} if isinstance(value, dict) else value
            panel._received(panel, {"type": kind, "nonce": turn, "value": numbered}, [])
    states = [json.dumps(panel.get_state(), ensure_ascii=False, default=str) for panel in panels if panel]
    return [*states, json.dumps(heard, ensure_ascii=False), (folder / NAME).read_text("utf-8")]


def hand_in(course: Path, form: str, candidate: str, scripts: Sequence[int]) -> None:
    """Somebody hands in; of every chat the transcript of this number: 0 gold, 1 borderline, 2 failing."""
    frozen = load_form(course, form)
    entries = [(item.id, *said) for item, number in zip(frozen.items.values(), scripts, strict=True)
               for said in events_of(item.body["score"]["transcripts"][number])]
    folder = course / "submitted" / candidate / form
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_bytes(journal(frozen, candidate, entries))
