"""The ninth check and the clock in the terminal: nobody loses by his fingers, and who is late but right passes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from examdesk.cli import app
from examdesk.items.scenario import trials
from examdesk.items.scenario.trials import events_of
from examdesk.workbench.checks import check
from examdesk.workbench.reading import Opened, open_scenario
from examdesk.workbench.slow import looked, slowed, stretched, tried
from tests.workbench.parcel import chat, parcel, written

Data = dict[str, Any]


def timed(data: Data) -> None:
    """The parcel with a customer who asks after a minute and leaves after three."""
    data["play"]["clock"] = {"silence": 60, "says": ["hurry"], "mood": -1, "patience": 180}
    data["score"]["required"][1]["weight"] = 10
    data["score"]["waits"] = {"id": "prompt", "criterion": "kind", "weight": 10, "greeting": 30, "share": "90%",
                              "answers": 2, "text": {"en": "answered in time"}}
    data["score"]["transcripts"][1]["earns"] = 70
    data["score"]["transcripts"][2]["earns"] = 10


def opened(folder: Path, *changes: Callable[[Data], object]) -> Opened:
    data = parcel()
    for change in (timed, *changes):
        change(data)
    return open_scenario(written(folder, data), "S-90")


def problems(folder: Path, *changes: Callable[[Data], object]) -> list[str]:
    return [f"{one.wrong}: {one.found}" for one in tried(opened(folder, *changes).stage()).problems]


def test_a_sound_clock_costs_no_slow_typist_anything(tmp_path: Path) -> None:
    made = opened(tmp_path)
    assert made.faults == ()
    found = tried(made.stage())
    assert (found.problems, found.golds, found.asked) == ((), 1, ())
    assert 10 < found.longest < 20


def long_gold(data: Data) -> None:
    """A gold chat with a message of two hundred characters that nobody slow can type in time."""
    data["score"]["transcripts"][0]["turns"][2]["say"] = "fri two" + " and so on and on" * 12


def test_a_message_too_long_for_slow_fingers_is_named(tmp_path: Path) -> None:
    told = problems(tmp_path, long_gold)
    assert "who types slowly gets no points for time: turn 3 by 32 s" in told
    assert not any("types slowly" in one for one in problems(tmp_path / "more", long_gold, lambda data: data["score"][
        "waits"].update(typing=120)))


def test_a_customer_who_leaves_somebody_slow_is_named(tmp_path: Path) -> None:
    def hasty(data: Data) -> None:
        data["play"]["clock"].update(silence=31, patience=62)
        data["score"]["waits"].update(typing=120)

    assert any(one == "who types slowly earns other points: ended at left" for one in problems(
        tmp_path, long_gold, hasty))


def test_points_for_time_that_decide_alone_are_named(tmp_path: Path) -> None:
    def strict(data: Data) -> None:
        data["score"]["pass_mark"] = "95%"

    assert problems(tmp_path, strict) == ["who is late with every answer, and right, does not pass: 90"]


@pytest.mark.slow
def test_the_check_tells_what_slow_fingers_get(tmp_path: Path) -> None:
    data = _with(timed)
    told = next(one for one in check(written(tmp_path, data), "S-90", runs=12).checks if one.name == "clock")
    assert told.outcome == "good"
    assert told.told.startswith("1 gold chats typed slowly, and with extra time: full points for time (10), he stays")
    data["score"]["transcripts"][0]["turns"][2]["say"] = "fri two" + " and so on and on" * 12
    told = next(one for one in check(written(tmp_path, data), "S-90", runs=12).checks if one.name == "clock")
    assert (told.outcome, len(told.faults)) == ("fault", 2)
    assert "S-90.yaml:" in str(told.faults[0]) and "Cure: split the long messages" in str(told.faults[0])


def test_one_and_a_half_times_the_time_is_counted_as_the_time(tmp_path: Path) -> None:
    turns = slowed(events_of(parcel()["score"]["transcripts"][0]))
    assert stretched(turns, Fraction(3, 2)) == turns
    assert stretched(turns, Fraction(5, 4)) == turns
    assert [kind for kind, _ in looked(turns)][:3] == ["heard", "said", "acted"]


def terminal(folder: Path, *lines: str) -> str:
    words = ["scenario", "play", "S-90", "--lang", "en", "--course", str(folder)]
    ran = CliRunner().invoke(app, words, input="\n".join(lines))
    assert ran.exit_code == 0, (ran.output, ran.exception)
    return ran.output


def test_time_goes_by_in_the_terminal_when_the_author_says_so(tmp_path: Path) -> None:
    written(tmp_path, _with(timed))
    told = terminal(tmp_path, "/wait 59", "/wait 1", "sry one", "/wait", "/do trace", "fri two", "num six", "/wait 45",
                    "bye ten")
    assert "Waiting counts here" in told and told.count(": hurry ") == 1
    assert "! write  /wait 60" in told
    assert "  missing    0  answered in time" in told
    assert "late turn 1: 56 s (limit 30)" in told and "late turn 5: 41 s (limit 20)" in told
    left = terminal(tmp_path, "/wait 180", "sry one")
    assert ": cold " in left and "0 turns, the customer is at: left." in left


def test_where_waiting_is_free_the_terminal_says_so(tmp_path: Path) -> None:
    told = terminal(written(tmp_path, parcel()), "/wait 60", "/end")
    assert "! waiting is free in this scenario" in told and "Waiting counts here" not in told


def _with(change: Callable[[Data], object]) -> Data:
    data = parcel()
    change(data)
    return data


@pytest.mark.parametrize(("turn", "good"), [
    ({"wait": 30, "say": "fri one"}, True), ({"wait": 200}, True), ({"do": "trace", "wait": 9}, False),
    ({"say": "fri one", "do": "trace"}, False), ({}, False),
])
def test_a_turn_of_a_transcript_is_a_message_an_action_or_a_silence(tmp_path: Path, turn: Data, good: bool) -> None:
    def adds(data: Data) -> None:
        data["score"]["transcripts"].append({**chat("more", "fail", 0), "turns": [turn]})

    found = [one.wrong for one in trials.faults(opened(tmp_path, adds).body or {})]
    assert ("a turn is one message, one action or one silence" in found) != good
