"""Three scenarios by the recipes of exams/README.md: listening, hidden ranked wishes, and a product hint."""

from __future__ import annotations

from typing import Any

from examdesk.model import Said
from tests.items.chats import do
from tests.items.small import act, criterion, earns, small, texts

ENDS: dict[str, Any] = {"served": {"say": ["done"], "end": True}, "left": {"say": ["cold"], "end": True}}
RESOLUTION = criterion("resolution", "问题解决", "Resolution")


def forbidden(name: str, of: str, minus: int, zh: str, en: str, **event: Any) -> dict[str, Any]:
    return {"id": name, "criterion": of, "minus": minus, "text": texts(zh, en), "event": event,
            "reason": texts("他会觉得没有被认真对待。", "He feels that nobody takes him seriously.")}


# Listening (SR-58): he tells it in two parts. Whoever comes with a solution in between has interrupted him: in the
# state `telling` such an act means `interrupts`. Saying back what he has said earns.

LISTENED = ["您请说，我在听。", "您的意思是裙子洗了一次就掉珠子，对吗？", "我们给您免费修补。", "再见"]

LISTENING = small(
    {
        "goes-on": act("您请说", "您慢慢说", "您接着说", "我在听"),
        "restates": act("您的意思是", "也就是说您", "您是说"),
        "offers": act("给您(免费|)(修补|退款|换)", "帮您换一件"),
        "interrupts": act("您先听我说", "先别说了"),
    },
    {
        "criteria": [RESOLUTION, criterion("listening", "倾听", "Listening")],
        "required": [
            earns("goal", "resolution", 30, "买家满意离开", "the buyer is served", goal=True),
            earns("offer", "resolution", 30, "给出办法", "offered a way", act="offers"),
            earns("lets-talk", "listening", 15, "让买家把话说完", "let him finish", act="goes-on"),
            earns("restated", "listening", 25, "复述了问题", "restated the problem", act="restates"),
        ],
        "forbidden": [forbidden("interrupting", "listening", 25, "打断了买家", "interrupted him", act="interrupts")],
    },
    LISTENED,
    opening=["hello", "first-part"], begins="telling", says=("first-part", "second-part", "ouch"),
    states={
        "telling": {"hint": "first-part", "moves_on": "told", "rules": [
            {"act": "goes-on", "go": "told"},
            {"act": "offers", "means": "interrupts", "mood": -1, "say": ["ouch"], "go": "told"},
            {"act": "interrupts", "mood": -1, "say": ["ouch"], "go": "told"}]},
        "told": {"say": ["second-part"], "hint": "hint", "moves_on": "told", "rules": [
            {"act": "bye", "if": {"acts": ["offers"]}, "go": "served"}]},
        **ENDS,
    },
)  # fmt: skip

# Expectation management (SR-56): three wishes, the first one vital. He tells them when asked what matters; he is
# satisfied when the first is granted and the others are declined with a reason. What was declined once is not granted
# afterwards.

WISHES = ["最看重的是哪一点呢？", "我们免费给您修好。", "实在抱歉，优惠券给不了，因为您这单已经是活动价。",
          "退款也不行的，因为裙子洗过了。", "再见"]

EXPECTATIONS = small(
    {
        "asks-wishes": act("最看重", "最希望", "最要紧的是"),
        "grants-repair": act("给您修好", "帮您修好"),
        "grants-voucher": act("送您优惠券", "给您发优惠券", opposite="declines-voucher"),
        "grants-refund": act("给您退款", "全额退给您", opposite="declines-refund"),
        "declines-voucher": act("优惠券给不了", "优惠券发不了", opposite="grants-voucher"),
        "declines-refund": act("退款也不行", "不能退款", opposite="grants-refund"),
        "gives-reason": act("因为", "由于", light=True),
    },
    {
        "criteria": [RESOLUTION, criterion("expectations", "期望管理", "Expectations")],
        "required": [
            earns("goal", "resolution", 45, "买家满意离开", "he leaves satisfied", goal=True),
            earns("wishes", "expectations", 10, "问出三个要求", "asked for his wishes", fact="wishes"),
            earns("vital", "expectations", 25, "满足了最要紧的一个", "granted the vital one", act="grants-repair"),
            earns("second", "expectations", 10, "婉拒第二个", "declined the second", act="declines-voucher"),
            earns("third", "expectations", 10, "婉拒第三个", "declined the third", act="declines-refund"),
        ],
        "forbidden": [
            forbidden("gave-second", "expectations", 15, "答应了优惠券", "granted the voucher", act="grants-voucher"),
            forbidden("gave-third", "expectations", 15, "答应了退款", "granted the refund", act="grants-refund"),
        ],
    },
    WISHES,
    begins="upset", says=("wishes", "thanks", "hm"),
    facts=[{"id": "wishes", "asked_by": ["asks-wishes"], "say": "wishes"}],
    states={
        "upset": {"hint": "hint", "moves_on": "upset", "rules": [
            {"act": "grants-repair", "mood": 2, "say": ["thanks"]},
            {"act": "declines-voucher", "if": {"acts": ["grants-repair"]}, "say": ["hm"]},
            {"act": "declines-refund", "if": {"acts": ["grants-repair"]}, "say": ["hm"]},
            {"act": "declines-voucher", "mood": -1, "say": ["hm"]},
            {"act": "declines-refund", "mood": -1, "say": ["hm"]},
            {"act": "bye", "if": {"acts": ["grants-repair", "declines-voucher", "declines-refund", "gives-reason"]},
             "go": "served"},
            {"act": "bye", "go": "left"}]},
        **ENDS,
    },
)  # fmt: skip

# Voice of the customer (SR-64): he lets fall that the strap tears at its seam. The point is for the note that passes
# it on: a tool, with the words that must stand in it.


def forward(words: str) -> Said:
    return do("forward_suggestion", words=words, about="product")


HINTED = ["很抱歉让您遇到这种情况。", "谢谢您的建议，我转给产品部门。", forward("背带接缝处容易断，建议加固"), "再见"]

HINT = small(
    {"sorry": act("抱歉", "对不起", light=True), "thanks-for-hint": act("谢谢您的建议", "感谢您的反馈", "转给产品部")},
    {
        "criteria": [RESOLUTION, criterion("voice", "建议传递", "Voice of the customer")],
        "required": [
            earns("goal", "resolution", 50, "买家满意离开", "the buyer is served", goal=True),
            earns("took-it", "voice", 20, "接住了买家的建议", "took the hint", act="thanks-for-hint"),
            earns("forwarded", "voice", 30, "把建议转给产品部门", "forwarded the hint", tool="forward_suggestion",
                  where={"words": ["~背带", "~接缝"], "about": ["product"]}),
        ],
    },
    HINTED,
    opening=["hello", "strap"], says=("strap",),
    fields=[{"id": "note", "value": ""}, {"id": "to", "value": ""}],
    tools=[{"id": "forward_suggestion", "label": texts("转交建议", "Forward a suggestion"),
            "args": [{"id": "words", "label": texts("内容", "Words"), "kind": "text", "max": 60},
                     {"id": "about", "label": texts("类别", "About"), "kind": "choice", "options": [
                         {"id": "product", "text": texts("商品", "the product")},
                         {"id": "service", "text": texts("服务", "the service")}]}],
            "sets": {"note": "$words", "to": "$about"},
            "done": texts("已转交。", "Forwarded."), "refused": texts("不行。", "No.")}],
)  # fmt: skip
