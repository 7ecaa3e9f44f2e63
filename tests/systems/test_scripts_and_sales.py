"""SR-26 to SR-33: script library, reception steps and pre-sales conversation."""

from __future__ import annotations

from tests.items.chats import chat, do, talk


def test_sr26_every_script_class_has_three_templates_and_a_reply_task() -> None:
    """Every class has at least 3 templates and one reply task"""
    from examdesk.bank.scripts import read_scripts
    from examdesk.building.scripting import script_of, task_faults
    from tests.conftest import ROOT, real_bank

    scripts, bank = read_scripts(ROOT / "exams", root=ROOT), real_bank()
    tasks = {script_of(bank.documents[name].data) for name in bank.items}
    classes = {"pre", "in", "after", "active", "in-stock", "out-of-stock", "price", "size", "shipping"}
    assert classes == set(scripts.classes)
    for name in scripts.classes:
        assert len(scripts.of_class(name)) >= 3 and name in tasks
    assert (list(scripts.faults), list(task_faults(scripts, bank))) == ([], [])


def test_sr27_your_name_left_in_fails_the_slot_check() -> None:
    """A reply with '(Your name)' left in fails the slot check"""
    from examdesk.items.reply.cells import grader
    from examdesk.model import Response
    from tests.conftest import real_bank

    grade = grader(real_bank().items["R-E06"].body)
    reply = "I am sorry, free shipping is only for orders under 2 kg.\nBest regards,\n{name}"
    left, signed = (grade(Response("R-E06", reply.format(name=name))) for name in ("(Your name)", "Li Na"))
    assert left.evidence["slots"] == ["(Your name)"] and "slot check failed 空位未填: (Your name)" in left.reason
    assert "slots" not in signed.evidence and "slot" not in signed.reason
    assert (left.fraction, left.parts, left.suspected) == (signed.fraction, signed.parts, signed.suspected)


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


def test_sr30_opening_without_the_anti_fraud_warning_loses_that_element_only() -> None:
    """Reply lacking the warning loses that element only"""
    from tests.conftest import real_bank
    from tests.systems.marking import marked

    opening, warning = real_bank().items["R-C01"].body["samples"]["right"][0].split("另外提醒您一下：")
    whole, short = marked("R-C01", f"{opening}另外提醒您一下：{warning}"), marked("R-C01", opening)
    assert {part.criterion for part in whole.parts if part.fraction < 1} == set()
    assert {part.criterion for part in short.parts if part.fraction < 1} == {"impostors", "disbelieve"}  # the warning
    assert short.fraction is None  # a person decides; the machine shows what it found


def test_sr31_last_pair_with_forty_in_stock_is_false_urgency() -> None:
    """Claiming 'last pair' when stock is 40 triggers the false-urgency violation"""
    shoes, clips = chat("S-02"), chat("S-01")
    stock = [field for field in shoes.play.data["fields"] if field["id"] == "stock"]
    assert [option["text"]["zh"] for option in stock[0]["options"]] == ["40 双"]
    mark = shoes.judge(talk("亲，这是最后一双了，赶紧付款哦"))
    assert "invented scarcity (−8)" in " ".join(part.reason for part in mark.parts)
    assert "invented" not in " ".join(part.reason for part in shoes.judge(talk("库存还有40双，不是最后一双")).parts)
    assert [rule for rule, _ in clips.judge(talk("亲，这是最后一个了，赶紧付款哦")).suspected] == ["false-urgency"]
    assert clips.judge(talk("库存还有40枚，活动到周日为止")).suspected == ()


def test_sr32_going_under_the_floor_loses_the_case_and_rudeness_loses_tone_points() -> None:
    """Going under the floor loses the case, rude refusal loses tone points"""
    shop = chat("S-02")
    sold = [*shop.script("gold-deal")[:-2], do("change_price", price="p185", freight="f16"), *talk("改好了，再见")]
    lost = shop.judge(sold)
    assert [rule for rule, _ in lost.critical] == ["under-list"] and not lost.evidence["passed"]
    firm, rude = (shop.judge(talk("您好，理解您。", words)) for words in ("已经是活动价，实在不能再少了。",
                                                                      "不能再少了，爱买不买。"))
    held = [next(part for part in mark.parts if part.criterion == "resolution") for mark in (firm, rude)]
    assert held[0].fraction == held[1].fraction > 0  # both held the floor
    tone = [next(part for part in mark.parts if part.criterion == "courtesy").fraction for mark in (firm, rude)]
    assert tone[1] < tone[0]


def test_sr33_recommending_before_asking_loses_the_need_point() -> None:
    """Recommendation before any question loses the need point"""
    ask, recommend = "请问她头发多不多？", "推荐您星语这款。"
    shop = chat("S-01")

    def need(*messages: str) -> str:
        return next(part.reason for part in shop.judge(talk(*messages)).parts if part.criterion == "need")

    assert "missing: asked for the need before recommending" not in need(ask, recommend)
    for messages in ((recommend, ask), (recommend,)):
        assert "missing: asked for the need before recommending" in need(*messages)
        assert "recommended without a question (−6)" in need(*messages)
