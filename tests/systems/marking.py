"""How an item of the course's own bank marks an answer: by the grader its hidden cell spells out."""

from __future__ import annotations

import ast
from typing import Any

from examdesk import graders
from examdesk.items import part
from examdesk.model import Judgement, Response
from tests.conftest import real_bank


def marked(item: str, answer: object) -> Judgement:
    """The judgement of `answer` to the item of the bank."""
    cells = part(real_bank().items[item].type, "cells").cells(real_bank().items[item])
    (cell,) = (one for one in cells if one.kind == "autograder")
    call: Any = ast.parse(cell.source).body[-1]
    grade = eval(ast.unparse(call.value.args[1]), vars(graders))
    return grade(Response(item, answer))  # type: ignore[no-any-return]


def reasons(judgement: Judgement) -> dict[str, str]:
    """{criterion: reason} of what did not earn everything."""
    return {part.criterion: part.reason for part in judgement.parts if part.fraction < 1}


def example(item: str) -> list[dict[str, str]]:
    """A register with full marks, by its author."""
    return [dict(row) for row in real_bank().items[item].body["example"]]


def unmade(item: str) -> dict[str, str]:
    """What the generator gave for the first variant of an item, as the bank holds it."""
    values = real_bank().templates[item].values(0, None)
    return {name: value for name, value in values.items() if isinstance(value, str)}
