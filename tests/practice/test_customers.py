"""A customer by plug-in: bounded and inert in a rehearsal, and out of reach of every exam."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from examdesk.errors import CourseError
from examdesk.items.scenario.play import Play
from examdesk.mystery.drawing import draw
from examdesk.practice.customers import GROUP, LONGEST, Bounded, Customer, customer, inert, makers
from examdesk.practice.rehearsing import record
from tests.conftest import ROOT, real_bank
from tests.items.chats import Chat
from tests.mystery import sealed
from tests.practice.rehearsed import course as small
from tests.practice.rehearsed import rehearse
from tests.workbench.parcel import parcel

CALLS: list[str] = []


class Chatty:
    """An example: hears "Friday" in whatever way it is put, and speaks in capitals."""

    def __init__(self, play: Mapping[str, Any], *, seed: int, language: str) -> None:
        CALLS.append("made")

    def observe(self, turn: str) -> Sequence[str]:
        return ["eta", "no-such-act", 7, "eta"] if "end of the week" in turn else []  # type: ignore[list-item]

    def say(self, state: Mapping[str, Any]) -> str:
        return f"AT {state['at'].upper()}: {state['lines'][0].upper()}\x1b[2J\n<b>"


class Engine:
    """The engine as a plug-in: its phrases and its lines."""

    def __init__(self, play: Mapping[str, Any], *, seed: int, language: str) -> None:
        self._play = Play(play)

    def observe(self, turn: str) -> Sequence[str]:
        return self._play.understood(turn)

    def say(self, state: Mapping[str, Any]) -> str:
        return " ".join(state["lines"])


class Broken:
    def __init__(self, play: Mapping[str, Any], *, seed: int, language: str) -> None:
        pass

    def observe(self, turn: str) -> Sequence[str]:
        raise RuntimeError("/secret/place")

    def say(self, state: Mapping[str, Any]) -> str:
        raise ValueError("no network")


def lost_packet() -> Chat:
    return Chat(real_bank().items["S-09"])


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are installed as a package's entry points."""
    folder = tmp_path / "site" / "chatty-1.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: chatty\nVersion: 1\n")
    lines = [f"{name.lower()} = {__name__}:{name}" for name in ("Chatty", "Broken")]
    (folder / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines, f"engine = {__name__}:Broken"]))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    CALLS.clear()


@pytest.mark.usefixtures("installed")
def test_a_plug_in_hears_and_words_but_the_rules_stay_the_scenarios(tmp_path: Path) -> None:
    course = small(tmp_path / "course")
    told, name = rehearse(course, "agent", "you will have it by the end of the week", "/do trace",
                          more=("--customer", "chatty"))
    assert "Buyer: AT LAST: THANKS" in told and "Not scored: a plug-in played the customer." in told
    kept = record(course, name)
    assert kept.customer == "chatty" and "points" not in told
    assert all(one.text.isprintable() for one in kept.messages) and "\x1b" not in told


@pytest.mark.usefixtures("installed")
def test_where_a_plug_in_fails_the_engine_answers_and_practice_goes_on(tmp_path: Path) -> None:
    told, _ = rehearse(small(tmp_path / "course"), "agent", "fri two", more=("--customer", "broken"))
    assert "! observe: RuntimeError; the engine answered instead" in told and "Buyer: thanks" in told
    assert "/secret/place" not in told and "no network" not in told


@pytest.mark.usefixtures("installed")
def test_the_engine_is_the_default_and_nobody_takes_its_name() -> None:
    assert list(makers()) == ["broken", "chatty"]
    play = Play(parcel()["play"])
    assert customer("engine", play, seed=0, language="en") is None
    with pytest.raises(CourseError, match=r"Cure: use one of: engine, broken, chatty"):
        customer("nobody", play, seed=0, language="en")


@pytest.mark.parametrize(("said", "kept"), [
    ("x" * 9_999, "x" * LONGEST), ("a\r\nb\tc\x00\u202ed", "a b c d"), ("", ""), (None, ""), (b"x", ""), (["x"], ""),
    ("<script>", "<script>"),
])
def test_an_answer_is_one_bounded_line_of_plain_text(said: object, kept: str) -> None:
    assert inert(said) == kept


def test_a_plug_in_that_says_nothing_leaves_the_words_to_the_engine() -> None:
    chat = lost_packet()

    class Silent(Engine):
        def say(self, state: Mapping[str, Any]) -> str:
            return " \x00 "

    engine, silent = (Bounded(chat.play, made(chat.play.data, seed=0, language="en"), "en")
                      for made in (Engine, Silent))
    state = chat.stage.begun(0)
    assert silent.answer(state, state.opening) == engine.answer(state, state.opening) != ""


def test_the_engine_is_a_customer_too() -> None:
    """What the interface can do, the engine does through it: the same chat, turn by turn."""
    chat = lost_packet()
    made: Customer = Engine(chat.play.data, seed=0, language="en")
    plugged, straight, through = Bounded(chat.play, made, "en"), chat.stage.begun(0), chat.stage.begun(0)
    for said in chat.script(chat.named("gold")[0]):
        straight = chat.stage.after(straight, said)
        through = plugged.after(through, said[1]) if said[0] == "said" else chat.stage.after(through, said)
        assert (through.at, through.done) == (straight.at, straight.done)
        assert through.steps[-1].lines == straight.steps[-1].lines
    assert plugged.faults == []


# Never in an exam


def test_only_practice_and_the_workbench_know_the_interface() -> None:
    """The exam's side names neither the module nor the group, and no practice notebook does: it marks as the exam."""
    knowing = set()
    for path in sorted((ROOT / "examdesk").rglob("*.py")):
        source = path.read_text("utf-8")
        if GROUP in source or "practice.customers" in source or "import customers" in source or "Bounded" in source:
            knowing.add(path.relative_to(ROOT / "examdesk").as_posix())
    assert knowing == {"practice/customers.py", "workbench/__init__.py", "workbench/seats.py"}


@pytest.mark.usefixtures("installed")
def test_an_exam_never_asks_a_plug_in_whatever_its_form_says(tmp_path: Path) -> None:
    course = sealed.course(tmp_path / "course")
    form = draw(course, "chats", seed=1, assessor="wang").form
    place = course / "source" / form / "form.json"
    data = json.loads(place.read_text("utf-8"))
    data["customer"] = "chatty"
    for one in data["questions"].values():
        one["customer"] = one["public"]["customer"] = one["public"]["play"]["plug-in"] = "chatty"
    place.write_text(json.dumps(data), "utf-8")
    view = sealed.candidate_view(course, form)
    assert "thanks" in view and "AT LAST" not in view and CALLS == []
