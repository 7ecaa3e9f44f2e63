"""The parts of the pipeline, each by itself; the real commands are in tests/nbgrader."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from examdesk.autograding import Paper, PaperCell, Submission, held, take
from examdesk.autograding import read as read_raw
from examdesk.autograding.cells import compiled, ends_in_award, mark_data, needs_marker
from examdesk.errors import CourseError, SubmissionRefused
from examdesk.graders import MARK_TYPE
from examdesk.journal import NAME
from examdesk.journal.files import MAX_NOTEBOOK
from examdesk.journal.lines import encode
from examdesk.journal.writing import chained
from examdesk.pipeline import config, configure
from examdesk.pipeline.autograde import ExamAutograde
from examdesk.pipeline.cells import InProcess, SaveMarks
from examdesk.pipeline.export import ExamExport
from examdesk.pipeline.feedback import FeedbackExporter
from examdesk.pipeline.staging import stage
from tests.nbgrader.courses import AT

FORM = "E99-a"


# configure


@pytest.fixture(autouse=True)
def as_it_was(tmp_path: Path) -> Iterator[None]:
    """`configure` changes nbgrader and the environment; here it is undone."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (nbgrader.apps.autogradeapp, nbgrader.apps.api):
            patch.setattr(module, "Autograde", module.Autograde)
        patch.setattr(CourseDirectory, "get_existing_timestamp", CourseDirectory.get_existing_timestamp)
        patch.setattr(NbGraderAPI, "get_submitted_timestamp", NbGraderAPI.get_submitted_timestamp)
        patch.setenv("PATH", os.environ["PATH"])
        patch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
        patch.setattr(config, "SHARED", tmp_path / "no-shared-exchange")
        yield


def course_config(course: Path, text: str = "c = get_config()\n") -> Config:
    """The config of a course whose nbgrader_config.py begins with `text`."""
    course.mkdir(exist_ok=True)
    lines = "from examdesk.pipeline import configure\nconfigure(get_config())\n"
    (course / "nbgrader_config.py").write_text(text + lines, "utf-8")
    return PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()


def test_two_lines_configure_a_course(tmp_path: Path) -> None:
    c = course_config(tmp_path / "客服 course!")
    assert c.CourseDirectory.root == str(tmp_path / "客服 course!")
    assert c.CourseDirectory.course_id == "course"
    assert c.Exchange.root == str(tmp_path / "客服 course!" / "exchange")
    assert (tmp_path / "客服 course!" / "exchange").stat().st_mode & 0o777 == 0o777
    assert [c.Autograde.autograde_preprocessors[0], c.GenerateFeedback.exporter_class, c.ExportApp.plugin_class] == [
        InProcess, FeedbackExporter, ExamExport]
    assert SaveMarks in c.Autograde.autograde_preprocessors
    assert nbgrader.apps.autogradeapp.Autograde is nbgrader.apps.api.Autograde is ExamAutograde


@pytest.mark.parametrize("name", ["CourseDirectory.root", "CourseDirectory.course_id", "Exchange.root",
                                  "Autograde.autograde_preprocessors", "GenerateFeedback.exporter_class",
                                  "ExportApp.plugin_class"])
def test_a_value_the_instructor_has_set_stays(tmp_path: Path, name: str) -> None:
    section, trait = name.split(".")
    c = course_config(tmp_path / "course", f"c = get_config()\nc.{name} = 'mine'\n")
    assert c[section][trait] == "mine"
    assert name != "Exchange.root" or not (tmp_path / "course/exchange").exists()


@pytest.mark.parametrize("name", ["CourseDirectory.root", "CourseDirectory.course_id", "Exchange.root"])
@pytest.mark.parametrize("kind", ["py", "json"])
def test_a_value_set_for_the_whole_machine_stays(tmp_path: Path, name: str, kind: str) -> None:
    """The course's file is read last and would win, so it must not set what is set there."""
    section, trait = name.split(".")
    (tmp_path / "jupyter").mkdir()
    text = f"c.{name} = 'mine'\n" if kind == "py" else f'{{"{section}": {{"{trait}": "mine"}}}}'
    (tmp_path / "jupyter" / f"nbgrader_config.{kind}").write_text(text, "utf-8")
    assert trait not in course_config(tmp_path / "course")[section]


def test_a_damaged_or_configuring_file_of_the_machine_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "jupyter").mkdir()
    own = tmp_path / "jupyter" / "nbgrader_config.py"
    own.write_text("from examdesk.pipeline import configure\nconfigure(get_config())\n", "utf-8")
    assert course_config(tmp_path / "course").CourseDirectory.root == str(tmp_path / "course")
    own.write_text("c = get_config(\n", "utf-8")
    assert course_config(tmp_path / "course").CourseDirectory.root == str(tmp_path / "course")


def test_what_an_instructor_appends_comes_after_ours(tmp_path: Path) -> None:
    """Left to nbgrader it would come after nbgrader's own list, with a kernel and 0 for unmarked work."""
    c = course_config(tmp_path / "course", "c = get_config()\nc.Autograde.autograde_preprocessors.append('x')\n")
    assert c.Autograde.autograde_preprocessors[0] is InProcess and c.Autograde.autograde_preprocessors[-1] == "x"


def test_the_machines_shared_exchange_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "SHARED", tmp_path)
    assert "root" not in course_config(tmp_path / "course").Exchange
    assert not (tmp_path / "course/exchange").exists()


def test_alembic_beside_this_python_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", "/usr/bin")
    configure(Config(), course=tmp_path)
    configure(Config(), course=tmp_path)
    assert os.environ["PATH"].split(os.pathsep) == [here, "/usr/bin"]


def test_another_nbgrader_is_refused_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nbgrader, "__version__", "0.10.0")
    with pytest.raises(CourseError, match=r'0\.10\.0 is installed.*Cure: pip install "nbgrader==0\.9\.6"'):
        configure(Config(), course=tmp_path)


# Intake


def lines(*entries: tuple[str | None, str, Any], candidate: str = "ann") -> bytes:
    seq, head, written = 0, "", []
    for item, kind, value in [(None, "started", {"form": FORM, "candidate": candidate}), *entries]:
        event = chained(seq, head, kind, value, item, at=AT, mono=seq)
        seq, head = event.seq, event.hash
        written.append(encode(event))
    return b"".join(written)


def handed_in(folder: Path, journal: bytes | None = None, **sources: str) -> Path:
    """A submission folder; `sources` are the cells of its notebook by grade id."""
    import json

    folder.mkdir(exist_ok=True)
    cells = [{"cell_type": "markdown", "metadata": {"nbgrader": {"grade_id": name}}, "source": source}
             for name, source in sources.items()]
    (folder / f"{FORM}.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}), "utf-8")
    (folder / NAME).write_bytes(lines() if journal is None else journal)
    return folder


def read(folder: Path, *, solutions: tuple[str, ...] = (), others: tuple[str, ...] = ()) -> Submission:
    cells = tuple(PaperCell(name, "", code=False, locked=False, grade=True, solution=True, task=False, points=1)
                  for name in solutions)
    paper = Paper(FORM, {"questions": {}}, cells, (), frozenset({"ann", *others}))
    return read_raw(take(folder, candidate="ann", form=FORM), paper)


def test_the_digest_changes_exactly_when_something_that_counts_changes(tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "a", essay="text", notes="x")
    before = read(folder, solutions=("essay",)).digest
    (folder / "other.txt").write_text("beside")
    (folder / "form.json").write_text("{}")
    (folder / "submission_secret.txt").write_text("abc")
    handed_in(folder, essay="text", notes="another")
    assert read(folder, solutions=("essay",)).digest == before
    seen = {before}
    for change in ("essay", "journal", "time"):
        handed_in(folder, lines((None, "language", "en")) if change == "journal" else None,
                  essay="other text" if change == "essay" else "text")
        if change == "time":
            (folder / "timestamp.txt").write_text("2026-03-02 01:00:00.000000 UTC")
        seen.add(read(folder, solutions=("essay",)).digest)
    assert len(seen) == 4


def test_only_the_texts_of_solution_cells_are_taken(tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "a", essay="mine", locked="changed", stranger="x")
    assert read(folder, solutions=("essay",)).answers == {"essay": "mine"}
    assert read(folder).answers == {}


def test_a_notebook_that_cannot_be_read_is_refused_only_when_it_holds_answers(tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "a")
    (folder / f"{FORM}.ipynb").write_bytes(b"{")
    assert [flag.code for flag in read(folder).flags] == ["notebook"]
    with pytest.raises(SubmissionRefused, match=f"{FORM}.ipynb cannot be read"):
        read(folder, solutions=("essay",))


def test_two_different_answers_wait_for_a_person(tmp_path: Path) -> None:
    import json

    folder = handed_in(tmp_path / "a", essay="one")
    path = folder / f"{FORM}.ipynb"
    data = json.loads(path.read_text("utf-8"))
    data["cells"].append({**data["cells"][0], "source": ["two"]})
    path.write_text(json.dumps(data), "utf-8")
    submission = read(folder, solutions=("essay",))
    assert submission.answers == {} and {flag.code: flag.hold for flag in submission.flags}["two-answers"]


@pytest.mark.parametrize(("named", "others", "ends"), [
    ("ann", ("bob",), "well"),
    ("typo", ("bob",), "held"),
    ("bob", ("bob",), "refused"),
])
def test_whose_journal_it_is(tmp_path: Path, named: str, others: tuple[str, ...], ends: str) -> None:
    folder = handed_in(tmp_path / "a", lines(candidate=named))
    if ends == "refused":
        with pytest.raises(SubmissionRefused, match="somebody else"):
            read(folder, others=others)
    else:
        assert [(flag.code, flag.hold) for flag in read(folder, others=others).flags] == (
            [("unknown-candidate", True)] if ends == "held" else [])


@pytest.mark.parametrize("name", [NAME, f"{FORM}.ipynb"])
def test_a_file_over_its_cap_is_refused_by_name(tmp_path: Path, name: str) -> None:
    folder = handed_in(tmp_path / "a")
    os.truncate(folder / name, MAX_NOTEBOOK + 1)
    with pytest.raises(SubmissionRefused, match=name) as refused:
        read(folder)
    assert refused.value.code == "too-large"


@pytest.mark.parametrize("make", ["link", "hard-link", "fifo", "folder"])
def test_only_plain_files_are_opened(tmp_path: Path, make: str) -> None:
    folder, other = handed_in(tmp_path / "a"), tmp_path / "other"
    other.write_bytes(lines())
    path = folder / NAME
    path.unlink()
    {"link": lambda: path.symlink_to(other), "hard-link": lambda: os.link(other, path),
     "fifo": lambda: os.mkfifo(path), "folder": path.mkdir}[make]()
    with pytest.raises(SubmissionRefused, match=NAME):
        read(folder)


@pytest.mark.parametrize(("time", "flagged"), [
    ("2026-03-02 01:00:00.000000 UTC", False), ("2026-03-02 09:00:00 +0800", False), ("", False),
    ("soon", True), ("9" * 300, True), ("\x00", True), ("2026-02-31 01:00:00 UTC", True),
])
def test_a_time_that_cannot_be_read_waits_for_a_person(tmp_path: Path, time: str, flagged: bool) -> None:
    folder = handed_in(tmp_path / "a")
    (folder / "timestamp.txt").write_text(time)
    submission = read(folder)
    assert [(flag.code, flag.hold) for flag in submission.flags] == ([("timestamp", True)] if flagged else [])
    assert (submission.at is None) == (flagged or not time)


def test_one_unreadable_time_does_not_stop_nbgraders_lists(tmp_path: Path) -> None:
    configure(Config(), course=tmp_path)
    folder = handed_in(tmp_path / "a")
    (folder / "timestamp.txt").write_text("soon")
    assert CourseDirectory().get_existing_timestamp(str(folder)) is None
    (folder / "timestamp.txt").write_text("2026-03-02 01:00:00 UTC")
    assert str(CourseDirectory().get_existing_timestamp(str(folder))) == "2026-03-02 01:00:00"


def test_a_secret_of_another_shape_is_not_passed_on(tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "a")
    for secret, kept in (("a1B2" * 32, "a1B2" * 32), ("../../x", ""), ("a" * 2_000, ""), ("ü", "")):
        (folder / "submission_secret.txt").write_text(secret, "utf-8")
        assert take(folder, candidate="ann", form=FORM).secret == kept


def test_a_link_in_the_place_of_a_submission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(handed_in(tmp_path / "a"))
    (tmp_path / "file").touch()
    for name in ("link", "file", "missing"):
        with pytest.raises(SubmissionRefused, match=name), held(tmp_path / name):
            pass


def test_the_same_submission_is_marked_by_one_run_at_a_time(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    folder = handed_in(tmp_path / "a")
    descriptor = os.open(folder, os.O_RDONLY)
    with held(folder), pytest.raises(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(descriptor)


def test_what_a_dead_run_left_is_removed_and_a_living_ones_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "ann" / FORM
    dead, living = target.with_name(f".{FORM}.999999999"), target.with_name(f".{FORM}.{os.getppid()}")
    other = target.with_name(".E98-a.999999999")
    for folder in (dead, target.with_name(f".{FORM}.old.999999999"), living, other):
        folder.mkdir(parents=True)
    raw = take(handed_in(tmp_path / "handed-in"), candidate="ann", form=FORM)
    staged = stage(target, raw, b"{}", timestamp="")
    assert sorted(target.parent.iterdir()) == sorted([staged, living, other])
    assert sorted(path.name for path in staged.iterdir()) == [
        "form.json", NAME, "submission_secret.txt", "timestamp.txt"]


# Cells


@pytest.mark.parametrize(("source", "good"), [
    ("award('I', choice(key='b'), out_of=2)", True),
    ("x = 1\naward(\n    'I',\n    choice(key='b'),\n    out_of=2,\n)\n### END HIDDEN TESTS", True),
    ("award('I', choice(key=';'), out_of=2)  # the end; really", True),
    ("award('I', choice(key='b'), out_of=2);", False),
    ("award('I', choice(key='b'), out_of=2) ; # quiet\n### END HIDDEN TESTS", False),
    ("award('标题', choice(key='b'), out_of=2);", False),
    ("kept = award('I', choice(key='b'), out_of=2)", False),
    ("display(award('I', choice(key='b'), out_of=2))", False),
    ("if True:\n    award('I', choice(key='b'), out_of=2)", False),
    ("award('I', choice(key='b'), out_of=2)\nNone", False),
    ("award('I', choice(key='b'), out_of=2)\nassert True", False),
    ("award", False),
    ("graders.award('I')", False),
    ("[award('I')]", False),
    ("award('I').points", False),
    ("%time award('I')", False),
    ("True", False),
    ("", False),
    ("award('I'", False),
])
def test_which_cells_end_in_an_award(source: str, good: bool) -> None:
    assert ends_in_award(source) is good


def test_a_cell_is_compiled_once() -> None:
    assert compiled("award('I', 1)") is compiled("award('I', 1)")


def _outputs(*outputs: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {"I": list(outputs)}


def test_a_mark_beside_an_error_does_not_count() -> None:
    mark = {"output_type": "execute_result", "data": {MARK_TYPE: {"item": "I", "points": "2"}}}
    open_mark = {"output_type": "display_data", "data": {MARK_TYPE: {"item": "I", "points": None}}}
    error, warning = {"output_type": "error", "ename": "X"}, {"output_type": "stream", "name": "stderr", "text": "!"}
    assert mark_data(_outputs(mark))["I"]["points"] == "2"
    assert mark_data(_outputs(mark, error)) == mark_data(_outputs(warning, mark)) == {}
    assert mark_data(_outputs(open_mark, error))["I"]["points"] is None
    assert needs_marker([warning]) and not needs_marker([mark])


# Export


def test_export_is_guarded_and_leaves_unmarked_blank(tmp_path: Path) -> None:
    """A name that is a formula stays a text; a cell worth nothing never keeps a score back."""

    def grade(auto: float | None, worth: float, manual: float | None = None) -> SimpleNamespace:
        return SimpleNamespace(auto_score=auto, manual_score=manual, max_score=worth)

    def handed_in(*grades: SimpleNamespace) -> SimpleNamespace:
        return SimpleNamespace(notebooks=[SimpleNamespace(grades=grades)], timestamp=None, score=3.0,
                               late_submission_penalty=None)

    submissions = {"=cmd|' /C calc'!A0": handed_in(grade(3.0, 3), grade(None, 0)),
                   "bob": handed_in(grade(3.0, 3), grade(None, 2)), "eve": handed_in(grade(None, 2, manual=1.0))}
    students = [SimpleNamespace(id=name, last_name="@SUM(A1)", first_name="\t=1", email=None) for name in submissions]
    assignment = SimpleNamespace(name="E99-a", duedate=None, max_score=5.0)
    gradebook = SimpleNamespace(assignments=[assignment], students=students,
                                find_submission=lambda _, student: submissions[student])
    export = ExamExport()
    export.to = str(tmp_path / "grades.csv")
    export.export(gradebook)  # type: ignore[arg-type]
    raw = (tmp_path / "grades.csv").read_bytes()
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert raw.startswith(b"\xef\xbb\xbf") and len(list(tmp_path.iterdir())) == 1
    assert [row["student_id"] for row in rows] == ["'=cmd|' /C calc'!A0", "bob", "eve"]
    assert {row["last_name"] for row in rows} == {"'@SUM(A1)"}
    assert [(row["score"], row["unmarked"]) for row in rows] == [("3.0", "0"), ("", "1"), ("3.0", "0")]
