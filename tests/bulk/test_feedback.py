"""`examdesk feedback` on marks alone: what is written, when, and what a broken file or folder costs."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from examdesk import cli
from examdesk.analysis import each_candidate, load_cohort
from examdesk.bulk import feedback, files
from examdesk.bulk.feedback import write_feedback
from examdesk.bulk.files import alone, put
from examdesk.errors import CourseError
from examdesk.journal import NAME
from examdesk.model import Form, Mark
from examdesk.pipeline.pages import FeedbackForm
from examdesk.records import Records, Refusal
from tests.cohorts import AT, exam_form, machine_mark, put_form, sat, write_course

FORM, PEOPLE = "E11-a", 12


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Form]:
    """A course with twelve marked papers; nobody writes into it."""
    course = tmp_path_factory.mktemp("marked") / "course"
    form = write_course(course, n=PEOPLE, replies=False)
    (course / "nbgrader_config.py").write_text("from examdesk.pipeline import configure\nconfigure(get_config())\n")
    return course, form


@pytest.fixture
def course(marked: tuple[Path, Form], tmp_path: Path) -> Path:
    return Path(shutil.copytree(marked[0], tmp_path / "course"))


def page(course: Path, candidate: str) -> Path:
    return course / "feedback" / candidate / FORM / f"{FORM}.html"


def pages(course: Path) -> dict[str, tuple[bytes, int]]:
    """{candidate: (what the page says, which file it is)}"""
    return {path.parent.parent.name: (path.read_bytes(), path.stat().st_ino)
            for path in course.glob(f"feedback/*/{FORM}/{FORM}.html")}


def mended(course: Path, candidate: str, item: str, comment: str) -> None:
    """A marker gives half a point for an item of one candidate."""
    mark = Mark(candidate, FORM, 1, item, "whole", Fraction(1, 2), Fraction(1), comment, "wang", "marker")
    assert Records.open(course).save_marks([mark], at=AT) == 1


def types(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The command line in this process; its exit code."""
    monkeypatch.setattr(sys, "argv", ["examdesk", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


# What is written


def test_everybody_who_was_graded_gets_a_page_and_what_releasing_needs(course: Path) -> None:
    run = write_feedback(course, [FORM])
    assert (run.written, run.unchanged, run.missing, run.waiting) == (PEOPLE, 0, [], [])
    assert len(pages(course)) == PEOPLE and run.complete
    for folder in course.glob(f"feedback/*/{FORM}"):
        held = {path.name: path for path in folder.iterdir()}
        assert set(held) == {f"{FORM}.html", "timestamp.txt", "submission_secret.txt"}
        assert {path.stat().st_mode & 0o777 for path in held.values()} == {0o644}
    secrets = {path.read_text() for path in course.glob(f"feedback/*/{FORM}/submission_secret.txt")}
    assert len(secrets) == PEOPLE and all(len(secret) == 128 for secret in secrets)


def test_a_page_is_written_anew_when_a_mark_changes_and_only_then(course: Path) -> None:
    write_feedback(course, [FORM])
    before = pages(course)
    secret = (page(course, "c003").parent / "submission_secret.txt").read_bytes()
    mended(course, "c003", "I-201", "half of it")
    run = write_feedback(course, [FORM])
    after = pages(course)
    assert (run.written, run.unchanged) == (1, PEOPLE - 1)
    assert {name for name in after if after[name] != before[name]} == {"c003"}
    assert b"half of it" in after["c003"][0] and b"0.5 / 1" in after["c003"][0]
    assert (page(course, "c003").parent / "submission_secret.txt").read_bytes() == secret


def test_a_decision_about_a_held_result_reaches_the_page(course: Path) -> None:
    assert write_feedback(course, [FORM]).withheld == 2
    Records.open(course).save_decision(candidate="c000", form=FORM, by="li", why="looked at it")
    run = write_feedback(course, [FORM])
    assert (run.written, run.withheld) == (1, 1)


def test_force_writes_the_same_bytes_into_new_files(course: Path) -> None:
    write_feedback(course, [FORM])
    before = pages(course)
    run = write_feedback(course, [FORM], force=True)
    after = pages(course)
    assert run.written == PEOPLE
    assert {name: data for name, (data, _) in after.items()} == {name: data for name, (data, _) in before.items()}
    assert all(after[name][1] != before[name][1] for name in before)


def test_only_one_candidate(course: Path) -> None:
    run = write_feedback(course, [FORM], only="c004")
    assert run.written == 1 and list(pages(course)) == ["c004"]
    with pytest.raises(CourseError, match="nobody has not handed in E11-a"):
        write_feedback(course, [FORM], only="nobody")


def test_kept_articles_change_no_byte(course: Path, marked: tuple[Path, Form]) -> None:
    write_feedback(course, [FORM])
    for candidate, cohort in each_candidate(course, marked[1]):
        standing = feedback.Standing.of(cohort, FORM, candidate)
        alone_ = FeedbackForm(marked[1]).page(standing, course / "none")
        assert page(course, candidate).read_text("utf-8") == alone_
    assert len({data for data, _ in pages(course).values()}) == PEOPLE


def test_one_candidate_at_a_time_has_the_outcome_of_the_whole_cohort(course: Path, marked: tuple[Path, Form]) -> None:
    mended(course, "c002", "I-303", "")
    Records.open(course).save_refusals([Refusal("c001", FORM, "x", "no")])
    everybody = load_cohort(course, "E11")
    found = {sat: one for _, cohort in each_candidate(course, marked[1]) for sat, one in cohort.outcomes.items()}
    assert found == everybody.outcomes and len(found) == PEOPLE
    rows = [row for _, cohort in each_candidate(course, marked[1]) for row in cohort.rows]
    assert sorted(rows, key=lambda row: row.id) == list(everybody.rows)


def test_marks_are_streamed(course: Path, marked: tuple[Path, Form]) -> None:
    """The first candidate is there before the others' marks are read."""
    stream = Records.open(course).marks_by_candidate(form=FORM)
    assert isinstance(stream, Iterator)
    candidate, rows = next(stream)
    assert candidate == "c000" and len(rows) == len(marked[1].items)


def test_an_item_without_a_mark_is_unmarked_never_zero(course: Path, marked: tuple[Path, Form]) -> None:
    form = marked[1]
    marks = [machine_mark("new", form, item, "b") for item in form.items.values()]
    Records.open(course).save_submission(sat("new", form, marks[1:]))
    assert write_feedback(course, [FORM], only="new").written == 1
    text = page(course, "new").read_text("utf-8")
    assert text.count("待人工评阅(不是 0 分)") == 1 and "– / 1 分" in text and "0 / 1 分" not in text


def test_folders_and_rights_are_those_of_the_courses_config(course: Path) -> None:
    (course / "nbgrader_config.py").write_text(
        "c = get_config().CourseDirectory\nc.feedback_directory = 'told'\nc.groupshared = True\n", "utf-8")
    write_feedback(course, [FORM], only="c001")
    told_ = course / "told" / "c001" / FORM / f"{FORM}.html"
    assert told_.stat().st_mode & 0o777 == 0o664 and told_.parent.stat().st_mode & 0o2770 == 0o2770
    assert not (course / "feedback").exists()


def test_one_candidate_of_several_forms_need_not_have_sat_all(course: Path, marked: tuple[Path, Form]) -> None:
    put_form(course, exam_form(replies=False, exam="E12"))
    assert write_feedback(course, ["E12-a", FORM], only="c001").written == 1


# Who has no page


def test_refused_and_ungraded_people_are_named_and_cost_nobody_a_page(
        course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    records = Records.open(course)
    records.save_refusals([Refusal("eve", FORM, "empty", "there is nothing")])
    records.save_refusals([Refusal("c005", FORM, "empty", "there is nothing")])
    (course / "submitted" / "late-comer" / FORM).mkdir(parents=True)
    assert types(monkeypatch, "feedback", FORM, "--course", str(course)) == 0
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        "No page: eve E11-a: refused: there is nothing",
        "No page: 1 of E11-a are not graded: late-comer. Cure: run  examdesk autograde E11-a"]
    assert said.out.startswith(f"{PEOPLE} pages written, 0 unchanged; 3 results withheld; 2 without a page. ")
    assert "提交的文件无法评阅" in page(course, "c005").read_text("utf-8"), "the earlier marks stand, the result waits"


def test_a_page_that_cannot_be_written_is_named_and_the_exit_says_so(
        course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (course / "feedback").mkdir()
    (course / "feedback" / "c007").write_text("a file in the way", "utf-8")
    assert types(monkeypatch, "feedback", FORM, "--course", str(course)) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and said[0].startswith("No page: c007 E11-a: ") and "Not a directory" in said[0]
    assert len(pages(course)) == PEOPLE - 1


def test_a_fault_of_ours_costs_one_page_and_tells_nothing_of_the_key(
        course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = FeedbackForm.page

    def broken(self: FeedbackForm, standing: feedback.Standing, journal: Path) -> str:
        if standing.candidate == "c003":
            raise KeyError("the key is b")
        return whole(self, standing, journal)

    monkeypatch.setattr(FeedbackForm, "page", broken)
    run = write_feedback(course, [FORM])
    assert run.written == PEOPLE - 1 and not run.complete
    assert run.problems[0] == "c003 E11-a: KeyError, a fault of Examdesk"


def test_json_says_what_the_run_did(course: Path, monkeypatch: pytest.MonkeyPatch,
                                    capsys: pytest.CaptureFixture[str]) -> None:
    (course / "submitted" / "late-comer" / FORM).mkdir(parents=True)
    write_feedback(course, [FORM], only="c001")
    assert types(monkeypatch, "feedback", FORM, "--json", "--course", str(course)) == 0
    said = json.loads(capsys.readouterr().out)
    assert list(said) == ["submissions", "written", "unchanged", "missing", "seconds", "cpu_seconds", "peak_mb"]
    assert list(said.values())[:4] == [PEOPLE + 1, PEOPLE - 1, 1, 1]
    assert 0 < said["seconds"] < 60 and 0 < said["cpu_seconds"] < 60 and 20 < said["peak_mb"] < 2_000


# Journals nobody should trust


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(30_000_000)


BROKEN: dict[str, Callable[[Path], None]] = {
    "fifo": _fifo,
    "link": lambda path: path.symlink_to("/etc/passwd"),
    "folder": lambda path: path.mkdir(),
    "too large": _huge,
    "from the future": lambda path: path.write_bytes(b'{"v":99}\n') and None,
    "no text": lambda path: path.write_bytes(b"\xff\x00\n" * 9) and None,
    "gone": lambda path: None,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_journal_that_cannot_be_read_leaves_a_page_from_the_marks(course: Path, name: str) -> None:
    folder = course / "autograded" / "c002" / FORM
    folder.mkdir(parents=True)
    BROKEN[name](folder / NAME)
    run = write_feedback(course, [FORM])
    text = page(course, "c002").read_text("utf-8")
    assert run.written == PEOPLE and run.complete
    assert "您的作答文件已损坏" in text and "无法显示" in text and "未作答" not in text
    assert "1 / 1 分 · 满分" in text and "root:" not in text


# Files and folders


def test_a_write_that_fails_leaves_the_old_page_whole(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_feedback(course, [FORM])
    before = pages(course)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):  # told once, not for everybody
        write_feedback(course, [FORM], force=True)
    assert pages(course) == before
    assert not [path for path in course.glob("feedback/**/.*") if path.is_file()]


def test_what_a_killed_run_left_is_no_hindrance(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    (tmp_path / ".page.html.tmp").write_bytes(b"<ht")
    assert put(target, b"<html>", mode=0o644) and target.read_bytes() == b"<html>"
    assert not put(target, b"<html>", mode=0o644) and put(target, b"<html>", mode=0o644, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_two_runs_at_once_are_told_so_in_one_line(course: Path, monkeypatch: pytest.MonkeyPatch,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    with alone(course / "feedback"):
        assert types(monkeypatch, "feedback", FORM, "--course", str(course)) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and "another run is writing here. Cure:" in said[0]
    assert types(monkeypatch, "feedback", FORM, "--course", str(course)) == 0


def test_a_feedback_folder_that_is_none_is_told_in_one_line(course: Path, monkeypatch: pytest.MonkeyPatch,
                                                            capsys: pytest.CaptureFixture[str]) -> None:
    (course / "feedback").write_text("", "utf-8")
    assert types(monkeypatch, "feedback", FORM, "--course", str(course)) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and "feedback: nothing can be written here (" in said[0] and "Cure: " in said[0]


def test_a_folder_without_the_right_to_write_is_told_in_one_line() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "feedback"
        folder.mkdir()
        folder.chmod(0o555)
        Path(name).chmod(0o755)
        with _nobody(), pytest.raises(CourseError, match=r"nothing can be written here \(Permission denied\)"), \
                alone(folder):
            pass


class _nobody:
    """Somebody without the administrator's rights, who may write everywhere."""

    def __enter__(self) -> None:
        self._root = os.geteuid() == 0
        if self._root:
            os.seteuid(65534)

    def __exit__(self, *_: object) -> None:
        if self._root:
            os.seteuid(0)


def test_a_form_that_does_not_exist_is_told_in_one_line(course: Path, monkeypatch: pytest.MonkeyPatch,
                                                        capsys: pytest.CaptureFixture[str]) -> None:
    assert types(monkeypatch, "feedback", "E99-a", "--course", str(course)) == 1
    assert "no frozen form E99-a" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../out", "..", "a/b", ""])
def test_a_name_that_is_no_folder_name_is_never_a_path(course: Path, marked: tuple[Path, Form], name: str) -> None:
    form = marked[1]
    write_feedback(course, [FORM])
    Records.open(course).save_submission(
        sat(name, form, [machine_mark(name, form, item, "b") for item in form.items.values()]))
    before = {path for path in course.rglob("*") if "feedback" not in path.relative_to(course).parts}
    run = write_feedback(course, [FORM])
    assert run.problems[0] == f"{name} E11-a: this is no name of a folder" and run.unchanged == PEOPLE
    assert {path for path in course.rglob("*") if "feedback" not in path.relative_to(course).parts} == before
    assert len(list((course / "feedback").iterdir())) == PEOPLE
