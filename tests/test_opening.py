"""Opening time, closing time, start code: what the page lets happen and what the grader says; a fake clock."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from examdesk.autograding.times import timed
from examdesk.bank import read_room, read_rooms
from examdesk.bank.rooms import HEADER, room_faults
from examdesk.errors import AuthorError, CourseError
from examdesk.journal import NAME
from examdesk.journal import clock as clocks
from examdesk.opening import EVER, Opening, as_data, moment, opening_of, start_code
from examdesk.sitting import Sitting
from examdesk.widgets import TEXTS
from tests.test_hour import ITEMS, WHO, Computer

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


class Seat(Computer):
    """A computer in a room that opens at noon and closes at half past; the exam takes 20 minutes."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wrong = timedelta(0)  # how far the wall clock is off
        super().__init__(folder, monkeypatch)
        self.born = self.ms
        monkeypatch.setattr(clocks, "now", lambda: NOON + self.wrong + timedelta(milliseconds=self.ms - self.born))
        self.room(Opening(NOON, NOON + timedelta(minutes=30)))

    def room(self, opening: Opening) -> None:
        self.opening = opening
        (self.folder / "room.json").write_text(json.dumps(as_data(opening, form="F")), "utf-8")

    def told(self) -> str:
        return str(self.heard[-1]["why"])

    def start(self, code: str = "", who: str = WHO) -> str:
        self.press("start", {"candidate": who, "code": code} if code else who)
        return self.sitting.state

    def noted(self, extra: str = "") -> dict[str, str]:
        form = json.loads((self.folder / "form.json").read_text("utf-8"))
        return {flag.code: flag.detail for flag in timed(form, self.journal, extra, self.opening)[1] if not flag.hold}


@pytest.fixture
def seat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seat:
    return Seat(tmp_path, monkeypatch)


def word(key: str) -> str:
    return TEXTS["zh"][key]


# Before the start


def test_nobody_starts_before_the_opening_and_everybody_after_it_without_a_reload(seat: Seat) -> None:
    seat.wait(minutes=-3)
    seat.kernel()
    assert seat.start() == "waiting" and seat.told() == word("room_early") and not (seat.folder / NAME).exists()
    seat.press("time")
    assert seat.sitting.screen.frame is not None
    assert (seat.sitting.screen.frame.opening["opens"], seat.sitting.screen.frame.opening["closes"]) == (180, 1980)
    seat.wait(minutes=3)
    assert seat.start() == "open" and seat.sitting.screen.frame.opening == {}


def test_after_the_closing_the_start_is_refused_and_says_whom_to_tell(seat: Seat) -> None:
    seat.wait(minutes=30)
    seat.kernel()
    assert seat.start() == "waiting" and seat.told() == word("room_shut") and "老师" in seat.told()
    assert not (seat.folder / NAME).exists()


@pytest.mark.parametrize("typed", ["k742m", " K7 42-M ", "Ｋ７４２Ｍ"])
def test_a_start_code_is_asked_for_and_may_be_typed_as_people_type(seat: Seat, typed: str) -> None:
    seat.room(Opening(code=start_code("K742M", form="F")))
    seat.kernel()
    assert seat.sitting.screen.frame is not None and seat.sitting.screen.frame.opening == {"code": True}
    assert seat.start() == "waiting" and seat.told() == word("start_code_wrong")
    assert [seat.start(wrong) for wrong in ("K742N", "K742", "", "１２３４")] == ["waiting"] * 4
    assert seat.start(typed) == "open", "a wrong code must never lock anybody out"


@pytest.mark.parametrize("code", [None, 7, ["K742M"], {"a": 1}, "K742M" * 100, "\ud800", "K742M\x00"])
def test_a_strange_code_is_a_wrong_code(seat: Seat, code: Any) -> None:
    seat.room(Opening(code=start_code("K742M", form="F")))
    seat.kernel()
    seat.press("start", {"candidate": WHO, "code": code})
    assert seat.sitting.state == "waiting" and seat.told() == word("start_code_wrong")


def test_the_code_itself_stands_nowhere_in_the_candidates_folder(seat: Seat) -> None:
    seat.room(Opening(code=start_code("K742M", form="F")))
    seat.kernel()
    seat.start("K742M")
    assert all(b"K742M" not in path.read_bytes().upper() for path in seat.folder.iterdir())


def test_who_sits_already_is_not_asked_again(seat: Seat) -> None:
    seat.room(Opening(NOON, NOON + timedelta(minutes=30), start_code("K742M", form="F")))
    seat.kernel()
    seat.start("K742M")
    seat.wait(minutes=10)
    assert seat.kernel().state == "open" and seat.shown == 10


# The closing


def test_a_sitting_under_way_ends_at_the_closing(seat: Seat) -> None:
    seat.wait(minutes=18)
    sitting = seat.kernel()
    seat.start()
    assert seat.shown == 12, "the closing comes before the end of the 20 minutes"
    seat.wait(minutes=11, seconds=59)
    seat.press("end")
    assert sitting.state == "open"
    seat.wait(seconds=1)
    seat.press("end")
    assert sitting.state == "closed" and sitting.by_time
    assert seat.answer(ITEMS[0], "b") == "not-saved" and seat.kinds[-1] == "late"


def test_the_closing_is_counted_from_the_start_so_that_nobody_turns_the_clock_back(seat: Seat) -> None:
    seat.wait(minutes=18)
    seat.kernel()
    seat.start()
    seat.wrong = timedelta(hours=-2)
    seat.wait(minutes=5)
    assert seat.shown == 7
    seat.kernel()
    assert seat.shown == 7


@pytest.mark.parametrize(("extra", "minutes"), [("", 10), ("+5", 15), ("x1.5", 20), ("x2", 30)])
def test_extra_time_puts_the_closing_off_by_as_much_as_it_gives(seat: Seat, extra: str, minutes: int) -> None:
    seat.wait(minutes=20)
    sitting = seat.kernel()
    seat.start()
    if extra:
        sitting.give(extra, by="code")
    assert seat.shown == minutes


def test_who_has_extra_time_may_still_start_in_her_own_time(seat: Seat) -> None:
    from examdesk.extra import code_of

    seat.wait(minutes=34)
    sitting = seat.kernel()
    form = sitting.form["form"]
    assert seat.start() == "waiting"
    seat.press("code", {"code": code_of(form, WHO, "+10"), "candidate": WHO})
    assert seat.sitting.screen.frame is not None and seat.sitting.screen.frame.opening["closes"] == 6 * 60
    assert seat.start(who="C-2") == "waiting", "the code is another person's"
    assert seat.start() == "open" and seat.shown == 6


def test_the_room_closes_in_a_pause_too(seat: Seat) -> None:
    seat.exam(minutes=20, pause=30)
    seat.wait(minutes=18)
    sitting = seat.kernel()
    seat.start()
    seat.press("pause")
    seat.wait(minutes=11)
    assert sitting.state == "paused" and seat.shown == 1
    seat.wait(minutes=1)
    assert sitting.state == "ending"


def test_an_exam_without_a_room_is_what_it_was(seat: Seat) -> None:
    (seat.folder / "room.json").unlink()
    seat.wait(minutes=-3)
    sitting = seat.kernel()
    assert seat.start() == "open" and sitting.room.opening == EVER and seat.shown == 20
    assert "room" not in sitting.hour.as_shown()


@pytest.mark.parametrize("text", [
    "", "[]", "{", '{"schema":1,"opens":"soon"}', '{"schema":1,"start_code":{"salt":"a"}}', "9" * 20_000,
    '{"schema":1,"start_code":{"salt":"a","rounds":1e9,"digest":"b"}}',
])
def test_a_damaged_room_is_one_line_and_no_answer_is_lost(seat: Seat, text: str) -> None:
    (seat.folder / "room.json").write_text(text, "utf-8")
    with pytest.raises(CourseError, match="fetch the exam again"):
        Sitting.open(seat.folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFO on this system")
def test_a_room_that_is_no_plain_file_never_hangs_the_exam(seat: Seat) -> None:
    (seat.folder / "room.json").unlink()
    os.mkfifo(seat.folder / "room.json")
    with pytest.raises(CourseError):
        Sitting.open(seat.folder)


# At grading


def test_the_grader_names_answers_after_the_closing_and_takes_nothing_away(seat: Seat) -> None:
    (seat.folder / "room.json").unlink()  # on her own computer she may do so
    seat.wait(minutes=20)
    seat.kernel()
    seat.start()
    seat.wait(minutes=12)
    assert seat.answer(ITEMS[0], "b") == "saved"
    assert "the room closed 10 min 0 s after the start" in seat.noted()["late-answers"] and "count" in \
        seat.noted()["late-answers"]
    assert "late-answers" not in seat.noted("+5"), "the roster's extra time puts the closing off"


def test_a_start_before_the_opening_is_named_for_a_person_and_costs_nothing(seat: Seat) -> None:
    (seat.folder / "room.json").unlink()
    seat.wait(minutes=-10)
    seat.kernel()
    seat.start()
    assert "2026-12-01 12:00" in seat.noted()["before-opening"]
    form = json.loads((seat.folder / "form.json").read_text("utf-8"))
    assert not any(flag.hold for flag in timed(form, seat.journal, "", seat.opening)[1])


def test_a_clock_a_minute_off_and_an_honest_sitting_are_not_named(seat: Seat) -> None:
    (seat.folder / "room.json").unlink()
    seat.wait(minutes=-1)
    seat.kernel()
    seat.start()
    seat.wait(minutes=5)
    seat.answer(ITEMS[0], "b")
    seat.press("finish")
    assert seat.noted() == {}


# The list of rooms


def rooms(folder: Path, *lines: str, header: str = HEADER) -> Path:
    (folder / "grading").mkdir(exist_ok=True)
    (folder / "grading" / "rooms.csv").write_text("\n".join((header, *lines)) + "\n", "utf-8-sig")
    return folder


@pytest.mark.parametrize("line", [
    "E10-a,2026-12-01 20:00,2026-12-01 20:30,Asia/Shanghai,", "E10-a,2026/12/1 20:00,2026/12/1 20:30:00,UTC+8,",
    "E10-a,2026-12-01T12:00,2026-12-01 12:30,utc,", "E10-a,2026-12-01 07:00,2026-12-01 07:30,-05:00,",
])
def test_times_are_read_as_people_and_excel_write_them(tmp_path: Path, line: str) -> None:
    assert read_rooms(rooms(tmp_path, line))["E10-a"] == Opening(NOON, NOON + timedelta(minutes=30))


def test_each_time_and_the_code_may_be_left_out(tmp_path: Path) -> None:
    found = read_rooms(rooms(tmp_path, "A,,,,k7-42m", "B,2026-12-01 12:00,,UTC,", "C,,2026-12-01 12:00,UTC,"))
    sealed = Opening(code=start_code("K742M", form="A"))
    assert found == {"A": sealed, "B": Opening(opens=NOON), "C": Opening(closes=NOON)}
    assert (read_room(tmp_path, "A"), read_room(tmp_path, "D")) == (sealed, EVER)
    assert read_rooms(tmp_path / "nowhere") == {}


@pytest.mark.parametrize(("line", "wrong"), [
    ("E10-a,tomorrow,,UTC,", "no time"),
    ("E10-a,2026-13-01 09:00,,UTC,", "no time"),
    ("E10-a,2026-12-01 09:00,,,", "no time zone"),
    ("E10-a,2026-12-01 09:00,,Mars/Base,", "no time zone"),
    ("E10-a,2026-12-01 09:00,,../../etc/passwd,", "no time zone"),
    ("E10-a,2026-12-01 09:00,2026-12-01 08:00,UTC,", "closes before it opens"),
    ("E10-a,,,,12", "no start code"),
    (",,,,K742M", "form is missing"),
    ("E10-a,,,,K742M\nE10-a,,,,K742M", "stands twice"),
    ("E99-z,,,,K742M", "no such form"),
])
def test_every_fault_of_the_list_has_its_line_and_a_cure(tmp_path: Path, line: str, wrong: str) -> None:
    found = list(room_faults(rooms(tmp_path, line), ["E10-a"]))
    assert len(found) == 1 and wrong in found[0].wrong and found[0].cure and found[0].file == "grading/rooms.csv"


def test_other_columns_are_one_fault(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match="make the first line"):
        read_rooms(rooms(tmp_path, header="form,start"))


def test_the_released_room_is_the_list_and_its_bytes_do_not_change(tmp_path: Path) -> None:
    opening = read_rooms(rooms(tmp_path, "E10-a,2026-12-01 20:00,2026-12-01 20:30,UTC+8,K742M"))["E10-a"]
    data = as_data(opening, form="E10-a")
    assert opening_of(json.loads(json.dumps(data))) == opening
    assert data == as_data(read_rooms(tmp_path)["E10-a"], form="E10-a") and "K742M" not in json.dumps(data)
    assert data["opens"] == "2026-12-01T20:00+08:00"


@pytest.mark.parametrize("text", ["", "yesterday", None, 7, "2026-12-01T99:00Z", "9" * 5000])
def test_a_moment_nobody_can_read_is_none(text: Any) -> None:
    assert moment(text) is None and Opening(closes=NOON).until(text) is None and not Opening(NOON).is_early(text)
