"""SR-21 to SR-25: the points ledger, typing, waiting times and language norm."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest


@pytest.mark.xfail(strict=True, reason="programme rules (pathways, gates, ledger) come later")
def test_sr21_score_card_is_due_one_day_before_payday_and_later_entries_fall_in_the_next_month() -> None:
    """With payday 15th the card is due on the 14th and later entries fall in the next month"""
    from examdesk.programme.ledger import Entry, Ledger

    ledger = Ledger(payday=15)
    assert ledger.due(year=2025, month=6) == date(2025, 6, 14)
    ledger.append(
        Entry(on=date(2025, 6, 14), person="li", rule="card-fee", points=6, evidence="log", recorder="wang")
    )
    ledger.append(Entry(on=date(2025, 6, 15), person="li", rule="cod", points=6, evidence="log", recorder="wang"))
    assert [entry.rule for entry in ledger.card("li", year=2025, month=6)] == ["card-fee"]
    assert [entry.rule for entry in ledger.card("li", year=2025, month=7)] == ["cod"]


def test_sr22_invoice_refusal_plus_three_closed_orders_is_nine_points() -> None:
    """Invoice refusal + 3 closed orders = 9 points"""
    from examdesk.bank import prices_of, read_points, violation_points
    from examdesk.items.scenario.trials import events_of
    from tests.conftest import ROOT, marked, outcome_marks, real_form, respond

    table = prices_of(read_points(ROOT), "ED-TMALL-2023")
    assert {name: price.points for name, price in table.items()} == {
        "invoice-refusal": 6, "free-shipping": 4, "card-fee": 6, "cod": 6, "disclosure": 6,
        "order-closed-without-consent": 1}
    closed = 3 * ["order-closed-without-consent"]
    assert violation_points(["invoice-refusal", *closed], table) == 9

    form = real_form("E11-sampler-a")  # the same from a chat in which the agent turns the invoice request down
    gold = events_of(next(one for one in form.items["S-04"].body["score"]["transcripts"] if one["kind"] == "gold"))
    refused = [*gold[:2], ("acted", {"tool": "turn_down_request", "args": {"reason": "bargain"}}), *gold[2:]]
    evidence = outcome_marks(form, marked(form, {"S-04": respond(form.items["S-04"], refused)}))["S-04"].evidence
    assert (evidence["violations"], evidence["violation_points"]) == ([[3, "invoice-refusal"]], 6)
    assert violation_points([rule for _, rule in evidence["violations"]] + closed, table) == 9


def test_sr23_typing_passes_at_52_a_minute_and_fails_with_one_error_or_at_48() -> None:
    """260 correct characters in 5 minutes pass (52); 260 with one wrong fail; 240 fail"""
    from examdesk.items.typing.grader import passage, typing, typing_result
    from examdesk.model import Response

    assert typing_result(correct=260, wrong=0, minutes=5).speed == 52
    assert typing_result(correct=260, wrong=0, minutes=5).passed
    assert not typing_result(correct=260, wrong=1, minutes=5).passed
    assert not typing_result(correct=240, wrong=0, minutes=5).passed

    passage_ = passage("zh", "".join(chr(0x4E00 + place) for place in range(300)), per_minute=50)
    grade = typing(passages=[passage_], seconds=300, rule="all-or-nothing")
    for text, earned in ((passage_.text[:260], 1), (passage_.text[:259] + "错", 0), (passage_.text[:240], 0)):
        answer = {"text": text, "language": "zh", "ms": 300_000, "pasted": 0}
        assert grade(Response("T-01", answer)).fraction == earned


def test_sr24_seven_of_ten_waits_are_within_20_seconds() -> None:
    """Log 8,15,21,19,34,12,20,18,25,9 gives 70%"""
    from examdesk.waits import Late, late, share_in_time, waits_of

    waits = [8, 15, 21, 19, 34, 12, 20, 18, 25, 9]
    assert share_in_time(waits, limit=20) == Fraction(70, 100)
    assert [entry.number for entry in late(waits, limit=20)] == [3, 5, 9]
    log = [entry for n, wait in enumerate(waits) for entry in ((100 * n, "customer"), (100 * n + wait, "agent"))]
    assert waits_of(log) == waits
    assert next(late(waits, limit=20, first=7)) == Late(1, 8, 7)  # the limit of the greeting is set by who looks
    assert share_in_time(waits, limit=20, first=7) == Fraction(60, 100)


@pytest.mark.xfail(strict=True, reason="chat-log sampling comes later")
def test_sr25_absolute_words_are_flagged_unless_the_shop_has_published_the_promise() -> None:
    """'绝对不会坏' is flagged; '假一赔十' of a shop having that promise is not"""
    from examdesk.programme.sampling import absolute_words

    assert absolute_words("绝对不会坏", promises=["假一赔十"]) == ["绝对"]
    assert absolute_words("本店正品，假一赔十", promises=["假一赔十"]) == []
    assert absolute_words("本店正品，假一赔十", promises=[]) == ["假一赔十"]
