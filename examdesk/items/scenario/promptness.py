"""Points for answering in time: how long the customer had waited for each message, by the norm of F-LN-03.

    waits: {id: prompt, criterion: courtesy, weight: 10, limit: 20, greeting: 30, share: 90%, answers: 3, typing: 60, …}

Fingers do not count: what a slow typist needs for the text is taken off, up to `typing` seconds; longer answers are to
be split. Of the messages in time only answers count, those with an act beyond courtesy, so that neither silence nor
chatter earns anything and a "one moment, please" stops the clock; what is late counts whatever it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from examdesk.items.scenario.play import Play
from examdesk.items.scenario.world import State, Step
from examdesk.model import exact
from examdesk.waits import Late, late, typing


def promised(score: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The entry for answering in time, in a list; [] where a score half has none."""
    return [score["waits"]] if "waits" in score else []


def prompt(play: Play, entry: Mapping[str, Any], state: State) -> int | None:
    """The turn of the last message that counts when enough answers came in time, None when not."""
    behind = {turn.number for turn in late_turns(entry, state)}
    answers = [step.number for step in state.steps if _is_answer(play, step)]
    counting = sorted(behind.union(answers))
    if len(answers) < entry["answers"] or 1 - Fraction(len(behind), len(counting)) < exact(entry["share"]):
        return None
    return counting[-1]


def late_turns(entry: Mapping[str, Any], state: State) -> list[Late]:
    """The messages that came too late, by turn, with the seconds that are left when the typing is taken off."""
    messages = [step for step in state.steps if step.kind == "said"]
    waits = [max(0, step.waited - step.quiet - typing(step.text, most=entry["typing"])) for step in messages]
    found = late(waits, limit=entry["limit"], first=entry.get("greeting"))
    return [one._replace(number=messages[one.number - 1].number) for one in found]


def lateness(entry: Mapping[str, Any], state: State) -> list[str]:
    """The late turns in words: "late turn 4: 34 s (limit 20)"; [] for an entry that is not about time."""
    turns = late_turns(entry, state) if "limit" in entry else []
    return [f"late turn {turn.number}: {turn.seconds} s (limit {turn.limit})" for turn in turns]


def noted(score: Mapping[str, Any], state: State) -> dict[str, list[list[int]]]:
    """For the mark's evidence: [turn, seconds, limit] of every late message, where time earns points."""
    if "waits" not in score:
        return {}
    return {"late": [[*turn] for turn in late_turns(score["waits"], state)]}


def _is_answer(play: Play, step: Step) -> bool:
    """Whether a message says something that counts, beyond courtesy."""
    return step.kind == "said" and any(not play.is_light(act) for act in step.credited)
