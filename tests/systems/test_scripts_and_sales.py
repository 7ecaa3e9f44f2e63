"""SR-26 to SR-33: script library, reception steps and pre-sales conversation."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.xfail(strict=True, reason="the whole bank and its generators come later")
def test_sr26_every_script_class_has_three_templates_and_a_reply_task() -> None:
    """Every class has at least 3 templates and one reply task"""
    from examdesk.bank import load_bank, load_scripts

    exams = Path(__file__).parents[2] / "exams"
    scripts, bank = load_scripts(exams), load_bank(exams)
    for name in ("pre", "in", "after", "active"):
        assert len(scripts.of_class(name)) >= 3
        assert [item for item in bank.items.values() if item.type == "reply" and item.body["script_class"] == name]


@pytest.mark.xfail(strict=True, reason="the whole bank and its generators come later")
def test_sr27_your_name_left_in_fails_the_slot_check() -> None:
    """A reply with '(Your name)' left in fails the slot check"""
    from examdesk.marking import open_slots

    reply = "Thank you for your interest. Yes, we have 6 lots left.\nBest regards,\n{name}"
    assert open_slots(reply.format(name="(Your name)")) == ["(Your name)"]
    assert open_slots(reply.format(name="Li Na")) == []


def test_sr28_chat_without_order_confirmation_shows_the_missing_step() -> None:
    """A chat skipping order confirmation shows the missing step"""
    from examdesk.items.scenario.key import explain
    from tests.conftest import respond
    from tests.items.receptions import EIGHT, EIGHT_STEPS, model
    from tests.items.small import judged, said

    steps = [step["text"]["en"] for step in EIGHT_STEPS.body["score"]["phases"]["steps"]]
    assert (len(steps), steps[0]) == (8, "greet")
    assert judged(EIGHT_STEPS, *model(EIGHT), "再见").evidence["phases"]["missing"] == []
    skipped = [words for step, words in zip(EIGHT, model(EIGHT), strict=True) if step[0] != "confirm"]
    found = judged(EIGHT_STEPS, *skipped, "再见")
    assert found.evidence["phases"]["missing"] == ["confirm"]
    assert "7 of 8; missing: order confirmation" in found.parts[1].reason
    told = explain(EIGHT_STEPS.body, respond(EIGHT_STEPS, said(*skipped, "再见")).value, "zh", show_key=False)
    assert "八步接待：7/8，缺：确认订单" in told


def test_sr29_model_chat_gets_five_of_five_and_four_without_the_save_invitation() -> None:
    """Tracker gives 5/5 for the model chat and 4/5 without the save invitation"""
    from examdesk.items.scenario.key import explain
    from tests.conftest import respond
    from tests.items.receptions import FIVE, FIVE_STEPS, model
    from tests.items.small import judged, said

    def told(*chat: str) -> str:
        return explain(FIVE_STEPS.body, respond(FIVE_STEPS, said(*chat)).value, "zh", show_key=False)[-1]

    whole, short = [*model(FIVE), "再见"], [*model(FIVE)[:-1], "再见"]
    assert "5 of 5" in judged(FIVE_STEPS, *whole).parts[1].reason and told(*whole) == "售前五步：5/5"
    assert "4 of 5; missing: save invitation" in judged(FIVE_STEPS, *short).parts[1].reason
    assert told(*short) == "售前五步：4/5，缺：邀请收藏店铺"


@pytest.mark.xfail(strict=True, reason="the whole bank and its generators come later")
def test_sr30_opening_without_the_anti_fraud_warning_loses_that_element_only() -> None:
    """Reply lacking the warning loses that element only"""
    from examdesk.items.reply.elements import opening_elements

    opening = "您好，欢迎光临晨光店，我是客服小林，有什么可以帮您？（玫瑰）"
    warning = "有人冒充商家或支付宝客服来电说卡单，请不要相信。"
    assert opening_elements(opening + warning).missing == ()
    assert opening_elements(opening).missing == ("anti-fraud warning",)


@pytest.mark.xfail(strict=True, reason="the mock customer's depth comes later")
def test_sr31_last_pair_with_forty_in_stock_is_false_urgency() -> None:
    """Claiming 'last pair' when stock is 40 triggers the false-urgency violation"""
    from examdesk.items.scenario.scoring import violations

    said = "亲，这是最后一双了，赶紧付款哦"
    assert "false-urgency" in violations(said, facts={"stock": 40})
    assert "false-urgency" not in violations(said, facts={"stock": 1})


@pytest.mark.xfail(strict=True, reason="the mock customer's depth comes later")
def test_sr32_going_under_the_floor_loses_the_case_and_rudeness_loses_tone_points() -> None:
    """Going under the floor loses the case, rude refusal loses tone points"""
    from examdesk.items.scenario.scoring import bargaining

    assert bargaining(price=58, floor=60, said="好吧，58给您").verdict == "lost"
    firm = bargaining(price=60, floor=60, said="亲，已经是活动价了，实在抱歉不能再少了")
    rude = bargaining(price=60, floor=60, said="爱买不买")
    assert firm.verdict == rude.verdict == "held"
    assert rude.tone < firm.tone


@pytest.mark.xfail(strict=True, reason="the mock customer's depth comes later")
def test_sr33_recommending_before_asking_loses_the_need_point() -> None:
    """Recommendation before any question loses the need point"""
    from examdesk.items.scenario.scoring import need_point

    assert need_point(["ask-need", "recommend"]) == 1
    assert need_point(["recommend", "ask-need"]) == 0
    assert need_point(["recommend"]) == 0
