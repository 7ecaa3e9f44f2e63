"""Writing the journal: one `os.write` a line on an O_APPEND descriptor, fsync before anybody says "saved"."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from examdesk.errors import NotSaved, SubmissionRefused
from examdesk.journal import clock
from examdesk.journal.lines import MAX_BYTES, MAX_LINE, MAX_LINES, bounded, encode, sealed
from examdesk.journal.locks import alone
from examdesk.journal.reading import Journal, parse, read_journal
from examdesk.model import Event, stamp

RESERVE = 10_000  # bytes kept free, so that a full journal can still be handed in


class Writer:
    """Appends events to the journal at `path` and knows its chain's head."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seq, self._head, self._size, self._ended = 0, "", -1, False
        self._line = b""  # the last one this writer wrote
        self._known = 0  # bytes that `journal` has read, or that were written here since

    def append(self, kind: str, value: Any = None, *, item: str | None = None) -> Event:
        """The event as it now stands on the disk. Raises `NotSaved` when it does not."""
        if not bounded(value):
            raise NotSaved("the answer is too long")
        try:
            with self._locked() as descriptor:
                return self._write(descriptor, kind, value, item)
        except OSError as error:
            raise NotSaved(f"the answer file cannot be written: {error.strerror}") from error

    def journal(self) -> Journal:
        """Everything written so far; an empty journal when there is no file."""
        self._known = self._bytes()
        return read_journal(self.path) or Journal(())

    @property
    def has_news(self) -> bool:
        """Whether somebody else has written since `journal` was read."""
        return self._bytes() != self._known

    def _bytes(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return self._known if self._seq else 0  # moved away is no news: the page keeps what it shows

    @contextmanager
    def _locked(self) -> Iterator[int]:
        flags = os.O_RDWR | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        flags |= 0 if self._seq else os.O_CREAT  # a journal that was moved away is missed, not begun a second time
        descriptor = os.open(self.path, flags, 0o644)
        try:
            with alone(descriptor):
                yield descriptor
        finally:
            os.close(descriptor)

    def _write(self, descriptor: int, kind: str, value: Any, item: str | None) -> Event:
        size = os.fstat(descriptor).st_size
        if size != self._size:  # another kernel wrote, or this is the first time
            self._follow(descriptor, size)
        if self._ended and kind in ("answered", "said", "acted", "heard"):
            raise NotSaved("the exam is handed in")
        event = self._next(kind, value, item)
        line = encode(event)
        if len(line) > MAX_LINE:
            raise NotSaved("the answer is too long")
        torn = size > 0 and _last_byte(self.path) != b"\n"
        data = b"\n" + line if torn else line
        if size + len(data) > MAX_BYTES - (0 if kind == "finished" else RESERVE) or (
            event.seq > MAX_LINES - 100 and kind != "finished"
        ):
            raise NotSaved("the answer file is full")
        try:
            if os.write(descriptor, data) != len(data):
                raise NotSaved("the disk is full")
            os.fsync(descriptor)
        except BaseException:
            # What was not called saved must not count; what another kernel wrote meanwhile (no lock on Windows) must.
            if os.fstat(descriptor).st_size <= size + len(data):
                os.ftruncate(descriptor, size)
            raise
        self._seq, self._head, self._size, self._line = event.seq, event.hash, size + len(data), line
        self._known += len(data)
        self._ended = self._ended or kind == "finished"
        return event

    def _follow(self, descriptor: int, size: int) -> None:
        try:
            journal = self._since(descriptor, size) or read_journal(self.path) or Journal(())
        except SubmissionRefused as refused:
            raise NotSaved(str(refused)) from refused
        self._ended = journal.end is not None
        self._seq = journal.events[-1].seq if journal.events else 0
        self._head = journal.head

    def _since(self, descriptor: int, size: int) -> Journal | None:
        """What other kernels added to the last line of this one, that line included; None when it does not stand there.

        Read alone, because four kernels that each read everything again would take the square of the time.
        """
        begin = self._size - len(self._line)
        if not self._line or self._ended or not 0 <= size - begin <= MAX_BYTES:
            return None
        os.lseek(descriptor, begin, os.SEEK_SET)  # appending goes to the end all the same
        raw = os.read(descriptor, size - begin)
        return parse(raw) if raw.startswith(self._line) else None

    def _next(self, kind: str, value: Any, item: str | None) -> Event:
        return chained(self._seq, self._head, kind, value, item, at=datetime.now(UTC), mono=clock.ticks())


def chained(seq: int, head: str, kind: str, value: Any, item: str | None, *, at: datetime, mono: int) -> Event:
    """The event that follows entry `seq` with the hash `head`. `mono` in ms."""
    bare = Event(seq + 1, stamp(at, "milliseconds"), mono, item, kind, value, head, "")
    return replace(bare, hash=sealed(bare))


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)
