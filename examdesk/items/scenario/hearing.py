"""Which acts of a message count: at most two, courtesy apart; none twice, none that contradict each other."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from examdesk.items.scenario.play import Play
from examdesk.items.scenario.second import Second, question, readable, second
from examdesk.wording.phrases import tokens

if TYPE_CHECKING:
    from examdesk.items.scenario.world import State

CREDITED = 2  # acts of one message that count, courtesy apart


def asked(state: State) -> str | None:
    """The act the customer asked about in answer to the last message."""
    last = next((step for step in reversed(state.steps) if step.kind == "said"), None)
    return next((name.partition(":")[2] for name, _ in last.lines if ":" in name), None) if last else None


def more(play: Play, state: State, text: str, found: list[str]) -> Second:
    """What the form's model adds to the acts found; nothing where the form has none. Nothing is asked twice."""
    if play.model is None:
        return Second()
    read = second(play, play.model, text, state.at, found, readable(play))
    return Second(read.acts) if read.ask and question(play, read.ask) in state.spoken else read


def counted(play: Play, state: State, text: str, found: list[str]) -> tuple[list[str], str | None]:
    """The acts of a message that count, and the fallback line that says why others do not."""
    if not found:
        return [], None
    data, fallback = play.data, play.data["fallback"]
    expected = [rule["act"] for rule in data["states"][state.at]["rules"] if "act" in rule]
    answered = play.rules(state.at)
    content = _meant(play, expected, [act for act in found if not play.is_light(act)])
    clash = [act for act in content if data["acts"][act].get("opposite") in content]
    fresh = [act for act in content if act not in clash and (act not in state.done or ("act", act) in answered)]
    if len(content) > CREDITED and _read(text) in [_read(step.text) for step in state.steps if step.text]:
        return [], fallback["repeat"]
    if len(content) > data.get("most", len(content)):
        return [], fallback["many"]
    if clash:
        return fresh[:CREDITED], fallback["unclear"]
    return fresh[:CREDITED], fallback["many"] if len(fresh) > CREDITED else None


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[str, ...]:
    return tuple(tokens(text))


def _meant(play: Play, expected: list[str], content: list[str]) -> list[str]:
    """The acts without a bare "ok" or "no" that something more exact beside it explains."""
    exact = [act for act in content if not play.is_whole(act)]
    if not exact:
        return content
    if any(act in expected for act in exact):
        return exact
    return [act for act in content if act in exact or act in expected]
