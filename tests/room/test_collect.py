"""`examdesk collect`: hand-in files arrive as the exchange would bring them; nothing is overwritten silently."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from examdesk.autograding import time_of
from examdesk.cli import app
from examdesk.errors import CourseError
from examdesk.journal import NAME, Writer
from examdesk.room.collecting import LOG, REPLACED, Taken, collect
from tests.room.exams import FORM, course, handed_in, members, remade, sit


class Desk:
    """The instructor's course, and a folder into which candidates' files come."""

    def __init__(self, place: Path) -> None:
        self.place, self.course, self.inbox = place, course(place / "course"), place / "inbox"
        self.inbox.mkdir()

    def file(self, candidate: str, *answers: str, name: str = "", **how: object) -> Path:
        path = handed_in(self.place / "home" / f"{candidate}-{len(list(self.inbox.iterdir()))}", candidate, *answers,
                         **how)
        return Path(shutil.copy(path, self.inbox / (name or path.name)))

    def collect(self, *files: Path, **how: object) -> list[Taken]:
        return collect(self.course, FORM, files or [self.inbox], submitted=self.course / "submitted", **how)  # type: ignore[arg-type]

    def there(self, candidate: str) -> Path:
        return self.course / "submitted" / candidate / FORM

    def everything(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.course)): path.read_bytes()
                for path in sorted((self.course / "submitted").rglob("*")) if path.is_file()}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_files_arrive_as_the_exchange_would_bring_them(desk: Desk) -> None:
    file = desk.file("li", "a")
    desk.file("wang", "b")
    taken = desk.collect()
    assert [(one.candidate, one.outcome) for one in taken] == [("li", "collected"), ("wang", "collected")]
    files = {path.name: path.read_bytes() for path in desk.there("li").iterdir()}
    packed = members(file)
    packed.pop("manifest.json")
    assert files == packed
    assert time_of(desk.there("li")) is not None
    assert sorted(path.name for path in (desk.course / "submitted").iterdir()) == ["li", "wang"]


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    desk.file("li", "a")
    desk.collect()
    before = desk.everything()
    assert [one.outcome for one in desk.collect()] == ["same"]
    assert desk.everything() == before


def test_the_same_work_with_a_notebook_saved_again_is_the_same(desk: Desk) -> None:
    """JupyterLab saves outputs by itself; a candidate who packs twice has not handed in twice."""
    file = desk.file("li", "a")
    desk.collect()

    def saved(files: dict[str, bytes]) -> None:
        notebook = json.loads(files[f"{FORM}.ipynb"])
        notebook["cells"][0].setdefault("metadata", {})["collapsed"] = True
        files[f"{FORM}.ipynb"] = json.dumps(notebook).encode()

    remade(file, saved)
    assert [one.outcome for one in desk.collect()] == ["same"]


def test_another_hand_in_of_the_same_candidate_is_refused_and_kept_out(desk: Desk) -> None:
    desk.file("li", "a")
    desk.collect()
    before = desk.everything()
    other = desk.file("li", "b", name="again.examdesk")
    taken, = desk.collect(other)
    assert (taken.outcome, taken.code) == ("refused", "another")
    assert taken.witness in taken.told and "--replace li" in taken.told and "\n" not in taken.told
    assert desk.everything() == before


def test_two_different_files_of_one_candidate_in_one_run_do_not_overwrite_each_other(desk: Desk) -> None:
    desk.file("li", "a", name="1.examdesk")
    desk.file("li", "b", name="2.examdesk")
    assert [one.outcome for one in desk.collect()] == ["collected", "refused"]


def test_replacing_keeps_the_older_work_beside(desk: Desk) -> None:
    desk.file("li", "a", name="1.examdesk")
    desk.collect()
    old = (desk.there("li") / NAME).read_bytes()
    new = desk.file("li", "b", name="2.examdesk")
    taken, = desk.collect(new, replace=["li"])
    assert taken.outcome == "replaced"
    assert (desk.there("li") / NAME).read_bytes() == members(new)[NAME] != old
    kept = list((desk.course / REPLACED / "li" / FORM).glob(f"*/{NAME}"))
    assert [path.read_bytes() for path in kept] == [old]
    assert [one.outcome for one in desk.collect(new, replace=["li"])] == ["same"]


def test_work_somebody_copied_by_hand_is_not_overwritten_either(desk: Desk) -> None:
    sit(desk.there("li"), "li", "c", finish=False)
    before = desk.everything()
    desk.file("li", "a")
    taken, = desk.collect()
    assert taken.code == "another" and "not handed in" in taken.told
    assert desk.everything() == before


def test_nobody_but_the_roster_is_collected(desk: Desk) -> None:
    desk.file("stranger", "a")
    desk.file("Li", "a")
    assert [one.code for one in desk.collect()] == ["unknown-candidate"] * 2
    assert "--candidate li" in next(one.told for one in desk.collect() if "Li" in one.told)
    assert not desk.everything()


def test_a_mistyped_number_can_be_put_right_by_the_instructor(desk: Desk) -> None:
    file = desk.file("lii", "a")
    taken, = desk.collect(file, candidate="li")
    assert (taken.outcome, taken.candidate) == ("collected", "li")
    assert desk.there("li").is_dir()


def test_a_file_begun_by_one_candidate_is_not_given_to_another(desk: Desk) -> None:
    file = desk.file("wang", "a")
    taken, = desk.collect(file, candidate="li")
    assert taken.code == "other-candidate" and not desk.everything()


def test_one_number_for_many_files_is_refused(desk: Desk) -> None:
    desk.file("lii", "a", name="1.examdesk")
    desk.file("lii", "b", name="2.examdesk")
    with pytest.raises(CourseError, match="one file"):
        desk.collect(candidate="li")


def test_an_empty_roster_collects_nothing_and_says_why(desk: Desk) -> None:
    desk.file("li", "a")
    (desk.course / "grading" / "roster.csv").write_text("candidate,name,department,site,stage\n")
    with pytest.raises(CourseError, match="names nobody"):
        desk.collect()


def test_an_unknown_form_names_those_there_are(desk: Desk) -> None:
    with pytest.raises(CourseError, match=FORM):
        collect(desk.course, "E99-a", [], submitted=desk.course / "submitted")


def test_a_time_that_cannot_be_gives_way_to_the_time_of_collecting(desk: Desk) -> None:
    """A clock in the future would make the work late; a clock in the past is the candidate's word (level L0)."""
    desk.file("li", "a")
    at = datetime.now(UTC) - timedelta(hours=3)
    taken, = desk.collect(at=at)
    assert taken.outcome == "collected" and "time of collecting counts" in taken.told
    assert time_of(desk.there("li")) == at.replace(tzinfo=None)


def test_work_collected_days_later_keeps_its_own_time(desk: Desk) -> None:
    file = desk.file("li", "a")
    desk.collect(at=datetime.now(UTC) + timedelta(days=3))
    assert (desk.there("li") / "timestamp.txt").read_bytes() == members(file)["timestamp.txt"]


def test_every_file_leaves_a_line_in_the_log(desk: Desk) -> None:
    desk.file("li", "a")
    desk.file("stranger", "a")
    desk.collect()
    lines = [json.loads(line) for line in (desk.course / LOG).read_text().splitlines()]
    assert [(line["candidate"], line["outcome"]) for line in lines] == [("li", "collected"), ("", "refused")]


def test_a_full_disk_leaves_nothing_half_collected(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.file("li", "a")
    desk.file("wang", "a")
    real, calls = os.fsync, iter(range(100))

    def full(descriptor: int) -> None:
        if next(calls) == 2:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr("examdesk.room.collecting.os.fsync", full)
    assert [one.outcome for one in desk.collect()] == ["refused", "collected"]
    assert sorted(path.name for path in (desk.course / "submitted").iterdir()) == ["wang"]
    assert [one.outcome for one in desk.collect()] == ["collected", "same"]


def test_other_files_in_the_folder_are_left_alone(desk: Desk) -> None:
    (desk.inbox / "notes.txt").write_text("hello")
    (desk.inbox / ".half.examdesk").write_text("")
    (desk.inbox / "deep").mkdir()
    desk.file("li", "a")
    assert [one.file for one in desk.collect()] == [f"{FORM}_li.examdesk"]


# The command


def run(desk: Desk, *words: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["collect", FORM, *words, "--course", str(desk.course)])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, ran.stdout if "--json" in words else ran.output


def test_the_command_prints_a_line_each_and_ends_with_1_when_one_is_refused(desk: Desk) -> None:
    desk.file("li", "a")
    code, said = run(desk, str(desk.inbox))
    assert code == 0 and "li: collected, check code " in said and "1 collected, 0 replaced" in said
    desk.file("stranger", "a")
    code, said = run(desk, str(desk.inbox))
    assert code == 1 and "Not collected: " in said and "Cure: " in said and "1 there already, 1 refused" in said


def test_the_command_speaks_json(desk: Desk) -> None:
    desk.file("li", "a")
    code, said = run(desk, str(desk.inbox), "--json")
    found = json.loads(said)
    assert code == 0 and found["collected"] == 1 and found["files"][0]["candidate"] == "li"


def test_a_torn_line_of_the_journal_is_collected_for_grading_to_flag(desk: Desk) -> None:
    """A candidate whose kernel was killed must not be refused here."""
    home = sit(desk.place / "torn", "li", "a", finish=False)
    with (home / NAME).open("ab") as file:
        file.write(b'{"v":1,"seq":3,"at"')
    Writer(home / NAME).append("finished", {"answered": 1})
    from examdesk.handin import pack

    taken, = desk.collect(pack(home, FORM))
    assert taken.outcome == "collected"
