"""SR-41 to SR-45: complaints, quality disputes, deadlines and letters."""

from __future__ import annotations

from datetime import date

import pytest


@pytest.mark.xfail(strict=True, reason="the mock customer's depth comes later")
def test_sr41_model_complaint_chat_gets_full_marks_and_a_missing_apology_costs_one_line() -> None:
    """Model chat full marks; apology missing loses one line"""
    from examdesk.items.scenario.scoring import complaint_rubric

    model = ["react", "listen", "apologise", "remedy", "keep relation"]
    full, lacking = complaint_rubric(model), complaint_rubric([act for act in model if act != "apologise"])
    assert full.points == full.out_of
    assert lacking.lost == ("apologise",)


@pytest.mark.xfail(strict=True, reason="the mock customer's depth comes later")
def test_sr42_photos_before_the_apology_cost_points_with_a_furious_buyer() -> None:
    """Asking for photos before apology in branch 3 costs points"""
    from examdesk.items.scenario.scoring import quality_dispute

    right = quality_dispute(branch="furious", acts=["answer", "apologise", "offer refund", "ask photos"])
    wrong = quality_dispute(branch="furious", acts=["answer", "ask photos", "apologise", "offer refund"])
    assert right.points == right.out_of
    assert wrong.points < right.points


@pytest.mark.xfail(strict=True, reason="the whole bank and its generators come later")
def test_sr43_payment_of_1_march_2014_gives_15_april_for_paypal_and_30_april_for_the_case() -> None:
    """Payment 2014-03-01: PayPal until 2014-04-15, case until 2014-04-30"""
    from examdesk.programme.windows import last_day

    paid = date(2014, 3, 1)
    assert last_day("paypal-dispute", start=paid, edition="ED-PAYPAL-45") == date(2014, 4, 15)
    assert last_day("ebay-case", start=paid, edition="ED-EBAY-CASE60") == date(2014, 4, 30)
    assert last_day("paypal-answer", start=date(2014, 4, 10), edition="ED-PAYPAL-45") == date(2014, 4, 20)


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr44_median_delivery_time_is_computed_and_used_in_the_mail() -> None:
    """Median is computed from data and used in the mail"""
    from examdesk.items.dataset.grader import delivery_median, grade_mail

    median = delivery_median([22, 25, 28, 30, 31, 33, 40])
    assert median == 30
    assert grade_mail("Your parcel left on 1 June; it usually takes 30 days.", median=median).passed
    assert not grade_mail("Your parcel left on 1 June; it usually takes 12 days.", median=median).passed


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr45_the_word_feedback_in_letter_1_fails_the_critical_line() -> None:
    """The word feedback/评价 in letter 1 fails the critical line"""
    from examdesk.items.letters.grader import critical_lines

    clean = "We are sorry. We would refund USD 5. Would this solve the problem for you?"
    assert critical_lines(letter_1=clean) == []
    assert critical_lines(letter_1=clean + " Please revise your feedback.") == ["feedback in letter 1"]
    assert critical_lines(letter_1="很抱歉，我们退您5美元，麻烦修改一下评价。") == ["feedback in letter 1"]
