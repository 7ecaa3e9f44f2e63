"""Reading one submission as hostile input: four plain files, capped, nothing copied that is not read."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from examdesk.autograding.notebook import answers_in
from examdesk.autograding.paper import Paper
from examdesk.errors import SubmissionRefused
from examdesk.journal import NAME, NOT_PLAIN, Journal, parse, plain_file
from examdesk.journal.clock import clock_flags
from examdesk.journal.files import MAX_NOTEBOOK, TIME
from examdesk.journal.lines import MAX_BYTES
from examdesk.model import Flag

try:
    import fcntl
except ImportError:  # Windows: two runs at once are not kept apart there
    fcntl = None  # type: ignore[assignment]

MAX_NAME = 128  # what nbgrader keeps of a name
MOST_FILES = 1_000  # looked at in a folder
SECRET = "submission_secret.txt"
_SECRET = re.compile(r"[A-Za-z0-9]{1,200}")
_EXCHANGE_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} UTC")  # as nbgrader writes it


@dataclass(frozen=True)
class Raw:
    """The bytes of one candidate's folder that may count, unread; None where there is no such file."""

    candidate: str
    journal: bytes | None
    notebook: bytes | None
    time: bytes | None
    secret: str  # names the feedback page in the exchange; "" when it was not handed in there
    flags: tuple[Flag, ...] = ()  # what is odd about the folder

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.journal or b"") + len(self.notebook or b"")


@dataclass(frozen=True)
class Submission:
    """What counts of one candidate's folder."""

    candidate: str
    journal: Journal | None  # None when there is no journal
    timestamp: str  # as nbgrader's exchange wrote it; "" when there is none that can be read
    at: datetime | None  # when it was handed in, UTC
    answers: Mapping[str, str]  # text of `solution` cells by grade_id
    flags: tuple[Flag, ...]
    digest: str  # over everything that counts


def take(folder: Path, *, candidate: str, form: str) -> Raw:
    """The files of the submission in `folder`; raises `SubmissionRefused` when one that counts is no plain file."""
    if len(candidate.encode("utf-8", "surrogatepass")) > MAX_NAME or not _is_text(candidate):
        raise SubmissionRefused("name", "the folder's name is no candidate's: too long, or not UTF-8")
    journal = plain_file(folder / NAME, cap=MAX_BYTES)
    notebook = plain_file(folder / f"{form}.ipynb", cap=MAX_NOTEBOOK)
    if journal is None and notebook is None:
        raise SubmissionRefused("empty", f"there is neither {form}.ipynb nor {NAME}")
    time, odd = None, []
    try:
        time = plain_file(folder / TIME, cap=200)
    except SubmissionRefused:
        odd = [_UNREADABLE_TIME]
    odd += _noise(folder, {NAME, f"{form}.ipynb", TIME, SECRET, "form.json"})
    return Raw(candidate, journal, notebook, time, _secret(folder), tuple(odd))


def digest_of(raw: Raw, paper: Paper) -> str:
    """The digest over everything that counts; cheap when the exam has no cell a trainee writes in."""
    answers = answers_in(raw.notebook, paper)[0] if paper.solutions else {}
    return _digest(raw, answers, _time(raw.time)[0])


def read(raw: Raw, paper: Paper) -> Submission:
    """What counts of `raw`; raises `SubmissionRefused` when it cannot count."""
    timestamp, at, odd = _time(raw.time)
    journal = None if raw.journal is None else parse(raw.journal)
    answers, flags = answers_in(raw.notebook, paper)
    flags += _identity(journal, raw.candidate, paper)
    flags += journal.flags if journal else [Flag("no-journal", f"{NAME} is missing: a person must decide", hold=True)]
    flags += [*odd, *raw.flags, *clock_flags(journal.events if journal else (), at)]
    return Submission(raw.candidate, journal, timestamp, at, answers, tuple(flags), _digest(raw, answers, timestamp))


def _digest(raw: Raw, answers: Mapping[str, str], timestamp: str) -> str:
    sealed = hashlib.sha256()
    written = repr(sorted(answers.items())).encode("utf-8", "surrogatepass")
    for piece in (b"-" if raw.journal is None else raw.journal, written, timestamp.encode()):
        sealed.update(hashlib.sha256(piece).digest())
    return sealed.hexdigest()


@contextlib.contextmanager
def held(folder: Path, *, patience: float = 120) -> Iterator[None]:
    """One run at a time in the submission `folder`.

    It and the candidate's folder around it must be folders and no links, else `SubmissionRefused`. Raises
    `TimeoutError` when another run does not let go of it for `patience` seconds.
    """
    outer = _opened(folder.parent.name, folder.parent)
    try:
        descriptor = _opened(folder.name, folder.name, dir_fd=outer)
    finally:
        os.close(outer)
    try:
        _lock(descriptor, time.monotonic() + patience)
        yield
    finally:
        os.close(descriptor)


def _opened(name: str, place: Path | str, dir_fd: int | None = None) -> int:
    flags = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(place, flags, dir_fd=dir_fd)
    except OSError as error:
        if error.errno not in NOT_PLAIN and not isinstance(error, FileNotFoundError):
            raise  # a fault of this machine, not of the submission
        raise SubmissionRefused("no-folder", f"{name!r} is a link or no folder") from None


def _lock(descriptor: int, until: float) -> None:
    while fcntl is not None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > until:
                raise TimeoutError(errno.ETIMEDOUT, "another run is grading it") from None
            time.sleep(0.05)
        except OSError:  # a file system without locks
            return


_UNREADABLE_TIME = Flag("timestamp", f"{TIME} cannot be read: whether it is late is unknown", hold=True)


def time_of(folder: Path) -> datetime | None:
    """When the submission in `folder` was handed in, UTC without a zone; None when that cannot be read."""
    try:
        return _time(plain_file(folder / TIME, cap=200))[1]
    except SubmissionRefused:
        return None


def _time(raw: bytes | None) -> tuple[str, datetime | None, list[Flag]]:
    """When it was handed in, as written and as a moment; a person must look at a time that cannot be read."""
    try:
        text = (raw or b"").decode("utf-8").strip()
        return text, _utc(text) if text else None, []
    except (ValueError, OverflowError, TypeError, AttributeError):
        return "", None, [_UNREADABLE_TIME]


def _utc(text: str) -> datetime:
    """The moment in UTC without a zone; a text is understood as nbgrader 0.9.6 (`utils.parse_utc`) understands it."""
    if _EXCHANGE_TIME.fullmatch(text):
        return datetime.fromisoformat(text.removesuffix(" UTC"))
    from dateutil import parser, tz

    parts = text.split(" ")
    if len(parts) == 3:  # date, time and zone: a name, or seconds from UTC
        zone = int(parts[2]) if re.fullmatch(r"[+-]?\d+", parts[2]) else tz.gettz(parts[2])
        moment = parser.parse(" ".join([*parts[:2], "TZ"]), tzinfos={"TZ": zone})
    else:
        moment = parser.parse(text)
    return moment if moment.tzinfo is None else (moment - (moment.utcoffset() or timedelta())).replace(tzinfo=None)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _secret(folder: Path) -> str:
    with contextlib.suppress(SubmissionRefused, ValueError):
        secret = (plain_file(folder / SECRET, cap=1_000) or b"").decode("ascii").strip()
        return secret if _SECRET.fullmatch(secret) else ""
    return ""


def _identity(journal: Journal | None, candidate: str, paper: Paper) -> list[Flag]:
    start = journal.start if journal else {}
    if not start:
        return [Flag("no-start", "the journal does not say who began which exam", hold=True)] if journal else []
    if start.get("form") != paper.form:
        raise SubmissionRefused("other-form", f"the journal belongs to another form: {str(start.get('form'))[:40]!r}")
    named = str(start.get("candidate"))[:60]
    if named == candidate:
        return []
    if named in paper.people:
        raise SubmissionRefused("other-candidate", f"the journal was begun by {named!r}, somebody else on the roster",
                                head=journal.head if journal else "")
    return [Flag("unknown-candidate", f"the journal names {named!r}, who is not on the roster", hold=True)]


def _noise(folder: Path, expected: Collection[str]) -> list[Flag]:
    """Notes on whatever else lies there; it is never opened."""
    with os.scandir(folder) as entries:
        extra = [entry for _, entry in zip(range(MOST_FILES), entries, strict=False) if entry.name not in expected]
    extra = sorted((entry for entry in extra if entry.name != ".ipynb_checkpoints"), key=lambda entry: entry.name)
    special = [one for one in extra if not (one.is_file(follow_symlinks=False) or one.is_dir(follow_symlinks=False))]
    second = [one for one in extra if one not in special and one.name.endswith(".ipynb")]
    rest = [one for one in extra if one not in special and one not in second]
    kinds = (("special-files", "links or devices", special), ("second-notebook", "other notebooks", second),
             ("other-files", "other files", rest))
    return [Flag(code, f"{len(found)} {what} ignored: {', '.join(repr(one.name[:40]) for one in found[:3])}")
            for code, what, found in kinds if found]
