"""The roster: who sits the exams. A CSV file an instructor keeps in Excel."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from examdesk.bank.tables import cell_of, rows_of
from examdesk.errors import AuthorError, Fault
from examdesk.extra import MOST, parsed

COLUMNS = ("candidate", "name", "department", "site", "stage")
EXTRA = "extra_time"  # an optional column
HEADER = ",".join(COLUMNS)
MAX_CELL = 80  # characters
_CANDIDATE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,39}")


@dataclass(frozen=True)
class Trainee:
    """One line of the roster."""

    candidate: str  # the number a candidate types; also the name of the submission's folder
    name: str
    department: str
    site: str
    stage: str
    extra_time: str = ""  # one of `extra.EVERY`, "" for none


def read_roster(path: Path) -> list[Trainee]:
    """The people of a CSV file in UTF-8 (with or without BOM) or GB18030, as Chinese Excel writes it.

    Raises `AuthorError` with every fault, each with its line.
    """
    path = Path(path)
    rows = rows_of(path, what="roster")
    if not rows:
        raise AuthorError(Fault(path.name, 1, "the roster is empty", cure=f"make the first line  {HEADER}"))
    columns = [cell.strip().lower() for cell in rows[0][1]]
    faults = list(_header_faults(path, columns))
    if faults:
        raise AuthorError(*faults)
    trainees: list[Trainee] = []
    seen: dict[str, int] = {}
    for line, cells in rows[1:]:
        extra, wrong = _extra_time(path, line, cell_of(cells, columns.index(EXTRA)) if EXTRA in columns else "")
        trainee = replace(Trainee(*(cell_of(cells, columns.index(column)) for column in COLUMNS)), extra_time=extra)
        faults += [*_row_faults(path, line, cells, columns, trainee, seen), *wrong]
        seen.setdefault(trainee.candidate.lower(), line)
        trainees.append(trainee)
    if faults:
        raise AuthorError(*faults)
    return trainees


def _extra_time(path: Path, line: int, text: str) -> tuple[str, list[Fault]]:
    try:
        return parsed(text), []
    except ValueError:
        cure = f"write x1.25, x1.5, x2, or minutes like +15 (at most {MOST}); nothing for no extra time"
        return "", [Fault(path.name, line, "this is no extra time", text[:40], cure)]


def _header_faults(path: Path, columns: Sequence[str]) -> Iterator[Fault]:
    for column in (*COLUMNS, *([EXTRA] if EXTRA in columns else [])):
        if columns.count(column) != 1:
            wrong = (
                f'the column "{column}" is missing'
                if column not in columns
                else f'the column "{column}" stands twice'
            )
            yield Fault(path.name, 1, wrong, ", ".join(columns)[:60], f"make the first line  {HEADER}")


def _row_faults(
    path: Path, line: int, cells: Sequence[str], columns: Sequence[str], trainee: Trainee, seen: dict[str, int]
) -> Iterator[Fault]:
    if not _CANDIDATE.fullmatch(trainee.candidate):
        yield Fault(
            path.name,
            line,
            "this is no candidate number",
            trainee.candidate[:40] or "nothing",
            "use 1 to 40 letters a-z, digits, _ or -",
        )
    elif trainee.candidate.lower() in seen:
        yield Fault(
            path.name,
            line,
            "the candidate number stands twice",
            trainee.candidate,
            f"give each person another one; the first is in line {seen[trainee.candidate.lower()]}",
        )
    if not trainee.name:
        yield Fault(path.name, line, "the name is missing", trainee.candidate[:40], "write the person's name")
    if len(cells) > len(columns):
        yield Fault(
            path.name,
            line,
            "the line has more cells than the first line",
            str(len(cells)),
            "put a text that holds a comma into quotes",
        )
    for cell in cells:
        if len(cell) > MAX_CELL or not cell.replace("\t", " ").isprintable():
            yield Fault(
                path.name,
                line,
                "a cell is too long or holds an invisible sign",
                repr(cell)[1:40],
                f"write at most {MAX_CELL} characters, all on one line",
            )


def roster_bytes(trainees: Sequence[Trainee]) -> bytes:
    """The roster as a CSV file that Excel opens with its Chinese names intact."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\n")
    columns = (*COLUMNS, EXTRA) if any(trainee.extra_time for trainee in trainees) else COLUMNS
    writer.writerow(columns)
    writer.writerows([getattr(trainee, column) for column in columns] for trainee in trainees)
    return sheet.getvalue().encode("utf-8-sig")
