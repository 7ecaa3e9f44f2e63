"""Exam metadata edited in the notebook: values come from the release, never from the submission."""

from __future__ import annotations

from typing import Any

from tests.hostile.cases import BLANK, FIRST, WRONG, Damage, cells, data, good, graded_cell

NOTED = "edited-cells"
AWARD = "from examdesk.graders import award\naward('{0}', lambda response: None, out_of=1)"


def tagged(*tags: str, item: str = "") -> Damage:
    return cells(lambda cell: cell["metadata"].update(tags=[*tags]), item)


def test_of(item: str, source: Any) -> Damage:
    """The text of a test cell replaced."""
    return cells(lambda cell: cell.update(source=source), item)


def forged(place: str, **fields: Any) -> Damage:
    """Fields that look like a score, in the metadata of every cell."""

    def change(cell: dict[str, Any]) -> None:
        holder = cell["metadata"]["nbgrader"] if place == "nbgrader" else cell["metadata"]
        holder.update(fields)

    return cells(change)


CASES = [
    *good("points", NOTED, points_more=graded_cell(WRONG, points=1_000), points_zero=graded_cell(points=0),
          points_negative=graded_cell(WRONG, points=-5), points_text=graded_cell(BLANK, points="full"),
          points_all=cells(lambda cell: cell["metadata"]["nbgrader"].update(points=99))),
    *good("lock flags", NOTED, unlocked=graded_cell(locked=False), unlocked_all=cells(
        lambda cell: cell["metadata"]["nbgrader"].update(locked=False)), lock_text=graded_cell(locked="false")),
    *good("grade flags", NOTED, ungraded=graded_cell(WRONG, grade=False), graded_setup=graded_cell(
        "setup", grade=True, points=50), grade_null=graded_cell(WRONG, grade=None)),
    *good("solution flags", NOTED, solution=graded_cell(WRONG, solution=True), solution_all=cells(
        lambda cell: cell["metadata"]["nbgrader"].update(solution=True, locked=False)),
        task=graded_cell(WRONG, task=True, grade=False)),
    *good("cell type", NOTED, markdown=cells(lambda cell: cell.update(cell_type="markdown"), WRONG),
          raw=cells(lambda cell: cell.update(cell_type="raw"), FIRST),
          unknown=cells(lambda cell: cell.update(cell_type="quantum"), FIRST),
          cell_type_said=graded_cell(WRONG, cell_type="markdown")),
    *good("tests replaced", NOTED, awarded=test_of(WRONG, AWARD.format(WRONG)), true=test_of(WRONG, "True"),
          emptied=test_of(WRONG, ""), half=test_of(WRONG, ["0.5\n", "1"]), setup=test_of(
              "setup", "class exam:\n    show = staticmethod(lambda item: 1)")),
    *good("schema version", NOTED, schema_none=cells(lambda cell: cell["metadata"]["nbgrader"].pop("schema_version")),
          schema_one=graded_cell(schema_version=1), schema_future=graded_cell(schema_version=99),
          schema_text=graded_cell(schema_version="3"), schema_list=graded_cell(schema_version=[3])),
    *good("skip-execution tag", NOTED, skip_all=tagged("skip-execution"), skip_one=tagged(
        "skip-execution", item=WRONG), raises=tagged("raises-exception", "remove-cell", item=BLANK)),
    *good("forged score fields", NOTED, score=forged("nbgrader", score=100, auto_score=100, manual_score=100),
          mark=forged("cell", examdesk={"mark": {"points": "100"}}), checksum=forged("nbgrader", checksum="0" * 32),
          flat=forged("cell", score=1, points=100, grade="A")),
    *good("forged score fields",
          top=data(lambda read: read["metadata"].update(examdesk={"form": "E10-a", "points": 999, "autorun": False})),
          kernel=data(lambda read: read["metadata"].update(kernelspec={"name": "../../bin/sh", "argv": ["sh"]}))),
]
