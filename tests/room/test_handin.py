"""The hand-in file: whole or not there, the same for the same work, with a name every system can hold."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from examdesk.errors import NotSaved, SubmissionRefused
from examdesk.handin import file_name, pack, unpack
from examdesk.journal import NAME, read_journal
from examdesk.sitting import Sitting
from examdesk.widgets import TEXTS
from tests.room.exams import FORM, handed_in, members, sit


def test_it_holds_the_work_and_a_manifest_that_fits(tmp_path: Path) -> None:
    path = handed_in(tmp_path, "li", "a")
    assert path == tmp_path / f"{FORM}_li.examdesk"
    files = members(path)
    assert list(files) == ["manifest.json", f"{FORM}.ipynb", "form.json", NAME, "timestamp.txt"]
    for name in (f"{FORM}.ipynb", "form.json", NAME):
        assert files[name] == (tmp_path / name).read_bytes()
    journal = read_journal(tmp_path / NAME)
    assert journal is not None and journal.end is not None
    assert json.loads(files["manifest.json"])["witness"] == journal.witness
    assert re.fullmatch(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} UTC", files["timestamp.txt"])
    assert files["timestamp.txt"][11:19].decode() == journal.end.at[11:19]


def test_what_was_packed_is_unpacked(tmp_path: Path) -> None:
    path = handed_in(tmp_path, "li", "a")
    found = unpack(path, form=FORM)
    assert (found.candidate, found.files[NAME]) == ("li", (tmp_path / NAME).read_bytes())


def test_packing_again_gives_the_same_bytes_and_leaves_nothing_else(tmp_path: Path) -> None:
    first = handed_in(tmp_path, "li", "a").read_bytes()
    assert pack(tmp_path, FORM).read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [f"{FORM}.ipynb", "form.json", NAME, f"{FORM}_li.examdesk"])


@pytest.mark.parametrize("candidate", ["../../etc/passwd", "王芳", "a" * 300, "con", "a b\n", ".hidden", "x/../y"])
def test_a_name_is_bounded_and_safe(candidate: str) -> None:
    name = file_name(FORM, candidate)
    assert re.fullmatch(r"[A-Za-z0-9_@-][A-Za-z0-9_@.-]{0,98}", name)
    assert ".." not in name.removesuffix(".examdesk") and len(name) <= 100


def test_two_names_that_look_alike_when_made_safe_stay_apart() -> None:
    assert file_name(FORM, "王芳") != file_name(FORM, "李华")


def test_before_the_hand_in_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotSaved, match="not handed in yet"):
        pack(sit(tmp_path, "li", "a", finish=False), FORM)
    assert not list(tmp_path.glob("*.examdesk*"))


def test_a_full_disk_leaves_no_half_file_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sit(tmp_path, "li", "a")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("examdesk.handin.packing.os.fsync", full)
    with pytest.raises(NotSaved, match="No space left"):
        pack(tmp_path, FORM)
    assert not list(tmp_path.glob("*examdesk*"))


def test_an_older_file_stays_whole_when_the_new_one_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = handed_in(tmp_path, "li", "a")
    before = path.read_bytes()
    monkeypatch.setattr("examdesk.handin.packing.os.replace", lambda *_: (_ for _ in ()).throw(OSError(5, "I/O error")))
    with pytest.raises(NotSaved):
        pack(tmp_path, FORM)
    assert path.read_bytes() == before


def test_a_lost_notebook_does_not_hold_the_answers_back(tmp_path: Path) -> None:
    sit(tmp_path, "li", "a")
    (tmp_path / f"{FORM}.ipynb").unlink()
    assert set(unpack(pack(tmp_path, FORM), form=FORM).files) == {"form.json", NAME, "timestamp.txt"}


def test_a_linked_notebook_is_left_out(tmp_path: Path) -> None:
    sit(tmp_path / "e", "li", "a")
    (tmp_path / "secret").write_text("{}")
    (tmp_path / "e" / f"{FORM}.ipynb").unlink()
    os.symlink(tmp_path / "secret", tmp_path / "e" / f"{FORM}.ipynb")
    assert f"{FORM}.ipynb" not in members(pack(tmp_path / "e", FORM))


# The button


class Page:
    """The hand-in panel of a sitting, and what it tells the browser."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
        self.sitting = Sitting.open(folder)
        self.sitting.show("I-C20")
        self.sitting.finish()
        assert self.sitting.screen.finish is not None
        self.panel = self.sitting.screen.finish
        self.heard: list[tuple[Any, Any]] = []
        monkeypatch.setattr(self.panel, "send", lambda content, buffers=None: self.heard.append((content, buffers)))

    def press(self, kind: str) -> None:
        self.panel._received(self.panel, {"type": kind, "value": None}, [])


def test_the_button_makes_the_file_and_offers_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(sit(tmp_path, "li", "a", finish=False), monkeypatch)
    page.press("pack")
    assert page.heard == [] and not list(tmp_path.glob("*.examdesk"))
    page.press("finish")
    page.press("pack")
    path = tmp_path / f"{FORM}_li.examdesk"
    assert page.heard == [({"type": "packed", "name": path.name, "place": str(path)}, [path.read_bytes()])]
    assert unpack(path, form=FORM).witness == page.panel.witness


def test_a_file_that_cannot_be_written_is_told_in_the_candidates_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(sit(tmp_path, "li", "a"), monkeypatch)
    monkeypatch.setattr("examdesk.handin.packing.os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    page.press("pack")
    why = TEXTS["zh"]["not_written"].format(why="the hand-in file cannot be written: full")
    assert page.heard == [({"type": "refused", "what": "pack", "why": why}, None)]


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    path = handed_in(tmp_path, "li", "a")
    raw = path.read_bytes()
    for cut in range(0, len(raw), max(1, len(raw) // 200)):
        path.write_bytes(raw[:cut])
        with pytest.raises(SubmissionRefused):
            unpack(path, form=FORM)


def test_no_flipped_byte_changes_what_counts(tmp_path: Path) -> None:
    """Either the file is refused, or the work in it is the same (a flipped time stamp of the archive, for one)."""
    path = handed_in(tmp_path, "li", "a")
    raw, good = path.read_bytes(), unpack(path, form=FORM)
    refused = 0
    for place in range(0, len(raw), max(1, len(raw) // 300)):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 0x55]) + raw[place + 1 :])
        try:
            assert unpack(path, form=FORM).files == good.files
        except SubmissionRefused:
            refused += 1
    assert refused > 200
