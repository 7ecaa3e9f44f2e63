"""Every generator: the same numbers on any machine, keys that follow from what is printed, nothing ugly."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from examdesk.generators import GENERATORS, Generator, NoVariant
from examdesk.generators.drawing import Dice, decimal
from examdesk.generators.norms import _log, _median
from examdesk.typed import read

PACK = {"piece_g": "420", "box_g": "150", "packed_g": "570", "price_yuan": "129", "coupon_off": "20",
        "coupon_from": "300", "claim_days": "30", "per_carton": "24"}


def kind(value: str) -> str:
    return "date" if value.count("-") == 2 else "decimal"


@pytest.mark.parametrize("name", GENERATORS)
def test_its_keys_follow_from_its_values_a_second_way(name: str) -> None:
    generator = GENERATORS[name]
    for seed in range(25):
        values = {**PACK, **generator.values(seed, {}, PACK)}
        again = generator.again(values)
        assert again
        for key, exact in again.items():
            value = values[key]
            assert isinstance(value, str)
            if isinstance(exact, str):
                assert value == exact
            else:
                number = read(kind(value), value)
                assert isinstance(number, Fraction) and abs(number - exact) <= Fraction(1, 200), (seed, key)


@pytest.mark.parametrize("name", GENERATORS)
def test_a_seed_gives_the_same_numbers_again_and_another_seed_others(name: str) -> None:
    generator = GENERATORS[name]
    assert generator.values(7, {}, PACK) == generator.values(7, {}, PACK)
    assert len({str(sorted(generator.values(seed, {}, PACK).items(), key=str)) for seed in range(12)}) > 6


def test_the_numbers_of_a_seed_never_change() -> None:
    """`check` compares a frozen form with what is made now: another Python, the same numbers."""
    assert GENERATORS["paypal-dispute"].values(1, {}, {})["start"] == "2012-10-28"
    assert GENERATORS["cases"].values(1, {}, {})["transactions"] == "2100"
    assert GENERATORS["response-log"].values(1, {}, {})["share"] == "60"


@pytest.mark.parametrize("name", GENERATORS)
def test_it_names_the_edition_it_computes_by(name: str) -> None:
    assert GENERATORS[name].editions and GENERATORS[name].name == name


def test_the_waits_hold_the_limit_itself() -> None:
    values = _log(Dice(Random(3), GENERATORS["response-log"].ranges))
    log = values["log"]
    assert not isinstance(log, str)
    waits = [int(wait) for wait in log["en"].split(", ")]
    assert 20 in waits and values["share"] == decimal(Fraction(100 * sum(wait <= 20 for wait in waits), 10))


def test_a_median_is_not_what_happens_to_stand_in_the_middle() -> None:
    values = GENERATORS["delivery-median"].values(5, {}, {})
    assert values["median"] != values["middle_as_printed"]
    assert _median(Dice(Random(5), {"days": (30, 30)}))["half"] == "15"


def test_ranges_without_a_fit_variant_say_why() -> None:
    with pytest.raises(NoVariant, match="the speed is exactly the norm"):
        GENERATORS["typing-speed"].values(1, {"speed": (50, 50)}, {})


@pytest.mark.parametrize("name", ["rating-shares-us", "rating-shares-de", "cases"])
def test_a_printed_share_never_looks_like_a_limit_it_is_not(name: str) -> None:
    generator: Generator = GENERATORS[name]
    for seed in range(60):
        assert generator.ugly(generator.values(seed, {}, {})) == []


@pytest.mark.parametrize("name", ["bad-experiences", "defects"])
def test_a_table_of_sales_holds_few_bad_ones_as_well_as_many(name: str) -> None:
    counts = [GENERATORS[name].values(seed, {}, {})["count"] for seed in range(200)]
    assert {count: counts.count(count) >= 20 for count in counts} == dict.fromkeys(("3", "4", "5", "6"), True)


def test_a_mistake_never_comes_to_the_sum_of_another() -> None:
    fees = GENERATORS["fees"]
    sums = {"transaction_sum": "12.60", "unsold_mistake": "126.00", "with_listing": "24.60", "listing_sum": "12.00"}
    assert fees.ugly(sums) == []
    assert fees.ugly(sums | {"listing_sum": "12.60"}) and fees.ugly(sums | {"with_listing": "126.00"})


def test_dividing_the_whole_weight_never_finds_the_parcels() -> None:
    for seed in range(60):
        split = GENERATORS["parcel-split"].values(seed, {}, {})
        assert split["by_weight"] != split["orders"]


def test_in_a_report_some_buyers_came_again() -> None:
    with pytest.raises(NoVariant, match="hardly anybody came again"):
        GENERATORS["conversion"].values(1, {"inquiries": (200, 200), "share": (60, 60), "again": (5, 5)}, {})


def test_heavy_goods_are_not_ordered_by_the_hundred() -> None:
    heavy = [int(str(GENERATORS["pack-split"].values(seed, {}, PACK | {"packed_g": "1400"})["orders"]))
             for seed in range(60)]
    assert min(heavy) > 1 and max(heavy) <= 12


def test_decimals_are_rounded_half_up_and_exact() -> None:
    assert [decimal(Fraction(n, 1000)) for n in (5, 4, 15, 1250, -5)] == ["0.01", "0", "0.02", "1.25", "-0.01"]
