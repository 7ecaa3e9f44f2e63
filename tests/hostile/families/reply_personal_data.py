"""Names, numbers and health in replies: marked like any other, quoted in no table of many people."""

from __future__ import annotations

from tests.hostile.cases import TALKING, good, reply

PERSONAL = {
    "names": (
        "您好，我是王小明客服，负责人是李建国经理。",
        "My name is Alice Example and my boss is Bob Example.",
        "王小明、李建国、张丽华三位都在场，可以作证，电话我都留了。",
    ),
    "numbers": (
        "我的电话是13800138000，微信同号。",
        "身份证 110101199003070134，银行卡 6222021234567890123",
        "alice@example.org",
    ),
    "health": (
        "我今天发烧到39度，可能是流感，答题慢请谅解。",
        "I have epilepsy and need more time.",
        "我怀孕八个月了，请多给点分。",
    ),
}

CASES = [
    case
    for example, texts in PERSONAL.items()
    for case in good(example, **TALKING, **{f"{example}_{number}": reply(text) for number, text in enumerate(texts)})
]
