"""SR-46 to SR-48 and SR-65: ratings, defects, fees and the seller's chain."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

# built in the first release


def test_sr65_transaction_chain_earns_partial_credit_by_adjacent_pairs() -> None:
    """Chain graded with partial credit by adjacent pairs"""
    from examdesk.graders import ordering
    from examdesk.model import Response

    chain = ["register", "list", "sale", "collect", "ship", "track", "withdraw"]
    swapped = ["list", "register", "sale", "collect", "ship", "track", "withdraw"]
    grade = ordering(key=chain, rule="adjacent-pairs")
    assert grade(Response("I-A10", chain)).fraction == 1
    assert grade(Response("I-A10", swapped)).fraction == Fraction(4, 6)
    assert grade(Response("I-A10", chain[::-1])).fraction == 0


# come later


def test_sr46_nine_of_850_breaches_one_percent_and_17_of_850_is_exactly_two() -> None:
    """9/850 description breaches 1%; 17/850 shipping time equals 2% and passes"""
    from tests.systems.marking import example, marked, reasons

    limits = {"description": (9, Fraction(1, 100)), "communication": (12, Fraction(2, 100)),
              "time": (17, Fraction(2, 100)), "charge": (16, Fraction(2, 100))}  # fmt: skip
    rows = dict(zip(limits, example("I-A51"), strict=True))
    for line, (low, limit) in limits.items():
        assert rows[line]["verdict"] == ("over" if Fraction(low, 850) > limit else "within")
        assert abs(Fraction(rows[line]["share"]) / 100 - Fraction(low, 850)) < Fraction(1, 10_000)
    assert marked("I-A51", list(rows.values())).fraction == 1
    rows["description"]["verdict"], rows["time"]["verdict"] = "within", "over"
    assert set(reasons(marked("I-A51", list(rows.values())))) == {"description.verdict", "time.verdict"}


def test_sr47_negative_plus_case_is_one_transaction_in_both_counts() -> None:
    """A transaction with negative + case is counted once in each"""
    from examdesk.generators.accounts import Transaction, count_bbe, count_defects

    transactions = [Transaction("t1", feedback="negative", case="SNAD"), Transaction("t2", feedback="positive")]
    assert count_bbe(transactions, edition="ED-EBAY-2010") == 1
    assert count_defects(transactions, edition="ED-EBAY-2014") == 1

    from tests.systems.marking import marked, unmade

    for item in ("I-G06", "I-G07"):  # in the items: who adds up all that went wrong has counted too many
        told = unmade(item)
        assert int(told["events"]) != int(told["count"])
        assert marked(item, {"count": told["count"], "rate": told["rate"]}).fraction == 1
        assert marked(item, {"count": told["events"], "rate": told["rate"]}).fraction == Fraction(1, 2)


def test_sr48_unsold_listing_has_no_transaction_fee() -> None:
    """Unsold listing has no transaction fee"""
    from examdesk.generators.accounts import RateCard, fees

    card = RateCard(listing=Decimal("0.30"), transaction=Decimal("0.10"), feature=Decimal("1.00"))
    assert fees(card, sold_for=None)["transaction"] == 0
    assert fees(card, sold_for=None)["listing"] == Decimal("0.30")
    assert fees(card, sold_for=Decimal("50.00"))["transaction"] == Decimal("5.00")

    from tests.systems.marking import marked, reasons, unmade

    told = unmade("I-G04")  # and in the item: who takes the fee from unsold listings, too, is wrong in that field
    right = {name: told[f"{name}_sum"] for name in ("listing", "transaction", "payment")} | {"total": told["total"]}
    assert int(told["unsold"]) > 0 and marked("I-G04", right).fraction == 1
    assert set(reasons(marked("I-G04", right | {"transaction": told["unsold_mistake"]}))) == {"transaction"}
