"""S-07, glue come open after ten days: two photos, freight both ways, no box; and what only sounds like a breach."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from examdesk.items.scenario.world import say, start
from examdesk.workbench.coverage import covered
from tests.items.chats import chat, do, talk

CHAT = chat("S-07")
ACTS: dict[str, Any] = CHAT.play.data["acts"]
LOOK = do("look_up_order")
COURTESY = {name for name in ACTS if CHAT.play.is_light(name)} | {"agrees", "no-worry", "no-way"}


def credited(text: str) -> set[str]:
    return set(say(CHAT.play, start(CHAT.play, 0), text)[0].steps[0].credited)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("您发的照片我看到了", "photo"),
        ("给您发个图片看看新款", "photo"),
        ("谢谢您正面评价我们", "front"),
        ("我发在朋友圈了", "circle"),
        ("最近下雨多", "closeup"),
        ("照片很清楚", "clearer"),
        ("我不清楚物流情况", "clearer"),
        ("如果是质量问题我们会给您换的", "waives"),
        ("请拍照方便我们给您处理", "waives"),
        ("不用拍很多", "waives"),
        ("不要拍糊了", "waives"),
        ("我们相信您", "waives"),
        ("不是质量问题", "accepts"),
        ("没有鞋盒不能换", "box-fine"),
        ("不会因为没有鞋盒不给换", "box-needed"),
        ("我们不承担运费", "we-bear"),
        ("运费您先垫付一下", "you-bear"),
        ("运费不用您出", "you-bear"),
        ("不用您垫付", "repay"),
        ("是不是假货", "genuine"),
        ("您的订单号发我", "tracking"),
        ("新鞋单号我们发给您", "tracking"),
        ("不用拍视频", "too-much"),
        ("不是您穿的问题", "blames"),
        ("我们不怪您", "blames"),
        ("怎么会这样，真对不起", "blames"),
        ("您的问题我们已经记下", "blames"),
        ("不能现在退款给您", "refunds-now"),
        ("收到鞋马上给您退运费", "refunds-now"),
        ("不会不给您换的", "declines"),
    ],
)
def test_a_look_alike_does_not_count(text: str, act: str) -> None:
    assert act not in credited(text)


def test_no_line_of_his_pasted_back_earns_more_than_courtesy() -> None:
    said = [texts["zh"] for wordings in CHAT.play.data["lines"].values() for texts in wordings]
    assert {text: found for text in said if (found := set(CHAT.play.understood(text)) - COURTESY)} == {}


def test_every_way_and_every_point_has_a_transcript() -> None:
    found = covered(CHAT.stage)
    assert (found.unseen, found.unwalked) == ((), ())


def test_the_blurred_photo_the_freight_and_the_word_fake_come_unless_answered_before() -> None:
    lines = [line for step in CHAT.lived(CHAT.script("gold-step-by-step"), 3)[0].steps for line, _ in step.lines]
    assert {"photo-blurred", "no-box", "who-pays", "is-it-fake"} <= set(lines)
    ahead = [line for step in CHAT.lived(CHAT.script("gold-early"), 3)[0].steps for line, _ in step.lines]
    assert "who-pays" not in ahead and "is-it-fake" in ahead


def test_what_he_wants_is_told_only_when_asked() -> None:
    assert CHAT.lived(CHAT.script("borderline-cool"), 0)[0].facts == ()
    assert CHAT.lived(CHAT.script("gold-short"), 0)[0].facts == ("wish",)


def test_the_apology_may_stand_anywhere_in_the_message_that_asks_for_photos() -> None:
    for text, minus in (("请拍照给我，抱歉", False), ("抱歉，请拍照给我", False), ("请拍照给我", True)):
        reason = next(part.reason for part in CHAT.judge(talk(text)).parts if part.criterion == "courtesy")
        assert ("without an apology" in reason) == minus, text


def test_a_condition_is_no_promise_and_costs_nothing() -> None:
    gold = CHAT.script("gold-short")
    careful = talk("您好，非常抱歉！如果是质量问题我们会给您换的，先麻烦拍两张照片：正面圈出来，再来一张特写。")
    assert CHAT.judge([gold[0], *careful, *gold[2:]]).fraction == 1


def test_a_picture_is_asked_for_again_before_it_is_clear() -> None:
    state = CHAT.lived([LOOK, *talk("抱歉，请拍照", "太糊了，重拍一张")], 0)[0]
    assert state.at == "which"
    assert CHAT.lived([LOOK, *talk("抱歉，请拍照", "太糊了，重拍一张", "正面和特写")], 0)[0].at == "shown"


@pytest.mark.parametrize(("note", "certain"), [("none", ["blind-payment"]), ("early", [])])
def test_money_before_receipt_is_a_violation_without_a_note_and_a_fault_with_one(note: str, certain: list[str]) -> None:
    mark = CHAT.judge([LOOK, do("pay_back", amount="shoes", note=note)])
    assert [name for name, _ in mark.critical] == certain
    assert "paid before the parcel was back (−6)" in next(p.reason for p in mark.parts if p.criterion == "procedure")


@pytest.mark.parametrize(
    "text",
    ["是您穿得太费了", "您是不是泡水了", "人为损坏我们不管", "您自己穿坏的吧", "别人穿都没事"],
)
def test_blame_is_suspected_never_certain(text: str) -> None:
    mark = CHAT.judge(talk(text))
    assert (mark.critical, [name for name, _ in mark.suspected]) == ((), ["blame"])


@pytest.mark.parametrize("text", [
    "不是您的问题，是我们的责任", "这双鞋没粘好，不怪您", "您的问题我马上处理", "纸条上写明您的问题和账号",
    "怎么会开胶呢，真对不起",
    "正常穿不应该开胶的", "请问您平时穿多大码",
])  # fmt: skip
def test_a_kind_answer_is_not_suspected(text: str) -> None:
    assert CHAT.judge(talk(text)).suspected == ()


def test_the_missing_box_is_no_ground() -> None:
    gold = CHAT.script("gold-step-by-step")
    refused = [*gold[:7], *talk("没有鞋盒不能换的"), *gold[7:]]
    assert CHAT.judge(refused).fraction == Fraction(92, 100)
