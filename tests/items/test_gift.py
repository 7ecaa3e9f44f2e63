"""S-01, a gift: the need comes before advice, the stones are spoken of honestly, and no "last one" is invented."""

from __future__ import annotations

from fractions import Fraction

import pytest

from examdesk.items.scenario.replaying import replay
from examdesk.model import Judgement
from tests.items.chats import chat, talk

CHAT = chat("S-01")
script, judge = CHAT.script, CHAT.judge
GOLD = CHAT.named("gold")


def reason(mark: Judgement, criterion: str) -> str:
    return next(part.reason for part in mark.parts if part.criterion == criterion)


def points(mark: Judgement, criterion: str) -> Fraction:
    part = next(part for part in mark.parts if part.criterion == criterion)
    return part.fraction * part.weight * 100


# Every twist, plus and minus of the programme's row has a transcript in which it fires


def test_in_gold_chats_she_falls_silent_after_the_price_and_asks_whether_the_stones_are_firm() -> None:
    heard = [{line for step in replay(CHAT.play, script(name)).state.steps for line, _ in step.lines} for name in GOLD]
    assert all("no-answer" in lines for lines in heard)
    assert sum("stones-firm" in lines for lines in heard) >= 3  # gold-forward has told it before she could ask


@pytest.mark.parametrize("name", GOLD)
def test_a_gold_chat_walks_the_five_steps_and_pays_for_need_honesty_and_note(name: str) -> None:
    mark = judge(script(name))
    told = reason(mark, "procedure")
    for step in ("announced the promotion", "confirmed the order", "invited her to save", "noted the words"):
        assert f": {step}" in told and f"missing: {step}" not in told
    assert "welcomed her" in reason(mark, "courtesy")
    assert "asked for the need before recommending" in reason(mark, "need")
    assert "missing" not in reason(mark, "honesty")


@pytest.mark.parametrize(
    ("name", "suspected"),
    [
        ("borderline-pressed", ["false-urgency"]),
        ("fail-guarantee", ["guarantee"]),
        ("fail-denies-twice", ["guarantee"]),
        ("fail-says-yes", ["guarantee"]),
        ("fail-boasts", ["guarantee"]),
        ("fail-last-one", ["false-urgency", "false-urgency"]),
        ("fail-no-question", []),
    ],
)
def test_a_model_transcript_breaks_the_rule_it_is_about(name: str, suspected: list[str]) -> None:
    mark = judge(script(name))
    assert [rule for rule, _ in mark.suspected] == suspected
    assert mark.critical == ()


def test_advice_without_a_question_costs_the_need_point_whatever_was_recommended() -> None:
    asked = judge(talk("您好，她头发多吗？", "推荐星语。"))
    assert points(asked, "need") == 14
    for first in ("推荐星语。", "推荐月光。"):
        mark = judge(talk(first, "她头发多吗？", "推荐星语。"))
        assert points(mark, "need") < 14 and "−6" in reason(mark, "need")


def test_deal_or_not_is_never_none_of_our_business() -> None:
    mark = judge(script("fail-no-question"))
    assert "the deal does not matter (−7)" in reason(mark, "courtesy")
    assert mark.evidence["ended"] == "left"


# What is right is never accused


@pytest.mark.parametrize(
    "words",
    [
        "不能保证一颗都不会掉，不过很少。",
        "没法跟您说绝对不会掉。",
        "您要我保证不掉，这个真做不到。",
        "库存还有40枚，您慢慢看。",
        "不会那么快卖完的，不着急。",
        "最后一个问题：贺卡写什么？",
        "谁也不敢保证水钻绝对不会掉。",
        "不是最后一个，您放心选。",
    ],
)
def test_an_honest_limit_and_a_true_stock_are_no_violation(words: str) -> None:
    assert judge(talk(words)).suspected == ()


# What an agent may type in place of the author's phrases
PARAPHRASES = {
    "asks-hair": ("need", ["收礼物的小姐姐头发厚吗", "对方发质是软的还是硬的呀", "她一般扎头发还是披着，发量如何",
                           "您闺蜜头发到哪里？", "冒昧问一下，您朋友是短发吗"]),
    "asks-budget": ("need", ["想要多少价位的呢", "大概想控制在多少钱以内呢", "要几十块的还是上百的"]),
    "suggests-right": ("choose", ["可以看看这款小边夹", "三款里面我觉得星语是最好的选择", "建议您拍小号那个"]),
    "says-price": ("price", ["￥75", "现在的价格是七十五元", "要75块呢"]),
    "convinces": ("silent", ["贵是贵一点，不过里面有硅胶，头发再细也不会滑下来", "它只有十几克，不会扯头发",
                             "送礼还是要送合适的，她戴得上才有意义"]),
    "asks-obstacle": ("silent", ["是哪里让您犹豫了", "亲还在不", "您考虑得怎么样了？", "不买也没关系的，您慢慢看"]),
    "stones-honest": ("firm", ["说实话不敢打包票，但确实很少掉", "任何水钻都有可能掉，我们的用了专用胶会好很多"]),
    "stones-remedy": ("firm", ["要真掉了，跟客服说是哪款哪里掉的，我们寄给您自己粘", "后期掉钻的话免费寄配件"]),
    "guarantees": ("firm", ["放一百个心，绝对掉不了", "怎么戴都不掉", "我们家的从来没掉过"]),
    "asks-card": ("card", ["当然可以呀，要写啥", "可以手写贺卡，请提供一下内容"]),
    "confirms-order": ("order", ["看到啦，星语一枚，寄到您默认地址对吧", "麻烦核对一下地址和电话"]),
    "invites-save": ("last", ["店铺可以收藏一下呀，以后上新能看到", "喜欢的话给我们店点个关注吧"]),
    "false-last": ("silent", ["就剩这一个了亲", "有好几个人都在看这款", "现在不拍等会就没货了"]),
}


def test_what_agents_type_is_understood() -> None:
    assert CHAT.not_understood(PARAPHRASES) == []
