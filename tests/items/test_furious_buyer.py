"""S-10, a furious buyer: what the curriculum's row promises about her twists, and about who gains and loses points."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.items.chats import chat, do, talk
from tests.items.rows import every_rule_fires, lines_of, rewritten, suspected

CHAT = chat("S-10")
LOOK, FILE = do("look_up_order"), do("file_case", cause="seam", step="trace")
SHORT = {
    "look": LOOK,
    "file": FILE,
    "pay": do("pay_back", amount="full", ground="fault"),
    "rating": do("pay_back", amount="full", ground="rating"),
    "more": do("pay_back", amount="more", ground="fault"),
}


def test_every_plus_minus_and_critical_fires_in_a_transcript() -> None:
    every_rule_fires(CHAT)


def test_both_twists_come_in_every_gold_chat() -> None:
    for name in CHAT.named("gold"):
        assert {"insult", "wants-extra"} <= lines_of(CHAT, CHAT.script(name))


def test_photos_before_the_apology_and_the_refund_cost_points_and_are_not_sent() -> None:
    gold = CHAT.script("gold-plain")
    early = [gold[0], *talk("Please send us a photo of the strap."), *gold[1:]]
    assert "sends-pics" not in lines_of(CHAT, early[:2])
    assert CHAT.points(gold) - CHAT.points(early) == Fraction(10, 100)


@pytest.mark.parametrize("ask", ["Can you send a picture?", "May I see the strap?", "pls show us some pics"])
def test_a_photo_asked_for_after_both_costs_nothing(ask: str) -> None:
    mark = CHAT.judge([LOOK, *talk("We are so sorry.", "You get a full refund.", ask)])
    assert "(−10)" not in "".join(part.reason for part in mark.parts)
    assert "turn 4: got the photos" in mark.parts[1].reason


def test_that_she_keeps_a_shop_is_told_only_when_asked() -> None:
    assert "my-shop" not in lines_of(CHAT, CHAT.script("borderline-short"))
    assert "my-shop" in lines_of(CHAT, talk("You spoke of customers, do you have a shop yourself?"))


@pytest.mark.parametrize(
    "no", ["I can't add 50 dollars.", "Only the price, I am afraid.", "No.", "That is not possible."]
)
def test_the_extra_is_declined_in_many_words(no: str) -> None:
    mark = CHAT.judge(talk("So sorry, full refund for you.", no))
    assert "turn 2: declined the extra" in mark.parts[0].reason


def test_a_bare_ok_is_asked_about_before_it_costs_anything() -> None:
    asked = talk("So sorry, full refund for you.", "OK.")
    assert "is-that-yes" in lines_of(CHAT, asked)
    assert "(−8)" not in CHAT.judge(asked).parts[0].reason
    assert "(−8)" in CHAT.judge([*asked, *talk("Yes.")]).parts[0].reason


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("You are stupid.", "insult-returned"),
        ("Shut up, you crazy woman!", "insult-returned"),
        ("What a liar", "insult-returned"),
        ("If you remove the negative, I refund you.", "rating-bought"),
        ("Give us five stars and then we pay you back.", "rating-bought"),
        ("You get the money when you promise no bad feedback.", "rating-bought"),
    ],
)
def test_a_written_violation_waits_for_a_person(text: str, rule: str) -> None:
    assert suspected(CHAT, text) == [rule]
    assert CHAT.judge(talk(text)).critical == ()


@pytest.mark.parametrize(
    "text",
    [
        "You may call us idiots, you are right.",
        "It was a stupid mistake of ours.",
        "We refund you no matter what feedback you leave.",
        "You can leave any feedback, the refund has nothing to do with it.",
        "We are lucky to have customers like you.",
        "I am not saying you are a liar.",
        "I see why you are mad at us.",
        "It would be very kind if you leave us a positive review.",
        "Your refund does not depend on your rating.",
    ],
)
def test_a_kind_word_is_no_violation(text: str) -> None:
    assert suspected(CHAT, text) == []


def test_a_refund_for_a_rating_is_certain() -> None:
    mark = CHAT.judge([LOOK, do("pay_back", amount="full", ground="rating")])
    assert [name for name, _ in mark.critical] == ["rating-bought"]
    assert not CHAT.judge([LOOK, do("pay_back", amount="full", ground="rating"),
                           *CHAT.script("gold-plain")[1:]]).evidence["passed"]  # fmt: skip


def test_a_case_filed_blindly_or_with_a_wrong_cause_is_not_the_goal() -> None:
    gold = CHAT.script("gold-plain")
    wrong = [do("file_case", cause="use", step="trace") if turn == FILE else turn for turn in gold]
    blind = [gold[0], FILE, *(turn for turn in gold[1:] if turn != FILE)]
    assert [CHAT.points(gold) - CHAT.points(one) for one in (wrong, blind)] == [Fraction(18, 100), Fraction(4, 100)]


def test_rewritten_transcripts_pass_and_fail_like_the_original() -> None:
    assert rewritten(CHAT, SHORT) == []
