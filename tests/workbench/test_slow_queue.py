"""The ninth check and the terminal where several wait: who types slowly loses nobody and nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from examdesk.cli import app
from examdesk.items.scenario.authored import Authored
from examdesk.items.scenario.trials import events_of
from examdesk.workbench.slow import ACTS, READS, slowed, stretched, tried
from examdesk.workbench.stage import Stage, stage
from tests.items.chats import chat
from tests.items.queues import do, say, timed_desk

Data = dict[str, Any]


def made(*changes: Callable[[Data], object]) -> Stage:
    """The timed desk, with a patience that a round of three slow answers does not use up."""
    data = timed_desk()
    for one in data["play"]["chats"]:
        one["waits"]["seconds"] = 120
    for change in changes:
        change(data)
    return stage(Authored.model_validate(data).body())


def problems(*changes: Callable[[Data], object]) -> list[str]:
    return [f"{one.wrong}: {one.found}" for one in tried(made(*changes)).problems]


def test_a_slow_typist_takes_time_for_actions_too() -> None:
    turns = slowed([say("anna", "siz one"), do("anna", "look")])
    assert [value["waited"] for _, value in turns] == [READS + 4, ACTS]
    assert stretched(turns, 3) == turns  # type: ignore[arg-type]


def test_who_types_slowly_is_in_time_with_all_of_them() -> None:
    found = tried(made())
    assert (found.problems, found.golds, found.asked) == ((), 1, ())
    assert found.longest > 2 * READS  # each waits while others are answered


@pytest.mark.slow
def test_double_eleven_can_be_served_by_slow_fingers() -> None:
    found = tried(chat("S-14").stage)
    assert found.problems == () and found.golds == 3
    hasty = {**chat("S-14").item.body}
    chats = [{**one, "waits": {**one["waits"], "seconds": 60}} for one in hasty["play"]["chats"]]
    told = [one.wrong for one in tried(stage({**hasty, "play": {**hasty["play"], "chats": chats}})).problems]
    assert "who types slowly earns other points" in told  # a minute is not enough for five


def test_a_customer_who_leaves_somebody_slow_is_named() -> None:
    def hasty(data: Data) -> None:
        data["play"]["chats"][0]["waits"].update(seconds=21, times=1)

    assert any(one.startswith("who types slowly earns other points: ended at anna: left") for one in problems(hasty))


def test_points_for_time_that_decide_alone_are_named() -> None:
    def strict(data: Data) -> None:
        data["score"]["pass_mark"] = "98%"

    assert problems(strict) == ["who is late with every answer, and right, does not pass: 95"]


def test_saying_nothing_ends_the_desk() -> None:
    assert not any("he does not leave" in one for one in problems())
    assert events_of({"turns": [{"wait": 9}]}) == [("heard", {"lines": [], "waited": 9})]


def test_time_goes_by_in_the_terminal_for_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "exams" / "bank" / "d08" / "S-91.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(timed_desk(), allow_unicode=True, sort_keys=False, width=1000), "utf-8")
    lines = ["/to bob", "/wait 12", "pri one", "/wait 30", "/queue", "/do look", "/queue", "/wait 80", "/end"]
    ran = CliRunner().invoke(app, ["scenario", "play", "S-91", "--lang", "en", "--course", str(tmp_path)],
                             input="\n".join(lines))
    assert ran.exit_code == 0, (ran.output, ran.exception)
    for told in ("sample_anna (anna): still", "  anna: 1 turn, 42 s", "  bob: 0 turns, 30 s", "  bob: 1 turn, 30 s",
                 "sample_anna (anna): cold", "sample_bob (bob): still"):
        assert told in ran.output, told
