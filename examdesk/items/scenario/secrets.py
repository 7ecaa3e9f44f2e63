"""Secrets of the scenario's world: which message gives one away, see `wording.secrets`. Never on the trainee's side.

What is split over several messages is put together again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from examdesk.items.scenario.world import State
from examdesk.wording.secrets import LONGEST, given_away, has_letters, signs

__all__ = ["LONGEST", "breaches", "given_away", "has_letters", "secrets_of", "signs"]

Found = list[tuple[int, str, str]]
"""(turn, secret, the signs that gave it away)."""


def breaches(score: Mapping[str, Any], state: State) -> Found:
    """Every secret given away, in order of turns, each once a turn."""
    found: Found = []
    before = ""
    if not secrets_of(score):
        return found
    for step in state.steps:
        if step.kind == "said":
            parts = ((secret["id"], given_away(secret, step.text, before=before)) for secret in secrets_of(score))
            found += [(step.number, name, part) for name, part in parts if part]
            before = (before + signs(step.text))[-LONGEST:]
    return found


def secrets_of(score: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The secrets of a score half; forms frozen before there were any have none."""
    found: Sequence[Mapping[str, Any]] = score.get("secrets", ())
    return found
