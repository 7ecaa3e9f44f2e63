"""What a customer does while nobody writes to him, where waiting counts: he asks, and in the end he leaves.

    clock: {silence: 60, says: [are-you-there, still-there], mood: -1, patience: 300}

He may be silent himself: in a state with `quiet: 60` he says his lines a minute after the message that led there,
unless the agent writes first; nobody waits meanwhile.

Where several are served at once, the clock is the desk's: `clock: {}`. What each customer does who gets no answer
stands in his `waits:`, in turns and, with `seconds: 120`, in seconds: after so many he asks, after `times` as many he
leaves.

Seconds are those of the exam's clock in which the candidate may act, see `stopwatch.py`. They decide nothing by
themselves: only what the journal holds does: the seconds before a message, and those at which he spoke unasked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

DAY = 86_400  # s; no wait is longer


def is_timed(data: Mapping[str, Any]) -> bool:
    """Whether waiting counts in the scenario of a play half."""
    return "clock" in data


def timed_kinds(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The events that tell the seconds before them: the customer waits for messages, a whole desk for every turn."""
    kinds = ("said", "acted") if "chats" in data else ("said",)
    return kinds if is_timed(data) else ()


def own_clock(waits: Mapping[str, Any]) -> dict[str, Any]:
    """The clock of one of several customers, as if he were alone.

    >>> own_clock({"turns": 9, "seconds": 60, "say": "there?", "mood": -1, "times": 3})
    {'silence': 60, 'says': ['there?', 'there?'], 'mood': -1, 'patience': 180}
    """
    if "seconds" not in waits:
        return {"says": [], "mood": 0}
    every, times = waits["seconds"], waits["times"]
    return {"silence": every, "says": [waits["say"]] * (times - 1), "mood": waits["mood"], "patience": every * times}


def waited(data: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, int]:
    """The seconds an event tells, as they are journalled; nothing where waiting does not count. Raises ValueError."""
    if not is_timed(data) or "waited" not in value:
        return {}
    if type(value["waited"]) is not int or not 0 <= value["waited"] <= DAY:
        raise ValueError("no such time")
    return {"waited": value["waited"]}


def is_unasked(data: Mapping[str, Any], value: Any) -> bool:
    """Whether a `heard` event tells that he spoke by himself, and after how many seconds."""
    return is_timed(data) and isinstance(value, dict) and "waited" in value


def due(data: Mapping[str, Any], since: int, seconds: int) -> tuple[list[str], bool]:
    """The lines he says between two moments of one wait, the second included, and whether he leaves.

    A moment below 0 lies before the wait.

    >>> clock = {"silence": 60, "says": ["there?", "hello?"], "mood": 0, "patience": 300}
    >>> due({"clock": clock}, 0, 59), due({"clock": clock}, 0, 60), due({"clock": clock}, 60, 299)
    (([], False), (['there?'], False), (['hello?'], False))
    >>> due({"clock": clock}, 120, 300)
    ([], True)
    """
    clock = data.get("clock", {})
    patience, every = clock.get("patience", DAY + 1), clock.get("silence", DAY + 1)
    asks = clock.get("says", [])[max(0, since) // every : max(0, min(seconds, patience)) // every]
    return asks, since < patience <= seconds


def since(silences: Iterable[tuple[int, int]], message: int) -> int:
    """The seconds of the present wait at which he last spoke unasked, 0 when he did not.

    `silences` are (turn, seconds); `message` is the turn of the agent's last message, 0 before the first.
    """
    return max((seconds for turn, seconds in silences if turn >= message), default=0)


def moments(data: Mapping[str, Any], quiet: int, after: int, *, stays: bool = False) -> Iterator[int]:
    """The seconds of a wait, later than `after`, at which he says something of himself; at the last he leaves.

    >>> [*moments({"clock": {"silence": 60, "says": ["there?", "hello?"], "mood": 0, "patience": 300}}, 0, 60)]
    [120, 300]
    """
    clock = data["clock"]
    asks = [clock["silence"] * (number + 1) for number in range(len(clock["says"]))]
    ends = [clock["patience"]] if "patience" in clock and not stays else []
    own = [quiet] if quiet else []
    yield from (second for second in (*own, *(quiet + one for one in (*asks, *ends))) if second > after)
