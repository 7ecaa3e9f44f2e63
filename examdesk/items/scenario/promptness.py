"""Points for answering in time: how long the customer had waited for each message, by the norm of F-LN-03.

    waits: {id: prompt, criterion: courtesy, weight: 10, limit: 20, greeting: 30, share: 90%, answers: 3, typing: 60, …}

Fingers do not count: what a slow typist needs for the text is taken off, up to `typing` seconds; longer answers are to
be split. Of the messages in time only answers count, those with an act beyond courtesy, so that neither silence nor
chatter earns anything and a "one moment, please" stops the clock; what is late counts whatever it says.

Where several are served, nobody can be answered while the agent types for another: that typing is taken off, too, as
far as it took time. And the limit stands for each answer: 20 s for his own and 20 s for that of everybody else who was
answered while he waited, so that the norm asks the same pace of an agent whether one customer is there or five.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    answers = _answers(play, state)
    counting = sorted(behind.union(answers))
    if len(answers) < entry["answers"] or 1 - Fraction(len(behind), len(counting)) < exact(entry["share"]):
        return None
    return counting[-1]


def late_turns(entry: Mapping[str, Any], state: State) -> list[Late]:
    """The messages that came too late, by turn, with the seconds that are left when the typing is taken off."""
    found, greeted = list[Late](), set[str]()
    for step, others in _messages(state):
        limit = entry["limit"] if step.chat in greeted else entry.get("greeting", entry["limit"])
        greeted.add(step.chat)
        if not step.waited:
            continue
        fingers = typing(step.text, most=entry["typing"])
        fingers = min(fingers, step.passed) if step.chat else fingers  # pasted in a second, it took no longer
        fingers += sum(min(seconds, typing(other.text, most=entry["typing"])) for other, seconds in others)
        waits = [max(0, step.waited - step.quiet - fingers)]
        limit *= 1 + len({other.chat for other, _ in others if not other.is_unknown})
        found += [one._replace(number=step.number) for one in late(waits, limit=limit)]
    return found


def _messages(state: State) -> Iterator[tuple[Step, list[tuple[Step, int]]]]:
    """Every message with those to others while its customer waited for it, and the seconds each of them took."""
    now, sent = 0, list[tuple[int, Step]]()
    for step in state.steps:
        now += step.passed
        if step.kind != "said":
            continue
        began = now - step.waited + step.quiet
        others = [(other, min(other.passed, at - began)) for at, other in sent
                  if at > began and other.chat != step.chat]
        yield step, others
        sent.append((now, step))


def lateness(entry: Mapping[str, Any], state: State) -> list[str]:
    """The late turns in words: "late turn 4: 34 s (limit 20)"; [] for an entry that is not about time."""
    turns = late_turns(entry, state) if "limit" in entry else []
    chats = [f" ({step.chat})" if step.chat else "" for step in state.steps] if turns else []
    return [f"late turn {turn.number}{chats[turn.number - 1]}: {turn.seconds} s (limit {turn.limit})"
            for turn in turns]


def noted(play: Play, score: Mapping[str, Any], state: State) -> dict[str, Any]:
    """For the mark's evidence, where time earns points: [turn, seconds, limit] of every late message, and how many
    messages there were that count, late or in time."""
    if "waits" not in score:
        return {}
    late_ones = late_turns(score["waits"], state)
    counting = {turn.number for turn in late_ones}.union(_answers(play, state))
    return {"late": [[*turn] for turn in late_ones], "waits": len(counting)}


def _answers(play: Play, state: State) -> list[int]:
    return [step.number for step in state.steps if _is_answer(play, step)]


def _is_answer(play: Play, step: Step) -> bool:
    """Whether a message says something that counts, beyond courtesy."""
    return step.kind == "said" and any(not play.is_light(act) for act in step.credited)
