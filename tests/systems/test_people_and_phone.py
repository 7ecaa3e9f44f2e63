"""SR-55 to SR-61, SR-66 and SR-67: service theory, people, phone, rosters and metrics."""

from __future__ import annotations

from datetime import date, datetime, time
from fractions import Fraction

import pytest

# built in the first release


def test_sr55_matching_keys_are_graded_by_pairs() -> None:
    """Matching keys graded by pairs"""
    from examdesk.graders import matching
    from examdesk.model import Response

    key = {"product": "customer", "price": "cost", "place": "convenience", "promotion": "communication"}
    grade = matching(key=key, rule="per-pair")
    assert grade(Response("I-103", key)).fraction == 1
    assert grade(Response("I-103", {**key, "price": "convenience", "place": "cost"})).fraction == Fraction(2, 4)
    assert grade(Response("I-103")).fraction == 0


# come later


@pytest.mark.xfail(strict=True, reason="the mock customer's depth comes later")
def test_sr56_granting_wish_1_and_declining_the_rest_well_ends_satisfied() -> None:
    """Granting wish 1 and declining 2-3 well ends satisfied"""
    from examdesk.items.scenario.wishes import outcome

    wishes = ["repair", "voucher", "refund"]
    assert outcome(wishes, granted=["repair"], declined_well=["voucher", "refund"]) == "satisfied"
    assert outcome(wishes, granted=["refund"], declined_well=["repair", "voucher"]) != "satisfied"


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr57_purchase_at_ten_on_the_third_is_called_by_ten_on_the_fourth() -> None:
    """Purchase 10:00 on the 3rd: call due 10:00 on the 4th"""
    from examdesk.programme.windows import follow_up_call_due

    assert follow_up_call_due(purchased=datetime(2025, 6, 3, 10, 0)) == datetime(2025, 6, 4, 10, 0)


@pytest.mark.xfail(strict=True, reason="the mock customer's depth comes later")
def test_sr58_restating_the_problem_scores_and_interrupting_loses() -> None:
    """Restating scores, interrupting loses"""
    from examdesk.items.scenario.scoring import listening_points

    assert listening_points(["customer", "restate", "help"]) > listening_points(["customer", "help"])
    assert listening_points(["interrupt", "customer", "help"]) < listening_points(["customer", "help"])


@pytest.mark.xfail(strict=True, reason="the mock customer's depth comes later")
def test_sr59_labelling_the_buyer_in_a_note_is_a_violation() -> None:
    """Labelling the buyer in a note is a violation"""
    from examdesk.items.scenario.personas import MOTIVES

    from examdesk.items.scenario.scoring import note_violations

    assert len(MOTIVES) >= 11
    assert note_violations("该买家是恶意客户，拉黑") == ["labelling"]
    assert note_violations("裙子穿过且掉珠，已说明退货条件并提出维修") == []


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr60_roster_with_a_gap_between_midnight_and_two_is_rejected() -> None:
    """Roster with a gap in 0:00-2:00 is rejected"""
    from examdesk.items.roster.grader import check_roster

    whole = {name: [(time(0, 0), time(2, 0))] for name in ("li", "wang", "zhao")}
    assert check_roster(whole, on_duty=("li", "wang", "zhao")).accepted
    gap = {**whole, "zhao": [(time(0, 0), time(1, 0)), (time(1, 30), time(2, 0))]}
    assert not check_roster(gap, on_duty=("li", "wang", "zhao")).accepted


@pytest.mark.xfail(strict=True, reason="programme rules (pathways, gates, ledger) come later")
def test_sr61_manager_checklist_shows_the_refund_review_per_day() -> None:
    """Checklist shows refund review per day"""
    from examdesk.programme import ManagerChecklist

    checklist = ManagerChecklist(days=[date(2025, 6, 2), date(2025, 6, 3)])
    checklist.tick("refund review", on=date(2025, 6, 2))
    assert checklist.state("refund review") == {date(2025, 6, 2): True, date(2025, 6, 3): False}


@pytest.mark.xfail(strict=True, reason="the whole bank and its generators come later")
def test_sr66_conversion_of_120_deals_in_800_inquiries_is_15_percent() -> None:
    """120 deals of 800 inquiries = 15%"""
    from examdesk.programme.metrics import conversion

    assert conversion(deals=120, inquiries=800) == Fraction(15, 100)


@pytest.mark.xfail(strict=True, reason="new item types (typing, register, transcript …) come later")
def test_sr67_customers_who_did_not_buy_also_get_a_group() -> None:
    """Non-buyers also get a group"""
    from examdesk.items.grouping.grader import ungrouped

    customers = {"lin": "bought", "chen": "did not buy"}
    assert ungrouped(customers, groups={"regulars": ["lin"], "to win": ["chen"]}) == []
    assert ungrouped(customers, groups={"regulars": ["lin"]}) == ["chen"]
