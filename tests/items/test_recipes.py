"""What the recipes of exams/README.md promise their authors: listening, ranked wishes and a product hint."""

from __future__ import annotations

from fractions import Fraction

import pytest

from examdesk.items.scenario import key
from examdesk.items.scenario.lessons import lessons
from examdesk.model import Item, Said
from tests.conftest import respond
from tests.items.recipes import EXPECTATIONS, HINT, HINTED, LISTENED, LISTENING, WISHES, forward
from tests.items.small import judged, said


@pytest.mark.parametrize(("item", "gold"), [(LISTENING, LISTENED), (EXPECTATIONS, WISHES), (HINT, HINTED)],
                         ids=["listening", "wishes", "hint"])
def test_a_recipe_is_a_scenario_without_faults_in_which_doing_nothing_fails(item: Item, gold: list[Said]) -> None:
    assert key.faults(item.body) == []
    assert judged(item, *gold).fraction == 1
    assert not judged(item, "嗯", "再见").evidence["passed"]


def test_an_offer_interrupts_only_while_he_is_still_telling() -> None:
    lets_talk, restates, offers, bye = LISTENED
    early = judged(LISTENING, offers, restates, offers, bye)
    assert early.evidence["acts"][0] == [1, "interrupts"] and "interrupted him (−25)" in early.parts[1].reason
    assert judged(LISTENING, lets_talk, offers, restates, bye).fraction == 1
    lesson = next(one for one in lessons(LISTENING, respond(LISTENING, said(offers, restates, offers, bye)).value, "zh",
                                         show_key=True) if "打断了买家" in one.what)
    assert (lesson.turn, lesson.better) == (1, lets_talk)


def test_who_grants_what_he_declined_before_loses_what_that_earned() -> None:
    asks, grants, declines_2, declines_3, bye = WISHES
    found = judged(EXPECTATIONS, asks, grants, declines_2, declines_3, "那给您发优惠券吧。", bye)
    assert found.parts[1].fraction == Fraction(55 - 15, 55) and "turn 5: granted the voucher" in found.parts[1].reason


def test_both_at_once_is_asked_again_and_counts_as_neither() -> None:
    asks, grants, *_ = WISHES
    found = judged(EXPECTATIONS, asks, grants, "优惠券给不了，还是给您发优惠券吧。")
    assert found.evidence["acts"] == [[1, "asks-wishes"], [2, "grants-repair"]]


def test_a_hint_that_is_forwarded_without_its_matter_or_to_the_wrong_place_earns_nothing() -> None:
    sorry, thanks, _, bye = HINTED
    to_service: Said = ("acted", {"tool": "forward_suggestion", "args": {"words": "背带容易断", "about": "service"}})
    for note in (forward("买家很满意"), to_service):
        assert "missing: forwarded the hint" in judged(HINT, sorry, thanks, note, bye).parts[1].reason
