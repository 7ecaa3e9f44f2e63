"""Marks an inbox: it is worked through again from what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from examdesk.items.inbox.desk import Desk
from examdesk.items.inbox.scoring import judged
from examdesk.items.inbox.world import replay
from examdesk.model import Grader, Judgement, Response


def inbox(*, desk: Mapping[str, Any], score: Mapping[str, Any]) -> Grader:
    """The share of the score half's weights that the work at an inbox earned, one part per criterion.

    What the panel said is never believed, and not even journalled: every step is done again. A step that no panel would
    have let through does nothing and is named in `evidence["flags"]`.
    """
    ready = Desk(desk)

    def grade(response: Response) -> Judgement:
        work = replay(ready, steps_given(response))
        found = judged(ready, score, work.state)
        return replace(found, evidence={**found.evidence, "flags": list(work.faults)})

    return grade


def steps_given(response: Response) -> Iterator[tuple[str, Any]]:
    """The journal's events of the item; a response built without events is its own list of steps."""
    if response.events:
        yield from ((event.kind, event.value) for event in response.events)
    elif isinstance(response.value, list):
        yield from (pair for pair in response.value if _is_event(pair))


def _is_event(pair: object) -> bool:
    return isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str)
