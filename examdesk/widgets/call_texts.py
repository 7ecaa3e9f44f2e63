"""The words of a call, where a scenario's customer is on the phone: in place of those of a chat."""

from __future__ import annotations

CALL: dict[str, dict[str, str]] = {
    "zh": {
        "call": "通话",
        "call_begin": "接通电话",
        "call_begin_hint": "本题计算顾客等待的时间：点击“接通电话”后，顾客等您开口；暂停时不计时。",
        "you_say": "您说",
        "say_it": "说出",
        "speech": "输入您要说的话，按 Ctrl+Enter 说出",
        "call_over": "通话已结束。",
        "call_crossed": "您的上一句已经说出，请看过通话再说。",
        "call_empty": "请先写下要说的话，再点击“说出”。",
    },
    "en": {
        "call": "Call",
        "call_begin": "Take the call",
        "call_begin_hint": "Waiting counts: once you take the call, the customer waits for you. Pauses do not count.",
        "you_say": "You say",
        "say_it": "Say",
        "speech": "Type what you say, Ctrl+Enter says it",
        "call_over": "The call has ended.",
        "call_crossed": "Your last words were already said; look at the call before you say more.",
        "call_empty": "Write what you want to say first, then press “Say”.",
    },
}
