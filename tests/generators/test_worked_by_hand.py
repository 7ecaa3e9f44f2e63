"""The rules of the generators against values somebody worked out on paper; most stand in the programme's own items."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from fractions import Fraction

import pytest

from examdesk.bank import prices_of, read_points
from examdesk.generators import GENERATORS
from examdesk.generators.accounts import (
    LIMITS,
    OPENED,
    UNRESOLVED,
    RateCard,
    Transaction,
    count_bbe,
    count_defects,
    fees,
    low_share,
    over,
)
from examdesk.generators.norms import PRICES, TMALL, conversion, in_time, typing_passed, violation_sum
from examdesk.generators.shipping import dispatch_promise, fewest_orders, repayment
from examdesk.generators.windows import last_day, reminder
from tests.conftest import ROOT


@pytest.mark.parametrize(("window", "edition", "start", "end"), [
    ("paypal-dispute", "ED-PAYPAL-45", (2014, 3, 1), (2014, 4, 15)),  # I-701
    ("ebay-case", "ED-EBAY-CASE60", (2014, 3, 1), (2014, 4, 30)),  # I-702
    ("paypal-answer", "ED-PAYPAL-45", (2014, 4, 10), (2014, 4, 20)),  # I-703
    ("case-closed", "ED-EBAY-CASE60", (2014, 5, 5), (2014, 6, 5)),  # I-705
    ("ebay-message", "HB", (2016, 5, 20), (2016, 8, 18)),  # I-902
    ("alert-kept", "HB", (2016, 1, 15), (2016, 7, 15)),  # I-903
    ("paypal-dispute", "ED-PAYPAL-45", (2012, 1, 31), (2012, 3, 16)),  # over a 29 February
    ("case-closed", "ED-EBAY-CASE60", (2013, 1, 31), (2013, 2, 28)),  # a month that is shorter
    ("alert-kept", "HB", (2019, 9, 10), (2020, 3, 10)),  # into the next year
])
def test_a_window_ends_on_the_day_the_handbook_says(
    window: str, edition: str, start: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    assert last_day(window, start=date(*start), edition=edition) == date(*end)


def test_a_window_of_another_edition_is_refused() -> None:
    with pytest.raises(ValueError, match="ED-EBAY-2014 has no window"):
        last_day("paypal-dispute", start=date(2014, 3, 1), edition="ED-EBAY-2014")


def test_the_letter_about_untracked_mail_goes_out_at_half_the_usual_time() -> None:
    assert reminder(date(2014, 6, 1), 30) == date(2014, 6, 16)  # I-504
    assert reminder(date(2014, 6, 1), 31) == date(2014, 6, 17)  # half a day is rounded up


@pytest.mark.parametrize(("site", "ratings", "lows", "broken"), [
    ("us", 850, (9, 12, 17, 16), {"description"}),  # I-A02: 17 of 850 are exactly 2 %
    ("de", 500, (6, 13, 11, 12), {"communication"}),  # I-A03: 6 of 500 are exactly 1.2 %
])
def test_a_line_is_over_only_above_its_limit(
    site: str, ratings: int, lows: tuple[int, ...], broken: set[str]
) -> None:
    found = {line for line, low in zip(LIMITS[site], lows, strict=True) if over(low, ratings, site=site, line=line)}
    assert found == broken
    assert low_share(9, 850) == Fraction(9, 850) and low_share(17, 850) == Fraction(2, 100)


def test_cases_may_be_one_and_three_tenths_of_a_percent() -> None:
    assert (int(OPENED * 1200), int(UNRESOLVED * 1200)) == (12, 3)  # I-A04
    assert Fraction(14, 1150) > OPENED and Fraction(3, 1150) < UNRESOLVED  # I-A05


def test_a_transaction_counts_once_and_by_its_edition() -> None:
    """I-A07: 3 neutral or negative, 4 low marks, 2 cases, one of them with a negative: 8."""
    sales = [Transaction("a", "negative", case="SNAD"), Transaction("b", "neutral"), Transaction("c", "negative"),
             *(Transaction(f"d{n}", communication=2) for n in range(4)), Transaction("e", case="INR"),
             *(Transaction(f"f{n}") for n in range(5))]
    assert count_bbe(sales, edition="ED-EBAY-2010") == 8
    assert count_defects(sales, edition="ED-EBAY-2014") == 4  # low marks for communication are none there
    three_stars = [Transaction("g", description=3)]
    assert count_bbe(three_stars, edition="ED-EBAY-2010") == 0
    assert count_defects(three_stars, edition="ED-EBAY-2014") == 1
    slow = [Transaction("h", time=2)]
    assert (count_bbe(slow, edition="ED-EBAY-2010"), count_defects(slow, edition="ED-EBAY-2014")) == (1, 0)
    ended = [Transaction("i", returned=True), Transaction("j", cancelled=True)]
    assert (count_bbe(ended, edition="ED-EBAY-2010"), count_defects(ended, edition="ED-EBAY-2014")) == (0, 2)
    with pytest.raises(ValueError, match="counts otherwise"):
        count_bbe(sales, edition="ED-EBAY-2014")


def test_what_is_not_sold_costs_listing_and_feature_alone() -> None:
    card = RateCard(Decimal("0.30"), Decimal("0.10"), Decimal("1.00"), Decimal("0.03"))
    assert fees(card, sold_for=None, featured=True) == {"listing": Decimal("0.30"), "transaction": 0,
                                                        "feature": Decimal("1.00"), "payment": 0}
    assert fees(card, sold_for=Decimal(50)) == {"listing": Decimal("0.30"), "transaction": Decimal("5.00"),
                                                "feature": 0, "payment": Decimal("1.50")}


def test_norms_of_the_desk() -> None:
    assert in_time([8, 15, 21, 19, 34, 12, 20, 18, 25, 9]) == Fraction(70, 100)  # I-203: 20 s counts
    assert typing_passed(characters=312, minutes=6, wrong=0)  # I-201: 52 a minute
    assert not typing_passed(characters=270, minutes=5, wrong=2)  # I-202
    assert not typing_passed(characters=240, minutes=5, wrong=0)
    assert conversion(deals=120, inquiries=800) == Fraction(15, 100)


def test_violation_points_are_those_of_the_points_file() -> None:
    assert violation_sum({"invoice": 1, "freight": 1, "closed": 3}) == 13  # I-803
    names = {"invoice": "invoice-refusal", "freight": "free-shipping", "card": "card-fee", "cod": "cod",
             "disclosure": "disclosure", "closed": "order-closed-without-consent"}
    table = prices_of(read_points(ROOT), TMALL)
    assert {name: table[names[name]].points for name in PRICES} == PRICES


def test_freight_and_parcels() -> None:
    assert repayment(quality=True, buyer_paid=12) == 12 and repayment(quality=False, buyer_paid=12) == 0  # I-602
    assert fewest_orders(3, 900) == 2  # I-501
    assert fewest_orders(2, 1000) == 2  # exactly 2 kg does not go free
    assert fewest_orders(8, 480, enclosed=70) == 2  # 4 × 480 + 70 = 1990
    assert fewest_orders(8, 480, enclosed=80) == 3  # exactly 2 kg again
    with pytest.raises(ValueError, match="too heavy"):
        fewest_orders(1, 2000)


def test_every_piece_of_an_order_has_its_box_and_the_order_one_gift() -> None:
    pack = {"piece_g": "420", "box_g": "150"}
    order = GENERATORS["pack-weight"].values(1, {"pieces": (3, 3), "gift": (50, 50)}, pack)
    assert (order["grams"], order["boxes_g"]) == ("1760", "450")


def test_dispatch_is_promised_only_for_what_is_there_and_paid_in_time() -> None:
    assert dispatch_promise(paid=time(15, 40), in_stock=True) == "today"  # I-405
    assert dispatch_promise(paid=time(16, 20), in_stock=True) == "next dispatch day"  # I-406
    assert dispatch_promise(paid=time(9), in_stock=False) == "broken promise risk"  # I-407
    assert dispatch_promise(paid=time(9), in_stock=False, checked=True) == "as the warehouse says"
