"""What people vouch for that is no mark: ticks of a checklist, and passes that these records do not hold.

grading/conditions.jsonl only grows; taking something back is a line, too. Who vouches is named, and is never the
candidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from examdesk.bank.exams import read_exams
from examdesk.bank.logged import append_entry, logged
from examdesk.errors import AuthorError, CourseError
from examdesk.model import stamp

LOG = Path("grading") / "conditions.jsonl"
MOST = 200  # characters of a name or reason


@dataclass(frozen=True)
class Vouched:
    """One line: somebody says that something holds of a candidate, or (`back`) that it does not after all."""

    kind: str  # tick or pass
    candidate: str
    of: str  # a checklist, or an exam
    what: str  # the line that is ticked, or the day of the pass: 2026-03-02
    by: str
    why: str = ""
    back: bool = False
    at: str = ""  # UTC, ISO 8601


def vouch(course: Path, said: Vouched) -> None:
    """Appends what somebody says. Raises `CourseError` for what nobody could rely on later."""
    if said.by.strip() in ("", said.candidate):
        raise CourseError(f"who says so? (found: {said.by or 'nobody'}). Cure: name a person other than the candidate "
                          "with --by")
    if long := [text for text in (said.candidate, said.of, said.what, said.by, said.why) if len(text) > MOST]:
        raise CourseError(f"{long[0][:30]}…: this is too long. Cure: use at most {MOST} characters")
    if said.kind == "pass":
        _day(said.what)
        if not (said.why.strip() or said.back):
            raise CourseError("on what ground? Cure: say with --why where the pass can be seen, e.g. the certificate's "
                              "number")
    append_entry(course / LOG, {**asdict(said), "at": stamp()})


def tick(course: Path, checklist: str, candidate: str, lines: Sequence[str], *, by: str, back: bool = False
         ) -> list[str]:
    """Ticks lines of a checklist, or takes the ticks back; returns the lines that are open now.

    Raises `CourseError` for a checklist or a line that no exam has; then nothing is ticked.
    """
    known = checklists(course)
    if checklist not in known:
        raise CourseError(f"no exam has a checklist {checklist}. Cure: use one of: {', '.join(known) or 'none'}")
    if strange := [line for line in lines if line not in known[checklist]]:
        raise CourseError(f"the checklist {checklist} has no line {strange[0]}. Cure: use one of: "
                          f"{', '.join(known[checklist])}")
    for line in lines:
        vouch(course, Vouched("tick", candidate, checklist, line, by.strip(), back=back))
    return unticked(course, checklist, candidate)


def checklists(course: Path) -> dict[str, list[str]]:
    """{checklist: its lines} of every exam; raises `AuthorError` when an exam has faults."""
    exams, faults = read_exams(course / "exams", root=course)
    if faults:
        raise AuthorError(*faults)
    asked = [exam.pass_.checklist for exam, _ in exams.values()]
    return {one.id: [line.id for line in one.lines] for one in asked if one is not None}


def unticked(course: Path, checklist: str, candidate: str) -> list[str]:
    """The lines of a checklist nobody has ticked for the candidate."""
    done = {one.what for one in vouched(course) if (one.kind, one.of, one.candidate) == ("tick", checklist, candidate)}
    return [line for line in checklists(course).get(checklist, ()) if line not in done]


def vouched(course: Path) -> list[Vouched]:
    """What holds today, the oldest first. Raises `CourseError` when the file cannot be read whole."""
    standing: dict[tuple[str, ...], Vouched] = {}
    for one in _read(course):
        key = (one.kind, one.candidate, one.of, one.what)
        standing.pop(key, None)
        if not one.back:
            standing[key] = one
    return list(standing.values())


def _read(course: Path) -> Iterator[Vouched]:
    for number, entry in enumerate(logged(course / LOG), start=1):
        try:
            yield Vouched(**entry)
        except TypeError:
            raise CourseError(f"{LOG.as_posix()}: entry {number} is damaged, so nobody can say who vouched for what. "
                              "Cure: restore the file from your backup") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CourseError(f"{text} is no day. Cure: write it like 2026-03-02") from None
