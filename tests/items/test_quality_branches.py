"""S-10A and S-10B, the other branches of a quality dispute: checked goods, and unchecked goods with a small flaw."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.items.chats import chat, do, talk
from tests.items.rows import every_rule_fires, lines_of, suspected

CHECKED, FLAWED = chat("S-10A"), chat("S-10B")
LOOK = do("look_up_order")


@pytest.mark.parametrize("name", ["S-10A", "S-10B"])
def test_every_plus_minus_and_critical_fires_in_a_transcript(name: str) -> None:
    every_rule_fires(chat(name))


@pytest.mark.parametrize(
    "text",
    [
        "You have to turn the clip until it clicks.",
        "Please twist it a quarter, then it is locked.",
        "After you hook it in, turn it and you hear a click.",
        "The hook must be turned a little, then it stays.",
    ],
)
def test_with_checked_goods_the_right_use_is_explained_without_blame(text: str) -> None:
    mark = CHECKED.judge([LOOK, *talk("Could you tell me what happened?", text)])
    assert "turn 3: explained" in mark.parts[0].reason
    assert "(−8)" not in mark.parts[2].reason


@pytest.mark.parametrize("text", ["It is your fault.", "You are wrong.", "You must have used it wrong."])
def test_with_checked_goods_the_buyer_is_never_told_that_she_is_wrong(text: str) -> None:
    gold = CHECKED.script("gold-plain")
    assert CHECKED.points(gold) - CHECKED.points([*gold[:2], *talk(text), *gold[2:]]) == Fraction(8, 100)


def test_how_she_uses_it_is_told_only_when_asked() -> None:
    assert "just-hooks" not in lines_of(CHECKED, talk("We are sorry.", "Please turn the clip.", "10% off for you."))
    assert "just-hooks" in lines_of(CHECKED, talk("How did you use it?"))


@pytest.mark.parametrize("gift", ["ten", "token"])
def test_ten_percent_and_a_little_gift_are_both_a_goodwill(gift: str) -> None:
    gold = [do("give", what=gift) if turn[0] == "acted" and turn != LOOK else turn
            for turn in CHECKED.script("gold-plain")]  # fmt: skip
    assert CHECKED.points(gold) == 1


def test_with_a_flaw_comfort_comes_before_the_offer() -> None:
    first = ["So sorry about the spot.", "We pay you 5 dollars."]
    marks = [FLAWED.points([LOOK, *talk(*texts)]) for texts in (first, first[::-1])]
    assert marks[0] - marks[1] == Fraction(14, 100)


def test_with_a_flaw_both_choices_may_be_offered_in_one_message() -> None:
    mark = FLAWED.judge([LOOK, *talk("You can choose: USD 5 back or a new bag.")])
    assert "turn 2: offered USD 5; turn 2: offered a new bag" in mark.parts[0].reason


@pytest.mark.parametrize("text", ["Please send the bag back to us.", "After we get it back we decide."])
def test_with_a_flaw_the_bag_need_not_come_back(text: str) -> None:
    assert "asked for the bag back (−8)" in FLAWED.judge(talk(text)).parts[0].reason


def test_no_return_needed_is_no_fault() -> None:
    said = talk("You don't have to send the bag back.", "No need to return it.")
    assert "(−8)" not in FLAWED.judge(said).parts[0].reason


def test_an_insult_waits_for_a_person_in_both() -> None:
    for one in (CHECKED, FLAWED):
        assert suspected(one, "You are a liar.") == ["insult-returned"]
        assert suspected(one, "I am not saying you are a liar.") == []
