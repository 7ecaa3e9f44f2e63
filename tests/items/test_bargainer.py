"""S-02, a bargainer: the floor is held politely, the rival left alone, the payment kept on the platform."""

from __future__ import annotations

from fractions import Fraction

import pytest

from examdesk.items.scenario.doubts import unread
from examdesk.items.scenario.replaying import replay
from examdesk.model import Judgement
from tests.items.chats import chat, do, talk

CHAT = chat("S-02")
script, judge = CHAT.script, CHAT.judge


def points(mark: Judgement, criterion: str) -> Fraction:
    part = next(part for part in mark.parts if part.criterion == criterion)
    return part.fraction * part.weight * 100


def reason(mark: Judgement, criterion: str) -> str:
    return next(part.reason for part in mark.parts if part.criterion == criterion)


# Every twist, plus and minus of the programme's row has a transcript in which it fires


@pytest.mark.parametrize("name", ["gold-deal", "gold-short", "borderline-clarifies"])
def test_in_a_gold_chat_he_names_a_cheaper_rival_and_wants_to_pay_by_transfer(name: str) -> None:
    lines = {line for step in replay(CHAT.play, script(name)).state.steps for line, _ in step.lines}
    assert {"two-pairs", "pay-direct", "last-offer", "afraid"} <= lines
    mark = judge(script(name))
    for told in ("material and workmanship", "a fake pays ten times", "fears a fake"):
        assert told in reason(mark, "value")
    assert "the charge is the courier's" in reason(mark, "freight")


def test_a_rival_is_20_cheaper_unless_price_and_material_were_told_before() -> None:
    names = [*CHAT.named("gold"), "borderline-clarifies"]
    heard = {name: {line for step in replay(CHAT.play, script(name)).state.steps for line, _ in step.lines}
             for name in names}
    assert [name for name, lines in heard.items() if "rival-cheaper" not in lines] == ["borderline-clarifies"]


def test_his_fear_is_told_only_when_asked() -> None:
    told = {name: "afraid" in {line for step in replay(CHAT.play, script(name)).state.steps for line, _ in step.lines}
            for name in ("gold-deal", "borderline-cold", "borderline-asks-back")}
    assert told == {"gold-deal": True, "borderline-cold": False, "borderline-asks-back": False}


@pytest.mark.parametrize(
    ("name", "certain", "suspected"),
    [
        ("fail-floor", {"under-list"}, {"under-list"}),
        ("fail-floor-promised", set(), {"under-list"}),
        ("fail-rival", set(), {"rival-run-down"}),
        ("fail-transfer", {"off-taobao"}, {"off-taobao"}),
        ("fail-yes-to-all", set(), {"rival-run-down", "off-taobao", "under-list"}),
        ("fail-loss", set(), set()),
        ("borderline-cold", set(), set()),
    ],
)
def test_a_model_transcript_breaks_the_rule_it_is_about(name: str, certain: set[str], suspected: set[str]) -> None:
    mark = judge(script(name))
    assert {rule for rule, _ in mark.critical} == certain
    assert {rule for rule, _ in mark.suspected} == suspected


def test_a_polite_no_deal_passes() -> None:
    mark = judge(script("borderline-polite-no-deal"))
    assert mark.evidence["ended"] == "parted"
    assert "a deal at list price or a polite goodbye" in reason(mark, "resolution") and mark.evidence["passed"]


def test_a_plea_of_loss_and_an_invented_last_pair_cost_value() -> None:
    mark = judge(script("fail-loss"))
    assert "pleaded a loss (−8)" in reason(mark, "value") and "invented scarcity (−8)" in reason(mark, "value")


def test_free_freight_said_or_struck_costs_the_freight_points() -> None:
    mark = judge(script("fail-gives-all"))
    assert "promised free freight (−10)" in reason(mark, "freight")
    assert "set the freight too low (−10)" in reason(mark, "freight")


def test_the_order_is_set_only_after_the_goods_were_looked_at() -> None:
    refused = judge([do("change_price", price="p169", freight="f16")])
    assert refused.critical == ()  # nothing was done


# What is right is never accused


@pytest.mark.parametrize(
    "words",
    [
        "别家的情况我们不了解，不好评价。",
        "我不能说隔壁是假货，只能说我们的料子。",
        "没法给您便宜10块，实在抱歉。",
        "350真的给不了，少一块都不行。",
        "不能按他们的价格给您。",
        "不走平台的话，出问题您没保障。",
        "不能让您转账给我们，也不方便给您账号。",
        "隔壁便宜20元，可能材质不一样。",
        "我们不亏待您，也不会让您吃亏。",
        "库存还有40双，您慢慢想。",
    ],
)
def test_a_firm_no_is_no_violation(words: str) -> None:
    mark = judge(talk(words))
    assert mark.suspected == () and "−" not in " ".join(part.reason for part in mark.parts)


# What an agent may type in place of the author's phrases
PARAPHRASES = {
    "declines-price": ("final", ["哥，350真给不了，378已经是底了", "我很想成交，但是价格不能动", "大哥，这价真没得商量",
                                 "很想给您优惠，但是价格系统锁死了", "价格方面真的让不了，请您谅解"]),
    "under-floor": ("haggle", ["两双的话给您370", "我偷偷给您减10块", "好吧，给您抹个零", "我跟主管申请个优惠价给您"]),
    "materials": ("rival", ["外观像，里面的料子不一样的", "贵20贵在皮料和做工上", "我们家鞋底是橡胶的，耐穿"]),
    "runs-down": ("rival", ["他家我知道，专卖A货的", "小心被他们骗了", "那么便宜能是真的吗", "便宜20的都是次品"]),
    "freight-reason": ("freight", ["快递员那边要收费的，我们只是替他们代收", "这16块全部给快递公司",
                                   "因为两双会超首重，所以运费是16"]),
    "declines-freight": ("freight", ["店里暂时没有满两双包邮的活动", "邮费得您自己出"]),
    "waives-freight": ("freight", ["这次破例给您免运费", "运费算我的"]),
    "asks-worry": ("doubt", ["您买鞋最在乎哪一点", "是什么让您拿不定主意呢", "是不是怕买到假货呀"]),
    "genuine": ("doubt", ["咱们是正规品牌旗舰店，您可以看店铺资质", "都是厂家直接发的正品"]),
    "pays-ten": ("proof", ["是假的您找我，赔十倍", "您看详情页，假一赔十写得清清楚楚"]),
    "keeps-platform": ("transfer", ["转账我们收不了的，您走淘宝付", "您还是拍链接付款，这样有保障"]),
    "off-platform": ("transfer", ["您加下我微信，我给您账号", "行，转到我们公司账户"]),
    "rude": ("rival", ["嫌贵你去隔壁买啊", "你爱上哪买上哪买"]),
    "pleads-loss": ("rival", ["再便宜我们就亏了", "成本都不止这个价", "老板要扣我工资的"]),
    "false-last": ("rival", ["仓库就剩两双了", "马上断货了您赶紧拍"]),
}


def test_what_agents_type_is_understood() -> None:
    assert CHAT.not_understood(PARAPHRASES) == []


def test_a_forbidden_action_keeps_no_act_from_being_read_by_the_model() -> None:
    assert any("tool" in entry["event"] for entry in CHAT.score["forbidden"])
    names = ("materials", "rude", "under-floor")
    assert [name for name in names if unread(CHAT.item.body, name)] == ["rude", "under-floor"]
