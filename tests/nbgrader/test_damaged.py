"""Damaged submissions under nbgrader's own kernel: the same marks. The damage itself: `tests/hostile`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.hostile.catalogue import ALL
from tests.hostile.papers import HONEST, QUIZ, paper
from tests.nbgrader.courses import Course

pytestmark = pytest.mark.slow

KERNEL = (
    "from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, Execute\n"
    "from examdesk.pipeline import configure\nfrom examdesk.pipeline.cells import SaveMarks\nc = get_config()\n"
    "c.Autograde.autograde_preprocessors = [Execute, SaveMarks, AssignLatePenalties, CheckCellMetadata]\n"
    "configure(c)\n"
)
SOME = ["unreadable-notebook-missing", "journal-rewriting-edited-right"]
MORE = ["journal-damage-huge-line", "journal-content-nonsense", "journal-rewriting-truncated-away"]


@pytest.mark.parametrize("some", [SOME, pytest.param(MORE, marks=pytest.mark.soak)])
def test_with_a_kernel_the_marks_are_the_same(released: Course, tmp_path: Path, some: list[str]) -> None:
    """nbgrader's own Execute in the place of ours, for submissions that a kernel can mark, too."""
    ours = released.copy(tmp_path / "ours")
    form = ours.form(QUIZ)
    ours.hand_in(HONEST, form, paper(form))
    for name in some:
        ALL[name].damage(ours.hand_in(name, form, paper(form)), form)
    kernel = Course(Path(shutil.copytree(ours.folder, tmp_path / "kernel")))
    (kernel.folder / "nbgrader_config.py").write_text(KERNEL, "utf-8")
    assert ours.autograde(form).code == kernel.autograde(form).code == 0
    ran = kernel.graded(HONEST, form)
    assert any("execution" in cell.metadata for cell in ran.cells), "a kernel writes the times it ran"
    for name in (*some, HONEST):
        assert kernel.rows(name, form) == ours.rows(name, form), name
        assert kernel.marks(name, form) == ours.marks(name, form), name
