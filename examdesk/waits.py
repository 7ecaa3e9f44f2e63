"""How long customers wait for an answer: the norms of F-LN-01 and F-LN-03, for mock chats and for chat logs.

All in whole seconds. A wait as long as the limit is in time; one second more is late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

LIMIT = 20  # s a customer waits at most for each answer (F-LN-03)
GAP = 15  # s between two looks of a page that count as waiting; it looks every 5 s, in the background less often
SLOW = {"zh": 1_500, "en": 480}  # ms a character takes somebody who types 40 Chinese characters or 25 words a minute
_CHINESE = "\u2e80"  # the first of the characters that are typed as Chinese, its punctuation included


class Late(NamedTuple):
    """A wait that was too long."""

    number: int  # of the answer, from 1
    seconds: int
    limit: int


def late(waits: Iterable[int], *, limit: int = LIMIT, first: int | None = None) -> Iterator[Late]:
    """The waits that were too long. `first` is the limit of the first answer, the greeting, where it has its own.

    The handbook leaves the greeting's limit open (F-LN-01), so whoever looks has to set it.

    >>> [entry.number for entry in late([31, 20, 21], first=30)]
    [1, 3]
    """
    for number, seconds in enumerate(waits, start=1):
        most = first if number == 1 and first is not None else limit
        if seconds > most:
            yield Late(number, seconds, most)


def share_in_time(waits: Sequence[int], *, limit: int = LIMIT, first: int | None = None) -> Fraction | None:
    """The share of the answers that came in time; None where nothing was answered.

    >>> share_in_time([8, 15, 21, 19, 34, 12, 20, 18, 25, 9])
    Fraction(7, 10)
    """
    if not waits:
        return None
    return 1 - Fraction(len(list(late(waits, limit=limit, first=first))), len(waits))


def waits_of(log: Iterable[tuple[int, str]]) -> list[int]:
    """The wait before every answer of a chat log of (seconds, who), who is "customer" or "agent".

    A customer waits from the first of his messages that nobody has answered yet. What the agent writes while nobody
    waits, as the second half of a long answer, is no answer of its own.

    >>> waits_of([(0, "customer"), (5, "customer"), (8, "agent"), (20, "agent"), (30, "customer"), (51, "agent")])
    [8, 21]
    """
    waits, since = list[int](), None
    for at, who in log:
        if who == "customer":
            since = at if since is None else since
        elif since is not None:
            waits.append(at - since)
            since = None
    return waits


def typing(text: str, *, most: int | None = None) -> int:
    """Seconds a slow typist needs for a text, at `most` so many; nobody is late because of his fingers.

    >>> typing("亲，可以开的"), typing("Yes, we can."), typing("Yes, we can. " * 50, most=60)
    (9, 6, 60)
    """
    needed = -(-sum(SLOW["zh" if sign >= _CHINESE else "en"] for sign in text) // 1000)
    return needed if most is None else min(most, needed)
