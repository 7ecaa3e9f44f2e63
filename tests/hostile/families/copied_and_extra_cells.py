"""Copied, split, reordered and extra cells: the exam's own cells in the exam's own order are what counts."""

from __future__ import annotations

import copy
import random
from typing import Any

from tests.hostile.cases import FIRST, MULTI, SECOND, Damage, code, data, good, place


def again(*items: str, at: int | None = None) -> Damage:
    """Copies of the cells of these items, at the end or at a place."""

    def damage(read: dict[str, Any]) -> None:
        made = [copy.deepcopy(read["cells"][place(read, item)]) for item in items]
        at_ = len(read["cells"]) if at is None else at
        read["cells"][at_:at_] = made

    return data(damage)


def split(item: str, *, named: bool) -> Damage:
    """The cell cut in two as JupyterLab does; both halves keep the metadata when `named`."""

    def damage(read: dict[str, Any]) -> None:
        at = place(read, item)
        second = copy.deepcopy(read["cells"][at])
        second.update(source="# the rest", id="second", metadata=second["metadata"] if named else {})
        read["cells"].insert(at + 1, second)

    return data(damage)


def moved(change: Any) -> Damage:
    return data(lambda read: change(read["cells"]))


def _shuffled(found: list[Any]) -> None:
    random.Random(1).shuffle(found)


def _swapped(found: list[Any]) -> None:
    found[2], found[3] = found[3], found[2]


CASES = [
    *good("honest copy-paste", "copied-cells",
          pasted_below=again(FIRST), pasted_three=again(FIRST, SECOND, MULTI),
          pasted_often=again(*[FIRST] * 50),
          pasted_whole=data(lambda read: read["cells"].extend(copy.deepcopy(read["cells"])))),
    *good("honest copy-paste", "copied-cells moved-cells", pasted_above=again(FIRST, at=0)),
    *good("honest copy-paste", "copied-cells edited-cells",
          pasted_and_edited=data(lambda read: read["cells"].append(
              {**copy.deepcopy(read["cells"][place(read, FIRST)]), "source": "award('I-801', 1, out_of=1)"}))),
    *good("split cells", "copied-cells edited-cells", split_named=split(FIRST, named=True)),
    *good("split cells", "extra-cells", split_plain=split(FIRST, named=False), split_other=split(MULTI, named=False)),
    *good("reordered cells", "moved-cells", reversed=moved(lambda found: found.reverse()), shuffled=moved(_shuffled),
          swapped=moved(_swapped), last_first=moved(lambda found: found.insert(0, found.pop()))),
    *good("extra cells", "extra-cells",
          own_code=data(lambda read: read["cells"].append(code("1 + 1"))),
          own_note=data(lambda read: read["cells"].insert(0, {
              "cell_type": "markdown", "id": "note", "metadata": {}, "source": "我的笔记"})),
          own_raw=data(lambda read: read["cells"].append({
              "cell_type": "raw", "id": "raw", "metadata": {}, "source": "<script>alert(1)</script>"})),
          own_graded=data(lambda read: read["cells"].append({**code("2"), "metadata": {"nbgrader": {
              "grade": True, "grade_id": "bonus", "locked": True, "points": 100, "schema_version": 3,
              "solution": False, "task": False}}})),
          own_many=data(lambda read: read["cells"].extend(code(f"{n}", f"own{n}") for n in range(200)))),
]
