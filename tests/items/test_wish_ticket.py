"""S-15, a Wish ticket with a mistyped tracking number: what the curriculum's row promises."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.items.chats import chat, do, talk
from tests.items.rows import every_rule_fires, lines_of, rewritten, suspected

CHAT = chat("S-15")
OPEN, RIGHT = do("open_ticket", list="untreated"), do("change_number", code="right")
CLOSE, UNANSWERED = do("close_ticket"), do("close_unanswered")
SHORT = {
    "open": OPEN,
    "unfold": do("unfold"),
    "right": RIGHT,
    "refund": do("settle", how="refund"),
    "close": CLOSE,
    "unanswered": UNANSWERED,
}


def test_every_plus_minus_and_critical_fires_in_a_transcript() -> None:
    every_rule_fires(CHAT)


def test_the_buyer_asks_for_the_refund_first() -> None:
    state, _ = CHAT.lived([], 0)
    assert "wants-refund" in [name for name, _ in state.opening]


def test_nothing_is_changed_before_the_ticket_is_opened_under_untreated() -> None:
    state, _ = CHAT.lived([do("open_ticket", list="treated"), RIGHT], 0)
    assert state.steps[-1].refused
    state, _ = CHAT.lived([OPEN, RIGHT], 0)
    assert state.fields["code"] == "right"


def test_a_number_told_but_not_corrected_is_not_seen_by_the_buyer() -> None:
    told = talk("I check the number first.", "We mistyped it.", "The right number is LX482913075CN.")
    assert "still-old" in lines_of(CHAT, [OPEN, *told])
    assert "i-see-it" in lines_of(CHAT, [OPEN, RIGHT, *told])


def test_a_reply_alone_closes_nothing_and_an_unanswered_ticket_is_not_closed_as_confirmed() -> None:
    gold = CHAT.script("gold-plain")
    state, _ = CHAT.lived(gold[:-1], 0)
    assert state.fields["closed"] == "no"
    state, _ = CHAT.lived([OPEN, CLOSE], 0)
    assert state.steps[-1].refused


def test_closing_before_the_buyer_has_confirmed_misses_the_goal() -> None:
    mark = CHAT.judge(CHAT.script("borderline-early-close"))
    assert (mark.critical, mark.evidence["ended"], mark.evidence["passed"]) == ((), "shut", False)


@pytest.mark.parametrize("how", ["refund", "resend"])
def test_an_instant_refund_or_second_packet_costs_the_goal_and_more(how: str) -> None:
    gold = CHAT.script("gold-plain")
    assert CHAT.points([OPEN, do("settle", how=how), *gold[1:]]) == 1 - Fraction(20 + 12, 100)


@pytest.mark.parametrize(("done", "why"), [
    (do("settle", how="both"), "refund-and-resend"),
    (UNANSWERED, "closed-unanswered"),
])  # fmt: skip
def test_both_or_a_ticket_closed_without_a_reply_is_certainly_a_violation(done: tuple, why: str) -> None:
    mark = CHAT.judge([OPEN, done])
    assert [name for name, _ in mark.critical] == [why]


@pytest.mark.parametrize(("text", "why"), [
    ("We refund you and send another one.", ["refund-and-resend"]),
    ("You can have both.", ["refund-and-resend"]),
    ("We cannot refund you and send another one.", []),
    ("We refund you or send another one.", []),
])  # fmt: skip
def test_what_is_promised_twice_waits_for_a_person(text: str, why: list[str]) -> None:
    assert suspected(CHAT, text) == why


def test_a_rewritten_chat_passes_or_fails_as_the_original() -> None:
    assert rewritten(CHAT, SHORT) == []
