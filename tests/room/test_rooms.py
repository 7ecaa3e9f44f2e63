"""The room's hours where the instructor sees them: `examdesk room`, `examdesk doctor`, `examdesk check`, the build."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from examdesk.bank import read_rooms
from examdesk.bank.rooms import HEADER
from examdesk.building import build_form
from examdesk.model import Form
from examdesk.opening import NAME, Opening, opening_of, start_code
from examdesk.room import course as instructor
from examdesk.room.machine import examine
from examdesk.room.table import caption, hours
from examdesk.room.watching import as_json, open_room, phase
from tests.room.exams import FORM, course, sit

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def rooms(folder: Path, *lines: str) -> None:
    (folder / "grading" / "rooms.csv").write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return course(tmp_path / "course")


@pytest.mark.parametrize(("minutes", "told"), [(-1, "before"), (0, "open"), (59, "open"), (60, "closed")])
def test_the_list_says_whether_the_room_is_open(place: Path, minutes: int, told: str) -> None:
    rooms(place, f"{FORM},2026-12-01 20:00,2026-12-01 21:00,UTC+8,K742M")
    room = open_room(place, FORM, work=[], submitted=place / "submitted", inbound=None)
    assert phase(room, NOW + timedelta(minutes=minutes)) == told


def test_the_list_names_the_hours_and_who_has_not_started(place: Path, tmp_path: Path) -> None:
    rooms(place, f"{FORM},2020-12-01 20:00,2099-12-01 21:00,UTC,K742M")
    sit(tmp_path / "home" / "wang" / FORM, "wang", "a")
    room = open_room(place, FORM, work=[f"{tmp_path}/home/{{candidate}}/{{form}}"], submitted=place / "submitted",
                     inbound=None)
    seats = room.look()
    assert "not started: li, zhao" in caption(room, seats) and "start code" in hours(room) and "open" in hours(room)
    found = as_json(room, seats)
    assert found["not_started"] == ["li", "zhao"] and found["phase"] == "open"
    assert found["closes"] == "2099-12-01T21:00:00Z"
    assert found["start_code"] is True and "K742M" not in json.dumps(found)


def test_a_form_without_times_is_listed_as_before(place: Path) -> None:
    room = open_room(place, FORM, work=[], submitted=place / "submitted", inbound=None)
    assert phase(room) == hours(room) == "" and "not started" not in caption(room, room.look())


def test_the_doctor_warns_of_a_closing_in_the_past_and_of_times_that_were_not_built(place: Path) -> None:
    assert examine(place, [instructor.rooms]) == []
    rooms(place, f"{FORM},2020-12-01 20:00,2020-12-01 21:00,UTC,")
    past, unbuilt, count = examine(place, [instructor.rooms])
    assert (past.level, unbuilt.level, count.level) == ("warn", "warn", "ok")
    assert "2020-12-01 21:00" in past.found and "examdesk build" in unbuilt.cure


def test_the_build_brings_the_room_along_and_takes_it_away_again(place: Path, short_form: Form) -> None:
    rooms(place, f"{short_form.id},2026-12-01 20:00,,UTC+8,K742M")
    before = (build_form(place, short_form) / "form.json").read_bytes()
    path = place / "source" / short_form.id / NAME
    sealed = start_code("k742m", form=short_form.id)
    assert opening_of(json.loads(path.read_text("utf-8"))) == Opening(NOW, None, sealed)
    assert read_rooms(place)[short_form.id].code is not None and b"K742M" not in path.read_bytes()
    rooms(place)
    assert (build_form(place, short_form) / "form.json").read_bytes() == before and not path.exists()


@pytest.fixture
def short_form() -> Form:
    from examdesk.bank import load_form
    from tests.conftest import ROOT

    return load_form(ROOT, FORM)
