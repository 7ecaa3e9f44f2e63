"""Whether several customers are sent the same answer word for word."""

from __future__ import annotations

from functools import lru_cache

from examdesk.items.scenario.play import Play
from examdesk.items.scenario.world import State, Step
from examdesk.wording.phrases import BREAK, tokens

COPY = 6  # words of an answer; fewer may be the same for everybody


def copied(play: Play, state: State, chat: str, step: Step) -> int:
    """How many other customers were sent this answer before; courtesy and a few words may go to everybody.

    What is not understood is no answer: nobody loses points by words the phrases do not know.
    """
    words = _words(step.text, play.fillers) if step.found else ()
    if len(words) < COPY or all(map(play.is_light, step.found)):
        return 0
    others = (other for other in state.steps if other.chat != chat)
    return len({other.chat for other in others if _words(other.text, play.fillers) == words})


@lru_cache(maxsize=4096)
def _words(text: str, fillers: frozenset[str]) -> tuple[str, ...]:
    """The words of a message, whatever their order."""
    return tuple(sorted(token for token in tokens(text) if token != BREAK and token not in fillers))
