"""S-04 with a customer who asks whether something is meant: the scenario of the bank, and what its author would add."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

MEANINGS = {
    "can": {"zh": "这单可以开发票", "en": "I can get an invoice"},
    "no-charge": {"zh": "开票不用另外付钱", "en": "there is nothing to pay for it"},
    "as-bought": {"zh": "只能按买的东西来写", "en": "it has to name what I bought"},
    "freight-shop": {"zh": "寄过来的钱你们出", "en": "sending it is paid by you"},
    "asks-title": {"zh": "要我报公司的资料", "en": "you need the particulars of my company"},
    "noted": {"zh": "已经弄好了", "en": "it is on record now"},
}
QUESTION = [
    {"zh": "您是说{meaning}，对吗？", "en": "You mean {meaning}, right?"},
    {"zh": "确认一下，{meaning}，是吧？", "en": "Just to be sure: {meaning}, is that so?"},
    {"zh": "我理解得对不对：{meaning}？", "en": "Do I get you right that {meaning}?"},
]


def doubting(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with the question and its meanings, as an author would write it: without a model."""
    made: dict[str, Any] = copy.deepcopy(dict(body))
    play = made["play"]
    play["unsure"] = {"say": "you-mean", "yes": ["agrees"], "no": ["disagrees", "no-need", "we-pay"]}
    play["lines"]["you-mean"] = QUESTION
    for act, meaning in MEANINGS.items():
        play["acts"][act]["meaning"] = meaning
    return made
