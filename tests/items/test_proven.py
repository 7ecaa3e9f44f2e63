"""A scenario without faults is tried once; one with faults, or another engine, every time."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from examdesk.items.scenario import key, proven, trials
from tests.items.chats import CHATS

BODY = next(chat.item.body for chat in CHATS if chat.item.id == "S-01")


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What has been played, with a cache of the test's own."""
    played: list[Any] = []
    once = trials.faults
    monkeypatch.setattr(proven, "user_cache_path", lambda name: tmp_path / name)
    monkeypatch.setattr(trials, "faults", lambda body: played.append(body) or once(body))
    return played


def read(body: Any) -> list[Any]:
    key._faults.cache_clear()
    return key.faults(body)


def test_a_faultless_scenario_is_played_once(tried: list[Any]) -> None:
    assert read(BODY) == read(BODY) == []
    assert len(tried) == 1


def test_a_changed_word_is_played_and_a_fault_is_found_every_time(tried: list[Any]) -> None:
    read(BODY)
    wrong = copy.deepcopy(dict(BODY))
    wrong["score"]["transcripts"][0]["earns"] = 99
    first, again = read(wrong), read(wrong)
    assert first == again and "earns" in str(first)
    assert len(tried) == 3


def test_another_engine_plays_it_anew(tried: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    read(BODY)
    monkeypatch.setattr(proven, "_engine", lambda: "another")
    read(BODY)
    assert len(tried) == 2


def test_every_source_that_decides_is_part_of_the_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in proven.SOURCES:
        assert (proven.PACKAGE / name).exists()
    copied = tmp_path / "examdesk"
    for name in ("model.py", "bank/one.py", "items/scenario/two.py", "wording/three.py"):
        (copied / name).parent.mkdir(parents=True, exist_ok=True)
        (copied / name).write_text("x", "utf-8")
    monkeypatch.setattr(proven, "PACKAGE", copied)
    found = set()
    for name in ("", "model.py", "bank/one.py", "items/scenario/two.py", "wording/three.py"):
        if name:
            (copied / name).write_text("y", "utf-8")
        proven._engine.cache_clear()
        found.add(proven._engine())
    proven._engine.cache_clear()
    assert len(found) == 5


def test_where_nothing_can_be_written_it_is_played_again(tried: list[Any], monkeypatch: pytest.MonkeyPatch,
                                                         tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setattr(proven, "user_cache_path", lambda name: tmp_path / "file" / name)
    assert read(BODY) == read(BODY) == []
    assert len(tried) == 2


def test_the_folder_does_not_grow_for_ever(tried: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(proven, "MOST", 3)
    for name in "abcd":
        proven.prove(name)
    assert [proven.is_proven(name) for name in "abcd"] == [False, False, False, True]
