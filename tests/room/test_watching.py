"""The invigilator's list: what journals say, whose they are, and what a machine cannot see."""

from __future__ import annotations

import json
import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from examdesk.cli import app
from examdesk.errors import CourseError
from examdesk.journal import NAME, Writer, read_journal
from examdesk.room.table import table
from examdesk.room.watching import Room, Seat, as_json, counts, open_room
from tests.room.exams import FORM, course, sit


class Hall:
    """A course, a folder with the candidates' homes, and an exchange."""

    def __init__(self, place: Path) -> None:
        self.course, self.homes = course(place / "course"), place / "homes"
        self.submitted, self.inbound = self.course / "submitted", place / "inbound"
        self.inbound.mkdir()
        self.homes.mkdir()

    def room(self, *work: str, **how: float) -> Room:
        patterns = work or (f"{self.homes}/{{candidate}}/{{form}}",)
        return open_room(self.course, FORM, work=patterns, submitted=self.submitted, inbound=self.inbound, **how)

    def look(self, *work: str, **how: float) -> dict[str, Seat]:
        return {seat.candidate: seat for seat in self.room(*work, **how).look()}

    def home(self, candidate: str) -> Path:
        return self.homes / candidate / FORM


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


def aged(folder: Path, minutes: float) -> None:
    os.utime(folder / NAME, (time.time() - 60 * minutes,) * 2)


def test_everybody_on_the_roster_has_a_line(hall: Hall) -> None:
    assert hall.look() == {name: Seat(name, items=7) for name in ("li", "wang", "zhao")}


def test_who_answers_is_silent_or_handed_in(hall: Hall) -> None:
    sit(hall.home("li"), "li", "a", finish=False)
    aged(sit(hall.home("wang"), "wang", "a", "b", finish=False), 7)
    sit(hall.home("zhao"), "zhao", "a")
    seen = hall.look(silent=5)
    assert {name: (seat.state, seat.answered, seat.minutes) for name, seat in seen.items()} == {
        "li": ("answering", 1, 0), "wang": ("silent", 1, 7), "zhao": ("handed in", 1, 0)}
    journal = read_journal(hall.home("zhao") / NAME)
    assert journal is not None and seen["zhao"].witness == journal.witness and not seen["li"].witness


def test_who_handed_in_is_never_silent(hall: Hall) -> None:
    aged(sit(hall.home("li"), "li", "a"), 300)
    assert hall.look()["li"].state == "handed in"


def test_silence_is_measured_by_the_file_and_not_by_the_candidates_clock(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wrong(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2031, 1, 1, tzinfo=UTC)

    monkeypatch.setattr("examdesk.journal.writing.datetime", Wrong)
    sit(hall.home("li"), "li", "a", finish=False)
    monkeypatch.undo()
    assert hall.look()["li"].state == "answering"


def test_a_blank_or_unknown_answer_is_not_counted(hall: Hall) -> None:
    sit(hall.home("li"), "li", "a", finish=False)
    writer = Writer(hall.home("li") / NAME)
    writer.append("answered", "nonsense", item="I-C21")
    writer.append("answered", "a", item="I-999")
    writer.append("answered", None, item="I-C20")
    assert hall.look()["li"].answered == 0


@pytest.mark.parametrize("where", ["inbound", "submitted"])
def test_work_that_arrived_is_received(hall: Hall, where: str) -> None:
    place = {"inbound": hall.inbound / f"li+{FORM}+2026-03-02 01:00:00 UTC+12345",
             "submitted": hall.submitted / "li" / FORM}[where]
    sit(hall.home("li"), "li", "a")
    shutil.copytree(hall.home("li"), place)
    seen = hall.look()["li"]
    assert (seen.state, seen.note) == ("received", "") and seen.witness


def test_work_that_was_submitted_without_handing_in_is_noted(hall: Hall) -> None:
    sit(hall.inbound / f"li+{FORM}+2026-03-02 01:00:00 UTC", "li", "a", finish=False)
    assert (hall.look()["li"].state, hall.look()["li"].note) == ("received", "submitted without handing in")


def test_two_hand_ins_with_different_codes_are_noted(hall: Hall) -> None:
    sit(hall.home("li"), "li", "a")
    sit(hall.submitted / "li" / FORM, "li", "b")
    assert "different check codes" in hall.look()["li"].note


def test_a_journal_in_somebody_elses_folder_is_noted(hall: Hall) -> None:
    sit(hall.home("li"), "wang", "a")
    assert "names another candidate" in hall.look()["li"].note and hall.look()["wang"].state == "not seen"


def test_an_edited_journal_is_noted(hall: Hall) -> None:
    path = sit(hall.home("li"), "li", "a") / NAME
    path.write_bytes(path.read_bytes().replace(b'"value":"a"', b'"value":"b"'))
    assert "journal-edited" in hall.look()["li"].note


def test_folders_without_names_tell_whose_they_are_by_the_journal(hall: Hall) -> None:
    """Computers of a room that share a drive: pc-01, pc-02 …, the number typed at the start counts."""
    sit(hall.homes / "pc-01", "wang", "a", finish=False)
    sit(hall.homes / "pc-02", "stranger", "a", finish=False)
    room = hall.room(f"{hall.homes}/*")
    seats = room.look()
    assert [seat.candidate for seat in seats if seat.state == "answering"] == ["wang"]
    assert room.strangers == 1 and '"stranger"' not in json.dumps(as_json(room, seats))


def test_another_form_in_the_same_folder_is_not_taken_for_this_one(hall: Hall) -> None:
    sit(hall.home("li"), "li", "a", form="E10-a")
    assert hall.look()["li"].state == "not seen"


@pytest.mark.parametrize("what", ["link", "fifo", "garbage", "huge"])
def test_a_hostile_journal_is_counted_and_stops_nothing(hall: Hall, what: str) -> None:
    sit(hall.home("wang"), "wang", "a")
    hall.home("li").mkdir(parents=True)
    path = hall.home("li") / NAME
    if what == "link":
        os.symlink(hall.home("wang") / NAME, path)
    elif what == "fifo":
        os.mkfifo(path)
    elif what == "garbage":
        path.write_bytes(b"\0\xff\n" * 1000)
    else:
        with path.open("wb") as file:
            file.truncate(10**10)
    room = hall.room()
    seats = {seat.candidate: seat for seat in room.look()}
    assert seats["li"].state == "not seen" and seats["wang"].state == "handed in"
    assert room.unreadable == (0 if what == "garbage" else 1)


def test_no_answer_and_no_name_is_in_the_list(hall: Hall) -> None:
    sit(hall.home("li"), "li", "the answer I gave")
    room = hall.room()
    said = json.dumps(as_json(room, room.look()), ensure_ascii=False)
    assert "the answer I gave" not in said and "名字" not in said


def test_a_pattern_cannot_be_widened_by_a_candidates_number(hall: Hall) -> None:
    sit(hall.homes / "abc" / FORM, "li", "a")
    (hall.course / "grading" / "roster.csv").write_text("candidate,name,department,site,stage\n_,x,,,\n")
    assert hall.look() == {"_": Seat("_", items=7)}


def test_a_journal_that_did_not_change_is_read_once(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    sit(hall.home("li"), "li", "a", finish=False)
    room, reads = hall.room(), list[Path]()
    monkeypatch.setattr("examdesk.room.watching.read_journal", lambda path: reads.append(path) or read_journal(path))
    first = room.look()
    assert room.look() == first and len(reads) == 1
    Writer(hall.home("li") / NAME).append("finished", {"answered": 1})
    assert room.look()[0].state == "handed in" and len(reads) == 2


def test_an_empty_roster_and_an_unknown_form_are_told(hall: Hall) -> None:
    with pytest.raises(CourseError, match="no such form"):
        open_room(hall.course, "E99-a", work=[], submitted=hall.submitted, inbound=None)
    (hall.course / "grading" / "roster.csv").unlink()
    with pytest.raises(CourseError, match="names nobody"):
        hall.room()


def test_the_table_puts_first_whom_to_look_at(hall: Hall) -> None:
    sit(hall.home("li"), "li", "a")
    aged(sit(hall.home("zhao"), "zhao", "a", finish=False), 9)
    room = hall.room()
    console = Console(record=True, width=120, file=open(os.devnull, "w"))  # noqa: SIM115
    console.print(table(room, room.look()))
    text = console.export_text()
    assert text.index("zhao") < text.index("li ") < text.index("wang")
    assert "1 silent" in text and "1 handed in" in text and "1 not seen" in text


def test_the_table_says_when_it_cannot_see_work_in_progress(hall: Hall) -> None:
    room = open_room(hall.course, FORM, work=[], submitted=hall.submitted, inbound=None)
    assert "--work" in str(table(room, room.look()).caption)


def test_the_command_speaks_json(hall: Hall) -> None:
    sit(hall.home("li"), "li", "a")
    pattern = f"{hall.homes}/{{candidate}}/{{form}}"
    ran = CliRunner().invoke(app, ["room", FORM, "--work", pattern, "--json", "--course", str(hall.course)])
    found = json.loads(ran.stdout)
    assert ran.exit_code == 0 and found["counts"]["handed in"] == 1
    assert found["candidates"][0]["candidate"] == "li" and counts([Seat("li")])["not seen"] == 1
