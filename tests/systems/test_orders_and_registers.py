"""SR-34 to SR-40: order changes, notes, dispatch promises, registers and evidence."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest


@pytest.mark.xfail(strict=True, reason="the whole bank and its generators come later")
def test_sr34_each_of_the_eight_branches_has_an_item_and_feedback_names_the_right_one() -> None:
    """All 8 branches each have an item; wrong branch feedback names the right one"""
    from examdesk.programme.orders import BRANCHES, branch_feedback

    from examdesk.bank import load_bank

    assert len(BRANCHES) == 8
    bank = load_bank(Path(__file__).parents[2] / "exams")
    assert {item.body["branch"] for item in bank.items.values() if "branch" in item.body} == set(BRANCHES)
    assert "not printed" in branch_feedback(chosen="cancel: shipped", right="cancel: not printed")


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr35_note_needs_date_and_name_and_confirming_comes_before_telling_the_clerk() -> None:
    """Note without date or name fails; order 'tell clerk before confirming' fails"""
    from examdesk.items.note.grader import grade_note, grade_steps

    assert grade_note("要求改地址；已改为文一路5号；2025-06-02；小林").passed
    assert grade_note("要求改地址；已改为文一路5号；小林").missing == ("date",)
    assert grade_note("要求改地址；已改为文一路5号；2025-06-02").missing == ("name",)
    assert grade_steps(["correct", "note", "confirm", "tell clerk"]).passed
    assert not grade_steps(["correct", "note", "tell clerk", "confirm"]).passed


@pytest.mark.xfail(strict=True, reason="the whole bank and its generators come later")
def test_sr36_paid_at_15_59_leaves_today_and_an_unchecked_promise_is_a_risk() -> None:
    """15:59 in stock = today; out of stock without check = broken promise risk"""
    from examdesk.programme.orders import dispatch_promise

    assert dispatch_promise(paid=time(15, 59), in_stock=True) == "today"
    assert dispatch_promise(paid=time(16, 20), in_stock=True) == "next dispatch day"
    assert dispatch_promise(paid=time(15, 59), in_stock=False, checked=False) == "broken promise risk"


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr37_transfer_register_reports_the_missing_field() -> None:
    """Missing field is reported"""
    from examdesk.items.register.grader import missing_fields

    row = {"account": "linlin", "order": "8812", "amount": "128.00", "paid_on": date(2025, 6, 2), "agent": "小林"}
    assert missing_fields("bank-transfer", row) == []
    assert missing_fields("bank-transfer", {**row, "amount": ""}) == ["amount"]


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr38_refund_before_the_received_signature_is_wrong() -> None:
    """Refund before 'received' signature is marked wrong"""
    from examdesk.items.register.grader import grade_recall

    right = ["courier told", "register", "two-part slip", "parcel back", "clerk signs", "refund"]
    early = ["courier told", "register", "two-part slip", "parcel back", "refund", "clerk signs"]
    assert grade_recall(right).wrong == ()
    assert grade_recall(early).wrong == ("refund",)


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr39_quality_fault_with_12_yuan_paid_by_the_buyer_is_repaid_12() -> None:
    """Quality fault with buyer-paid 12 yuan yields a 12 yuan repayment"""
    from examdesk.items.register.grader import repayment

    assert repayment(buyer_paid=Decimal("12.00"), reason="quality") == Decimal("12.00")
    assert repayment(buyer_paid=Decimal("12.00"), reason="size") == 0


@pytest.mark.xfail(strict=True, reason="the mock customer's depth comes later")
def test_sr40_two_photos_are_the_evidence_neither_none_nor_more() -> None:
    """Accepting fault without evidence or demanding more than needed loses points"""
    from examdesk.items.scenario.scoring import evidence_points

    asked = {"front with the fault circled", "close-up"}
    assert evidence_points(asked=asked) == evidence_points.out_of
    assert evidence_points(asked=set()) < evidence_points.out_of
    assert evidence_points(asked=asked | {"video of unpacking"}) < evidence_points.out_of
