"""One scenario of a course's bank, read for its author."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from examdesk.bank import Document, load_yaml, read_handbook
from examdesk.bank.bank import KeyModule, read_draft
from examdesk.errors import AuthorError, CourseError, Fault
from examdesk.items.scenario import desk_faults
from examdesk.items.scenario.authored import Authored
from examdesk.workbench.stage import Stage, stage


@dataclass(frozen=True)
class Opened:
    """A scenario's file; while it has faults nothing can be played."""

    id: str
    document: Document
    body: Mapping[str, Any] | None  # None when the fields cannot be read
    faults: tuple[Fault, ...]  # of the file, its fields, its names and ways
    policy: tuple[str, ...] = ()  # the handbook's words on the item's facts

    def stage(self) -> Stage:
        """The scenario ready to be played. Raises `AuthorError` with the faults that are in the way."""
        if self.body is None or self.faults:
            raise AuthorError(*self.faults)
        return stage(self.body, policy=self.policy)


def open_scenario(course: Path, name: str) -> Opened:
    """The scenario of this id. Raises `CourseError` when the bank has none."""
    bank = course / "exams" / "bank"
    paths = sorted(path for path in bank.rglob("*.y*ml") if path.stem == name)
    if not paths:
        known = ", ".join(sorted(path.stem for path in bank.rglob("S-*.y*ml"))) or "none yet"
        raise CourseError(f"exams/bank holds no item {name}. Cure: use one of: {known}")
    document = load_yaml(paths[0], root=course)
    kind = document.data.get("type") if isinstance(document.data, dict) else "scenario"
    if kind != "scenario":
        cure = "name an item with  type: scenario"
        raise CourseError(f"{document.name}: this item is no scenario (found: {kind}). Cure: {cure}")
    # The key module of scenarios without the trying out of transcripts: the checks do that one by one.
    names = SimpleNamespace(Authored=Authored, faults=lambda body: [*desk_faults.faults(body)])
    types = {"scenario": cast(KeyModule, names)}
    draft, faults = read_draft(document, types=types)
    policy = _policy(course, draft.facts) if draft else ()
    return Opened(name, document, draft.body if draft else None, (*document.faults, *faults), policy)


def _policy(course: Path, names: Sequence[str]) -> tuple[str, ...]:
    facts = read_handbook(course / "exams", root=course).facts
    return tuple(text for name in names if name in facts for text in facts[name].text.values())
