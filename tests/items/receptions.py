"""Two receptions of the programme: the five-step pre-sales flow (F-OP-01) and the eight steps (F-BK-03)."""

from __future__ import annotations

from typing import Any

from examdesk.model import Item
from tests.items.small import act, criterion, earns, small, texts

Steps = list[tuple[str, str, str, tuple[str, ...], str]]
"""(id, name zh, name en, phrases that show it, what the model chat says)."""

FIVE: Steps = [
    ("welcome", "欢迎", "welcome", ("欢迎光临", "您好"), "亲，欢迎光临小店！"),
    ("promotion", "告知活动", "promotion", ("满#减#", "第二件半价"), "今天全店满99减10哦。"),
    ("item", "介绍商品", "item", ("用的是", "材质是"), "这款发夹用的是专用胶，不容易掉。"),
    ("confirm", "核对订单", "order confirmation", ("核对…订单", "地址…对吗"), "跟您核对一下订单：发夹一个，对吗？"),
    ("save", "邀请收藏店铺", "save invitation", ("收藏…店", "关注…店"), "喜欢的话请收藏一下小店。"),
]
EIGHT: Steps = [
    ("greet", "迎", "greet", ("欢迎光临", "您好"), "亲，欢迎光临！"),
    ("consult", "答疑", "consult", ("有现货", "可以机洗"), "这件有现货，可以机洗。"),
    ("recommend", "推荐", "recommend", ("推荐您", "搭配"), "推荐您搭配这条围巾。"),
    ("objections", "处理异议", "objections", ("七天无理由", "不会起球"), "您担心起球的话，不会起球，七天无理由。"),
    ("close", "促成", "close", ("现在拍下", "帮您留"), "喜欢的话现在拍下就好。"),
    ("confirm", "确认订单", "order confirmation", ("核对…订单", "地址…对吗"), "跟您核对订单：黑色一件，对吗？"),
    ("farewell", "道别", "farewell", ("感谢您的", "祝您购物"), "感谢您的惠顾！"),
    ("dispatch", "下单发货", "dispatch", ("今天发出", "安排发货"), "已经给您安排发货了。"),
]


def reception(steps: Steps, name: tuple[str, str], **phases: Any) -> Item:
    """A scenario whose procedure is a list of steps, all of one weight."""
    weight = 40 // len(steps)
    acts = {f"says-{one[0]}": act(*one[3]) for one in steps}
    listed = [{"id": one[0], "text": texts(one[1], one[2]), "weight": weight, "event": {"act": f"says-{one[0]}"}}
              for one in steps]
    score = {
        "criteria": [criterion("resolution", "问题解决", "Resolution"),
                     criterion("procedure", "接待流程", "Procedure")],
        "required": [earns("goal", "resolution", 100 - weight * len(steps), "买家满意离开", "the buyer is served",
                           goal=True)],
        "phases": {"text": texts(*name), "criterion": "procedure", "steps": listed, **phases},
    }  # fmt: skip
    return small(acts, score, [*model(steps), "再见"])


def model(steps: Steps) -> list[str]:
    """What the model chat says, a step a message."""
    return [one[4] for one in steps]


FIVE_STEPS = reception(FIVE, ("售前五步", "The five pre-sales steps"))
EIGHT_STEPS = reception(EIGHT, ("八步接待", "The eight-step reception"))
