"""S-03, an address to be changed on Taobao: what the row of the curriculum promises."""

from __future__ import annotations

from typing import Any

import pytest

from examdesk.items.scenario.world import say, start
from examdesk.model import Judgement, Said
from tests.items.chats import chat, do, talk

CHAT = chat("S-03")
ACTS: dict[str, Any] = CHAT.play.data["acts"]
GOLD = CHAT.script("gold-plain")
LATE, CLERK = talk("跟您核对一下：星桥路16号2幢903室，炭灰色，对吗？")[0], do("tell_clerk", account="laowu")
NOTE = ("买家要求改地址、改颜色。已改为云洲市滨河区星桥路16号2幢903室，炭灰色，工作日送；"
        "两张单子已手工改正。2025年7月15日 小满")  # fmt: skip


def without(text: str) -> list[Said]:
    """The gold chat with a part of the note left out."""
    assert text in NOTE
    return [do("write_note", note=NOTE.replace(text, "")) if kind == "acted" and value["tool"] == "write_note"
            else (kind, value) for kind, value in GOLD]  # fmt: skip


def missed(mark: Judgement) -> str:
    return "; ".join(part.reason for part in mark.parts if part.fraction < 1)


# Twists


def test_he_asks_whether_it_leaves_today_and_then_changes_the_colour_too() -> None:
    state, _ = CHAT.lived(GOLD, 0)
    lines = [name for step in state.steps for name, _ in step.lines]
    assert [name for name in lines if name in ("to-office", "asks-today", "other-colour")] == [
        "to-office", "asks-today", "other-colour"]  # fmt: skip


def test_the_new_address_is_told_only_when_asked() -> None:
    told = [texts["zh"] for name, wordings in CHAT.play.data["lines"].items() if name != "to-office"
            for texts in wordings]  # fmt: skip
    assert not [text for text in told if "星桥路" in text]


# Status, note, confirmation, clerk


@pytest.mark.parametrize(
    ("text", "words"), [("2025年7月15日", "the note is dated"), ("小满", "the note is signed"),
                        ("工作日送", "the note holds the time of delivery")],
)  # fmt: skip
def test_a_note_that_lacks_something_says_so(text: str, words: str) -> None:
    assert CHAT.judge(without("")).fraction == 1
    assert f"missing: {words}" in missed(CHAT.judge(without(text)))


@pytest.mark.parametrize("text", ["2025年7月15日", "小满", "炭灰色"])
def test_no_note_without_date_name_and_colour_reaches_the_goal(text: str) -> None:
    assert "missing: slips, note and clerk are right" in missed(CHAT.judge(without(text)))


@pytest.mark.parametrize("date", ["7月15日", "2025-07-15", "7.15", "2025/7/15", "0715", "7/15", "七月十五"])
def test_a_date_may_be_written_in_any_usual_way(date: str) -> None:
    note = do("write_note", note=NOTE.replace("2025年7月15日", date))
    assert CHAT.judge([note if turn == do("write_note", note=NOTE) else turn for turn in GOLD]).fraction == 1


def test_telling_the_clerk_before_confirming_loses_the_order_for_good() -> None:
    early = [turn for turn in GOLD if turn != CLERK]
    early.insert(early.index(LATE), CLERK)
    for said in (early, [*early[:-1], CLERK, early[-1]]):
        assert missed(CHAT.judge(said)).endswith("missing: checked with him before telling the clerk")


def test_an_answer_before_the_order_was_seen_loses_the_status() -> None:
    blind = [GOLD[1], GOLD[0], *GOLD[2:]]
    assert "missing: looked at the status before saying it can be changed" in missed(CHAT.judge(blind))


@pytest.mark.parametrize("way", ["office", "one-slip", "parcel", "after-sales"])
def test_printed_slips_are_both_corrected_by_hand_or_the_goal_is_missed(way: str) -> None:
    other = [do("change_order", **{**value["args"], "way": way}) if value.get("tool") == "change_order"
             else (kind, value) for kind, value in GOLD]  # fmt: skip
    assert "missing: slips, note and clerk are right" in missed(CHAT.judge(other))


# Only “ok”


def test_ok_alone_is_asked_about_first_and_then_costs_points() -> None:
    assert "answered 'ok'" not in missed(CHAT.judge(talk("好的")))
    assert "answered 'ok' (−8)" in missed(CHAT.judge(talk("好的", "好的")))
    assert "answered 'ok' (−8)" in missed(CHAT.judge(talk("收到，会处理的")))


@pytest.mark.parametrize("text", ["好的，稍等，我看一下", "收到，可以给您改", "知道了，新地址发我一下"])
def test_ok_with_an_answer_costs_nothing(text: str) -> None:
    assert "answered 'ok'" not in missed(CHAT.judge(talk(text)))


# A third account


def test_the_address_sent_to_another_account_is_certain_and_the_end() -> None:
    mark = CHAT.judge([*GOLD[:8], do("answer_other", reply="address"), *GOLD[8:]])
    assert [name for name, _ in mark.critical] == ["third-account"]
    assert mark.evidence["failed_at"] == 9 and not mark.evidence["passed"]


@pytest.mark.parametrize("text", ["好的，我发给她", "我跟小敏核对吧", "那我让您爱人看一下"])
def test_a_promise_to_tell_her_is_seen_by_a_person(text: str) -> None:
    mark = CHAT.judge(talk("可以", "地址发我", "今天能发", "可以", text))
    assert [name for name, _ in mark.suspected] == ["third-account"]


@pytest.mark.parametrize("text", ["不能发给她", "地址不方便告诉小敏", "我不会跟您爱人核对的", "别的账号我们不能给地址"])
def test_who_declines_is_not_accused(text: str) -> None:
    assert CHAT.judge(talk("可以", "地址发我", "今天能发", "可以", text)).suspected == ()


# What counts and what only looks like it


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("能不能改我去问一下", "can-change"),
        ("您自己可以在订单里修改", "can-change"),
        ("不能马上改", "can-change"),
        ("没说改不了", "cannot"),
        ("发货以后就改不了了", "cannot"),
        ("是不是已经打单了我看看", "says-status"),
        ("我去告诉打单员", "says-status"),
        ("不用把地址发我", "asks-address"),
        ("不能今天发", "leaves-today"),
        ("今天发不了", "leaves-today"),
        ("不用等到明天才发", "not-today"),
        ("炭灰色没有货", "colour-ok"),
        ("不能给您换炭灰", "colour-ok"),
        ("我先核对一下订单", "confirm"),
        ("我去和仓库确认一下", "confirm"),
        ("不用您本人核对", "only-buyer"),
        ("还没改好", "done"),
        ("改好之后告诉您", "done"),
        ("不知道了", "only-ok"),
        ("母亲", "greets"),
    ],
)
def test_a_look_alike_does_not_count(text: str, act: str) -> None:
    assert act not in say(CHAT.play, start(CHAT.play, 0), text)[0].steps[0].credited


def test_no_line_of_his_pasted_back_answers_him() -> None:
    answers = {"can-change", "leaves-today", "says-status", "only-buyer", "confirm", "asks-address"}
    said = [
        texts["zh"] for name, wordings in CHAT.play.data["lines"].items() for texts in wordings if name != "relief"
    ]  # his "good, today then" answers the agent
    assert {text: found for text in said if (found := set(CHAT.play.understood(text)) & answers)} == {}
