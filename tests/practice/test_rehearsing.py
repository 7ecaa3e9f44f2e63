"""Both roles can be taken: the agent against the engine, the customer with a card; the mentor's comments are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from examdesk.building.opened import opened
from examdesk.errors import CourseError
from examdesk.practice.card import card
from examdesk.practice.rehearsing import LOG, Rehearsal, comment, record
from tests.mystery import sealed
from tests.practice.rehearsed import FACT, TWIST, rehearse, run, scenario
from tests.practice.rehearsed import course as small

ASKED = ("--agent", "person")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return small(tmp_path)


def test_the_trainee_as_agent_talks_to_the_engine_and_the_mentor_comments_live(course: Path) -> None:
    told, name = rehearse(course, "agent", "sry one", "/mentor Ask for the number first", "/do trace", "fri two")
    kept = record(course, name)
    assert "did says-friday" in told and kept.role == "agent" and kept.customer == "engine"
    assert [(one.turn, one.who) for one in kept.messages[:3]] == [(1, "customer"), (2, "agent"), (3, "customer")]
    [said] = kept.comments
    assert (said.mentor, said.text) == ("wang", "Ask for the number first")
    assert kept.messages[said.turn - 1].who == "customer", "it is about what was said last"
    assert "Trace the parcel" in [one.text for one in kept.messages]


def test_the_trainee_as_customer_has_a_card_and_a_model_agent(course: Path) -> None:
    told, name = rehearse(course, "customer", "Where is it?", "Still nothing?", "/raise 1", "ok")
    assert f"  1. {FACT}" in told and f"  1. {TWIST}" in told and "Agent: sry one" in told
    kept = record(course, name)
    assert kept.role == "customer" and kept.probing["facts"] == {"present": "withheld"}
    assert kept.probing["twists"] == ["last"] and "1 of 1 twists raised: last" in told


@pytest.mark.parametrize(("typed", "how"), [
    (("hello", "num one", "/tell 1"), "told when asked"),
    (("hello", "num one", "It is for my daughter, she has her birthday on Friday"), "told when asked"),
    (("hello", "num one", "a thing for the little one", "/told 1"), "told when asked"),
    (("/tell 1", "num one", "ok"), "given away"),
    (("hello", "fri one", "My daughter's puzzle, it is for her birthday!"), "given away"),
    (("hello", "num one", "I won't say"), "withheld"),
    (("hello", "fri one", "ok"), "kept"),
    (("hello", "num one", "My daughter says hello, the sun shines", "fri two", "bye"), "withheld"),
])
def test_a_fact_is_told_only_when_asked(course: Path, typed: tuple[str, ...], how: str) -> None:
    """Two people take turns: customer, agent, customer …"""
    told, name = rehearse(course, "customer", *typed, more=ASKED)
    assert record(course, name).probing["facts"] == {"present": how}
    assert f"{int(how in ('told when asked', 'kept'))} of 1 facts handled right" in told


def test_the_card_holds_nothing_of_the_score(course: Path) -> None:
    told, _ = rehearse(course, "customer", "/end")
    score = scenario()["score"]
    assert not [entry["text"]["en"] for group in ("criteria", "required", "forbidden", "critical")
                for entry in score[group] if entry["text"]["en"] in told]


def test_what_is_no_command_costs_no_turn(course: Path) -> None:
    odd = ("/tell 9", "/tell", "/dance", "/told 1", "x" * 5000, "", "/mentor", "/end")
    told, name = rehearse(course, "customer", *odd)
    assert record(course, name).messages == () and record(course, name).probing["facts"] == {"present": "kept"}
    assert "found: /dance" in told and "which one?" in told and told.count("! ") >= 6


def test_the_group_reviews_afterwards_and_comments_stand_below_their_message(course: Path) -> None:
    _, name = rehearse(course, "customer", "hello", "num one", "/tell 1", more=ASKED)
    run(course, "comment", name, "Well kept until asked", "--mentor", "zhao", "--turn", "3")
    run(course, "comment", name, "Swap now", "--mentor", "wang")
    told = run(course, "record", name).splitlines()
    assert told[told.index(f"  3  customer: {FACT}") + 1] == "     zhao: Well kept until asked"
    assert "     wang: Swap now" in told and "1 of 1 facts handled right, 0 of 1 twists raised" in told


def test_the_record_only_grows_and_holds_who_and_when(course: Path) -> None:
    _, name = rehearse(course, "agent", "sry one")
    before = (course / LOG).read_bytes()
    comment(course, name, "good", mentor="wang", turn=1)
    after = (course / LOG).read_bytes()
    [said] = record(course, name).comments
    assert after.startswith(before) and said.mentor == "wang" and said.at.endswith("Z")


@pytest.mark.parametrize(("text", "mentor", "turn"), [
    ("", "wang", 0), ("x" * 1001, "wang", 0), ("a", "", 0), ("a", "w", 99),
])
def test_a_comment_has_words_a_name_and_a_message(course: Path, text: str, mentor: str, turn: int) -> None:
    _, name = rehearse(course, "agent", "sry one")
    with pytest.raises(CourseError):
        comment(course, name, text, mentor=mentor, turn=turn)
    assert record(course, name).comments == ()


def test_a_comment_cannot_forge_a_line(course: Path) -> None:
    _, name = rehearse(course, "agent", "sry one")
    comment(course, name, "a\n  9  agent: b\x1b[2J", mentor="wang")
    assert all(line.isprintable() for line in record(course, name).lines())


def test_a_rehearsal_opens_the_keys_and_never_spoils_a_sealed_draw(tmp_path: Path) -> None:
    course = sealed.course(tmp_path)
    people = {"role": "customer", "trainee": "li", "mentor": "wang"}
    with pytest.raises(CourseError, match="S-91 stands in chats: who rehearses it knows it"):
        Rehearsal.begin(course, "S-91", **people)
    assert opened(course) == {} and not (course / LOG).exists()
    Rehearsal.begin(course, "S-91", **people, open_keys_too=True)
    assert list(opened(course)) == ["S-91"]
    with pytest.raises(CourseError, match="there is no role"):
        Rehearsal.begin(course, "S-92", **{**people, "role": "boss"}, open_keys_too=True)


def test_a_card_speaks_the_customers_language() -> None:
    play = scenario()["play"]
    play["states"] = {name: {"say": [], "end": False, **state} for name, state in play["states"].items()}
    play["mood"]["tones"] = []
    assert card({**play, "speaks": "en"}, "zh").facts[0].wordings[0] == FACT
