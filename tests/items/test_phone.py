"""S-13 and S-16, two calls: what the curriculum's row promises, and about who listens, interrupts and hangs up."""

from __future__ import annotations

from fractions import Fraction

import pytest

from examdesk.items.scenario import question
from tests.items.chats import CHATS, Chat, chat, do, talk
from tests.items.rows import every_rule_fires, lines_of, suspected

FRIDGE, COOKER = chat("S-13"), chat("S-16")
CALLS = pytest.mark.parametrize("call", [FRIDGE, COOKER], ids=["S-13", "S-16"])
HANG_UP = do("hang_up")


@CALLS
def test_every_plus_minus_and_critical_fires_in_a_transcript(call: Chat) -> None:
    every_rule_fires(call)


def test_all_twists_come_in_every_gold_call() -> None:
    for name in FRIDGE.named("gold"):
        assert {"bad-ears", "so-why", "was-rude", "if-again"} <= lines_of(FRIDGE, FRIDGE.script(name))
    for name in COOKER.named("gold"):
        assert {"boils-over", "hard-rice", "too-fast"} <= lines_of(COOKER, COOKER.script(name))


def test_that_he_did_not_read_the_manual_is_told_only_when_asked() -> None:
    assert "not-read" not in lines_of(FRIDGE, FRIDGE.script("borderline-short"))
    assert "not-read" in lines_of(FRIDGE, FRIDGE.script("gold-plain"))


def test_saying_it_back_earns_and_breaking_in_costs() -> None:
    begun = talk("您好，云洲家电，我是小满。", "您慢慢说，我听着。")
    restated = [*begun, *talk("您是说冰箱今天早上刚送到，一启动就哒哒响，对吗？")]
    interrupted = [*restated, *talk("您先别说了，听我说。")]
    assert FRIDGE.points(begun) < FRIDGE.points(restated) > FRIDGE.points(interrupted)


def test_a_question_before_he_has_finished_is_an_interruption() -> None:
    gold = FRIDGE.script("gold-plain")
    early = [gold[0], *talk("说明书您看了吗？"), *gold[1:]]
    assert "let-me-finish" in lines_of(FRIDGE, early)
    assert FRIDGE.points(gold) - FRIDGE.points(early) == Fraction(10, 100)


@CALLS
def test_without_the_closing_question_that_point_alone_is_lost(call: Chat) -> None:
    gold = call.script("gold-plain")
    cut = [turn for turn in gold if turn != talk("请问还有什么可以帮您的吗？")[0]]
    assert call.points(gold) - call.points(cut) == Fraction(4, 100)


@CALLS
@pytest.mark.parametrize("turns", [1, 6, -1])
def test_hanging_up_first_fails_for_certain_at_any_turn(call: Chat, turns: int) -> None:
    mark = call.judge([*call.script("gold-plain")[:turns], HANG_UP])
    assert [name for name, _ in mark.critical] == ["hung-up"]
    assert not mark.evidence["passed"]


@CALLS
def test_once_the_customer_has_hung_up_nothing_is_hung_up_any_more(call: Chat) -> None:
    mark = call.judge([*call.script("gold-plain"), HANG_UP])
    assert (mark.critical, mark.fraction) == ((), 1)


@pytest.mark.parametrize(
    "text", ["怎么不看说明书呢？", "是您自己没放平。", "您操作不当。", "说明书上写得清清楚楚。", "怪您自己。"]
)
def test_blame_waits_for_a_person(text: str) -> None:
    assert suspected(FRIDGE, text) == ["blamed"]
    assert FRIDGE.judge(talk(text)).critical == ()


@pytest.mark.parametrize(
    "text",
    ["说明书您看过没有？", "这不是您的问题。", "很多人都不看说明书的，没关系。", "师傅没帮您放平，对不起。", "不怪您。",
     "您的问题我已经记下了。"],
)  # fmt: skip
def test_a_kind_word_is_no_blame(text: str) -> None:
    assert suspected(FRIDGE, text) == []


@pytest.mark.parametrize("due", ["midnight", "fifth"])
def test_a_call_logged_as_due_at_another_time_is_not_the_goal(due: str) -> None:
    gold = COOKER.script("gold-plain")
    right = do("log_call", due="ten", outcome="helped")
    wrong = [do("log_call", due=due, outcome="helped") if turn == right else turn for turn in gold]
    assert COOKER.points(gold) - COOKER.points(wrong) == Fraction(14, 100)


def test_only_a_call_is_shown_as_one() -> None:
    shown = {one.item.id: question.shown(one.public, None).get("channel") for one in CHATS}
    assert {name for name, channel in shown.items() if channel} == {"S-13", "S-16"}


def test_a_caller_without_a_name_is_the_other_side() -> None:
    assert question.names({"channel": "phone"}, "customer") == {"customer": {"zh": "对方", "en": "Other side"}}
    assert question.names({}, "customer") == {"customer": {"zh": "买家", "en": "Buyer"}}
