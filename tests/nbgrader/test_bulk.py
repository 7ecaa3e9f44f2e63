"""`examdesk autograde` as an instructor uses it: figures, resume, refusals, kills."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from examdesk.autograding import intake
from examdesk.bulk import Summary, autograde
from examdesk.errors import CourseError
from examdesk.journal import NAME
from examdesk.records import Records
from examdesk.records.grades import GradebookWriter
from examdesk.simulation import simulate
from tests.dying import killed_at
from tests.nbgrader.courses import Course, all_right, cells_of, full
from tests.nbgrader.state import differing, state

pytestmark = pytest.mark.slow

FORM = "E10-a"
run = sys.modules["examdesk.bulk.run"]


RUN = f"""
from pathlib import Path
from examdesk.bulk import autograde
print("ready", flush=True)
print(autograde(Path("."), {FORM!r}, jobs=2))
"""


def examdesk(course: Course, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "examdesk", *words], cwd=course.folder, text=True, capture_output=True,
                          check=False)


def figures(summary: Summary) -> tuple[int, ...]:
    return (summary.submissions, summary.graded, summary.already, summary.refused, summary.flagged,
            summary.needs_marker)


def test_the_command_prints_figures_and_names_who_is_missing(course: Course) -> None:
    form = course.form(FORM)
    for name in ("ann", "bob", "eve"):
        course.hand_in(name, form, all_right(form))
    (course.folder / "submitted/bob" / FORM / "responses.jsonl").unlink()
    (course.folder / "submitted/eve" / FORM / "responses.jsonl").unlink()
    (course.folder / "submitted/eve" / FORM / f"{FORM}.ipynb").unlink()
    ran = examdesk(course, "autograde", FORM, "--json", "--jobs", "1")
    found = json.loads(ran.stdout)
    assert set(found) == {"submissions", "graded", "already", "refused", "flagged", "needs_marker", "seconds",
                          "cpu_seconds", "peak_mb"}
    assert [found[name] for name in ("submissions", "graded", "already", "refused", "flagged", "needs_marker")] == [
        3, 2, 0, 1, 1, 1]
    assert 0 < found["cpu_seconds"] < 60 and 50 < found["peak_mb"] < 500
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [f"Not graded: eve: there is neither {FORM}.ipynb nor responses.jsonl"]
    shutil.rmtree(course.folder / "submitted/eve")
    again = examdesk(course, "autograde", FORM)
    assert again.returncode == 0 and "0 graded, 2 were graded already" in again.stdout


def test_only_and_force(course: Course) -> None:
    form = course.form(FORM)
    for name in ("ann", "bob"):
        course.hand_in(name, form, all_right(form))
    assert figures(autograde(course.folder, FORM, only="bob", jobs=1)) == (1, 1, 0, 0, 0, 0)
    assert course.rows("ann", form) is None
    assert figures(autograde(course.folder, FORM, jobs=1)) == (2, 1, 1, 0, 0, 0)
    before = state(course.folder)
    assert figures(autograde(course.folder, FORM, jobs=1, force=True)) == (2, 2, 0, 0, 0, 0)
    assert differing(before, state(course.folder)) == []


def test_what_both_commands_graded_is_done_for_both(course: Course) -> None:
    form = course.form(FORM)
    for name in ("ann", "bob"):
        course.hand_in(name, form, all_right(form))
    course.autograde(form, "--student", "ann")
    assert figures(autograde(course.folder, FORM, jobs=1)) == (2, 1, 1, 0, 0, 0)
    assert "Already graded: bob" in course.autograde(form).log


def test_a_changed_work_is_graded_again_and_an_unchanged_one_is_not(course: Course) -> None:
    form = course.form(FORM)
    folder = course.hand_in("ann", form)
    course.hand_in("bob", form)
    autograde(course.folder, FORM, jobs=1)
    shutil.rmtree(folder)
    course.hand_in("ann", form, all_right(form))
    assert figures(autograde(course.folder, FORM, jobs=1)) == (2, 1, 1, 0, 0, 0)
    assert course.points("ann", form) == full(form)


@pytest.mark.parametrize(("words", "said"), [
    (["E99-a"], "no frozen form E99-a"),
    ([FORM], "no submission matches"),
])
def test_what_cannot_be_graded_at_all_is_one_line(course: Course, words: list[str], said: str) -> None:
    (course.folder / "source/E99-a").mkdir()
    (course.folder / "source/E99-a/form.json").write_text("{}")
    course.hand_in("ann", course.form(FORM)).rename(course.folder / "submitted/ann/E99-a")
    ran = examdesk(course, "autograde", *words)
    assert ran.returncode == 1 and said in ran.stderr and "Traceback" not in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr


def test_other_preprocessors_are_refused(course: Course) -> None:
    course.hand_in("ann", course.form(FORM))
    config = course.folder / "nbgrader_config.py"
    config.write_text("from nbgrader.preprocessors import Execute\nc = get_config()\n"
                      "c.Autograde.autograde_preprocessors = [Execute]\n" + config.read_text("utf-8"), "utf-8")
    with pytest.raises(CourseError, match="other preprocessors"):
        autograde(course.folder, FORM)


def test_progress_counts_up_to_everybody(course: Course) -> None:
    simulate(course.folder, FORM, candidates=5, seed=1)
    seen: list[tuple[int, int]] = []
    autograde(course.folder, FORM, jobs=2, tell=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 5) and seen[-1] == (5, 5)


def test_the_order_a_marker_sees_tells_nothing(course: Course) -> None:
    """The formgrader lists submissions by the notebook's id."""
    form = course.form(FORM)
    names = [f"c{number:02}" for number in range(12)]
    for name in names:
        course.hand_in(name, form)
    autograde(course.folder, FORM, jobs=1)
    with Gradebook(course.db_url) as gradebook:
        seen = [one.student.id for one in sorted(gradebook.notebook_submissions(FORM, FORM), key=lambda one: one.id)]
    assert sorted(seen) == names
    assert seen not in (names, names[::-1])


def killed(course: Course, after: float) -> bool:
    """Starts a run, kills it with its children after so many seconds; whether it was still running."""
    with subprocess.Popen([sys.executable, "-c", RUN], cwd=course.folder, stdout=subprocess.PIPE, text=True,
                          start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)
        running = process.poll() is None
        if running:
            os.killpg(process.pid, signal.SIGKILL)
        return running


def kills(course: Course, tmp_path: Path, *, submissions: int, times: int, seed: int) -> tuple[int, list[str]]:
    """Kills a run `times` times, each followed by a run to the end; (runs killed, where any differs from unbroken)."""
    simulate(course.folder, FORM, candidates=submissions, seed=2)
    whole = course.copy(tmp_path / "whole")
    begun = time.monotonic()
    autograde(whole.folder, FORM, jobs=2)
    took, expected = time.monotonic() - begun, state(whole.folder)
    rng, broken, wrong = random.Random(seed), 0, []
    for number in range(times):
        one = course.copy(tmp_path / f"kill{number}")
        broken += killed(one, rng.uniform(0, took * 1.1))
        left = autograde(one.folder, FORM, jobs=2)
        wrong += [f"kill {number}: {line}" for line in differing(expected, state(one.folder))]
        wrong += [f"kill {number}: {left}"] if left.ungraded else []
        wrong += [f"kill {number}: left over {path}" for path in one.folder.glob("autograded/*/.*")]
        shutil.rmtree(one.folder)
    return broken, wrong


@pytest.mark.soak
def test_killed_at_any_moment_and_run_again_it_is_the_unbroken_result(course: Course, tmp_path: Path) -> None:
    broken, wrong = kills(course, tmp_path, submissions=60, times=5, seed=1)
    assert wrong == [] and broken >= 2


@pytest.mark.soak
def test_fifty_kills_of_a_run_over_two_hundred_submissions(course: Course, tmp_path: Path) -> None:
    broken, wrong = kills(course, tmp_path, submissions=200, times=50, seed=2)
    print(json.dumps({"kills": 50, "while_running": broken, "different": len(wrong)}))
    assert wrong == [] and broken >= 25


STAGES = {"enter": GradebookWriter, "stage": run, "publish": run, "save_submissions": Records, "take": run,
          "save_started": Records}


@pytest.mark.parametrize(("stage", "moment"), [
    pytest.param(stage, moment, marks=pytest.mark.soak if moment == "before" and stage != "publish" else ())
    for stage in STAGES for moment in ("before", "after")])
def test_killed_at_each_stage_and_run_again(course: Course, tmp_path: Path, stage: str, moment: str) -> None:
    """The process ends exactly before or after one of its steps, on work that was graded once before, too."""
    form = course.form(FORM)
    for name in ("ann", "bob"):
        course.hand_in(name, form)
    autograde(course.folder, FORM, jobs=1)
    shutil.rmtree(course.folder / "submitted/bob")
    for name in ("bob", "eve"):
        course.hand_in(name, form, all_right(form))
    whole = course.copy(tmp_path / "whole")
    autograde(whole.folder, FORM, jobs=1)
    killed_at(lambda: autograde(course.folder, FORM, jobs=1), STAGES[stage], stage, 1, moment)
    assert not autograde(course.folder, FORM, jobs=1).ungraded
    assert differing(state(whole.folder), state(course.folder)) == []
    assert not list(course.folder.glob("autograded/*/.*"))


def test_names_and_links_of_others_cost_only_themselves(course: Course) -> None:
    """A name that is not UTF-8, one that is too long for nbgrader, one with a line break, a link to somebody else."""
    form = course.form(FORM)
    submitted = course.folder / "submitted"
    course.hand_in("ann", form, all_right(form))
    os.rename(course.hand_in("odd", form).parent, os.fsencode(submitted) + b"/caf\xe9")
    course.hand_in("x" * 200, form)
    course.hand_in("two\nlines", form, all_right(form))
    (submitted / "bob").symlink_to(submitted / "ann")
    other = course.copy(course.folder.parent / "other")
    found = autograde(course.folder, FORM, jobs=1)
    assert (found.graded, found.refused) == (2, 3)
    assert sorted(line.split(": ", 1)[0] for line in found.problems) == sorted(["'caf\\udce9'", "bob", "x" * 200])
    assert course.points("ann", form) == full(form) == course.points("two\nlines", form)
    ran = other.autograde(form)
    assert ran.code == 1 and "3 of 5 submissions were not graded" in ran.log
    assert differing(state(other.folder), state(course.folder)) == []


def test_one_more_preprocessor_is_refused_too(course: Course) -> None:
    course.hand_in("ann", course.form(FORM))
    config = course.folder / "nbgrader_config.py"
    config.write_text("from nbgrader.preprocessors import ClearOutput\nc = get_config()\n"
                      "c.Autograde.autograde_preprocessors.append(ClearOutput)\n" + config.read_text("utf-8"), "utf-8")
    with pytest.raises(CourseError, match="other preprocessors"):
        autograde(course.folder, FORM)


def test_a_run_leaves_no_temporary_folder(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    course.hand_in("ann", course.form(FORM))
    assert autograde(course.folder, FORM, jobs=2).graded == 1
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_work_another_run_holds_is_pending(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    form = course.form(FORM)
    for name in ("ann", "bob"):
        course.hand_in(name, form)
    monkeypatch.setattr(intake.held.__wrapped__, "__kwdefaults__", {"patience": 0.2})  # type: ignore[attr-defined]
    with intake.held(course.folder / "submitted/ann" / FORM):
        found = autograde(course.folder, FORM, jobs=1)
    assert (found.graded, found.refused) == (1, 0)
    assert found.problems == ["ann: another run is grading it; run again when that is mended"]
    assert course.line("ann", form) is None


@pytest.mark.parametrize("how", ["bulk", "nbgrader"])
def test_who_hands_in_anothers_answers_is_refused_and_the_owner_is_flagged(course: Course, how: str) -> None:
    form = course.form(FORM)
    ann = course.hand_in("ann", form, all_right(form))
    for name in ("aaa", "zoe"):  # before and after the owner
        shutil.copy(ann / NAME, course.hand_in(name, form) / NAME)
    course.hand_in("bob", form, all_right(form))
    if how == "bulk":
        autograde(course.folder, FORM, jobs=1)
    else:
        course.autograde(form)
    assert [course.line(name, form).outcome for name in ("aaa", "ann", "bob", "zoe")] == [
        "refused", "graded", "graded", "refused"]
    assert not course.flags("ann", form)["shared-journal"].hold and "shared-journal" not in course.flags("bob", form)
    again = len(course.records.flags())
    autograde(course.folder, FORM, jobs=1, force=True)
    assert len(course.records.flags()) == again


def test_a_rubric_with_points_of_its_own_waits_for_a_person(sampler: Course, tmp_path: Path) -> None:
    """A notebook typed by hand: nbgrader would take the word "unmarked" for full marks."""
    course = sampler.copy(tmp_path / "course")
    form = course.form("E11-sampler-a")
    reply = next(item for item in form.items.values() if item.type == "reply")

    def one_cell(data: dict[str, Any]) -> None:
        del data["metadata"]["examdesk"]["autorun"]
        data["cells"] = [cell for cell in data["cells"] if cell["metadata"]["nbgrader"]["grade_id"] != reply.id]
        evidence = cells_of(form, data)[f"{reply.id}-evidence"]
        evidence["metadata"]["nbgrader"].update(grade_id=reply.id, points=int(reply.points))
        evidence["source"] = "".join(evidence["source"]).replace("out_of=0", f"out_of={reply.points}")

    course.edit(course.folder / "source" / form.id, one_cell)
    shutil.rmtree(course.folder / "release")
    assert course.run("db", "assignment", "remove", form.id, "--force").code == 0
    assert course.run("generate_assignment", form.id).code == 0
    course.hand_in("blank", form)
    other = course.copy(tmp_path / "other")
    course.autograde(form)
    autograde(other.folder, form.id, jobs=1)
    assert course.rows("blank", form)[reply.id] == (None, True)
    assert course.marks("blank", form)[reply.id] is None
    assert differing(state(course.folder), state(other.folder)) == []
