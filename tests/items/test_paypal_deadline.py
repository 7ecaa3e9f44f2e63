"""S-11, a PayPal dispute on its ninth day: what the curriculum's row promises about its deadline, proof and offer."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.items.chats import chat, do, talk
from tests.items.rows import every_rule_fires, lines_of, rewritten, suspected

CHAT = chat("S-11")
LOOK, DRAWER = do("look_up_order"), do("find_papers", where="drawer")
ATTACH, ANSWER = do("attach_receipt"), do("answer_dispute", when="d19", offer="five")
SHORT = {
    "look": LOOK,
    "drawer": DRAWER,
    "computer": do("find_papers", where="computer"),
    "attach": ATTACH,
    "answer": ANSWER,
    "late": do("answer_dispute", when="d25", offer="none"),
    "leave": do("leave_it"),
    "private": do("write_private"),
}


def test_every_plus_minus_and_critical_fires_in_a_transcript() -> None:
    every_rule_fires(CHAT)


def test_the_buyer_asks_for_private_mail_in_every_gold_chat() -> None:
    for name in CHAT.named("gold"):
        assert "lets-mail" in lines_of(CHAT, CHAT.script(name))


def test_the_proof_is_in_the_drawer_only_and_cannot_be_attached_before_it_is_found() -> None:
    state, _ = CHAT.lived([LOOK, do("find_papers", where="mailbox"), ATTACH], 0)
    assert state.steps[-1].refused
    state, _ = CHAT.lived([LOOK, DRAWER, ATTACH], 0)
    assert state.fields["proof"] == "receipt"


def test_who_speaks_of_a_receipt_he_has_not_found_is_asked_to_show_it() -> None:
    said = talk("We answer today.", "We have the receipt of the parcel.")
    assert "so-you-say" in lines_of(CHAT, [LOOK, *said])
    assert "fair-enough" in lines_of(CHAT, [LOOK, DRAWER, *said])


def test_what_he_would_accept_is_told_only_when_asked() -> None:
    assert "five-bucks" not in lines_of(CHAT, CHAT.script("borderline-bluff"))
    assert "five-bucks" in lines_of(CHAT, talk("What would you like us to do?"))


@pytest.mark.parametrize("late", ["d22", "d25"])
def test_an_answer_after_april_20_is_certainly_a_violation(late: str) -> None:
    gold = CHAT.script("gold-plain")
    mark = CHAT.judge([do("answer_dispute", when=late, offer="five") if turn == ANSWER else turn for turn in gold])
    assert [name for name, _ in mark.critical] == ["expired"]
    assert not mark.evidence["passed"]


def test_a_dispute_left_alone_or_talked_over_by_private_mail_is_certain_too() -> None:
    assert [name for name, _ in CHAT.judge([LOOK, do("leave_it")]).critical] == ["expired"]
    assert [name for name, _ in CHAT.judge([LOOK, do("write_private")]).critical] == ["off-platform"]


def test_who_never_answers_the_dispute_does_not_reach_the_goal() -> None:
    silent = [turn for turn in CHAT.script("gold-plain") if turn != ANSWER]
    assert CHAT.points(silent) <= 1 - Fraction(20 + 5, 100)
    assert CHAT.lived(silent, 0)[0].at != "served"


@pytest.mark.parametrize("put_off", ["We answer next week.", "Please be patient.", "After Easter.", "On Tuesday"])
def test_putting_him_off_costs_points_and_a_word_for_the_wait_does_not(put_off: str) -> None:
    kind = "Sorry for the long wait."
    assert "put him off" in CHAT.judge(talk(put_off)).parts[0].reason
    assert "put him off" not in CHAT.judge(talk(kind)).parts[0].reason


@pytest.mark.parametrize(
    "text",
    [
        "My private email is shop at 163 com",
        "Email me at shop@gmail.com",
        "OK, let's talk on WhatsApp",
        "Sure, I will send you a private mail",
        "Give me your private email please",
    ],
)
def test_private_talk_waits_for_a_person(text: str) -> None:
    assert suspected(CHAT, text) == ["off-platform"]


@pytest.mark.parametrize(
    "text",
    [
        "We can't use private email, sorry.",
        "Please let us not talk by email.",
        "You get an email from PayPal.",
        "Outside of PayPal is not allowed.",
        "I understand you want to write by private mail, but it must stay here.",
        "I would rather answer here than by private email.",
    ],
)
def test_a_refusal_of_private_talk_is_no_violation(text: str) -> None:
    assert suspected(CHAT, text) == []


def test_a_bare_ok_to_private_mail_is_asked_about_before_anybody_is_suspected() -> None:
    asked = [LOOK, DRAWER, *talk("Sorry, we answer today.", "The receipt is here.", "5 dollars back.", "OK.")]
    assert "which-address" in lines_of(CHAT, asked)
    assert CHAT.judge(asked).suspected == ()
    assert [name for name, _ in CHAT.judge([*asked, *talk("Yes, sure.", "OK.")]).suspected] == ["off-platform"]


def test_rewritten_transcripts_pass_and_fail_like_the_original() -> None:
    assert rewritten(CHAT, SHORT) == []
