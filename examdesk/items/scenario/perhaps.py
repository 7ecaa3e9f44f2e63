"""What messages nobody understood may mean, of the acts only phrases read. It counts for nothing; a marker looks at it.

What costs points is read by phrases alone (`doubts.py`), so that nobody loses any by a machine's guess. Who says it in
words no phrase shows is pointed out to the marker, who may correct the turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from examdesk.items.scenario.learned import Model
from examdesk.items.scenario.play import Play
from examdesk.items.scenario.second import awaited, guesses, readable
from examdesk.items.scenario.world import Step


def perhaps(play: Play, steps: Sequence[Step]) -> dict[int, str]:
    """{turn: the act its message seems to mean}, without those a marker has read; empty for a chat without a model."""
    if play.model is None:
        return {}
    before = [play.data["begins"], *(step.state for step in steps)]
    found = ((step.number, seems(play, play.model, step.text, at))
             for step, at in zip(steps, before, strict=False) if step.is_unknown and not step.corrected)
    return {number: act for number, act in found if act}


def seems(play: Play, model: Model, text: str, state: str) -> str | None:
    """The act a message surely enough means where the customer is, if the model may not read it."""
    found = max(_sure(play, model, text, state), default=(0, ""))[1]
    return found if found and found not in readable(play) else None


def _sure(play: Play, model: Model, text: str, state: str) -> Iterator[tuple[int, str]]:
    for one in guesses(play, model, text, awaited(play, state), ()):
        if one.margin >= model.hi:
            yield one.margin, one.act
