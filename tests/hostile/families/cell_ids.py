"""Deleted questions and edited grade ids. The answer is in the journal, so nobody loses a point by it."""

from __future__ import annotations

from typing import Any

from tests.hostile.cases import FIRST, MULTI, SECOND, Damage, data, good, graded_cell, place


def deleted(*items: str) -> Damage:
    return data(lambda read: read.update(cells=[
        cell for cell in read["cells"] if cell["metadata"]["nbgrader"]["grade_id"] not in items]))


def pointed(item: str, other: str) -> Damage:
    """The cell of one item says that it is another's."""
    return graded_cell(item, grade_id=other)


def exchanged(read: dict[str, Any]) -> None:
    first, second = (read["cells"][place(read, item)]["metadata"]["nbgrader"] for item in (FIRST, "I-814"))
    first["grade_id"], second["grade_id"] = second["grade_id"], first["grade_id"]


CASES = [
    *good("deleted question", "missing-cells", deleted_one=deleted(FIRST), deleted_three=deleted(FIRST, SECOND, MULTI),
          deleted_setup=deleted("setup", "finish"), deleted_wrong=deleted("I-814")),
    *good("edited grade id", "missing-cells extra-cells", renamed=pointed(FIRST, "I-999"), hostile=pointed(
        FIRST, "../../x"), empty=pointed(FIRST, ""), long=pointed(FIRST, "I" * 10_000),
        script=pointed(FIRST, "<script>alert(1)</script>"), lower=pointed(FIRST, "i-801"),
        own_bidi=pointed(FIRST, "I-801\u202e")),
    *good("edited grade id", "missing-cells copied-cells edited-cells", re_pointed=pointed("I-814", FIRST)),
    *good("edited grade id", "moved-cells edited-cells", exchanged=data(exchanged)),
]
