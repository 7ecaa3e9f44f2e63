"""Graders and a regrade of one course never overlap: marks by the old key would slip past the regrade."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from examdesk.bank import load_form
from examdesk.errors import CourseError
from examdesk.model import Form

try:
    import fcntl
except ImportError:  # Windows: two runs at once are not kept apart there
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def graders(course: Path, form: Form | None = None) -> Iterator[None]:
    """Many may grade at once. Raises `CourseError` while a regrade is running, or when `form` was corrected since."""
    with _locked(course, shared=True, busy="a regrade is running in this course"):
        if form is not None and load_form(course, form.id).digest != form.digest:
            raise CourseError(f"{form.id} was corrected a moment ago. Cure: run the command again")
        yield


@contextlib.contextmanager
def alone(course: Path) -> Iterator[None]:
    """One regrade, and nobody grading. Raises `CourseError` when somebody is."""
    with _locked(course, shared=False, busy="grading or another regrade is running in this course"):
        yield


@contextlib.contextmanager
def _locked(course: Path, *, shared: bool, busy: str) -> Iterator[None]:
    """The lock is on the folder exams/; it ends with its program, however that ends."""
    descriptor = os.open(course / "exams", os.O_RDONLY) if fcntl is not None else None
    try:
        if descriptor is not None:
            _take(descriptor, shared, busy)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _take(descriptor: int, shared: bool, busy: str) -> None:
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CourseError(f"{busy}. Cure: wait until it has ended, then run this again") from None
    except OSError:
        return  # a file system without locks
