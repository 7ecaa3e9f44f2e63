"""What can be wrong with the steps of a reception."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examdesk.bank.schema import Problem, repeated


def faults(body: Mapping[str, Any]) -> Iterator[Problem]:
    """Steps have names of their own, are no goals, and count for a criterion there is."""
    score = body["score"]
    if "phases" not in score:
        return
    steps, criteria = score["phases"]["steps"], [entry["id"] for entry in score["criteria"]]
    yield from repeated([step["id"] for step in steps], ("score", "phases", "steps"))
    if score["phases"]["criterion"] not in criteria:
        yield Problem(("score", "phases", "criterion"), "there is no criterion of this name",
                      score["phases"]["criterion"], f"use one of: {', '.join(criteria)}")
    others = [entry["id"] for entry in (*score["required"], *score["order"])]
    for index, step in enumerate(steps):
        loc = ("score", "phases", "steps", index)
        if step["id"] in others:
            wrong, cure = "another entry that earns points has this name", "name it otherwise"
            yield Problem((*loc, "id"), wrong, step["id"], cure)
        if step["event"]["goal"]:
            yield Problem((*loc, "event"), "the goal is no step of a reception", "goal",
                          "write one of act:, tool:, fact:")
