"""Sums about the goods of a product pack: its weights, prices and times, and an order made up by chance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from examdesk.generators.drawing import Dice, Generator, Value, Values, day, decimal, plain, whole
from examdesk.generators.shipping import FREE_BELOW, fewest_orders

HB = ("HB",)
MOST_ORDERS = 12  # of heavy goods every piece is an order of its own


def _weight(dice: Dice) -> Values:
    """Every piece lies in a box of its own; the gift is added once."""
    pieces, piece, box, gift = dice("pieces"), dice.pack("piece_g"), dice.pack("box_g"), dice("gift", 10)
    grams = pieces * (piece + box) + gift
    return {"pieces": str(pieces), "grams": str(grams), "kg": decimal(Fraction(grams, 1000), 3), "gift": str(gift),
            "pieces_g": str(pieces * piece), "boxes_g": str(pieces * box)}


def _weight_again(printed: Values) -> Mapping[str, Fraction | str]:
    grams = whole(printed, "gift")
    for _ in range(whole(printed, "pieces")):
        grams += whole(printed, "piece_g") + whole(printed, "box_g")
    return {"grams": Fraction(grams)}


def _split(dice: Dice) -> Values:
    """Pieces packed singly, and a catalogue in every order."""
    pieces, grams, catalogue = dice("pieces"), dice.pack("packed_g"), dice("catalogue", 10)
    orders = fewest_orders(pieces, grams, enclosed=catalogue)
    fit = (FREE_BELOW - 1 - catalogue) // grams
    return {"pieces": str(pieces), "orders": str(orders), "fit": str(fit), "catalogue": str(catalogue),
            "full": str(fit * grams + catalogue), "too_much": str((fit + 1) * grams + catalogue)}


def _split_again(printed: Values) -> Mapping[str, Fraction | str]:
    left, grams, orders = whole(printed, "pieces"), whole(printed, "packed_g"), 0
    while left > 0:
        load = whole(printed, "catalogue")
        while left > 0 and load + grams < FREE_BELOW:
            load, left = load + grams, left - 1
        orders += 1
    return {"orders": Fraction(orders)}


def _split_ugly(values: Values) -> list[str]:
    found = ["one order is enough"] if plain(values, "orders") == "1" else []
    return found + (["nobody splits into so many orders"] if whole(values, "orders") > MOST_ORDERS else [])


def _price(dice: Dice) -> Values:
    pieces, price = dice("pieces"), dice.pack("price_yuan")
    off, from_ = dice.pack("coupon_off"), dice.pack("coupon_from")
    freight, total = dice("freight"), pieces * price
    reached = total >= from_  # the coupon is for the goods alone
    return {"pieces": str(pieces), "freight": str(freight), "total": str(total), "off": str(off if reached else 0),
            "pay": str(total + freight - (off if reached else 0)), "reached": _REACHED[reached]}


_REACHED: dict[bool, Value] = {
    True: {"zh": "达到了满减门槛", "en": "reaches the threshold"},
    False: {"zh": "没有达到满减门槛", "en": "stays below the threshold"},
}


def _price_again(printed: Values) -> Mapping[str, Fraction | str]:
    total = sum(whole(printed, "price_yuan") for _ in range(whole(printed, "pieces")))
    reached = not total < whole(printed, "coupon_from")
    return {"pay": Fraction(total + whole(printed, "freight") - reached * whole(printed, "coupon_off"))}


def _warranty(dice: Dice) -> Values:
    received = date(dice("year"), dice("month"), 1 + dice.random.randrange(28))
    last = received + timedelta(days=dice.pack("claim_days"))
    return {"received": received.isoformat(), "last": last.isoformat()}


def _warranty_again(printed: Values) -> Mapping[str, Fraction | str]:
    return {"last": Fraction(day(printed, "received").toordinal() + whole(printed, "claim_days"))}


def _cartons(dice: Dice) -> Values:
    pieces, each = dice("pieces"), dice.pack("per_carton")
    return {"pieces": str(pieces), "cartons": str(-(-pieces // each)), "full": str(pieces // each),
            "rest": str(pieces % each)}


def _cartons_again(printed: Values) -> Mapping[str, Fraction | str]:
    cartons, left = 0, whole(printed, "pieces")
    while left > 0:
        cartons, left = cartons + 1, left - whole(printed, "per_carton")
    return {"cartons": Fraction(cartons), "rest": Fraction(left + whole(printed, "per_carton"))}


def _cartons_ugly(values: Values) -> list[str]:
    found = ["no carton is left half full"] if plain(values, "rest") == "0" else []
    return found + (["one carton is enough"] if plain(values, "full") == "0" else [])


GENERATORS = (
    Generator("pack-weight", HB, {"pieces": (2, 12), "gift": (20, 200)}, _weight, _weight_again,
              takes=("piece_g", "box_g")),
    Generator("pack-split", HB, {"pieces": (3, 150), "catalogue": (20, 200)}, _split, _split_again, _split_ugly,
              takes=("packed_g",)),
    Generator("pack-price", HB, {"pieces": (2, 9), "freight": (5, 18)}, _price, _price_again,
              takes=("price_yuan", "coupon_off", "coupon_from")),
    Generator("pack-claim", HB, {"year": (2023, 2025), "month": (1, 12)}, _warranty, _warranty_again,
              takes=("claim_days",)),
    Generator("pack-cartons", HB, {"pieces": (30, 400)}, _cartons, _cartons_again, _cartons_ugly,
              takes=("per_carton",)),
)  # fmt: skip
