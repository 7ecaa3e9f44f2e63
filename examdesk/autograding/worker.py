"""`grade` in a child process with limits: `python -P -m examdesk.autograding.worker`.

From the parent, on stdin: pickles of `Paper`, `Limits`, then lists of `Raw`. To the parent, on stdout, one frame for
every submission: two lengths, a JSON answer, the autograded notebook. The parent trusts neither; the child has no
database, writes no file and starts no process. What never ends is ended by the parent's watchdog.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import pickle
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from examdesk.autograding.grading import grade, packed
from examdesk.autograding.intake import Raw
from examdesk.autograding.paper import Paper
from examdesk.errors import SubmissionRefused

try:
    import resource
except ImportError:  # Windows: only the watchdog there
    resource = None  # type: ignore[assignment]

LENGTHS = struct.Struct(">II")
READY = {"ready": True}


@dataclass(frozen=True)
class Limits:
    """What one submission may cost."""

    seconds: float = 60
    memory_mb: int = 1_024


def main() -> None:
    """Answers batch after batch until stdin ends."""
    given, answers = sys.stdin.buffer, _own_stdout()
    logging.disable(logging.CRITICAL)
    paper, limits = pickle.load(given), pickle.load(given)
    _limit(limits)
    gc.freeze()  # the program and the paper live as long as this process: no search for garbage goes through them
    send(answers, READY)
    while (batch := _next(given)) is not None:
        for raw in batch:
            if not _answer(answers, raw, paper):
                return  # out of memory once: a fresh process goes on


def _answer(answers: BinaryIO, raw: Raw, paper: Paper) -> bool:
    """Sends the answer about one submission; whether this process can go on."""
    try:
        found, notebook = grade(raw, paper)
        send(answers, {"found": packed(found)}, notebook)
    except SubmissionRefused as refused:
        send(answers, {"refused": [refused.code, str(refused), refused.head]})
    except MemoryError:
        send(answers, {"refused": ["memory", "it needs more memory than a submission may"]})
        return False
    except Exception as error:  # a fault of ours must not cost the others their marks; its words may hold a key
        send(answers, {"refused": ["fault", f"{type(error).__name__}, a fault of Examdesk"]})
    return True


def _next(given: BinaryIO) -> Sequence[Raw] | None:
    try:
        batch: Sequence[Raw] = pickle.load(given)
        return batch
    except EOFError:
        return None


def send(answers: BinaryIO, answer: dict[str, Any], notebook: str = "") -> None:
    """Writes one frame."""
    words = json.dumps(answer, separators=(",", ":"), allow_nan=False).encode()
    pages = notebook.encode("utf-8", "replace")
    answers.write(LENGTHS.pack(len(words), len(pages)))
    answers.write(words)
    answers.write(pages)
    answers.flush()


def receive(answers: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next frame; None when the child has ended."""
    head = answers.read(LENGTHS.size)
    if len(head) < LENGTHS.size:
        return None
    words_length, pages_length = LENGTHS.unpack(head)
    words, pages = answers.read(words_length), answers.read(pages_length)
    if len(words) < words_length or len(pages) < pages_length:
        return None
    answer: dict[str, Any] = json.loads(words)
    return answer, pages


def _own_stdout() -> BinaryIO:
    """The pipe to the parent, out of reach of anything that prints."""
    kept = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)
    return kept


def _limit(limits: Limits) -> None:
    if resource is None:
        return
    memory = limits.memory_mb * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
