"""Results filled in beforehand and a second notebook: neither is looked at but to say so."""

from __future__ import annotations

from typing import Any

from examdesk.graders import MARK_TYPE
from tests.hostile.cases import BLANK, WRONG, Damage, both, cells, file, good

MARK = {"item": WRONG, "points": "1", "out_of": "1", "reason": "chose b", "parts": [], "critical": [], "suspected": [],
        "grader": "examdesk 0.1.0", "evidence": {"events": []}}


def cooked(output: dict[str, Any], item: str = "") -> Damage:
    return cells(lambda cell: cell["cell_type"] == "code" and cell.update(outputs=[output], execution_count=1), item)


def result(**bundle: Any) -> dict[str, Any]:
    data = {name.replace("_", "/", 1): value for name, value in bundle.items()}
    return {"output_type": "execute_result", "metadata": {}, "execution_count": 1, "data": data}


def marked(kind: str = "execute_result", **fields: Any) -> dict[str, Any]:
    return {**result(text_plain="1.0"), "output_type": kind, "data": {MARK_TYPE: {**MARK, **fields}}}


NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'

CASES = [
    *good("pre-filled results", "cooked-outputs",
          number=cooked(result(text_plain="1.0")),
          number_blank=cooked(result(text_plain="2"), BLANK),
          listed=cooked(result(text_plain=["100", ".0"]), WRONG),
          mark=cooked(marked(), WRONG),
          mark_all=cooked(marked(points="1000", out_of="1000")),
          mark_shown=cooked(marked("display_data", points=None, reason="", html="<script>alert(1)</script>"), WRONG),
          mark_odd=cooked({"output_type": "execute_result", "data": {MARK_TYPE: "full"}}, WRONG)),
    *good("pre-filled results",
          words=cooked({"output_type": "stream", "name": "stdout", "text": "100 points"}),
          error=cooked({"output_type": "error", "ename": "None", "evalue": "", "traceback": []}, WRONG)),
    *good("an extra .ipynb", "second-notebook",
          second=file("second.ipynb", NOTEBOOK),
          copy=lambda folder, form: (folder / f"{form.id}-Copy1.ipynb").write_bytes(
              (folder / f"{form.id}.ipynb").read_bytes()),
          solution=file("{form}.solution.ipynb", NOTEBOOK),
          other_form=file("E11-sampler-a.ipynb", NOTEBOOK),
          five=both(*(file(f"n{number}.ipynb", NOTEBOOK) for number in range(5)))),
]
