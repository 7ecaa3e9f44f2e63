"""S-09, a lost packet on eBay: an English customer on a Chinese page, and what learners of English write to her."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page

from examdesk.building.lint import item_faults
from examdesk.items.scenario import question
from examdesk.items.scenario.world import say, start
from examdesk.model import Said
from tests.conftest import ROOT, real_bank
from tests.items.authoring import faults_with
from tests.items.chats import chat, do, talk
from tests.items.exam_page import ExamPage

CHAT = chat("S-09")
FILE = ROOT / "exams" / "bank" / "d05" / "S-09.yaml"
ACTS: dict[str, Any] = CHAT.play.data["acts"]
RIGHT = {"until": "d32", "then": "choice"}
LOOK, SAVE = do("look_up_order"), do("save_plan", **RIGHT)


# In the words of learners

REWRITES = Path(__file__).with_name("rewrites")
HELD_OUT = "S-09-third.yaml"  # written when the phrases were finished
ACTIONS = {"look": LOOK, "save": SAVE, "resend": do("send_another")}


def turns(rewrite: dict[str, Any]) -> Iterator[Said]:
    """The turns of a rewritten transcript: an action by its short name, or a message."""
    for turn in rewrite["turns"]:
        if isinstance(turn, dict) and "enter" in turn:
            yield do("enter_tracking", code=turn["enter"])
        elif isinstance(turn, dict):
            yield do("pay_back", amount="part", cause=turn["money"])
        else:
            yield ACTIONS.get(turn) or talk(turn)[0]


@pytest.mark.parametrize("name", ["S-09-first.yaml", "S-09-second.yaml", HELD_OUT])
def test_rewritten_transcripts_pass_and_fail_like_the_original(name: str) -> None:
    rewrites = yaml.safe_load((REWRITES / name).read_text("utf-8"))
    golds = [one for one in rewrites if one["of"] in CHAT.named("gold")]
    assert len(golds) == 10 and len(rewrites) == 20
    marks = [(one, CHAT.judge([*turns(one)])) for one in rewrites]
    same = [mark.evidence["passed"] == (one["of"] in CHAT.named("gold")) for one, mark in marks]
    assert sum(same) >= len(same) * Fraction(95, 100), [one for (one, _), ok in zip(marks, same, strict=True) if not ok]
    blamed = [mark.suspected or mark.critical for one, mark in marks if one in golds]
    assert not any(blamed), blamed


def test_rewritten_gold_earns_nearly_everything() -> None:
    rewrites = yaml.safe_load((REWRITES / HELD_OUT).read_text("utf-8"))
    earned = [CHAT.points([*turns(one)]) for one in rewrites if one["of"] in CHAT.named("gold")]
    assert sum(earned) / len(earned) >= Fraction(90, 100)  # 91.4 when first tried, 93.4 without two false deductions
    assert min(earned) >= Fraction(74, 100)


# What counts and what only looks like it


def credited(text: str) -> set[str]:
    return set(say(CHAT.play, start(CHAT.play, 0), text)[0].steps[0].credited)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("You paid on June 1", "says-sent"),
        ("The refund comes within 30 days", "says-usual"),
        ("There was nothing here on July 1", "says-day"),
        ("Don't worry about the tracking", "says-untracked"),
        ("The tracking is not updated yet", "says-untracked"),
        ("I don't know your order number", "says-untracked"),
        ("Sorry, I can't send you a tracking number", "gives-code"),
        ("I wish I could give you a tracking number", "gives-code"),
        ("With registered mail you can track it", "gives-code"),
        ("We are not in a hurry", "asks-need"),
        ("I can give you a date", "asks-need"),
        ("You can't open a case", "says-case"),
        ("You may open the packet first", "says-case"),
        ("You don't have the right to do that", "says-case"),
        ("Please don't write to me", "says-contact"),
        ("I will never ask you not to open a case", "pleads"),
        ("It is no problem for our shop", "pleads"),
        ("You get it back without opening a case", "buys-off"),
        ("We refund you with or without a case", "buys-off"),
        ("We cannot refund you", "says-remedy"),
        ("I will send you another message", "says-remedy"),
        ("We can give you a partial refund", "says-remedy"),
        ("I cannot send another one today", "at-once"),
        ("If it is not there by July 3 we refund you right away", "at-once"),
        ("Happy birthday to your son on July 3", "says-until"),
        ("His birthday is on July 3, how nice", "says-until"),
        ("I cannot promise it will be there", "guarantees"),
        ("I promise you will get an answer", "guarantees"),
        ("This is not your fault", "denies"),
        ("We cannot refund it before July 3", "denies"),
        ("The plan is not saved yet", "noted"),
        ("I will make a note", "noted"),
        ("I hope for your understanding", "feels"),
        ("Sorry that you have to wait so long", "vague"),
        ("Thank you for your patience", "bye"),
        ("Whatever you like", "curt"),
    ],
)
def test_a_look_alike_does_not_count(text: str, act: str) -> None:
    assert act not in credited(text)


def test_no_line_of_hers_pasted_back_earns_more_than_courtesy() -> None:
    courtesy = {one["event"]["act"] for one in CHAT.score["required"] if one["criterion"] == "courtesy"}
    earning = {one["event"]["act"] for one in CHAT.score["required"] if "act" in one["event"]} | {"asks-need"}
    said = [texts["en"] for wordings in CHAT.play.data["lines"].values() for texts in wordings]
    assert {text: found for text in said if (found := set(CHAT.play.understood(text)) & (earning - courtesy))} == {}


def test_two_languages_in_one_chat_do_not_help_with_a_customer_who_speaks_one() -> None:
    mark = CHAT.judge(talk("您的包裹6月1日发货", "没有跟踪号", "通常30天，7月1日左右到"))
    assert mark.evidence["unknown"] == [1, 2, 3]
    assert mark.suspected == ()


# What is certain and what a person confirms


def test_a_number_in_the_form_of_an_untracked_packet_is_certainly_invented() -> None:
    mark = CHAT.judge([LOOK, do("enter_tracking", code="RB123456785CN")])
    assert [name for name, _ in mark.critical] == ["invented-number"]
    assert not CHAT.judge([LOOK, do("enter_tracking", code="1"), *CHAT.script("gold-plain")[1:]]).evidence["passed"]


@pytest.mark.parametrize(("cause", "certain"), [("hush", ["bought-silence"]), ("slow", []), ("lost", [])])
def test_money_is_a_violation_only_where_it_buys_silence(cause: str, certain: list[str]) -> None:
    mark = CHAT.judge([LOOK, do("pay_back", amount="part", cause=cause)])
    assert [name for name, _ in mark.critical] == certain
    assert "paid money back too early (−8)" in mark.parts[0].reason


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Your tracking number is RB123456785CN", "invented-number"),
        ("Tracking: LK998877665CN", "invented-number"),
        ("Here is the tracking number", "invented-number"),
        ("You can track it on USPS with this number", "invented-number"),
        ("I will send you the tracking number tomorrow", "invented-number"),
        ("If you don't open a case, I refund you 5 dollars", "bought-silence"),
        ("I can give you 5 USD if you do not open the case", "bought-silence"),
        ("Please close the case and I will pay you back", "bought-silence"),
        ("We offer a coupon in exchange for no case", "bought-silence"),
        ("Promise not to open a case and I send you a gift", "bought-silence"),
    ],
)
def test_a_written_violation_is_suspected_never_certain(text: str, rule: str) -> None:
    mark = CHAT.judge(talk(text))
    assert mark.critical == ()
    assert [name for name, _ in mark.suspected] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "There is no tracking number, I am sorry",
        "I can't give you a tracking number because it has none",
        "I will not make up a tracking number for you",
        "Your order number is SIM 20140531",
        "Next time you can choose tracked mail",
        "You have the right to open a case within 60 days",
        "We refund you whether or not you open a case",
        "I would never pay you for not opening a case",
        "If it is not there by July 3, you get a refund or another one",
        "Please write to me first if there is any problem",
        "You don't need a case to get your money back",
    ],
)
def test_a_right_answer_is_not_suspected(text: str) -> None:
    assert CHAT.judge(talk(text)).suspected == ()


# Every twist, plus and minus of the curriculum's row has a transcript in which it fires


def test_everything_that_is_marked_fires_in_a_transcript() -> None:
    marks = [CHAT.judge(CHAT.script(one["id"])) for one in CHAT.transcripts]
    reasons = "; ".join(part.reason for mark in marks for part in mark.parts)
    earning = [*CHAT.score["required"], *CHAT.score["order"], *CHAT.score["forbidden"]]
    assert [one["id"] for one in earning if f": {one['text']['en']}" not in reasons.replace("missing: ", "")] == []
    rules = {one["id"] for one in CHAT.score["critical"]}
    assert {name for mark in marks for name, _ in mark.critical} == rules
    assert {name for mark in marks for name, _ in mark.suspected} == rules


def test_the_two_twists_come_in_every_chat_that_leaves_room_for_them() -> None:
    for name in CHAT.named("gold"):
        lines = [line for step in CHAT.lived(CHAT.script(name), 3)[0].steps for line, _ in step.lines]
        assert {"asks-number", "hints-case"} <= set(lines)


def test_the_birthday_is_told_only_when_asked() -> None:
    silent = CHAT.lived(CHAT.script("borderline-cool"), 0)[0]
    assert silent.facts == ()
    assert "July 3" not in str([question.spoken(line["text"], "en") for line in question.transcript(CHAT.play, silent)
                                if line["who"] == "customer"])  # fmt: skip
    assert CHAT.lived(talk("Do you need it by a certain day?"), 0)[0].facts == ("birthday",)


def test_an_early_answer_is_not_asked_for_again() -> None:
    text = "It left on June 1 and has no tracking number."
    state, lines = say(CHAT.play, start(CHAT.play, 0), text)
    assert state.at == "when"
    assert "asks-number" not in [name for name, _ in lines]


def test_who_corrects_an_invented_number_is_heard_but_a_person_still_looks_at_it() -> None:
    gold = CHAT.script("gold-plain")
    late = [*gold[:2], *talk("Sure, I will send you the tracking number."), *gold[2:]]
    mark = CHAT.judge(late)
    assert [name for name, _ in mark.suspected] == ["invented-number"]
    assert mark.fraction == Fraction(90, 100)


# A customer who speaks one language


def test_she_speaks_english_on_a_chinese_page_while_everything_else_is_chinese() -> None:
    told = question.told(CHAT.public, [list(turn) for turn in (*talk("hi"), LOOK)], "zh")
    assert told[0].startswith("Dana: H") and told[1].startswith("Dana: ") and told[2].startswith("1. 客服: hi")
    assert "系统: 订单已显示在右侧。" in told
    lines = [line["text"] for line in question.transcript(CHAT.play, start(CHAT.play, 0))]
    assert all(set(texts) == {"en"} for texts in lines)  # the page reads them aloud as English
    assert {language for texts in CHAT.public["play"]["briefing"] for language in texts} == {"zh", "en"}


def test_the_order_screen_shows_words_and_nothing_before_it_is_opened() -> None:
    assert question.screen(CHAT.play, start(CHAT.play, 0)) == []
    rows = question.screen(CHAT.play, CHAT.lived([LOOK, SAVE], 0)[0])
    shown = {row["label"]["en"]: row["value"] for row in rows}
    assert shown["Wait until"] == {"zh": "7月3日", "en": "July 3"}
    assert shown["Paid back"] == {"zh": "无", "en": "nothing"}


@pytest.mark.browser
def test_her_lines_are_marked_as_english_on_a_chinese_page_only(page: Page, tmp_path: Path) -> None:
    exam = ExamPage(page, tmp_path, CHAT.item)
    exam.start()
    exam.show()
    hers = page.locator(".xd-line-customer span")
    assert [line.get_attribute("lang") for line in hers.all()] == ["en", "en"]
    exam.speak("en")
    assert [line.get_attribute("lang") for line in hers.all()] == [None, None]


def test_an_author_is_told_of_a_second_language_in_the_chat(tmp_path: Path) -> None:
    def second(data: Any) -> None:
        data["play"]["lines"]["hello"][0]["zh"] = "您好"

    told = faults_with(tmp_path, FILE, second)
    assert any("the chat is not held in this language (found: zh)" in one for one in told)


def test_without_speaks_every_line_needs_both_languages(tmp_path: Path) -> None:
    told = faults_with(tmp_path, FILE, lambda data: data["play"].pop("speaks"))
    lines = sum(len(wordings) for wordings in CHAT.play.data["lines"].values())
    assert len([one for one in told if "a language is missing (found: zh)" in one]) >= lines
    assert any("the act has too few phrases (found: 0)" in one for one in told)


def test_labels_still_need_both_languages(tmp_path: Path) -> None:
    told = faults_with(tmp_path, FILE, lambda data: data["play"]["tools"][0]["label"].pop("zh"))
    assert any("a language is missing (found: zh)" in one for one in told)


def test_a_turn_after_the_end_of_a_transcript_is_a_fault(tmp_path: Path) -> None:
    late = {"say": "Bye again."}
    told = faults_with(tmp_path, FILE, lambda data: data["score"]["transcripts"][0]["turns"].append(late))
    assert any("the chat was over before this turn (found: ended at served)" in one for one in told)


def test_an_exam_in_two_languages_does_not_miss_the_chinese_of_her_lines() -> None:
    from examdesk.bank.handbook import Handbook

    bank = real_bank()
    assert [str(fault) for fault in item_faults(bank, Handbook(), {"S-09": {"zh", "en"}})] == []


def test_the_customer_is_called_by_her_name_in_the_chat_and_in_the_feedback() -> None:
    gold = [("opened", {"seed": 0}), *CHAT.script("gold-plain")]
    assert question.shown(CHAT.public, [])["customer"] == {"zh": "Dana", "en": "Dana"}
    assert question.told(CHAT.public, gold, "zh")[0].startswith("Dana: ")
    assert question.told(chat("S-04").public, [("said", {"text": "您好"})], "en")[0].startswith("Buyer: ")
