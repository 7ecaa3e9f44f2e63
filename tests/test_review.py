"""After release: the exam's page offers the feedback that lies in its folder, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from examdesk.sitting.feedback import MAX_BYTES, newest_feedback
from tests.test_hour import WHO, Computer

FORM = "E10-a"
WHEN = "2026-12-01 12:00:00.123456 UTC"


def page(folder: Path, when: str = WHEN, name: str = f"{FORM}.html") -> Path:
    path = folder / "feedback" / when / name
    path.parent.mkdir(parents=True)
    path.write_text("<p>72</p>", "utf-8")
    return path


def test_the_newest_page_is_the_one_of_the_last_hand_in(tmp_path: Path) -> None:
    assert newest_feedback(tmp_path, FORM) == ""
    page(tmp_path)
    page(tmp_path, "2026-12-02 09:00:00.000000 UTC")
    assert newest_feedback(tmp_path, FORM) == "feedback/2026-12-02 09:00:00.000000 UTC/E10-a.html"
    (tmp_path / "feedback" / "2026-12-02 09:00:00.000000 UTC" / "E10-a.html").unlink()
    assert newest_feedback(tmp_path, FORM) == f"feedback/{WHEN}/E10-a.html", "a folder without the page is passed over"


@pytest.mark.parametrize(("when", "name"), [(".hidden", "E10-a.html"), ("<b>", "E10-a.html"), ("a" * 61, "E10-a.html"),
                                            (WHEN, "other.html"), (WHEN, "E10-a.html.exe"), ("%2e%2e", "E10-a.html")])
def test_a_strange_name_is_no_feedback(tmp_path: Path, when: str, name: str) -> None:
    page(tmp_path, when, name)
    assert newest_feedback(tmp_path, FORM) == ""


def test_a_link_an_empty_and_a_huge_file_are_no_feedback(tmp_path: Path) -> None:
    path = page(tmp_path)
    path.write_bytes(b"")
    assert newest_feedback(tmp_path, FORM) == ""
    os.truncate(path, MAX_BYTES + 1)
    assert newest_feedback(tmp_path, FORM) == ""
    elsewhere = tmp_path / "secret.html"
    elsewhere.write_text("<p>", "utf-8")
    path.unlink()
    path.symlink_to(elsewhere)
    assert newest_feedback(tmp_path, FORM) == ""


def test_a_linked_folder_is_no_feedback(tmp_path: Path) -> None:
    page(tmp_path / "other")
    (tmp_path / "feedback").symlink_to(tmp_path / "other" / "feedback")
    assert newest_feedback(tmp_path, FORM) == ""


def test_feedback_is_offered_after_the_hand_in_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    computer = Computer(tmp_path, monkeypatch)
    sitting = computer.begin()
    page(tmp_path, name=f"{sitting.form['form']}.html")
    frame, finish = sitting.screen.frame, sitting.screen.finish
    assert frame is not None and finish is not None
    computer.press("time")
    assert frame.feedback == "", "an old page in the folder must not show during a sitting"
    computer.press("finish")
    assert frame.feedback == finish.feedback == f"feedback/{WHEN}/{sitting.form['form']}.html"
    assert computer.kernel().screen.frame.feedback and sitting.candidate == WHO  # type: ignore[union-attr]
