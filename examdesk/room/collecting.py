"""Hand-in files into submitted/, as the exchange would put them there. Nothing that lies there is overwritten."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from examdesk.autograding.intake import held
from examdesk.bank.logged import append_entry
from examdesk.disk import sync
from examdesk.errors import CourseError, HandInRefused, SubmissionRefused, plain
from examdesk.handin import SUFFIX, HandIn, unpack
from examdesk.handin.contents import exchange_time, moment
from examdesk.handin.unpacking import AGAIN
from examdesk.journal import NAME, parse, plain_file
from examdesk.journal.files import MAX_NOTEBOOK, TIME
from examdesk.journal.lines import MAX_BYTES, BadLine, strict_json
from examdesk.model import stamp
from examdesk.room.expected import candidates, public_half

LOG, REPLACED = "grading/collected.jsonl", "grading/replaced"
MOST_FILES = 20_000  # looked at in a folder
AHEAD = timedelta(minutes=5)  # what clocks differ by


@dataclass(frozen=True)
class Taken:
    """What became of one file."""

    file: str
    outcome: str  # collected, same, replaced or refused
    candidate: str = ""  # "" while nobody on the roster is known to have made it
    witness: str = ""  # the check code, to be compared with the invigilator's list
    code: str = ""  # why it was refused, in one word
    told: str = ""  # a line for the instructor; "" where there is nothing to say


def collect(course: Path, form: str, given: Sequence[Path], *, submitted: Path, replace: Collection[str] = (),
            candidate: str | None = None, at: datetime | None = None) -> list[Taken]:
    """Takes the hand-in files of `form` over: `given` are files, or folders whose *.examdesk files are meant.

    `submitted` is the course's folder of that name. A different hand-in of somebody who is there already is refused,
    except for the candidates in `replace`: what lay there moves to grading/replaced/. `candidate` says whose the one
    file is when its maker mistyped the number; grading then holds it for a person.
    """
    people = frozenset(candidates(course))
    public_half(course, form)
    for name in [*replace, *([candidate] if candidate else [])]:
        if name not in people:
            raise CourseError(f"{plain(name)} is not on grading/roster.csv. Cure: check the number")
    files = list(_files(given))
    if candidate and len(files) != 1:
        raise CourseError(f"--candidate names the maker of one file (found: {len(files)}). Cure: give that file alone")
    desk = _Desk(course, form, submitted, people, frozenset(replace), candidate, at or datetime.now(UTC))
    return [desk.take(path) for path in files]


def _files(given: Sequence[Path]) -> Iterator[Path]:
    for path in given:
        if not path.is_dir():
            yield path
            continue
        with os.scandir(path) as entries:
            names = [entry.name for _, entry in zip(range(MOST_FILES), entries, strict=False)]
        yield from (path / name for name in sorted(names)
                    if name.lower().endswith(SUFFIX) and not name.startswith("."))


@dataclass(frozen=True)
class _Desk:
    """One run of collecting."""

    course: Path
    form: str
    submitted: Path
    people: frozenset[str]
    replace: frozenset[str]
    named: str | None
    at: datetime

    def take(self, path: Path) -> Taken:
        who, witness = "", ""
        try:
            found = unpack(path, form=self.form)
            who, witness = self._whose(found), found.witness
            taken = self._put(path, found, who)
        except SubmissionRefused as refused:
            cure = "" if "Cure: " in str(refused) else f". {AGAIN}"
            taken = Taken(path.name, "refused", who, witness, refused.code, f"{plain(path.name)}: {refused}{cure}")
        except OSError as error:
            taken = Taken(path.name, "refused", who, witness, "machine", f"{plain(path.name)}: {error.strerror}. "
                          "Cure: check rights and free space, then run this again")
        self._log(taken)
        return taken

    def _whose(self, found: HandIn) -> str:
        who = self.named or found.candidate
        if self.named and found.candidate != self.named and found.candidate in self.people:
            raise HandInRefused("other-candidate", f"{found.candidate} began it, somebody else on the roster. "
                                    "Cure: ask both; each hands in his own file")
        if who not in self.people:
            alike = next((one for one in sorted(self.people) if one.lower() == who.lower()), "CANDIDATE")
            raise HandInRefused("unknown-candidate", f"{plain(who[:60])} is not on grading/roster.csv. "
                                    f"Cure: find out whose it is, then  examdesk collect … --candidate {alike}")
        return who

    def _put(self, path: Path, found: HandIn, who: str) -> Taken:
        target = self.submitted / who / self.form
        for place in (self.submitted, target.parent, target):
            if place.is_symlink() or (place.exists() and not place.is_dir()):
                raise HandInRefused("no-folder", f"{place} is a link or no folder. Cure: move it away")
        time, note = self._time(found)
        there = target.exists()
        if there and _same(target, found):
            return Taken(path.name, "same", who, found.witness)
        if there and who not in self.replace:
            raise HandInRefused("another", _another(target, found, who))
        staged = self._staged(found, time)
        try:
            if there:
                self._keep(target, who)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.rename(staged, target)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise
        sync(target.parent)
        return Taken(path.name, "replaced" if there else "collected", who, found.witness,
                     told=f"{plain(path.name)}: {note}" if note else "")

    def _time(self, found: HandIn) -> tuple[str, str]:
        """The hand-in time that counts, and what is odd about it: never later than now, for it lies here now."""
        said = moment(found.journal.end.at) if found.journal.end else None
        if said is None or said > self.at + AHEAD:
            return exchange_time(self.at), "its clock says a time that cannot be; the time of collecting counts"
        return exchange_time(min(said, self.at)), ""

    def _staged(self, found: HandIn, time: str) -> Path:
        self.submitted.mkdir(parents=True, exist_ok=True)
        staged = self.submitted / f".collect-{os.getpid()}-{secrets.token_hex(4)}"
        staged.mkdir()
        try:
            for name, data in {**found.files, TIME: time.encode()}.items():
                with (staged / name).open("xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            sync(staged)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise
        return staged

    def _keep(self, target: Path, who: str) -> None:
        """Moves what lies there beside, while nobody grades it."""
        beside = self.course / REPLACED / who / self.form / stamp(self.at).replace(":", "")
        beside.parent.mkdir(parents=True, exist_ok=True)
        with held(target) if os.name == "posix" else contextlib.nullcontext():
            os.rename(target, beside)

    def _log(self, taken: Taken) -> None:
        entry = {"at": stamp(self.at), "form": self.form, **asdict(taken)}
        append_entry(self.course / LOG, entry, mode=0o640)


def _same(target: Path, found: HandIn) -> bool:
    """Whether the same work lies there: the same journal, and the same texts in the notebook's cells."""
    if plain_file(target / NAME, cap=MAX_BYTES) != found.files[NAME]:
        return False
    name = f"{found.form}.ipynb"
    there, new = plain_file(target / name, cap=MAX_NOTEBOOK), found.files.get(name)
    return there == new or _texts(there) == _texts(new)


def _texts(notebook: bytes | None) -> Any:
    """The sources of a notebook's cells; outputs come and go by themselves."""
    try:
        cells = strict_json(notebook or b"{}").get("cells", [])
        return [cell.get("source") for cell in cells]
    except (BadLine, AttributeError, TypeError):
        return notebook


def _another(target: Path, found: HandIn, who: str) -> str:
    try:
        journal = parse(plain_file(target / NAME, cap=MAX_BYTES) or b"")
        there = journal.witness or "not handed in"
    except SubmissionRefused:
        there = "unreadable"
    return (f"another hand-in of {who} lies in submitted/ already (check code there: {there}, here: {found.witness}). "
            f"Cure: find out which one counts; to take this one:  examdesk collect … --replace {who}")


def as_json(form: str, taken: Sequence[Taken]) -> dict[str, Any]:
    """Everything about one run, ready for JSON."""
    counted = {name: sum(one.outcome == name for one in taken) for name in ("collected", "same", "replaced", "refused")}
    return {"form": form, **counted, "files": [asdict(one) for one in taken]}


__all__ = ["LOG", "REPLACED", "Taken", "as_json", "collect"]
