"""The rooms: when each form may be started, when it closes, and its start code. A CSV file of the instructor's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from examdesk.bank.tables import cell_of, rows_of
from examdesk.errors import AuthorError, Fault
from examdesk.opening import EVER, Opening, plain_code, start_code

COLUMNS = ("form", "opens", "closes", "time_zone", "start_code")
HEADER = ",".join(COLUMNS)
PLACE = Path("grading") / "rooms.csv"
_TIME = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T]+(\d{1,2}):(\d\d)(?::\d\d)?")  # as Excel rewrites it, too
_SHIFT = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?")
_ZONE_CURE = "write a zone like Asia/Shanghai, or UTC+8"


def read_rooms(course: Path) -> dict[str, Opening]:
    """{form: its room} by grading/rooms.csv, {} without the file; raises `AuthorError` with every fault."""
    return _rooms(course, sealing=lambda form: True)


def read_room(course: Path, form: str) -> Opening:
    """The room of one form; `EVER` where the list does not name it. Raises `AuthorError` as `read_rooms` does.

    A start code takes a tenth of a second to seal, so the other forms' are left alone.
    """
    return _rooms(course, sealing=lambda other: other == form).get(form, EVER)


def _rooms(course: Path, *, sealing: Callable[[str], bool]) -> dict[str, Opening]:
    """The rooms; `sealing` says whose start codes are wanted."""
    path = course / PLACE
    if not path.is_file():
        return {}
    rows = rows_of(path, what="list of rooms")
    columns = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    if sorted(columns) != sorted(COLUMNS):
        raise AuthorError(Fault(PLACE.as_posix(), 1, "the columns are others", ", ".join(columns)[:60],
                                f"make the first line  {HEADER}"))
    rooms: dict[str, Opening] = {}
    faults: list[Fault] = []
    for line, cells in rows[1:]:
        row = {column: cell_of(cells, columns.index(column)) for column in COLUMNS}
        found, wrong = _room(row, seal=sealing(row["form"]))
        if row["form"] in rooms:
            wrong.append(("the form stands twice", row["form"], "write one line; another sitting is another form"))
        faults += [Fault(PLACE.as_posix(), line, what, seen[:40], cure) for what, seen, cure in wrong]
        rooms[row["form"]] = found
    if faults:
        raise AuthorError(*faults)
    return rooms


Wrong = list[tuple[str, str, str]]


def _room(row: dict[str, str], *, seal: bool) -> tuple[Opening, Wrong]:
    wrong: Wrong = []
    zone = _zone(row["time_zone"])
    if zone is None and (row["opens"] or row["closes"]):
        wrong.append(("this is no time zone", row["time_zone"] or "nothing", _ZONE_CURE))
    opens, closes = (_time(row[name], zone or UTC, wrong) for name in ("opens", "closes"))
    if opens and closes and opens >= closes:
        wrong.append(("the room closes before it opens", f"{row['opens']} – {row['closes']}", "change one of the two"))
    if not row["form"]:
        wrong.append(("the form is missing", "nothing", "write its name, e.g. E10-a"))
    code = row["start_code"]
    if code and not plain_code(code):
        wrong.append(("this is no start code", code, "use 4 to 20 letters a-z and digits, with a letter in front: "
                                                    "Excel takes leading zeros away"))
    if wrong:
        return EVER, wrong
    return Opening(opens, closes, start_code(code, form=row["form"]) if code and seal else None), wrong


def _time(text: str, zone: tzinfo, wrong: Wrong) -> datetime | None:
    """The moment; a wrong text is added to `wrong`."""
    if not text:
        return None
    found = _TIME.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        year, month, day, hour, minute = (int(part) for part in found.groups())
        return datetime(year, month, day, hour, minute, tzinfo=zone)
    except ValueError:
        wrong.append(("this is no time", text, "write it like 2026-12-01 09:00"))
        return None


def _zone(text: str) -> tzinfo | None:
    shift = _SHIFT.fullmatch(text.upper().replace(" ", ""))
    if shift:
        hours, minutes = int(shift[2]), int(shift[3] or 0)
        by = timedelta(hours=hours, minutes=minutes) * (-1 if shift[1] == "-" else 1)
        return timezone(by) if hours <= 14 and minutes < 60 else None
    if text.upper() in ("UTC", "GMT", "Z"):
        return UTC
    try:
        return ZoneInfo(text) if text else None
    except (KeyError, ValueError, OSError):  # a system without time zones, e.g. Windows, knows UTC+8 only
        return None


def room_faults(course: Path, forms: Sequence[str]) -> Iterator[Fault]:
    """What is wrong with grading/rooms.csv; `forms` are the frozen ones."""
    try:
        rooms = _rooms(course, sealing=lambda form: False)
    except AuthorError as error:
        yield from error.faults
        return
    for form in sorted(rooms.keys() - set(forms)):
        yield Fault(PLACE.as_posix(), 1, "no such form", form, "write the name of a frozen form, e.g. E10-a")
