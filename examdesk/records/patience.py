"""What is done while a database is locked or away: wait, try again, give up with one line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.exc import DatabaseError, OperationalError

from examdesk.errors import DatabaseAway
from examdesk.records.place import reason

P = ParamSpec("P")
R = TypeVar("R")
LONGEST_PAUSE = 5.0
CURE = "close other programs that use it or start its server, then run the command again; nothing is half written"
SPACE = "check free space and your rights, then run the command again; nothing is half written"
PASSING = ("08", "57P", "55P03", "40", "53300")  # PostgreSQL: connection, shutdown, lock, deadlock, all seats taken


@dataclass
class Patience:
    """How long one piece of work may wait for its database."""

    seconds: float
    name: str  # of the database, for a person
    worn: bool = False  # it waited in vain: until something succeeds, one try is enough

    def do(self, work: Callable[[], R]) -> R:
        """What `work` returns, tried again with longer and longer pauses. Raises `DatabaseAway` when time is up.

        `work` must look before it writes, in one transaction: when the answer to a COMMIT was lost nobody knows whether
        it is there, and only the second look tells.
        """
        until, pause = time.monotonic() + (0 if self.worn else self.seconds), 0.1
        while True:
            try:
                found = work()
                self.worn = False
                return found
            except OperationalError as error:
                if not _passes(error):
                    raise DatabaseAway(f"{self.name}: cannot be used ({reason(error)}). Cure: {SPACE}") from None
                if time.monotonic() + pause > until:
                    self.worn = True
                    raise DatabaseAway(f"{self.name}: locked or away ({reason(error)}). Cure: {CURE}") from None
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


@contextmanager
def told(name: str) -> Iterator[None]:
    """A database that cannot be used is one line about `name`, at once."""
    try:
        yield
    except DatabaseError as error:
        raise DatabaseAway(f"{name} cannot be used: {reason(error)}. Cure: {CURE}") from None


class _Patient(Protocol):
    _patience: Patience


S = TypeVar("S", bound=_Patient)


def patient(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """The method, tried again while the database is locked or away."""
    @wraps(method)
    def trying(self: S, *words: P.args, **named: P.kwargs) -> R:
        return self._patience.do(lambda: method(self, *words, **named))
    return trying


def _passes(error: OperationalError) -> bool:
    """Whether waiting may help: not for a full disk, a wrong password or a damaged file."""
    state: str | None = getattr(error.orig, "sqlstate", "SQLite")
    if state == "SQLite":
        return "database is locked" in str(error.orig)
    return state is None or state.startswith(PASSING)
