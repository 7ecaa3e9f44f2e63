"""Replies that are slow to read: cut to a cap first, then looked at; over the cap they are void."""

from __future__ import annotations

import unicodedata

from tests.hostile.cases import REPLY, TALKING, added, good, reply, said
from tests.hostile.papers import GREETING

VOID, NOTED, AGAIN = "void-answers", "journal-lines", "reply-trick"
MARKS = "\u0301\u0323" * 300
EXPANDS = "\ufdfa"  # becomes eighteen characters under NFKC
assert len(unicodedata.normalize("NFKC", EXPANDS)) == 18


def answers(*texts: str) -> object:
    """Replies after the honest one, which stays when they are void."""
    return said(*((REPLY, "answered", text) for text in (GREETING, *texts)))


CASES = [
    *good("regex backtracking", **TALKING, spaces=reply("免" + " " * 1_198 + "费")),
    *good(
        "regex backtracking",
        AGAIN,
        **TALKING,
        backtracking=reply("a" * 1_199 + "!"),
        digits=reply("7" * 1_190 + "天内"),
        nested=reply("(" * 600 + ")" * 600),
        almost=reply("可以" * 599 + "开"),
    ),
    *good(
        "regex backtracking",
        VOID,
        **TALKING,
        backtracking_long=answers("a" * 19_999 + "!"),
        phrases_long=answers("可以" * 9_000),
    ),
    *good("combining-mark bomb", **TALKING, marks=reply("e" + MARKS)),
    *good(
        "combining-mark bomb",
        AGAIN,
        **TALKING,
        marks_alternating=reply("a\u0323\u0301" * 390),
        hangul=reply("\u1100\u1161\u11a8" * 390),
        zalgo=reply("".join(c + "\u0489\u0300\u0301" * 9 for c in "可以免费开票")),
    ),
    *good("combining-mark bomb", VOID, **TALKING, marks_long=answers("e" + "\u0301\u0323" * 9_999)),
    *good(
        "normalisation bomb",
        AGAIN,
        **TALKING,
        expands=reply(EXPANDS * 1_199),
        expands_mixed=reply("\u3300\ufdfb" * 500),
        folds=reply("ﬃ" * 1_199),
        sharp=reply("\u1e9e\u0390" * 500),
    ),
    *good("normalisation bomb", VOID, **TALKING, expands_long=answers(EXPANDS * 19_999)),
    *good(
        "huge text",
        VOID,
        **TALKING,
        text_20_000=answers("字" * 20_000),
        text_1_201=answers("字" * 1_201),
        emoji=answers("😀" * 15_000),
        lines_of=answers("\n" * 19_999),
    ),
    *good(
        "huge text",
        NOTED,
        **TALKING,
        text_20_001=answers("字" * 20_001),
        text_100_000=answers("x" * 100_000),
        text_ten_megabytes=added(b'{"v":1,"seq":99,"value":"' + b"x" * 10_000_000 + b'"}'),
    ),
    *good("huge text", f"{VOID} late-answers", **TALKING,
          often=answers(*[f"{number}" + "字" * 10_000 for number in range(300)])),
]
