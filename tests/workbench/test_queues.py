"""The checks of an author's scenario, on a queue of customers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from examdesk.cli import app
from examdesk.items.scenario.desk import time_at
from examdesk.items.scenario.trials import events_of
from examdesk.items.scenario.world import is_over
from examdesk.workbench import queues
from examdesk.workbench.checks import NAMES, check
from examdesk.workbench.coverage import answered
from examdesk.workbench.graph import graph_of
from examdesk.workbench.monkeys import KINDS, played, zoo_of
from examdesk.workbench.queues import POLICIES, QueueSearcher
from examdesk.workbench.reading import open_scenario
from examdesk.workbench.report import Report
from examdesk.workbench.stage import walked
from tests.items.queues import desk

Data = dict[str, Any]


def course(folder: Path, data: Data) -> Path:
    path = folder / "exams" / "bank" / "d08" / "S-91.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000), "utf-8")
    return folder


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return course(tmp_path_factory.mktemp("course"), desk())


@pytest.fixture(scope="module")
def report(sound: Path) -> Report:
    return check(sound, "S-91", runs=36)


def named(report: Report, name: str) -> Any:
    return next(one for one in report.checks if one.name == name)


def changed(folder: Path, change: Callable[[Data], None], name: str) -> list[str]:
    data = desk()
    change(data)
    return [str(fault) for fault in named(check(course(folder, data), "S-91", runs=12), name).faults]


@pytest.mark.slow
def test_a_sound_queue_goes_through_all_checks(report: Report) -> None:
    assert [str(fault) for fault in report.faults] == []
    assert [one.name for one in report.checks] == list(NAMES)
    assert named(report, "best path").figures["points"] == "100"
    assert named(report, "orders and ends").figures["passes"] == dict.fromkeys(POLICIES, True)


@pytest.mark.slow
def test_the_coverage_names_the_customer_and_the_line(report: Report, sound: Path) -> None:
    listed = " ".join(named(report, "coverage").listed)
    assert "not walked in anna ask: rude (" in listed
    stage = open_scenario(sound, "S-91").stage()
    assert {name.split()[0] for name in graph_of("S-91", stage).visits} == {"anna", "bob", "cleo"}


def test_what_the_coverage_says_was_answered_is_what_the_engine_credited(sound: Path) -> None:
    stage = open_scenario(sound, "S-91").stage()
    for script in stage.score["transcripts"]:
        for before, after in walked(stage, events_of(script)):
            chat = after.steps[-1].chat
            was, one = before.chats[chat], after.chats[chat]  # type: ignore[attr-defined]
            if one.steps[-1].kind == "said":
                told = tuple(name for name, _ in answered(stage.chats[chat], was, one))
                assert told == after.steps[-1].credited


def test_every_monkey_writes_to_several_customers(sound: Path) -> None:
    zoo = zoo_of(open_scenario(sound, "S-91").stage())
    for kind in set(KINDS) - {"silent"}:
        chats = {step.chat for seed in range(3) for step in played(zoo, kind, seed=seed).steps}
        assert len(chats) > 1, kind
        assert played(zoo, kind, seed=1) == played(zoo, kind, seed=1)


def test_what_a_desk_remembers_is_what_its_chats_say(sound: Path) -> None:
    zoo = zoo_of(open_scenario(sound, "S-91").stage())
    for kind in KINDS:
        state: Any = played(zoo, kind, seed=2)
        while state is not None:
            chats = {name: one for name, one in state.chats.items() if not is_over(zoo.stage.chats[name], one)}
            assert state.waiting == tuple(chats)
            assert state.at == ", ".join(f"{name}: {one.at}" for name, one in state.chats.items())
            assert state.patience == sum(max(0, one.patience) for one in state.chats.values())
            assert state.time == time_at(state, len(state.steps))
            assert state.before is None or state.before.steps == state.steps[:-1]
            state = state.before


@pytest.mark.slow
def test_a_customer_nobody_can_serve_is_a_fault_that_says_what_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "TRIES", 20)

    def deaf(data: Data) -> None:
        rule = {"act": "closing", "if": {"acts": ["rude"]}, "go": "served"}  # Bob leaves content once insulted
        data["play"]["chats"][1]["states"]["last"]["rules"] = [rule]

    assert any("misses this (found: end-b)" in one for one in changed(tmp_path, deaf, "best path"))


@pytest.mark.slow
def test_who_waits_for_ever_is_a_fault(tmp_path: Path) -> None:
    def patient(data: Data) -> None:
        for chat in data["play"]["chats"]:
            chat["waits"] = {"turns": 40, "say": "still", "times": 20}

    found = changed(tmp_path, patient, "orders and ends")
    assert any("never comes to an end" in one and "actions only" in one for one in found)


@pytest.mark.slow
def test_one_order_of_service_only_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = {"who has waited longest": True, "one after the other": False}
    monkeypatch.setattr(QueueSearcher, "orders", lambda self: one)
    assert any("one order of service only" in one for one in changed(tmp_path, lambda data: None, "orders and ends"))


def test_a_queue_is_played_from_a_pipe(sound: Path) -> None:
    lines = ["hello", "/to dora", "/to bob", "pri one", "/queue", "/tools", "/do look", "/to cleo", "/end"]
    words = ["scenario", "play", "S-91", "--lang", "en", "--course", str(sound)]
    ran = CliRunner().invoke(app, words, input="\n".join(lines))
    assert ran.exit_code == 0, (ran.output, ran.exception)
    for told in ("! open a chat first:  /to CHAT", "! nobody of this name is here (found: dora). Use one of: anna, bob",
                 "Agent → bob: pri one", "sample_bob (bob): thanks", "  anna: 1 turn",
                 "System → sample_bob (bob): Shown.",
                 "! nobody of this name is here (found: cleo)", "turn 1 (bob) +10  did bob-first",
                 "2 turns, the customers are at: anna: ask, bob: last."):  # fmt: skip
        assert told in ran.output, told
    assert "open_link" not in ran.output
