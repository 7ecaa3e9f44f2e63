"""Damaged and hostile submissions: each ends as promised, and nobody else pays for it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from examdesk.journal import NAME
from tests.nbgrader.courses import Course, Ran, all_right, full
from tests.nbgrader.damage import ALL, FIRST, GRADED, HELD, ME, PARTLY, REFUSED, renamed, rewrite

pytestmark = pytest.mark.slow

FORM = "E10-a"
Graded = tuple[Course, Ran, float]


@pytest.fixture(scope="module")
def graded(released: Course, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All of them handed in and marked in one run; how it ended and how many seconds it took."""
    course = released.copy(tmp_path_factory.mktemp("damaged") / "course")
    form = course.form(FORM)
    for name, (damage, *_) in ALL.items():
        folder = course.hand_in(name, form, all_right(form))
        damage(folder, form)
        journal = folder / NAME
        if journal.exists() and f'"candidate":"{ME}"'.encode() in journal.read_bytes():
            rewrite(journal, lambda raw, name=name: renamed(raw, name))  # type: ignore[misc]
    course.hand_in("zz-honest", form, all_right(form))
    begun = time.monotonic()
    ran = course.autograde(form)
    return course, ran, time.monotonic() - begun


@pytest.mark.parametrize("name", GRADED)
def test_harmless_damage_changes_no_mark(graded: Graded, name: str) -> None:
    course, form, flag = graded[0], graded[0].form(FORM), GRADED[name][1]
    assert course.points(name, form) == full(form)
    assert course.marks(name, form) == {item.id: item.points for item in form.items.values()}
    assert set(course.flags(name, form)) == ({flag} if flag else set())
    assert not course.line(name, form).simulated and course.line(name, form).attempt == 1


@pytest.mark.parametrize("name", PARTLY)
def test_a_damaged_journal_counts_as_far_as_it_is_whole(graded: Graded, name: str) -> None:
    course, form, (_, flag, lost) = graded[0], graded[0].form(FORM), PARTLY[name]
    points = course.points(name, form)
    assert [points[item] for item in form.items if points[item] != full(form)[item]] == [0.0] * lost
    assert not flag or flag in course.flags(name, form)


@pytest.mark.parametrize("name", HELD)
def test_doubtful_work_waits_for_a_person(graded: Graded, name: str) -> None:
    course, form, flag = graded[0], graded[0].form(FORM), HELD[name][1]
    assert course.flags(name, form)[flag].hold
    if flag == "no-journal":
        assert course.rows(name, form) == dict.fromkeys(form.items, (None, True))
        assert course.marks(name, form) == dict.fromkeys(form.items)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_count_is_refused_in_one_line(graded: Graded, name: str) -> None:
    course, ran, form, words = graded[0], graded[1], graded[0].form(FORM), REFUSED[name][1]
    said = ran.about(f"Not graded: {name}")
    assert len(said) == 1 and words in said[0], said
    assert course.line(name, form).outcome == "refused" and course.rows(name, form) is None
    assert not (course.folder / "autograded" / name).exists()


def test_the_batch_goes_on_quickly_and_says_that_somebody_is_missing(graded: Graded) -> None:
    course, ran, seconds = graded
    assert ran.code == 1 and "Traceback" not in ran.log
    assert f"{len(REFUSED)} of {len(ALL) + 1} submissions were not graded" in ran.log
    assert course.points("zz-honest", course.form(FORM)) == full(course.form(FORM))
    assert seconds < 2 * len(ALL)


def test_a_void_last_answer_leaves_the_one_before(graded: Graded) -> None:
    assert graded[0].marks("journal-void-answer", graded[0].form(FORM))[FIRST] == 1


def test_nothing_hostile_reaches_the_graded_notebook(graded: Graded) -> None:
    text = (graded[0].folder / "autograded/notebook-html" / FORM / f"{FORM}.ipynb").read_text("utf-8")
    assert "alert(" not in text and "onload" not in text


def test_feedback_is_written_for_everybody_who_was_marked(graded: Graded) -> None:
    course = graded[0]
    ran = course.run("generate_feedback", FORM)
    assert ran.code == 0, ran.log[-2000:]
    pages = {path.parent.parent.name for path in course.folder.glob(f"feedback/*/{FORM}/{FORM}.html")}
    assert pages == {*ALL, "zz-honest"} - {*REFUSED}


def test_what_was_handed_in_stays_as_it_was(course: Course) -> None:
    form = course.form(FORM)
    folder = course.hand_in("ann", form, all_right(form))
    rewrite(folder / NAME, lambda raw: raw[:-25])
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    course.autograde(form)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_with_a_kernel_the_marks_are_the_same(graded: Graded, tmp_path: Path) -> None:
    """nbgrader's own Execute in the place of ours, for submissions that a kernel can mark, too."""
    form = graded[0].form(FORM)
    some = ["notebook-missing", "journal-huge-line", "journal-void-answer", "part-edited", "held-no-journal",
            "zz-honest"]  # fmt: skip
    course = graded[0].copy(tmp_path / "kernel")
    (course.folder / "nbgrader_config.py").write_text(
        "from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, Execute\n"
        "from examdesk.pipeline import configure\nfrom examdesk.pipeline.cells import SaveMarks\nc = get_config()\n"
        "c.Autograde.autograde_preprocessors = [Execute, SaveMarks, AssignLatePenalties, CheckCellMetadata]\n"
        "configure(c)\n", "utf-8")
    for path in list((course.folder / "submitted").iterdir()):
        if path.name not in some:
            path.rename(tmp_path / path.name)
    assert course.autograde(form, "--force").code == 0
    kernel = course.graded("zz-honest", form)
    assert any("execution" in cell.metadata for cell in kernel.cells), "a kernel writes the times it ran"
    for name in some:
        assert course.rows(name, form) == graded[0].rows(name, form), name
        assert course.marks(name, form) == graded[0].marks(name, form), name
