"""A chat as its marker sees it, and what he may correct: which acts a message holds. Never on the trainee's side.

    turns(body, response)                       # every turn: what was understood, what counts, what does not
    corrected_acts(body, response, {}, 3, drop=["declines"], add=["own-account"])
    grader(body, {3: ["own-account"]})          # the chat played again from turn 3

A correction names the acts of one whole message, in their order; how many of them count, what they mean where the
customer is, and where they lead, the scenario's rules decide as ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from examdesk.errors import CourseError
from examdesk.items.scenario import rating
from examdesk.items.scenario.desk import play_of
from examdesk.items.scenario.grader import events_of, scenario
from examdesk.items.scenario.perhaps import perhaps
from examdesk.items.scenario.play import Line, Play
from examdesk.items.scenario.question import action, shown_line, speaker, spoken
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.world import NOTHING, Corrected, Step
from examdesk.model import Grader, Response, text

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Turn:
    """One turn of the candidate as a marker sees it."""

    number: int  # the number a correction names
    kind: str  # said or acted
    words: str  # the message, or the action with what was typed into it
    found: tuple[str, ...]  # acts understood
    counted: tuple[str, ...]  # acts that count, as they are meant where the customer was
    ignored: tuple[str, ...]  # understood, but too many, said before or contradictory
    by_model: tuple[str, ...]  # of the acts understood those no phrase shows
    unknown: bool  # nothing was understood
    refused: bool  # an action that was not possible
    corrected: bool  # a marker has said what it means
    at: str  # the state of the customer afterwards
    answer: tuple[str, ...]  # what he said; notes of the system among it
    perhaps: str | None = None  # what a message nobody understood seems to mean, though it counts for nothing


def grader(body: Body, corrected: Corrected = NOTHING) -> Grader:
    """The grader of the item, for which the corrected turns hold the acts a marker has read."""
    return scenario(play=body["play"], score=body["score"], corrected=corrected)


def turns(body: Body, response: Response, corrected: Corrected = NOTHING, *, language: str = "zh") -> list[Turn]:
    """The chat turn by turn, as it is marked."""
    play = play_of(body["play"])
    steps = _steps(play, response, corrected)
    maybe = perhaps(play, steps)
    return [replace(_turn(play, step, language), perhaps=maybe.get(step.number)) for step in steps]


def rated(body: Body, criterion: str, level: int) -> tuple[Fraction, str]:
    """(share of the criterion a level earns, its words in English). Raises `CourseError` for what nobody can rate."""
    by_person = {one["id"]: one for one in body["score"]["criteria"] if "rated" in one}
    if criterion not in by_person:
        raise CourseError(f"no person rates this criterion (found: {criterion}). Cure: use one of: "
                          f"{', '.join(by_person) or 'none, the machine marks all of them'}")
    levels = rating.levels(by_person[criterion], "en")
    if not 1 <= level <= len(levels):
        raise CourseError(f"there is no such level (found: {level}). Cure: use one of: {'; '.join(levels)}")
    return rating.fraction(by_person[criterion], level), levels[level - 1]


def scales(body: Body, language: str) -> dict[str, list[str]]:
    """{criterion: its levels} of what a person rates."""
    return {one["id"]: rating.levels(one, language) for one in body["score"]["criteria"] if "rated" in one}


def opening(body: Body, response: Response, *, language: str = "zh") -> list[str]:
    """What the customer said before the first turn."""
    play = play_of(body["play"])
    return [_words(play, line, language) for line in replay(play, events_of(response)).state.opening]


def corrected_acts(body: Body, response: Response, corrected: Corrected, turn: int, *, drop: Sequence[str] = (),
                   add: Sequence[str] = ()) -> tuple[str, ...]:
    """The acts of a turn without those in `drop` and with those in `add`, which take their place.

    Raises `CourseError` for a turn that is none, and for an act that is not there, or there already.
    """
    play = play_of(body["play"])
    steps = {step.number: step for step in _steps(play, response, corrected)}
    if turn not in steps:
        raise CourseError(f"the chat has no turn {turn}. Cure: name one of 1 to {len(steps)}" if steps else
                          "nothing was said or done in this chat. Cure: there is nothing to correct")
    step = steps[turn]
    if step.kind != "said":
        raise CourseError(f"turn {turn} is an action ({step.tool}), and actions are certain. Cure: name a turn in "
                          "which something was written")
    for name in (*drop, *add):
        if name not in play.data["acts"]:
            raise CourseError(f"there is no act of this name (found: {name}). Cure: use one of: "
                              f"{', '.join(sorted(play.data['acts']))}")
    return _exchanged(step, drop, add)


def _exchanged(step: Step, drop: Sequence[str], add: Sequence[str]) -> tuple[str, ...]:
    had = ", ".join(step.found) or "nothing"
    for name in drop:
        if name not in step.found:
            raise CourseError(f"turn {step.number} was not understood as {name} (found: {had}). Cure: name an act it "
                              "was understood as")
    for name in add:
        if name in step.found and name not in drop:
            raise CourseError(f"turn {step.number} was understood as {name} already (found: {had}). Cure: leave it out")
    place = min((step.found.index(name) for name in drop), default=len(step.found))
    kept = [name for name in step.found if name not in drop]
    new = dict.fromkeys([*kept[:place], *add, *kept[place:]])
    return tuple(new)


def _steps(play: Play, response: Response, corrected: Corrected) -> tuple[Step, ...]:
    return replay(play, events_of(response), corrected=corrected).state.steps


def _turn(play: Play, step: Step, language: str) -> Turn:
    words = step.text if step.kind == "said" else text(action(play, step.tool, step.args), language)
    if step.chat:  # of several customers: to whom
        words = f"{speaker(play, {'who': 'agent', 'chat': step.chat}, language)}: {words}"
    return Turn(step.number, step.kind, words, step.found, step.credited, step.ignored, step.learned, step.is_unknown,
                step.refused, step.corrected, step.state, tuple(_words(play, line, language) for line in step.lines))


def _words(play: Play, line: Line, language: str) -> str:
    """The words of a line; of several customers with the one who says it."""
    shown, words = shown_line(play, line), spoken(play.texts(line), language)
    return f"{speaker(play, shown, language)}: {words}" if "chat" in shown else words
