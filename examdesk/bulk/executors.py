"""Where batches run: threads of this process with a child each, or an existing Dask cluster."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from examdesk.autograding import Paper, Raw
from examdesk.autograding.worker import Limits
from examdesk.bulk.children import Answer, close_children, run_batch
from examdesk.errors import CourseError

Submit = Callable[[Sequence[Raw]], "Future[list[Answer]]"]
"""Hands in one batch; the future gives its answers."""


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
def dask(paper: Paper, *, address: str, limits: Limits) -> Iterator[Submit]:
    """The workers of the Dask scheduler at `address`; raises `CourseError` when it cannot be reached."""
    try:
        from distributed import Client
    except ImportError:
        raise CourseError('--dask needs the extra "dask". Cure: pip install "examdesk[dask]"') from None
    number = secrets.randbits(60)
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise CourseError(f"no Dask scheduler answers at {address} ({type(error).__name__}). Cure: start it, or grade "
                          "without --dask") from None
    with client:
        sent = client.scatter(paper, broadcast=True)
        executor = client.get_executor(pure=False)
        try:
            yield lambda batch: executor.submit(run_batch, sent, number, batch, limits)
        finally:
            _end(client, number)


def _end(client: Any, number: int) -> None:
    """Ends the children on the workers that still answer."""
    client.run(close_children, number, on_error="ignore")
