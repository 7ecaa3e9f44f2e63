"""Model transcripts once more in other people's words: who serves well passes, who does not fails, whatever the words.

rewrites/others/ID.yaml holds, for a transcript, its messages one for one in the words of somebody who saw the transcript
and never the phrases. What is misread stays in the file: the share is the figure.

    python -m tests.items.test_rewrites        # the figures by scenario and kind
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from examdesk.items.scenario import key
from examdesk.items.scenario.grader import scenario
from examdesk.model import Said
from tests.conftest import respond
from tests.items.chats import CHATS, Chat

OTHERS = Path(__file__).with_name("rewrites") / "others"
SAME = Fraction(95, 100)


class Tried(NamedTuple):
    """A rewrite, and whether it passes or fails as its transcript does."""

    item: str
    of: str
    kind: str
    same: bool
    points: Fraction  # of 1


def retold(chat: Chat, name: str, say: list[str]) -> list[Said]:
    """The turns of a transcript with other messages; its actions stay."""
    left = iter(say)
    turns = [(kind, {**value, "text": next(left)}) if kind == "said" else (kind, value)
             for kind, value in chat.script(name)]  # fmt: skip
    assert not list(left), f"{chat.item.id} {name}: more messages than the transcript has"
    return turns


def tried(chat: Chat) -> Iterator[Tried]:
    """Every rewrite of a scenario, marked as its frozen form would mark it: with the trained model, if it has one."""
    body: dict[str, Any] = key.complete(chat.item.body)
    grade = scenario(play=body["play"], score=body["score"])
    kinds = {script["id"]: script["kind"] for script in chat.transcripts}
    for entry in yaml.safe_load((OTHERS / f"{chat.item.id}.yaml").read_text("utf-8")):
        said = retold(chat, entry["of"], entry["say"])
        mark = grade(respond(chat.item, [("opened", {"seed": 0}), *said]))
        passed = bool(mark.evidence["passed"]) and not mark.suspected
        assert mark.fraction is not None
        yield Tried(chat.item.id, entry["of"], kinds[entry["of"]], passed == (kinds[entry["of"]] == "gold"),
                    mark.fraction)


RETOLD = [chat for chat in CHATS if (OTHERS / f"{chat.item.id}.yaml").exists()]


@pytest.mark.soak
def test_the_rewrites_of_others_pass_and_fail_as_the_transcripts_do() -> None:
    found = [one for chat in RETOLD for one in tried(chat)]
    assert len(found) > 100
    assert Fraction(sum(one.same for one in found), len(found)) >= SAME, [one[:3] for one in found if not one.same]


def main() -> None:
    """Prints how many rewrites of every scenario and kind pass or fail as they should."""
    every: list[Tried] = []
    for chat in RETOLD:
        found = list(tried(chat))
        every += found
        for kind in ("gold", "fail"):
            some = [one for one in found if one.kind == kind]
            wrong = ", ".join(f"{one.of} ({float(100 * one.points):.0f})" for one in some if not one.same)
            sys.stdout.write(f"{chat.item.id:6}{kind:5} {sum(one.same for one in some)} of {len(some)}  {wrong}\n")
    sys.stdout.write(f"{sum(one.same for one in every)} of {len(every)} pass or fail as their transcripts do\n")


if __name__ == "__main__":
    main()
