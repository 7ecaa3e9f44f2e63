"""A scenario played in the terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from examdesk.cli import app
from examdesk.workbench.terminal import judgement
from tests.conftest import ROOT
from tests.items.chats import CHATS, Chat, each
from tests.workbench.parcel import parcel, written


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("course"), parcel())


def play(course: Path, *lines: str, seed: int = 0) -> str:
    words = ["scenario", "play", "S-90", "--lang", "en", "--seed", str(seed), "--course", str(course)]
    ran = CliRunner().invoke(app, words, input="\n".join(lines))
    assert ran.exit_code == 0, (ran.output, ran.exception)
    return ran.output


def test_a_chat_from_a_pipe_is_played_and_judged(course: Path) -> None:
    told = play(course, "sry one", "/do trace", "fri two", "num six", "bye ten")
    rows = told.splitlines()
    assert rows[0] == "· The parcel comes on Friday."
    assert "Agent: fri two" in rows and "System: Traced." in rows and "  | Parcel: traced" in rows
    assert "Solved: 90 / 90" in rows and "  turn 3   +20  did says-friday" in rows
    assert rows[-1] == "100 of 100 points, pass mark 60: passed. 5 turns, the customer is at: served."


def test_what_was_missed_cost_points_or_breaks_a_rule_is_told(course: Path) -> None:
    told = play(course, "sry one", "fool two", "vow three", "/do refund", "/end", "fri four")
    assert "  missing    0  did says-friday" in told
    assert "  turn 2   −10  insulted him" in told
    assert "VIOLATION: refunded at once – turn 4: refund" in told
    assert "perhaps a violation, a person decides: refunded at once – turn 3: promise – vow three" in told
    assert "0 of 100 points, pass mark 60: failed. 4 turns, the customer is at: ask." in told


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("/do dance", "! there is no tool of this name (found: dance). Use one of: trace, refund, write_note"),
        ("/do", "! there is no tool of this name (found: none)"),
        ("/dance", "! there is no command of this name (found: /dance). Type a message, or  /do TOOL"),
        ("/do trace now", "! this is no  argument=value  (found: now). Write  trace"),
        ("/do trace when=now", "! the tool has no such argument (found: when). Write  trace"),
        ("/do write_note words=hello", "! the argument days is missing. Write  write_note words=text days=1…9"),
        ("/do write_note words=hello days=12", "! days cannot be this (found: 12). Write  days=1…9"),
        ("/do write_note words= days=2", "! words cannot be this (found: nothing). Write  words=text"),
        ('/do write_note words="hello', '! a quotation mark is open. Write  argument="two words"'),
        ("x" * 2001, "! a text of at most 2000 characters is needed"),
    ],
)
def test_a_wrong_line_is_explained_and_costs_no_turn(course: Path, line: str, wrong: str) -> None:
    told = play(course, line)
    assert wrong in told
    assert "0 turns, the customer is at: ask." in told


def test_a_tool_takes_texts_with_spaces_and_numbers(course: Path) -> None:
    told = play(course, '/do write_note words="two words" days=3', "/screen", "/tools")
    assert told.count("  | Note: two words") == 2
    assert "  /do write_note words=text days=1…9   Write a note" in told


def test_the_seed_changes_words_only(course: Path) -> None:
    first, *others = [play(course, "sry one", "fri two", seed=seed).splitlines() for seed in range(4)]
    assert first != others[0] or first != others[1]
    assert {told[-1] for told in (first, *others)} == {first[-1]}


def test_a_scenario_with_faults_is_not_played_and_says_why(tmp_path: Path) -> None:
    data: dict[str, Any] = parcel()
    data["play"]["begins"] = "nowhere"
    written(tmp_path, data)
    ran = subprocess.run([sys.executable, "-m", "examdesk", "scenario", "play", "S-90", "--course", str(tmp_path)],
                         input="hello", capture_output=True, text=True, encoding="utf-8", check=False)  # fmt: skip
    assert ran.returncode == 1
    assert "there is no state of this name (found: nowhere). Cure: " in ran.stderr
    assert "Traceback" not in ran.stderr


def test_what_is_no_text_from_a_pipe_is_no_traceback() -> None:
    ran = subprocess.run([sys.executable, "-m", "examdesk", "scenario", "play", "S-04"], input=b"\xff\xfe hello\n",
                         cwd=ROOT, capture_output=True, check=False)  # fmt: skip
    assert ran.returncode == 0
    assert b"Traceback" not in ran.stderr


@each(CHATS)
def test_every_model_transcript_is_judged_in_words_in_both_languages(chat: Chat) -> None:
    for one in chat.transcripts:
        state, mark = chat.stage.chat(chat.script(one["id"])), chat.judge(chat.script(one["id"]))
        for language in ("zh", "en"):
            told = list(judgement(chat.stage, state, language))
            assert told[-1].startswith(f"{one['earns']} of 100 points")
            assert ("nothing counts" in " ".join(told)) == ("failed_at" in mark.evidence)
            assert sum(line.startswith("VIOLATION: ") for line in told) == len(mark.critical)
