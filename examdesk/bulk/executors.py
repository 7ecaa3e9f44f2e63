"""Where batches run: threads of this process with a child each, or an existing Dask cluster.

What a Dask worker imports is `examdesk.autograding`: no gradebook, no pandas, no password.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from examdesk.autograding import Paper, Raw
from examdesk.autograding.children import Answer, close_children, run_batch, run_packed
from examdesk.autograding.worker import Limits
from examdesk.errors import CourseError

Submit = Callable[[Sequence[Raw]], "Future[list[Answer]]"]
"""Hands in one batch; the future gives its answers."""
PATIENCE = 30.0  # seconds a cluster may be without scheduler or workers


@contextmanager
def local(paper: Paper, *, jobs: int, limits: Limits) -> Iterator[Submit]:
    """`jobs` child processes on this machine."""
    number = secrets.randbits(60)
    try:
        with ThreadPoolExecutor(jobs, thread_name_prefix="examdesk-grading") as pool:
            yield lambda batch: pool.submit(run_batch, paper, number, batch, limits)
    finally:
        close_children(number)


@contextmanager
def dask(paper: Paper, *, address: str, limits: Limits, patience: float = PATIENCE) -> Iterator[Submit]:
    """The workers of the Dask scheduler at `address`; raises `CourseError` when nobody is there.

    Dask gives the batch of a lost worker to another one. With nobody left for `patience` seconds every batch on its way
    is given up: its future raises.
    """
    client, number, ended = _client(address, patience), secrets.randbits(60), threading.Event()
    sent, executor = pickle.dumps((paper, limits)), client.get_executor(pure=False)  # scattered data die with a worker
    underway: set[Future[list[Answer]]] = set()

    def submit(batch: Sequence[Raw]) -> Future[list[Answer]]:
        answers: Future[list[Answer]] = Future()
        underway.add(answers)
        answers.add_done_callback(underway.discard)
        try:
            asked = executor.submit(run_packed, sent, number, list(batch))
        except Exception as error:  # the scheduler is gone
            answers.set_exception(error)
        else:
            asked.add_done_callback(lambda done: _pass_on(done, answers))
        return answers

    watch = threading.Thread(target=_watch, args=[client, underway, patience, ended], daemon=True)
    watch.start()
    try:
        yield submit
    finally:
        ended.set()
        watch.join()
        with contextlib.suppress(Exception):  # the scheduler may be gone; each child ends with its worker
            client.run(close_children, number, on_error="ignore")
        with contextlib.suppress(Exception):
            client.close(timeout=2)


def _client(address: str, patience: float) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise CourseError('--dask needs the extra "dask". Cure: pip install "examdesk[dask]"') from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is a line of ours
    cure = "Cure: start it, or grade without --dask"
    try:
        client = Client(address, timeout=min(10, patience), set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise CourseError(f"no Dask scheduler answers at {address} ({type(error).__name__}). {cure}") from None
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError:
        client.close()
        raise CourseError(f"the Dask scheduler at {address} has no worker. Cure: start one with  dask worker {address}"
                          ) from None
    return client


def _pass_on(done: Any, answers: Future[list[Answer]]) -> None:
    with contextlib.suppress(Exception):  # given up meanwhile
        if done.cancelled():
            answers.set_exception(ConnectionError("the cluster was lost"))
        elif (error := done.exception()) is not None:
            answers.set_exception(error)
        else:
            answers.set_result(done.result())


def _watch(client: Any, underway: set[Future[list[Answer]]], patience: float, ended: threading.Event) -> None:
    """Gives up what is on its way when the cluster has had nobody for too long."""
    seen = time.monotonic()
    while not ended.wait(min(1.0, patience / 4)):
        if _workers(client):
            seen = time.monotonic()
        elif time.monotonic() - seen > patience:
            for answers in list(underway):
                with contextlib.suppress(Exception):  # it came after all
                    answers.set_exception(ConnectionError("the cluster was lost"))


def _workers(client: Any) -> int:
    try:
        return len(client.scheduler_info(n_workers=1)["workers"])
    except Exception:
        return 0
