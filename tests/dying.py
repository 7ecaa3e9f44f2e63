"""A piece of work in a child process that is killed exactly before or after one of its steps."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Any

fork = multiprocessing.get_context("fork")


def killed_at(work: Callable[[], object], owner: Any, name: str, nth: int, when: str) -> None:
    """Does `work` in a child whose nth call of `owner.name` is its last, "before" or "after" that call's own work."""
    arm = _deadly(owner, name, nth, when)

    def child() -> None:
        arm()
        work()
    process = fork.Process(target=child)
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL


def _deadly(owner: Any, name: str, nth: int, when: str) -> Callable[[], None]:
    real, calls = getattr(owner, name), iter(range(1, 1_000))

    def killing(*words: Any, **named: Any) -> Any:
        last = next(calls) == nth
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = real(*words, **named)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return found
    return lambda: setattr(owner, name, killing)
