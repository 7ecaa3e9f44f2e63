"""Replies that try to win without helping the buyer: no point by machine, and the marker is told.

What contradicts itself is a suspicion in the marks and holds the result.
An empty reply waits for its marker like every other: unmarked is not 0.
"""

from __future__ import annotations

from tests.conftest import real_form
from tests.hostile.cases import REPLY, TALKING, answered, good, reply
from tests.hostile.papers import TALK

BODY = real_form(TALK).items[REPLY].body
ASKED = BODY["message"]
PHRASES = [phrase for one in BODY["rubric"] for phrase in one["evidence"]]
FIRSTS = [one["evidence"][0] for one in BODY["rubric"]]
FORBIDDEN = [rule["phrases"][0] for rule in BODY["forbidden"]]
TRICK = "reply-trick"

CASES = [
    *good(
        "keyword stuffing",
        TRICK,
        **TALKING,
        stuffed=reply("，".join(FIRSTS)),
        stuffed_all=reply(" ".join(PHRASES)[:600]),
        stuffed_repeated=reply("免费补寄" * 100),
        stuffed_newlines=reply("\n".join(FIRSTS * 3)),
    ),
    *good(
        "prompt echo",
        TRICK,
        **TALKING,
        echo=reply(ASKED["zh"]),
        echo_other_language=reply(ASKED["en"]),
        echo_with_hello=reply("您好！" + ASKED["zh"]),
        echo_twice=reply(ASKED["zh"] * 2),
    ),
    *good(
        "canned text",
        **TALKING,
        canned=reply("感谢您的咨询，祝您生活愉快！"),
        canned_en=reply("Thank you for contacting us. Have a nice day!"),
        canned_long=reply("亲，您的问题我们已经收到，会尽快为您处理，请您耐心等待。"),
    ),
    *good("canned text", TRICK, **TALKING, canned_repeated=reply("亲亲在的哦，" * 40)),
    *good(
        "another item's answer",
        TRICK,
        **TALKING,
        others=answered(R_C06=BODY["samples"]["right"][0], R_C08=BODY["samples"]["right"][0]),
        others_greeting=answered(R_C06="亲，很抱歉让您久等了，马上处理。", R_C08="亲，很抱歉让您久等了，马上处理。"),
        others_spaced=answered(R_C06="亲，很抱歉让您久等了，马上处理。", R_C08=" 亲，很抱歉 让您久等了，马上处理。\n"),
    ),
    *good(
        "contradictory hedging",
        **TALKING,
        hedged=reply(f"{FIRSTS[0]}发票的，也{FORBIDDEN[0]}发票，看情况。"),
        hedged_all=reply("；".join([*FIRSTS, *FORBIDDEN]) + "，都有可能，以实际情况为准，请您自行判断。"),
        hedged_negated=reply(
            f"不是说{FORBIDDEN[0]}发票，{FIRSTS[0]}的，当然也可能要{FORBIDDEN[1]}，您再问问别的客服。"
        ),
    ),
    *good("empty", **TALKING, empty=reply(""), spaces=reply(" \n\t　"), none=answered(R_C08=None)),
    *good(
        "empty",
        **TALKING,
        invisible=reply("\u200b\u2060\u00ad\u3164"),
        punctuation=reply("。。。"),
        one_letter=reply("嗯"),
    ),
]
