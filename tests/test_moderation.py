"""A marker corrects one act the machine read in a chat: the chat runs again from there, appended, and may be undone."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from examdesk.cli import app
from examdesk.errors import CourseError
from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.trials import events_of
from examdesk.journal import NAME
from examdesk.model import Response
from examdesk.pipeline.moderation import carry_out, open_case, propose
from examdesk.pipeline.regrade import carry_out as carry_out_regrade
from examdesk.pipeline.regrade import propose as propose_regrade
from examdesk.records.moderations import MODERATED
from tests.moderations import CHAT, CHATTED, WHO, Chats


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Chats:
    chats = Chats.made(tmp_path_factory.mktemp("chats") / "course", "E11-sampler-a")
    chats.chat("wang")
    chats.chat("li")
    return chats


@pytest.fixture
def chats(template: Chats, tmp_path: Path) -> Chats:
    shutil.copytree(template.course, tmp_path / "course")
    return Chats(tmp_path / "course", template.form_id, dict(template.responses), dict(template.heads))


# What it does


def test_the_chat_runs_again_from_the_corrected_turn(chats: Chats) -> None:
    """Machine and person at variance on turn 2: he waits for an answer he has got, and leaves without his invoice."""
    before = chats.turns_counted("wang")
    assert before[2] == ("greets",) and chats.points("wang", CHAT) == 6
    chats.corrected("wang", 2, add=["can"])
    after = chats.turns_counted("wang")
    assert after[1] == before[1] and set(after[2]) == {"greets", "can"}
    assert chats.points("wang", CHAT) == Fraction("9.2")  # all but keeps-category, 8 of 100
    assert chats.points("li", CHAT) == 6
    chats.corrected("wang", 4, add=["as-bought"])
    assert chats.points("wang", CHAT) == 10


def test_an_act_in_place_of_another_stands_where_it_stood(chats: Chats) -> None:
    change = propose(chats.case("wang"), 3, drop=["no-charge"], add=["charge"], **WHO)
    assert change.entry.acts == ("charge",)
    assert [found[0] for found in change.marks[0].evidence["suspected"]] == ["extra-charge"]
    both = propose(chats.case("wang"), 5, drop=["day-named"], add=["day-vague"], **WHO)
    found = chats.case("wang").turns("zh")[4].found
    assert both.entry.acts == tuple("day-vague" if act == "day-named" else act for act in found)


def test_a_correction_takes_a_suspicion_away_and_the_result_is_no_longer_held(chats: Chats) -> None:
    said = list(CHATTED)
    said[3] = ("said", {"text": "可以开办公用品。"})
    chats.chat("zhao", said)
    case = chats.case("zhao")
    assert case.standing[0].evidence["suspected"] and f"suspected:{CHAT}" in case.outcome.waiting
    change = chats.corrected("zhao", 4, drop=list(case.turns("zh")[3].found), add=["as-bought"])
    assert f"suspected:{CHAT}" not in chats.case("zhao").outcome.waiting
    assert not change.marks[0].evidence["suspected"]
    chats.corrected("zhao", 4, undo=True)
    assert f"suspected:{CHAT}" in chats.case("zhao").outcome.waiting


def test_what_was_logged_is_compared_with_what_the_machine_had_him_say(chats: Chats) -> None:
    """The candidate answered the buyer he had before him; that he would have answered otherwise is no forgery."""
    change = chats.corrected("wang", 2, add=["can"])
    assert change.marks[0].evidence["flags"] == chats.case("li").standing[0].evidence["flags"] == []


# Appended, with who, when and why


def test_nothing_is_overwritten_and_every_correction_says_who_when_and_why(chats: Chats) -> None:
    before = chats.records.marks(form=chats.form_id)
    first = chats.corrected("wang", 2, add=["can"])
    second = chats.corrected("wang", 4, add=["as-bought"], by="Zhao Min", why="the true category")
    rows = chats.records.marks(form=chats.form_id)
    assert rows[: len(before)] == before and {row.kind for row in rows[len(before):]} == {MODERATED}
    row = chats.case("wang").standing[0]
    assert (row.kind, row.grader, row.at) == (MODERATED, "Zhao Min", second.entry.at)
    assert row.evidence["moderation"] == [first.entry.as_json(), second.entry.as_json()]
    assert "turn 4 corrected: the true category" in row.reason
    assert first.entry.at.endswith("Z")


def test_an_undo_is_a_further_correction_and_the_marks_are_the_machine_s_again(chats: Chats) -> None:
    machine = {row.criterion: row.points for row in chats.case("wang").standing}
    chats.corrected("wang", 2, add=["can"])
    chats.corrected("wang", 2, undo=True, why="she did not")
    case = chats.case("wang")
    assert {row.criterion: row.points for row in case.standing} == machine
    assert [entry.acts for entry in case.entries] == [("greets", "can"), None]


@pytest.mark.slow
def test_graded_again_however_often_the_marks_come_out_the_same(chats: Chats) -> None:
    chats.corrected("wang", 2, add=["can"])
    expected = chats.in_csv("wang")
    assert {kind for _, kind, _ in expected.values()} == {MODERATED}
    for engine in ("examdesk 9.1", "examdesk 9.2"):
        again = chats.graded(chats.frozen, "wang")
        chats.records.save_submission(again.__class__(**{**vars(again), "engine": engine}))
        assert chats.in_csv("wang") == expected
    first = propose(chats.case("wang"), 4, add=["as-bought"], **WHO).marks
    second = propose(chats.case("wang"), 4, add=["as-bought"], **WHO).marks
    assert [mark.points for mark in first] == [mark.points for mark in second]


def test_the_feedback_page_follows_and_says_nothing_of_the_correction(chats: Chats) -> None:
    was = chats.page("wang")
    chats.corrected("wang", 2, add=["can"])
    page = chats.page("wang")
    assert "9.2 / 10" in page and "9.2 / 10" not in was
    for secret in (WHO["why"], "Li Hua", "moderat", "can<", "corrected"):
        assert secret not in page
    reason = chats.frozen.items[CHAT].body["score"]["criteria"][0]["reason"]["zh"]  # of the resolution
    assert reason in was and reason not in page


# Beside other decisions


def test_a_marker_s_own_points_stand_above_a_correction(chats: Chats) -> None:
    chats.mark("wang", CHAT, "3")
    change = propose(chats.case("wang"), 2, add=["can"], **WHO)
    assert change.after.decided
    carry_out(chats.course, change)
    assert chats.points("wang", CHAT) == 3


@pytest.mark.slow
def test_new_work_is_marked_as_the_machine_reads_it(chats: Chats) -> None:
    """What a marker read stood in other work; nobody may be helped or harmed by a turn of the same number."""
    chats.corrected("wang", 2, add=["can"])
    chats.chat("wang", CHATTED[:-1])
    assert {row.kind for row in chats.case("wang").standing} == {"machine"}
    assert chats.case("wang").entries == ()


@pytest.mark.slow
def test_a_regrade_plays_the_chat_with_the_same_corrections(chats: Chats) -> None:
    chats.corrected("wang", 2, add=["can"])
    body = chats.frozen.items[CHAT].body
    score = dict(body["score"], required=[
        {**one, "weight": {"says-yes": 6, "keeps-category": 10}.get(one["id"], one["weight"])}
        for one in body["score"]["required"]])
    grade = scenario(play=body["play"], score=score)
    score["transcripts"] = [{**one, "earns": int(100 * (grade(Response("", events_of(one))).fraction or 0))}
                            for one in score["transcripts"]]
    chats.correct(CHAT, score=score)
    found = propose_regrade(chats.course, chats.form_id, chats.grade_again, items=[CHAT], **WHO)
    carry_out_regrade(chats.course, found, chats.grade_again)
    assert (chats.points("wang", CHAT), chats.points("li", CHAT)) == (9, 6)
    assert chats.case("wang").entries[0].by == "Li Hua"
    chats.corrected("wang", 4, add=["as-bought"])
    assert chats.points("wang", CHAT) == 10, "a correction after a regrade stands above it"


# What cannot be


@pytest.mark.parametrize(("turn", "what", "said"), [
    (9, {"add": ["can"], "by": " "}, 'add  --by "YOUR NAME"'),
    (12, {"add": ["can"]}, "no turn 12. Cure: name one of 1 to"),
    (1, {"add": ["can"]}, "turn 1 is an action (look_up_order)"),
    (2, {"add": ["cann"]}, "there is no act of this name (found: cann). Cure: use one of: agrees"),
    (2, {"drop": ["can"]}, "turn 2 was not understood as can (found: greets)"),
    (2, {"add": ["greets"]}, "turn 2 was understood as greets already"),
    (2, {}, "add  --not ACT, --is ACT"),
    (2, {"undo": True, "add": ["can"]}, "add  --not ACT, --is ACT"),
    (2, {"undo": True}, "turn 2 is read as the machine reads it. Cure: corrected are: none"),
])  # fmt: skip
def test_what_cannot_be_corrected_says_why_and_what_to_do(template: Chats, turn: int, what: dict[str, object],
                                                          said: str) -> None:
    with pytest.raises(CourseError) as refused:
        propose(template.case("wang"), turn, **{**WHO, **what})
    assert said in str(refused.value) and "Cure: " in str(refused.value)


@pytest.mark.parametrize(("candidate", "item", "said"), [
    ("nobody", CHAT, "nobody has no marks for E11-sampler-a"),
    ("wang", "S-99", "E11-sampler-a has no item S-99. Cure: it has"),
    ("wang", "I-202", "I-202 is no chat"),
])  # fmt: skip
def test_what_is_no_graded_chat_is_named(template: Chats, candidate: str, item: str, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        open_case(template.course, template.form_id, candidate, item)
    assert open_case(template.course, template.form_id, "wang").item.id == CHAT, "the form has one chat"


@pytest.mark.slow
def test_other_work_than_was_graded_is_not_corrected(chats: Chats) -> None:
    journal = chats.course / "autograded" / "wang" / chats.form_id / NAME
    journal.write_bytes(journal.read_bytes().rsplit(b"\n", 2)[0] + b"\n")
    with pytest.raises(CourseError, match=r"other work than what was graded. Cure: run  examdesk autograde"):
        chats.case("wang")
    journal.unlink()
    with pytest.raises(CourseError, match=r"no responses\.jsonl of wang"):
        chats.case("wang")


@pytest.mark.slow
def test_two_markers_at_once_do_not_pass_each_other(chats: Chats) -> None:
    mine = propose(chats.case("wang"), 2, add=["can"], **WHO)
    chats.corrected("wang", 4, add=["as-bought"], by="Zhao Min")
    with pytest.raises(CourseError, match="marks came in while you were looking"):
        carry_out(chats.course, mine)
    assert [entry.by for entry in chats.case("wang").entries] == ["Zhao Min"]


# The commands


def ran(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, list(words))
    return found.exit_code, found.output


def test_the_chat_is_shown_turn_by_turn_with_the_numbers_to_correct(template: Chats) -> None:
    code, said = ran("marks", "chat", template.form_id, "wang", "--course", str(template.course))
    assert code == 0
    assert "  2  您好亲，票的事您把心放肚子里。" in said and "understood: greets · counts: greets" in said
    assert "  4? 买的是啥就写啥呀。" in said and "not understood, costs nothing" in said
    assert "turn 3: said that it is free" in said and "6 of 10 points" in said


@pytest.mark.slow
def test_a_correction_is_shown_before_it_is_written(chats: Chats) -> None:
    words = ("marks", "correct", chats.form_id, "wang", "2", "--is", "can", "--by", WHO["by"], "--why", WHO["why"],
             "--course", str(chats.course))
    before = chats.records.length()
    code, said = ran(*words, "--json")
    assert code == 0 and json.loads(said)["now"] == "9.2" and json.loads(said)["written"] is False
    code, said = ran(*words)  # nobody answers the question
    assert code == 1 and "S-04: 6 → 9.2 of 10 points" in said and "Turn 2 was:" in said
    assert chats.records.length() == before
    code, said = ran(*words, "--yes")
    assert code == 0 and chats.points("wang", CHAT) == Fraction("9.2")
    code, said = ran("marks", "chat", chats.form_id, "wang", "--course", str(chats.course))
    assert "  2* " in said and f"turn 2 is greets, can, by Li Hua: {WHO['why']}" in said
