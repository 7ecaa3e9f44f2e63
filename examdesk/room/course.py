"""Is this course folder fit for an exam? The instructor's half of the doctor; changes and creates nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from examdesk.room.machine import TRAINEE, Check, Line


def course(place: Path) -> Iterator[Line]:
    """Bank, exams and grading files, and whether nbgrader will run our parts."""
    from examdesk.building import check

    report = check(place)
    if report.faults:
        first = str(report.faults[0])
        yield Line("course", "fault", f"{len(report.faults)} faults; the first: {first.rstrip('.')}",
                   "run  examdesk check  and mend them")
    else:
        yield Line("course", "ok", f"{report.items} items and all exams are in order")
    config = place / "nbgrader_config.py"
    ours = config.is_file() and "configure(" in config.read_text("utf-8-sig", errors="replace")
    yield Line("nbgrader", "ok" if ours else "fault",
               "nbgrader_config.py calls Examdesk" if ours else "nbgrader_config.py does not call Examdesk",
               "" if ours else "write its two lines:  from examdesk.pipeline import configure  and  "
                               "configure(get_config())")


def roster(place: Path) -> Iterator[Line]:
    """Who will sit."""
    from examdesk.bank import read_roster

    path = place / "grading" / "roster.csv"
    people = len(read_roster(path)) if path.is_file() else 0
    yield Line("roster", "ok" if people else "warn", f"{people} candidates are on grading/roster.csv",
               "" if people else "write the candidates into it; collect and room show only who stands there")


def rooms(place: Path) -> Iterator[Line]:
    """Opening and closing times: none in the past, and released as they stand in the list."""
    from examdesk.bank import read_rooms
    from examdesk.opening import EVER, NAME, as_data

    found, now = read_rooms(place), datetime.now(UTC)
    for form, opening in sorted(found.items()):
        if opening.closes is not None and opening.closes <= now:
            yield Line("rooms", "warn", f"{form} closed {opening.closes.isoformat(' ', 'minutes')}; no one can start",
                       "write new times into grading/rooms.csv if it is still to be sat")
        built = place / "source" / form
        path = built / NAME
        data = json.loads(path.read_text("utf-8")) if path.is_file() else None
        if built.is_dir() and data != (None if opening == EVER else as_data(opening, form=form)):
            yield Line("rooms", "warn", f"source/{form} has other times or another start code than grading/rooms.csv",
                       "run  examdesk build,  then  nbgrader generate_assignment  and release it again")
    if found:
        yield Line("rooms", "ok", f"{len(found)} forms have times or a start code in grading/rooms.csv")


def database(place: Path) -> Iterator[Line]:
    """Gradebook and records: reachable, undamaged, or not there yet."""
    from sqlalchemy import make_url

    from examdesk.records.gradebook import gradebook_url
    from examdesk.records.place import chosen

    url = chosen(place)
    if url is not None:
        yield _server("database", url)
    else:
        yield _file("records", place / "grading" / "records.db")
    gradebook = make_url(gradebook_url(place))
    if gradebook.get_backend_name() == "sqlite":
        yield _file("gradebook", Path(str(gradebook.database)))
    elif gradebook != url:
        yield _server("gradebook", gradebook)


def _file(name: str, path: Path) -> Line:
    if not path.is_file():
        return Line(name, "ok", f"{path.name} is not there yet; the first exam makes it")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        said = str(error)
    whole = said == "ok"
    if whole:
        return Line(name, "ok", f"{path.name} is whole")
    return Line(name, "fault", f"{path.name}: {said[:120]}",
                "wait until nobody works on it; if it stays so, restore a backup: examdesk restore FILE")


def _server(name: str, url: object) -> Line:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import DBAPIError

    from examdesk.records.place import reason, shown

    engine = create_engine(url, connect_args={"connect_timeout": 5})  # type: ignore[call-overload]
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        return Line(name, "fault", f"{shown(engine.url)} does not answer: {reason(error)}".rstrip("."),
                    "ask your administrator whether it runs, and check grading/db_url")
    finally:
        engine.dispose()
    return Line(name, "ok", f"{shown(engine.url)} answers")


def exchange(place: Path) -> Iterator[Line]:
    """How exams and answers travel."""
    from examdesk.pipeline.places import inbound

    there = inbound(place)
    yield Line("exchange", "ok", f"nbgrader's exchange is at {there.parent}" if there else
               "no exchange holds this course's work yet; candidates may hand in files, see  examdesk collect")


INSTRUCTOR: tuple[Check, ...] = (*TRAINEE, course, roster, rooms, database, exchange)
