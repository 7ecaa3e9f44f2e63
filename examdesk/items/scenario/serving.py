"""How several customers were served: who was answered first, who waited, what was pasted, how long messages were.

Events of the score half that look at all chats at once. Turns are counted, as everywhere at the desk; where the journal
says how many seconds somebody waited, `within` is the place for them.

- `answered: anna`: the first message to her that she understood, if she was ever told more than courtesy. With
  `within: 3` it came in the first three turns after she did; with `before: [bob]` Bob was not answered for the first
  time while she was waiting for that.
- `copied: 3`: a message that is an answer went to three customers word for word.
- `longer: 60`: a message of more characters.
- `short: 60, chats: 5`: five customers were answered, and no message was longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from examdesk.items.scenario.desk import Queue, time_at
from examdesk.items.scenario.world import State, changed

USES = ("answered", "copied", "longer", "short")

Event = Mapping[str, Any]
Place = tuple[int, int]


def place(event: Event, state: State) -> Place | None:
    """(turn, 0) of such an event; None when it did not happen, or is none of these."""
    use = next((use for use in USES if use in event), None)
    turn = _TURN[use](event, state) if use else None
    return (turn, 0) if turn else None


def served(event: Event, state: State) -> State | None:
    """The chat whose goal an event means, its turns counted as all turns are; None: he has not come."""
    if "chat" not in event:
        return state
    one = cast(Queue, state).chats.get(event["chat"])
    return one and changed(one, steps=tuple(step for step in state.steps if step.chat == event["chat"]))


def first_answer(chat: str, state: State) -> int | None:
    """The turn of the first message to a customer that he understood."""
    said = (step.number for step in state.steps if step.chat == chat and step.kind == "said" and step.found)
    return next(said, None)


def _answered(event: Event, state: State) -> int | None:
    name, queue = event["answered"], cast(Queue, state)
    turn = first_answer(name, state)
    if turn is None or name not in queue.served or time_at(state, turn) - queue.came[name] > event.get("within", turn):
        return None
    others = [other for other in (first_answer(one, state) for one in event.get("before", ())) if other]
    meanwhile = [other for other in others if other < turn and time_at(state, other) > queue.came[name]]
    return None if meanwhile else turn


def _copied(event: Event, state: State) -> int | None:
    return next((step.number for step in state.steps if step.copied + 1 >= event["copied"]), None)


def _longer(event: Event, state: State) -> int | None:
    return next((step.number for step in state.steps if len(step.text) > event["longer"]), None)


def _short(event: Event, state: State) -> int | None:
    answers = [first_answer(name, state) for name in cast(Queue, state).served]
    turns = sorted(turn for turn in answers if turn)
    if _longer({"longer": event["short"]}, state) or len(turns) < event["chats"]:
        return None
    return turns[event["chats"] - 1]


_TURN = {"answered": _answered, "copied": _copied, "longer": _longer, "short": _short}
