"""Each trap of nbgrader 0.9.6 named in CONTRIBUTING.md, with our answer to it."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from examdesk.autograding import PaperCell
from examdesk.autograding.cells import needs_marker, run_cells
from examdesk.building import build_form, check, freeze_exam
from examdesk.building.notebook_rules import notebook_faults
from examdesk.errors import CourseError
from examdesk.graders import Grading
from examdesk.journal import NAME
from examdesk.pipeline import autograde
from examdesk.pipeline.autograde import ExamAutograde
from tests.conftest import form_of, real_bank, respond
from tests.nbgrader.courses import Course, all_right, cells_of, full, journal, unchanged, wrong_option

pytestmark = pytest.mark.slow

FORM = "E10-a"
CHOICE = "I-801"

ENDINGS = {
    "nothing": "pass",
    "None": "None",
    "True": "True",
    "False": "False",
    "a whole number": "2",
    "not a number": "float('nan')",
    "more than there is": "1e9",
    "a string": "'1.5'",
    "a negative number": "-1",
    "a number of numpy": "__import__('numpy').float64(1)",
    "an object": "object()",
    "a hidden value": "award({item!r}, grader, out_of=1);",
    "an award that is kept": "kept = award({item!r}, grader, out_of=1)",
    "an award that is only shown": "__import__('IPython.display').display.display(award({item!r}, grader, out_of=1))",
    "an award under a condition": "if True:\n    award({item!r}, grader, out_of=1)",
    "an award of one's own": "award = lambda *_, **__: True\naward({item!r}, grader, out_of=1)",
}
TROUBLES = {
    "text on stderr": "print('careful', file=__import__('sys').stderr)\naward({item!r}, grader, out_of=1)",
    "a raised error": "raise ValueError('the secret reason is 4711')\naward({item!r}, grader, out_of=1)",
    "an error of the grader": "award({item!r}, lambda response: 1 / 0, out_of=1)",
}
WARNING = (
    "__import__('warnings').warn('4711', DeprecationWarning)\n__import__('logging').getLogger('x').error('4711')\n"
    "award({item!r}, grader, out_of=1)"
)


def cell_source(item: str, ending: str) -> str:
    body = ending.replace("{item!r}", repr(item))
    return (f'exam.show("{item}")\n### BEGIN HIDDEN TESTS\nfrom examdesk.graders import award, choice\n'
            f'grader = choice(key="b")\n{body}\n### END HIDDEN TESTS')


# A hidden cell ending in None, True, NaN, a string … counts as full marks


def ran(source: str, context: Grading) -> list[dict[str, Any]]:
    """The outputs of one autograder cell."""
    cell = PaperCell(CHOICE, source, code=True, locked=True, grade=True, solution=False, task=False, points=1)
    return run_cells([cell], context)[CHOICE]


@pytest.mark.parametrize("ending", [*ENDINGS.values(), *TROUBLES.values()], ids=[*ENDINGS, *TROUBLES])
def test_a_cell_that_gives_no_clean_award_is_unmarked(ending: str) -> None:
    item = real_bank().items[CHOICE]
    form = form_of(item)
    responses = {item.id: respond(item, [("answered", "b")])}
    source = cell_source(item.id, ending).replace(f'exam.show("{item.id}")\n', "")
    outputs = ran(source, Grading(form, responses, displayed=[]))
    assert needs_marker(outputs)
    assert not any("4711" in str(output.get("traceback")) for output in outputs)


def test_a_clean_award_is_not_doubted() -> None:
    item = real_bank().items[CHOICE]
    responses = {item.id: respond(item, [("answered", item.body["key"])])}
    key = item.body["key"]
    source = f"from examdesk.graders import award, choice\naward('{item.id}', choice(key='{key}'), out_of=1)"
    outputs = ran(source + "  # the mark; nothing after it", Grading(form_of(item), responses, displayed=[]))
    assert [output["output_type"] for output in outputs] == ["execute_result"]
    assert outputs[0]["data"]["text/plain"] == "1.0"


@pytest.mark.parametrize("ending", [v for k, v in ENDINGS.items() if k != "an award of one's own"])
def test_the_check_names_a_cell_that_does_not_end_in_award(ending: str, course: Course) -> None:
    folder = course.folder / "source" / FORM

    def change(data: dict[str, Any]) -> None:
        cells_of(course.form(FORM), data)[CHOICE]["source"] = cell_source(CHOICE, ending)

    course.edit(folder, change)
    named = [fault for fault in notebook_faults(course.folder) if f"cell {CHOICE}:" in fault.wrong]
    assert named and "award" in named[0].wrong


def test_a_paper_with_such_cells_is_unmarked_there_and_marked_elsewhere(course: Course) -> None:
    """The whole command, on a notebook typed by hand."""
    form = course.form(FORM)
    items = list(form.items)
    endings = {**ENDINGS, **TROUBLES}
    given = dict(zip(items, endings.values(), strict=False))
    warned = items[len(endings)]

    def change(data: dict[str, Any]) -> None:
        del data["metadata"]["examdesk"]
        cells = cells_of(form, data)
        for item, ending in given.items():
            cells[item]["source"] = cell_source(item, ending)
        cells[warned]["source"] = cell_source(warned, WARNING)
        cells[warned]["metadata"]["nbgrader"]["points"] = 1

    course.edit(course.folder / "source" / FORM, change)
    assert course.run("generate_assignment", FORM, "--force").code == 0
    course.hand_in("ann", form, all_right(form, **{warned: "b"}))
    ran = course.autograde(form)
    assert ran.code == 0 and "4711" not in ran.log
    rows, marks = course.rows("ann", form) or {}, course.marks("ann", form)
    assert {item: rows[item] for item in given} == dict.fromkeys(given, (None, True))
    assert {item: marks[item] for item in given} == dict.fromkeys(given)
    rest = [item for item in items if item not in given and item != warned]
    assert {item: rows[item] for item in rest} == {item: (full(form)[item], False) for item in rest}
    assert rows[warned][0] in (0.0, 1.0) and marks[warned] == rows[warned][0]
    assert course.run("generate_feedback", FORM).code == 0
    page = (course.folder / "feedback/ann" / FORM / f"{FORM}.html").read_text("utf-8")
    assert "4711" not in page and "award" not in page and page.count("<article") == len(form.items)


# A duplicate grade_id or a foreign schema version aborts the batch


def test_one_copied_cell_or_foreign_schema_costs_nobody_points(course: Course) -> None:
    form = course.form(FORM)

    def copy_a_cell(data: dict[str, Any]) -> None:
        data["cells"].append(dict(cells_of(form, data)[CHOICE]))

    def old_schema(data: dict[str, Any]) -> None:
        cells_of(form, data)[CHOICE]["metadata"]["nbgrader"]["schema_version"] = 1

    def new_schema(data: dict[str, Any]) -> None:
        for cell in data["cells"]:
            cell["metadata"]["nbgrader"]["schema_version"] = 99

    changes = {"copied": copy_a_cell, "older": old_schema, "newer": new_schema, "untouched": lambda data: None}
    for candidate, change in changes.items():
        course.edit(course.hand_in(candidate, form, all_right(form)), change)
    ran = course.autograde(form)
    assert ran.code == 0
    for candidate in changes:
        assert course.points(candidate, form) == full(form), candidate
        assert course.line(candidate, form).outcome == "graded"
    assert "copied-cells" in course.flags("copied", form)
    assert not course.flags("untouched", form)


# A deleted, renamed or tagged cell changes or fakes a score


def test_whatever_happens_to_the_cells_the_score_is_that_of_the_answers(course: Course) -> None:
    form = course.form(FORM)
    wrong = {CHOICE: wrong_option(form, CHOICE)}

    def skip(cell: dict[str, Any]) -> None:
        cell["metadata"]["tags"] = ["skip-execution"]

    def repoint(cell: dict[str, Any]) -> None:
        cell["metadata"]["nbgrader"]["points"] = 1000

    def unlock(cell: dict[str, Any]) -> None:
        cell["metadata"]["nbgrader"] |= {"locked": False, "grade": False, "solution": True}
        cell["source"] = "2"

    def rename(cell: dict[str, Any]) -> None:
        cell["metadata"]["nbgrader"]["grade_id"] = "I-999"

    def forge(cell: dict[str, Any]) -> None:
        mark = {"item": CHOICE, "points": "1", "out_of": "1", "reason": "chose b", "parts": [], "critical": [],
                "suspected": [], "grader": "examdesk", "evidence": {}}
        data = {"text/plain": "2.0", "application/vnd.examdesk.mark+json": mark}
        cell["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}]
        cell["source"] = "from examdesk.graders import award\naward = lambda *a, **k: 2.0\naward()"

    def retype(cell: dict[str, Any]) -> None:
        cell["cell_type"] = "markdown"

    one = {"skip": skip, "repoint": repoint, "unlock": unlock, "rename": rename, "forge": forge, "retype": retype}
    for name, change in one.items():
        course.edit(course.hand_in(name, form, all_right(form, **wrong)),
                    lambda data, change=change: change(cells_of(form, data)[CHOICE]))
    whole = {
        "delete": lambda data: data["cells"].remove(cells_of(form, data)[CHOICE]),
        "empty": lambda data: data["cells"].clear(),
        "reverse": lambda data: data["cells"].reverse(),
        "add": lambda data: data["cells"].append({**cells_of(form, data)["finish"], "metadata": {}, "source": "1/0"}),
    }
    for name, change in whole.items():
        course.edit(course.hand_in(name, form, all_right(form, **wrong)), change)
    assert course.autograde(form).code == 0
    for name in [*one, *whole]:
        assert course.points(name, form) == {**full(form), CHOICE: 0.0}, name
        assert course.marks(name, form)[CHOICE] == 0, name
        graded, released = course.graded(name, form), course.folder / "source" / FORM / f"{FORM}.ipynb"
        assert [cell.source for cell in graded.cells] == [
            "".join(cell["source"]) for cell in json.loads(released.read_text("utf-8"))["cells"]
        ], name
    assert "missing-cells" in course.flags("delete", form)


# Trainee cells and files run inside the grader


def test_code_of_a_trainee_never_runs(course: Course, tmp_path: Path) -> None:
    form, touched = course.form(FORM), tmp_path / "touched"
    touch = f"open({str(touched)!r}, 'w').write('x')"
    folder = course.hand_in("ann", form, all_right(form))

    def poison(data: dict[str, Any]) -> None:
        extra = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "id": "x",
                 "source": f"{touch}\nimport os\nos._exit(3)"}
        for cell in data["cells"]:
            if cell["cell_type"] == "code":
                cell["source"] = f"{touch}\n__import__('os')._exit(3)"
        data["cells"] = [extra, *data["cells"]]
        data["metadata"]["kernelspec"] = {"name": "no-such-kernel", "display_name": "x", "language": "sh"}

    course.edit(folder, poison)
    for name in ("examdesk", "json", "sitecustomize", "nbformat", "conftest", "fractions", "nbgrader_config"):
        (folder / f"{name}.py").write_text(touch, "utf-8")
    (folder / "x.pth").write_text(f"import os; {touch}", "utf-8")
    (folder / "second.ipynb").write_bytes((folder / f"{FORM}.ipynb").read_bytes())
    (folder / ".jupyter").mkdir()
    (folder / "form.json").write_text('{"questions": {}}', "utf-8")
    assert course.autograde(form).code == 0
    assert not touched.exists()
    assert course.points("ann", form) == full(form)
    assert "other-files" in course.flags("ann", form)
    kept = {path.name for path in (course.folder / "autograded/ann" / FORM).iterdir()}
    assert kept == {f"{FORM}.ipynb", "form.json", NAME, "timestamp.txt", "submission_secret.txt"}


def test_only_plain_files_of_their_own_are_read(course: Course, tmp_path: Path) -> None:
    """Each refusal is one line that names the file; the batch goes on, and quickly."""
    form, secret = course.form(FORM), tmp_path / "secret.txt"
    secret.write_bytes(journal(form, "ann", all_right(form)))

    def replace(candidate: str, name: str, make: Any) -> None:
        path = course.hand_in(candidate, form, all_right(form)) / name
        path.unlink(missing_ok=True)
        make(path)

    notebook, large = f"{FORM}.ipynb", lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 30_000_000)
    solution = course.folder / "source" / FORM / notebook
    refused = {
        "link-journal": (NAME, lambda path: path.symlink_to(secret)),
        "link-notebook": (notebook, lambda path: path.symlink_to(solution)),
        "zero-journal": (NAME, lambda path: path.symlink_to("/dev/zero")),
        "fifo-journal": (NAME, os.mkfifo),
        "fifo-notebook": (notebook, os.mkfifo),
        "folder-journal": (NAME, os.mkdir),
        "hard-journal": (NAME, lambda path: os.link(secret, path)),
        "huge-journal": (NAME, large),
        "huge-notebook": (notebook, large),
    }
    harmless = {
        "fifo-beside": ("pipe", os.mkfifo),
        "link-beside": ("answers.txt", lambda path: path.symlink_to("/dev/zero")),
        "loop-beside": ("loop", lambda path: path.symlink_to(path.parent)),
        "huge-beside": ("video.mp4", lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 10**12)),
        "many-beside": ("venv", _many_files),
        "odd-secret": ("submission_secret.txt", lambda path: path.write_bytes(b"\xff" * 50)),
    }
    if os.geteuid() == 0:
        refused["device-journal"] = (NAME, lambda path: os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5)))
    for candidate, (name, make) in {**refused, **harmless}.items():
        replace(candidate, name, make)
    whole = course.hand_in("link-folder", form, all_right(form))
    whole.rename(tmp_path / "elsewhere")
    whole.symlink_to(tmp_path / "elsewhere")
    begun = time.monotonic()
    with unchanged(secret, solution):
        ran = course.autograde(form)
    assert time.monotonic() - begun < 2 * len(refused | harmless)
    assert ran.code == 1 and "Traceback" not in ran.log
    for candidate in [*refused, "link-folder"]:
        assert len(ran.about(candidate)) == 1, ran.about(candidate)
        assert course.line(candidate, form).outcome == "refused", candidate
        assert course.rows(candidate, form) is None and not (course.folder / "autograded" / candidate / FORM).exists()
    for candidate, (name, _) in refused.items():
        assert name in ran.about(candidate)[0]
    for candidate in harmless:
        assert course.points(candidate, form) == full(form), candidate
        assert sorted(p.name for p in (course.folder / "autograded" / candidate / FORM).iterdir()) == sorted(
            [notebook, "form.json", NAME, "timestamp.txt", "submission_secret.txt"])
    assert "special-files" in course.flags("link-beside", form)


def _many_files(path: Path) -> None:
    path.mkdir()
    for number in range(3_000):
        (path / f"{number}.py").touch()
        (path.parent / f"{number}.txt").touch()


# A file also present in source/ overwrites the trainee's


def test_a_journal_left_in_source_does_not_become_anybodys_answers(course: Course) -> None:
    form = course.form(FORM)
    course.hand_in("ann", form, all_right(form))
    (course.folder / "source" / FORM / NAME).write_bytes(journal(form, "ann", []))
    assert course.autograde(form).code == 0
    assert course.points("ann", form) == full(form)
    assert any(NAME in fault.found for fault in check(course.folder).faults)


# generate_feedback prints hidden tests and tracebacks


def test_feedback_holds_no_hidden_text(course: Course) -> None:
    form = course.form(FORM)
    course.hand_in("ann", form, all_right(form, **{CHOICE: wrong_option(form, CHOICE)}))
    course.hand_in("bob", form)
    (course.hand_in("eve", form) / NAME).unlink()
    assert course.autograde(form).code == 0
    assert course.run("generate_feedback", FORM).code == 0
    for candidate in ("ann", "bob", "eve"):
        page = (course.folder / "feedback" / candidate / FORM / f"{FORM}.html").read_text("utf-8")
        for word in ("HIDDEN TESTS", "award(", "choice(", "key=", "Traceback", "NeedsMarker", "<script", "://"):
            assert word not in page, (candidate, word)
    assert "待人工评阅" in page


# A killed autograde is silently skipped on rerun


@pytest.mark.parametrize("point", ["Graded: c1", *(
    pytest.param(point, marks=pytest.mark.soak) for point in ("preprocessor: SaveMarks", "preprocessor: InProcess"))])
def test_a_killed_run_is_finished_by_the_next_one(course: Course, tmp_path: Path, point: str) -> None:
    form = course.form(FORM)
    people = [f"c{number}" for number in range(4)]
    for number, candidate in enumerate(people):
        blank = dict.fromkeys(list(form.items)[:number])
        course.hand_in(candidate, form, all_right(form, **blank))
    unbroken = course.copy(tmp_path / "unbroken")
    assert unbroken.autograde(form).code == 0
    _killed_at(course, point, times=1 if point.startswith("Graded") else 2)
    assert sum(course.line(candidate, form) is not None for candidate in people) in (1, 2)
    ran = course.autograde(form)
    assert ran.code == 0 and "Already graded: c0" in ran.log and "Graded: c3" in ran.log
    for candidate in people:
        assert course.rows(candidate, form) == unbroken.rows(candidate, form)
        assert course.marks(candidate, form) == unbroken.marks(candidate, form)
        assert len([row for row in course.records.submissions(form=FORM) if row.candidate == candidate]) == 1
        assert os.listdir(course.folder / "autograded" / candidate) == [FORM]


def _killed_at(course: Course, point: str, *, times: int) -> None:
    command = [sys.executable, "-m", "nbgrader", "autograde", FORM, "--debug"]
    with subprocess.Popen(command, cwd=course.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
                          ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            times -= point in line
            if not times:
                break
        else:
            raise AssertionError(f"{point} never came")
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def test_two_runs_at_once_mark_everybody_once(course: Course) -> None:
    form = course.form(FORM)
    people = [f"c{number}" for number in range(6)]
    for candidate in people:
        course.hand_in(candidate, form, all_right(form))
    with subprocess.Popen([sys.executable, "-m", "nbgrader", "autograde", FORM], cwd=course.folder,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as other:
        assert other.stdout is not None
        next(line for line in other.stdout if "Graded: c0" in line)
        ran = course.autograde(form)
        log = other.stdout.read()
    assert ran.code == 0 and other.returncode == 0, ran.log + log
    assert "Already graded: c0" in ran.log
    assert [row.candidate for row in course.records.submissions(form=FORM)] == people
    assert all(course.points(candidate, form) == full(form) for candidate in people)


def test_a_locked_gradebook_leaves_the_candidate_pending_with_one_line_and_loses_nothing(course: Course) -> None:
    form = course.form(FORM)
    course.hand_in("ann", form, all_right(form))
    with contextlib.closing(sqlite3.connect(course.folder / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ran = course.autograde(form, "--ExamAutograde.patience=1")
    assert ran.code == 1 and "Traceback" not in ran.log
    said, = [line for line in ran.log.splitlines() if "ERROR" in line and ("ann" in line or "cannot be used" in line)]
    assert "Cure:" in said, ran.log
    assert course.rows("ann", form) is None and not course.records.marks(), "nothing half written"
    assert course.autograde(form).code == 0 and course.points("ann", form) == full(form)


def test_a_gradebook_that_is_free_again_in_time_is_waited_for(course: Course) -> None:
    form = course.form(FORM)
    people = ["ann", "bob"]
    for candidate in people:
        course.hand_in(candidate, form, all_right(form))
    other = sqlite3.connect(course.folder / "gradebook.db", isolation_level=None, check_same_thread=False)
    with contextlib.closing(other), pytest.MonkeyPatch.context() as patch:
        enter = ExamAutograde._enter

        def late(self: ExamAutograde, *words: Any) -> float:
            if not other.in_transaction and not freed:
                other.execute("BEGIN EXCLUSIVE")
                freed.append(threading.Timer(7, other.rollback))
                freed[0].start()
            return enter(self, *words)
        freed: list[threading.Timer] = []
        patch.setattr(ExamAutograde, "_enter", late)
        ran = course.autograde(form)
        freed[0].join()
    assert ran.code == 0, ran.log
    assert all(course.points(candidate, form) == full(form) for candidate in people)


def test_the_same_work_is_not_marked_twice_and_changed_work_is(course: Course) -> None:
    form = course.form(FORM)
    folder = course.hand_in("ann", form, all_right(form, **{CHOICE: None}))
    course.autograde(form)
    assert "Already graded: ann" in course.autograde(form).log
    (folder / NAME).write_bytes(journal(form, "ann", all_right(form)))
    assert "] Graded: ann" in course.autograde(form).log.replace("INFO] ", "] ")
    assert course.marks("ann", form)[CHOICE] == 1 and course.points("ann", form)[CHOICE] == 1.0
    assert [row.outcome for row in course.records.submissions(form=FORM)] == ["graded", "graded"]


def test_a_mended_grader_reaches_gradebook_and_records(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same input marked otherwise is news; else an item would stay unmarked for ever."""
    form = course.form(FORM)
    course.hand_in("ann", form, all_right(form))
    with monkeypatch.context() as patch:
        patch.setattr("examdesk.graders.choice", lambda **named: lambda response: 1 / 0)
        ran = course.autograde(form)
    assert ran.code == 0 and f"{CHOICE} (ZeroDivisionError)" in ran.log
    assert course.points("ann", form)[CHOICE] is None and course.marks("ann", form)[CHOICE] is None
    assert course.autograde(form, "--force").code == 0
    assert course.points("ann", form) == full(form) and course.marks("ann", form)[CHOICE] == 1
    course.autograde(form, "--force")
    assert len(course.records.submissions(form=FORM)) == 2


def test_a_fault_of_ours_costs_only_the_one_it_happens_with(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    form = course.form(FORM)
    for candidate in ("ann", "bob", "cat"):
        course.hand_in(candidate, form, all_right(form))
    real = autograde.graded

    def breaks(submission: Any, paper: Any, outputs: Any) -> Any:
        if submission.candidate == "bob":
            raise KeyError("the key is b")
        return real(submission, paper, outputs)

    with monkeypatch.context() as patch:
        patch.setattr(autograde, "graded", breaks)
        ran = course.autograde(form)
    assert ran.code == 1 and "Traceback" not in ran.log and "the key is b" not in ran.log
    assert len(ran.about("bob")) == 1 and "KeyError, a fault of Examdesk" in ran.about("bob")[0]
    assert [course.line(name, form).outcome for name in ("ann", "bob", "cat")] == ["graded", "refused", "graded"]
    assert course.autograde(form).code == 0 and course.marks("bob", form)[CHOICE] == 1


# Unmarked counts as 0 in export


def test_export_leaves_the_scores_of_unmarked_work_blank(course: Course) -> None:
    form = course.form(FORM)
    course.hand_in("ann", form, all_right(form))
    course.hand_in("bob", form)
    (course.hand_in("eve", form) / NAME).unlink()
    course.autograde(form)
    assert course.run("export").code == 0
    with (course.folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert (rows["ann"]["score"], rows["ann"]["unmarked"]) == (str(float(form.out_of)), "0")
    assert (rows["bob"]["score"], rows["bob"]["unmarked"]) == ("0.0", "0")
    assert (rows["eve"]["score"], rows["eve"]["raw_score"], rows["eve"]["unmarked"]) == ("", "", str(len(form.items)))
    with Gradebook(course.db_url) as gradebook:
        assert all(grade.auto_score is None and grade.needs_manual_grade
                   for grade in gradebook.find_submission_notebook(FORM, FORM, "eve").grades)


# Cells cannot change once submissions exist


def test_a_source_that_changed_after_its_release_stops_the_run_with_one_line(course: Course) -> None:
    form = course.form(FORM)
    course.hand_in("ann", form, all_right(form))
    source, kept = course.folder / "source" / FORM, {}
    for path in source.iterdir():
        kept[path] = path.read_bytes()

    def other_key(data: dict[str, Any]) -> None:
        cell = cells_of(form, data)[CHOICE]
        cell["source"] = re.sub(r"key='.'", "key='z'", "".join(cell["source"]))

    def typed_by_hand(data: dict[str, Any]) -> None:
        other_key(data)
        data["metadata"]["examdesk"]["autorun"] = False

    def without(data: dict[str, Any]) -> None:
        data["cells"].remove(cells_of(form, data)[CHOICE])

    for change in (other_key, typed_by_hand, without):
        course.edit(source, change)
        _stops(course, CHOICE)
        for path, content in kept.items():
            path.write_bytes(content)
    (source / "form.json").write_bytes(kept[source / "form.json"].replace(b'"out_of": "1"', b'"out_of": "9"'))
    _stops(course, "form.json")
    (source / "form.json").write_text("{", "utf-8")
    _stops(course, "cannot be read")
    (source / "form.json").write_bytes(kept[source / "form.json"])
    assert course.autograde(form).code == 0


def _stops(course: Course, named: str) -> None:
    ran = course.autograde(course.form(FORM))
    errors = [line for line in ran.log.splitlines() if line.strip()]
    assert ran.code == 1 and len(errors) == 1 and named in errors[0] and "Cure:" in errors[0], ran.log
    assert course.line("ann", course.form(FORM)) is None


def test_a_frozen_form_is_not_changed_by_freezing_again(course: Course) -> None:
    path = course.folder / "exams/E10/forms/a.yaml"
    item = course.folder / "exams/bank/d08" / f"{CHOICE}.yaml"
    item.write_text(item.read_text("utf-8").replace("points: 1", "points: 3"), "utf-8")
    with unchanged(path), pytest.raises(CourseError, match="frozen and would change"):
        freeze_exam(course.folder, "E10", "a")


def test_a_form_frozen_anew_but_not_built_anew_stops_the_run(course: Course) -> None:
    """Else the marks would follow the old key and the ledger name the new form."""
    course.hand_in("ann", course.form(FORM), [])
    item = course.folder / "exams/bank/d08" / f"{CHOICE}.yaml"
    key, other = course.form(FORM).items[CHOICE].body["key"], wrong_option(course.form(FORM), CHOICE)
    item.write_text(item.read_text("utf-8").replace(f"\nkey: {key}", f"\nkey: {other}"), "utf-8")
    form = freeze_exam(course.folder, "E10", "a", replace=True)
    _stops(course, CHOICE)
    build_form(course.folder, form)
    _stops(course, "released exam")
    assert course.run("generate_assignment", FORM, "--force").code == 0
    assert course.autograde(form).code == 0 and course.line("ann", form).form_digest == form.digest


# The command and the button run our class, and start no kernel


def test_the_command_and_the_button_run_our_class_and_start_nothing(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = course.form(FORM)
    for candidate in ("ann", "bob"):
        course.hand_in(candidate, form, all_right(form))
    started: list[object] = []
    monkeypatch.setattr(subprocess.Popen, "__init__", lambda self, *words, **named: started.append(words))
    classes: list[type] = []
    grade_all = ExamAutograde._grade_all
    monkeypatch.setattr(ExamAutograde, "_grade_all", lambda self: (classes.append(type(self)), grade_all(self))[1])
    assert course.autograde(form, "--student=ann").code == 0
    assert nbgrader.apps.autogradeapp.Autograde is nbgrader.apps.api.Autograde is ExamAutograde
    assert _api(course).autograde(FORM, "bob")["success"]
    assert classes == [ExamAutograde, ExamAutograde] and not started
    assert course.rows("ann", form) == course.rows("bob", form)


def test_the_button_says_in_one_line_why_somebody_was_not_graded(course: Course) -> None:
    form = course.form(FORM)
    (course.hand_in("ann", form) / NAME).write_bytes(journal(form, "bob", []))
    course.hand_in("bob", form)
    assert _api(course).autograde(FORM, "bob")["success"]
    result = _api(course).autograde(FORM, "ann")
    assert not result["success"]
    assert len([line for line in result["log"].splitlines() if "ann" in line]) == 1


def _api(course: Course) -> NbGraderAPI:
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course.folder)).load_config()
    return NbGraderAPI(CourseDirectory(config=config), config=config)


# Values of the instructor, and other assignments


def test_other_assignments_go_nbgraders_own_way(course: Course) -> None:
    """A real kernel; a failing test is 0 as ever, and its feedback is nbgrader's."""
    source = course.folder / "source" / "ps1"
    source.mkdir()
    (source / "ps1.ipynb").write_text(writes(new_notebook(cells=[
        _cell("add", "### BEGIN SOLUTION\ndef add(a, b): return a + b\n### END SOLUTION", solution=True, grade=False),
        _cell("right", "assert add(1, 2) == 3", points=2),
        _cell("half", "0.5 if add(1, 1) == 2 else 0", points=1),
        _cell("wrong", "assert add(1, 2) == 4", points=3),
        new_markdown_cell("the end"),
    ])), "utf-8")
    assert course.run("generate_assignment", "ps1").code == 0
    folder = course.folder / "submitted/ann/ps1"
    folder.mkdir(parents=True)
    data = json.loads((course.folder / "release/ps1/ps1.ipynb").read_text("utf-8"))
    data["cells"][0]["source"] = "open('ran.txt', 'w').write('yes')\ndef add(a, b): return a + b"
    (folder / "ps1.ipynb").write_text(json.dumps(data), "utf-8")
    assert course.run("autograde", "ps1").code == 0
    with Gradebook(course.db_url) as gradebook:
        grades = gradebook.find_submission_notebook("ps1", "ps1", "ann").grades
        assert {g.name: (g.auto_score, g.needs_manual_grade) for g in grades} == {
            "right": (2.0, False), "half": (0.5, False), "wrong": (0.0, False)}
    assert (course.folder / "autograded/ann/ps1/ran.txt").is_file()
    assert course.run("generate_feedback", "ps1").code == 0
    assert "AssertionError" in (course.folder / "feedback/ann/ps1/ps1.html").read_text("utf-8")


def _cell(name: str, source: str, *, solution: bool = False, grade: bool = True, points: int = 0) -> Any:
    flags = {"grade": grade, "grade_id": name, "locked": grade, "schema_version": 3, "solution": solution}
    worth = {"points": points} if grade else {}
    return new_code_cell(source, metadata={"nbgrader": {**flags, "task": False, **worth}})


def test_an_instructors_own_values_are_used(course: Course) -> None:
    """nbgrader's own Execute and plain scores, because the instructor says so."""
    (course.folder / "nbgrader_config.py").write_text(
        "from nbgrader.preprocessors import Execute, SaveAutoGrades\n"
        "c = get_config()\n"
        "c.Autograde.autograde_preprocessors = [Execute, SaveAutoGrades]\n"
        "c.CourseDirectory.autograded_directory = 'marked'\n"
        "c.GenerateFeedback.preprocessors.append('nbgrader.preprocessors.ClearHiddenTests')\n"
        "c.ExportApp.plugin_class = 'nbgrader.plugins.CsvExportPlugin'\n"
        "from examdesk.pipeline import configure\nconfigure(c)\n", "utf-8")
    form = course.form(FORM)
    course.hand_in("ann", form, all_right(form, **{CHOICE: wrong_option(form, CHOICE)}))
    assert course.autograde(form).code == 0
    assert course.points("ann", form) == {**full(form), CHOICE: 0.0}
    graded = json.loads((course.folder / "marked/ann" / FORM / f"{FORM}.ipynb").read_text("utf-8"))
    assert cells_of(form, graded)[CHOICE]["metadata"]["execution"], "a kernel writes the times it ran"
    assert course.run("generate_feedback", FORM).code == 0
    assert (course.folder / "feedback/ann" / FORM / f"{FORM}.html").is_file()
    assert course.run("export").code == 0
    assert "unmarked" not in (course.folder / "grades.csv").read_text("utf-8")
