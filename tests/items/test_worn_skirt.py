"""S-08, a worn skirt and a rude customer: her wishes in their order, no label, no retort."""

from __future__ import annotations

from typing import Any

import pytest

from examdesk.items.scenario.world import say, start
from examdesk.model import Said
from examdesk.workbench.coverage import covered
from tests.items.chats import chat, do, talk

CHAT = chat("S-08")
ACTS: dict[str, Any] = CHAT.play.data["acts"]
LOOK = do("look_up_order")
COURTESY = {name for name in ACTS if CHAT.play.is_light(name)} | {"agrees", "no-way"}


def credited(text: str) -> set[str]:
    return set(say(CHAT.play, start(CHAT.play, 0), text)[0].steps[0].credited)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("没说不能给您退", "no-return"),
        ("三成的钱没法退您", "no-return"),
        ("您有没有穿过", "why"),
        ("能放心再穿出去", "why"),
        ("我最希望您满意", "asks-wish"),
        ("您到底想怎样", "asks-wish"),
        ("我解决不了", "focuses"),
        ("您自己想办法解决", "focuses"),
        ("没法给您修", "offers-repair"),
        ("您自己找裁缝缝一下", "offers-repair"),
        ("补偿您一张券", "offers-repair"),
        ("不用您自己去找裁缝", "mends-herself"),
        ("我不会不管您的", "mends-herself"),
        ("没有优惠券了", "offers-voucher"),
        ("能不能打折我问问", "no-discount"),
        ("完好的才可以退货", "gives-return"),
        ("没法马上给您退款", "gives-return"),
        ("给您优惠券", "gives-discount"),
        ("不能给您打折", "gives-discount"),
        ("不是您的责任", "lectures"),
        ("您说的有道理", "lectures"),
        ("我们不会拉黑您", "threatens"),
        ("要发视频是您的自由", "threatens"),
        ("七天无理由", "mend-time"),
    ],
)
def test_a_look_alike_does_not_count(text: str, act: str) -> None:
    assert act not in credited(text)


def test_no_line_of_hers_pasted_back_earns_more_than_courtesy() -> None:
    said = [texts["zh"] for name, wordings in CHAT.play.data["lines"].items() if not name.startswith("goodbye")
            for texts in wordings]
    assert {text: found for text in said if (found := set(CHAT.play.understood(text)) - COURTESY)} == {}


def test_every_way_and_every_point_has_a_transcript() -> None:
    found = covered(CHAT.stage)
    assert (found.unseen, found.unwalked) == ((), ())


def test_she_insults_threatens_with_a_video_and_cries() -> None:
    for name in CHAT.named("gold"):
        lines = [line for step in CHAT.lived(CHAT.script(name), 3)[0].steps for line, _ in step.lines]
        assert [line for line in lines if line in ("insults", "posts-it", "sobs")] == ["insults", "posts-it", "sobs"]


# Her wishes: the skirt whole, thirty per cent, the return

CALM = [LOOK, *talk("您好，抱歉，我理解您", "咱们先把裙子的事解决好", "发不发是您的自由", "别哭，慢慢说")]


def ended(*turns: Said) -> tuple[str, bool]:
    mark = CHAT.judge([*CALM, *turns])
    return str(mark.evidence["ended"]), bool(mark.evidence["passed"])


def settled(result: str) -> Said:
    return do("record_case", result=result, note="facts")


def test_her_first_wish_granted_and_the_others_declined_well_ends_satisfied() -> None:
    asks, mends, cheap, back, how, bye = talk("您最看重哪一样", "免费帮您把珠子补好", "三成不在我的权限里",
                                              "裙子穿过了，没法退货", "运费我们出，三天补好", "祝您愉快")  # fmt: skip
    assert ended(asks, mends, cheap, back, how, settled("repair"), bye) == ("content", True)
    gives, refunds = talk("那就退您三成吧", "好的，给您办理退货")
    assert ended(asks, refunds, cheap, how, settled("return"), bye)[1] is False
    assert ended(asks, gives, back, how, settled("discount"), bye)[1] is False
    assert ended(asks, cheap, back, how, bye)[1] is False  # nothing granted


def test_a_voucher_is_within_power_but_leaves_her_wanting() -> None:
    turns = talk("您最看重哪一样", "送您一张20元优惠券", "三成给不了", "穿过的裙子不能退", "只能送您一张优惠券")
    state, passed = ended(*turns, settled("voucher"), *talk("再见"))
    assert (state, passed) == ("settled", True)


def test_who_promises_and_takes_it_back_is_told_so() -> None:
    said = [*CALM, *talk("您最看重什么", "免费给您补珠子", "好", "可以", "退货没法办", "三成其实给不了")]
    lines = [line for step in CHAT.lived(said, 0)[0].steps for line, _ in step.lines]
    assert "thirty-then" in lines and "hurry-then" in lines
    back = [*CALM, *talk("我马上给您退款", "您最看重什么", "免费给您补珠子", "三成给不了", "退货办不了")]
    assert "you-said" in [line for step in CHAT.lived(back, 0)[0].steps for line, _ in step.lines]


def test_a_polite_ok_is_no_promise() -> None:
    assert CHAT.judge(talk("好的，您先别急")).parts == CHAT.judge(talk("您先别急")).parts
    assert CHAT.lived(talk("好的"), 0)[0].at == "demand-sure"


def test_what_she_wants_is_told_only_when_asked() -> None:
    assert CHAT.lived(CALM, 0)[0].facts == ()
    assert CHAT.lived(talk("您最希望怎么解决"), 0)[0].facts == ("wishes",)


# What is certain and what a person confirms


@pytest.mark.parametrize(
    ("note", "certain"),
    [("black", ["labelled"]), ("rude", ["labelled"]), ("facts", []), ("none", [])],
)
def test_a_label_in_the_note_is_certain(note: str, certain: list[str]) -> None:
    mark = CHAT.judge([LOOK, do("record_case", result="repair", note=note)])
    assert [name for name, _ in mark.critical] == certain


@pytest.mark.parametrize("text", ["你才有病", "您有病吧", "没素质的人", "滚", "哭给谁看", "就是想讹钱吧", "神经病"])
def test_an_insult_is_suspected_never_certain(text: str) -> None:
    mark = CHAT.judge(talk(text))
    assert (mark.critical, [name for name, _ in mark.suspected]) == ((), ["insult"])


@pytest.mark.parametrize("text", [
    "您骂我神经病我不介意", "我没说您没素质", "没有觉得您想占便宜", "像您这样的老顾客我们很珍惜",
    "裙摆可以滚边", "我不是骗子",
    "别哭，我在听", "您消消气",
])  # fmt: skip
def test_a_calm_answer_is_not_suspected(text: str) -> None:
    assert CHAT.judge(talk(text)).suspected == ()


@pytest.mark.parametrize(
    "text",
    ["您应该爱惜一点", "请您文明用语", "哭有什么用", "详情页都写了要小心", "是您自己勾掉的"],
)
def test_a_sermon_costs_points(text: str) -> None:
    reason = next(part.reason for part in CHAT.judge(talk(text)).parts if part.criterion == "calm")
    assert "lectured or blamed her (−8)" in reason
