"""The inboxes of the course's own bank, worked at on a day of the test's choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from examdesk.items.inbox.desk import MOVES, Desk
from examdesk.items.inbox.world import Step, act, start
from examdesk.model import Judgement
from tests.conftest import real_bank
from tests.systems.marking import marked

Deed = Sequence[Any]
"""("go", place), ("open", row), or (action, row, what was typed)."""


def on_day(item: str, today: str = "") -> Desk:
    """The desk of an item, on another day where one is given."""
    data = real_bank().items[item].body["desk"]
    return Desk({**data, "today": today or data["today"]})


def value_of(deed: Deed) -> dict[str, Any]:
    do, to, *typed = (*deed, "") if len(deed) == 1 else deed
    args: Mapping[str, Any] = {"to": to} if do == "go" else typed[0] if typed else {}
    return {"do": do, "rows": [to] if to and do != "go" else [], "args": dict(args)}


def did(item: str, deeds: Sequence[Deed], *, today: str = "") -> list[Step]:
    """What came of the author's actions among the deeds."""
    desk = on_day(item, today)
    state = start(desk)
    for deed in deeds:
        state = act(desk, state, **value_of(deed))
    return [step for step in state.steps if step.do not in MOVES]


def judged(item: str, deeds: Sequence[Deed]) -> Judgement:
    """The judgement by the grader the hidden cell spells out."""
    return marked(item, [["acted", value_of(deed)] for deed in deeds])


def points(item: str, deeds: Sequence[Deed]) -> dict[str, Fraction]:
    """{criterion: share earned}."""
    return {part.criterion: part.fraction for part in judged(item, deeds).parts}
