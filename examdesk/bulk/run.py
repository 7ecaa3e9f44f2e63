"""Bulk grading: the same marks, rows and notebooks as `nbgrader autograde`, a hundred times cheaper.

Chunk by chunk: lock and read the folders, send batches to the children, write what comes back by one writer. Of a
chunk first the gradebook is written, then the folders, then the ledger; a submission is done when its line stands in
the ledger. Killed between two steps, the next run does the chunk again and comes to the same end.
"""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from examdesk.autograding import Graded, Raw, digest_of, held, take, unpacked
from examdesk.autograding.children import Answer
from examdesk.autograding.worker import Limits
from examdesk.bulk.executors import PATIENCE, Submit, dask, local
from examdesk.bulk.summary import Summary
from examdesk.errors import CourseError, DatabaseAway, SubmissionRefused, plain
from examdesk.graders import GRADER
from examdesk.model import digest, stamp
from examdesk.pipeline.corrected import show_in_force
from examdesk.pipeline.locks import graders
from examdesk.pipeline.marks import record
from examdesk.pipeline.prepared import Prepared, prepared
from examdesk.pipeline.staging import give_up, publish, stage
from examdesk.records import GradedSubmission, Records, Refusal, Started, SubmissionRow
from examdesk.records.grades import Entered, Entry
from examdesk.records.moderations import has_moderations
from examdesk.records.place import reason

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

CHUNK = 100  # submissions locked, read and written together
CHUNK_BYTES = 32_000_000  # … or fewer, when they are large
BATCHES = 4  # of a chunk: what one child gets at a time
AHEAD = 3  # chunks on their way
BUSY_MS = 30_000  # how long the gradebook may be locked by somebody else

Found = tuple[Graded, bytes]
"""What grading found, and the autograded notebook."""
Tell = Callable[[int, int], object]
"""Progress: (submissions done, of how many)."""


def autograde(course: Path, form: str, *, jobs: int | None = None, dask_address: str | None = None,
              only: str | None = None, force: bool = False, limits: Limits | None = None, busy_ms: int = BUSY_MS,
              patience: float = PATIENCE, tell: Tell = lambda done, total: None) -> Summary:
    """Grades whoever handed in `form` and is not graded yet; `force` grades everybody anew.

    Raises `ExamdeskError` when the form cannot be graded at all. What one submission lacks is a line of the summary.
    """
    summary, limits = Summary(), limits or Limits()
    ready, records = prepared(course.resolve(), form, only=only, busy_ms=busy_ms), Records.open(course, busy_ms=busy_ms)
    summary.submissions = len(ready.folders)
    where = (dask(ready.paper, address=dask_address, limits=limits, patience=patience) if dask_address
             else local(ready.paper, jobs=jobs or os.cpu_count() or 1, limits=limits))
    _room_for_locks()
    with graders(course, ready.exam.form), where as submit, _frozen():
        decided = ready.exam.form.regrade or has_moderations(records, form)  # stands above the machine's marks
        _Run(ready, records, submit, summary, force).go(tell)
    if decided:
        show_in_force(course, ready.exam.form)
    return summary.ended()


@contextmanager
def _frozen() -> Iterator[None]:
    """What stands in memory already is not looked through for garbage with every chunk: a fifth of this process."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _room_for_locks() -> None:
    """As many open files as this machine allows: every submission on its way is a locked folder."""
    if resource is not None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = min(hard, 4_096) if hard != resource.RLIM_INFINITY else 4_096
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@dataclass
class _Chunk:
    """Some submissions on their way, with their folders locked."""

    locks: ExitStack
    size: int = 0  # submissions
    raws: dict[str, Raw] = field(default_factory=dict)
    targets: dict[str, Path] = field(default_factory=dict)
    before: dict[str, SubmissionRow] = field(default_factory=dict)  # their newest lines
    digests: dict[str, str] = field(default_factory=dict)  # of the work that was graded last
    refused: dict[str, SubmissionRefused] = field(default_factory=dict)
    batches: list[tuple[Future[list[Answer]], list[str]]] = field(default_factory=list)  # with the names in it


@dataclass
class _Run:
    """One run of one form."""

    ready: Prepared
    records: Records
    submit: Submit
    summary: Summary
    force: bool
    lacking: dict[str, str] = field(default_factory=dict)  # candidate -> the first thing that went wrong

    def go(self, tell: Tell) -> None:
        """Grades, and names everybody who has no marks after that, each once."""
        self._go(tell)
        self.summary.problems += [f"{plain(name)}: {why}" for name, why in sorted(self.lacking.items())]

    def _go(self, tell: Tell) -> None:
        """Keeps some chunks on their way and writes them in order."""
        chunks, sent, done = self._chunks(), deque[_Chunk](), 0
        tell(0, self.summary.submissions)
        while True:
            while len(sent) < AHEAD and (chunk := next(chunks, None)) is not None:
                self._send(chunk)
                sent.append(chunk)
            if not sent:
                return
            chunk = sent.popleft()
            with chunk.locks:
                self._write(chunk)
            done += chunk.size
            tell(done, self.summary.submissions)

    def _chunks(self) -> Iterator[_Chunk]:
        """Locked and read, in an order that tells a marker nothing and is every run's: else two block each other."""
        chunk, size, form = _Chunk(ExitStack()), 0, self.ready.paper.form
        for candidate, folder in sorted(self.ready.folders, key=lambda one: digest([form, one[0]])):
            if chunk.size == CHUNK or size > CHUNK_BYTES:
                yield chunk
                chunk, size = _Chunk(ExitStack()), 0
            chunk.size += 1
            try:
                chunk.locks.enter_context(held(folder))
                raw = take(folder, candidate=candidate, form=self.ready.paper.form)
                chunk.raws[candidate] = raw
                size += raw.size
            except SubmissionRefused as refused:
                chunk.refused[candidate] = refused
            except OSError as error:
                self._lacks(candidate, _said(error))
        if chunk.size:
            yield chunk

    def _send(self, chunk: _Chunk) -> None:
        """To the children, but for those who are done."""
        try:
            self._take_out(chunk)
        except DatabaseAway as error:
            self._pending(chunk.raws, str(error))
            chunk.raws.clear()
        raws = list(chunk.raws.values())
        size = max(1, -(-len(raws) // BATCHES))
        for batch in (raws[start : start + size] for start in range(0, len(raws), size)):
            chunk.batches.append((self.submit(batch), [raw.candidate for raw in batch]))

    def _take_out(self, chunk: _Chunk) -> None:
        """Those who are done, and those the gradebook may not take in."""
        chunk.before = self.records.newest(self.ready.exam.form.id, list(chunk.raws))
        chunk.digests = self.records.digests(self.ready.exam.form.id, list(chunk.before))
        for candidate in self.ready.writer.unknown(list(chunk.raws)):
            why = "not in the gradebook; create_student is off"
            chunk.refused[candidate] = SubmissionRefused("unknown-student", why)
            del chunk.raws[candidate]
        for candidate, raw in list(chunk.raws.items()):
            line, target = chunk.before.get(candidate), self.ready.autograded(candidate)
            if not self.force and line is not None and target.is_dir() and self._is_done(line, raw):
                self.summary.already += 1
                del chunk.raws[candidate]
            chunk.targets[candidate] = target

    def _is_done(self, line: SubmissionRow, raw: Raw) -> bool:
        try:
            return line.is_done(digest_of(raw, self.ready.paper), self.ready.exam.form.digest, GRADER)
        except (SubmissionRefused, MemoryError, RecursionError):
            return False

    # Writing

    def _write(self, chunk: _Chunk) -> None:
        found: dict[str, Found] = {}
        for answer in self._answers(chunk):
            try:
                found[answer.candidate] = self._believed(answer), answer.notebook
            except SubmissionRefused as refused:
                chunk.refused[answer.candidate] = refused
        self._refuse(chunk, sorted(chunk.refused))
        if found:
            self._keep(chunk, found)

    def _keep(self, chunk: _Chunk, found: dict[str, Found]) -> None:
        try:
            self._save(chunk, found)
        except DatabaseAway as error:
            self._pending(found, str(error))
        except DBAPIError as error:
            self._apart(chunk, found, error)

    def _save(self, chunk: _Chunk, found: dict[str, Found]) -> None:
        """Gradebook, folders, ledger; what fails leaves nothing that a later run would take for done."""
        self.records.save_started([Started(graded.candidate, self.ready.exam.form.id, graded.digest)
                                   for graded, _ in found.values()])
        entered = self.ready.writer.enter([_entry(graded, chunk.digests) for graded, _ in found.values()])
        lines = self._publish(chunk, found, entered)
        self.records.save_submissions(lines)
        self._count(lines)

    def _apart(self, chunk: _Chunk, found: dict[str, Found], error: DBAPIError) -> None:
        """The database took none of them for the sake of one, e.g. a name that is too long: each by itself."""
        if len(found) == 1:
            name, = found
            chunk.refused[name] = SubmissionRefused("database", f"the database does not take it ({reason(error)})")
            self._refuse(chunk, [name])
            return
        for name, one in found.items():
            self._keep(chunk, {name: one})

    def _answers(self, chunk: _Chunk) -> Iterator[Answer]:
        """What came back; a batch whose worker or scheduler was lost waits for the next run."""
        for future, names in chunk.batches:
            try:
                yield from future.result()
            except CourseError:
                raise
            except Exception as error:
                self._pending(names, f"its batch was lost on the way ({type(error).__name__}). Cure: run again")

    def _believed(self, answer: Answer) -> Graded:
        if answer.refused is not None:
            raise SubmissionRefused(*answer.refused)
        return unpacked(answer.found or {}, self.ready.paper, answer.candidate)

    def _publish(self, chunk: _Chunk, found: dict[str, Found], entered: dict[str, Entered]
                 ) -> list[GradedSubmission]:
        """The autograded folders, on the disk; the lines of those that stand there."""
        lines, at = [], stamp()
        for candidate, (graded, notebook) in found.items():
            target = chunk.targets[candidate]
            try:
                staged = stage(target, chunk.raws[candidate], self.ready.exam.public, timestamp=graded.timestamp)
                publish(staged, target, notebook, permissions=self.ready.permissions)
            except OSError as error:
                give_up(target)
                self._lacks(candidate, _said(error))
                continue
            said = entered[candidate]
            lines.append(record(self.ready.exam.form, graded, late_seconds=said.late_seconds, reopened=said.reopened,
                                at=at))
        _flush()
        return lines

    def _count(self, lines: Sequence[GradedSubmission]) -> None:
        for line in lines:  # perhaps at a second try
            self.lacking.pop(line.candidate, None)
        self.summary.graded += len(lines)
        self.summary.flagged += sum(bool(line.flags) for line in lines)
        self.summary.needs_marker += sum(any(mark.points is None for mark in line.marks) for line in lines)

    def _refuse(self, chunk: _Chunk, candidates: Sequence[str]) -> None:
        form, refused = self.ready.exam.form.id, {name: chunk.refused[name] for name in candidates}
        for name, why in refused.items():
            self._lacks(name, str(why))
        self.summary.refused += len(refused)
        if refused:
            with suppress(DatabaseAway):  # the next run says it again
                self.records.save_refusals([Refusal(plain(name), form, why.code, str(why), journal_head=why.head)
                                            for name, why in refused.items()])

    def _lacks(self, candidate: str, why: str) -> None:
        self.lacking.setdefault(candidate, why)

    def _pending(self, candidates: Iterable[str], why: str) -> None:
        for candidate in candidates:
            self._lacks(candidate, f"pending: {why}")


def _entry(graded: Graded, digests: dict[str, str]) -> Entry:
    at = None if graded.at is None else datetime.fromisoformat(graded.at)
    changed = digests.get(graded.candidate) != graded.digest
    return Entry(graded.candidate, at, graded.scores, graded.comments, changed)


def _said(error: OSError) -> str:
    """What the machine says, without a path of it."""
    return f"{error.strerror or type(error).__name__}; run again when that is mended"


def _flush() -> None:
    """What was written lies on the disk, before the ledger says that it is done."""
    if hasattr(os, "sync"):
        os.sync()
