"""Parcels: freight of a return, splitting for free air mail, the promise of a day of dispatch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from fractions import Fraction

from examdesk.generators.drawing import Dice, Generator, Value, Values, decimal, plain, whole

HB, TMALL = "HB", "ED-TMALL-2023"
FREE_BELOW = 2000  # grams; exactly 2 kg does not go free, F-XB-15
CUT_OFF = time(16)  # F-OP-08; what is paid at 16:00 sharp is not defined


def repayment(*, quality: bool, buyer_paid: int) -> int:
    """What the buyer gets back of the freight he paid for a return (F-AS-05)."""
    return buyer_paid if quality else 0


def _freight(dice: Dice) -> Values:
    back, out = dice("back"), dice("out")
    quality = bool(dice("quality"))
    repaid = repayment(quality=quality, buyer_paid=back)
    seller = out + repaid
    return {
        "back": str(back), "out": str(out), "cause": _CAUSES[quality], "repaid": str(repaid), "seller": str(seller),
        "buyer": str(back - repaid), "rule": _RULES[quality],
    }  # fmt: skip


_CAUSES: dict[bool, Value] = {
    True: {"zh": "核实为质量问题", "en": "a quality fault, confirmed"},
    False: {"zh": "顾客自己选错了尺码，商品没有质量问题",
            "en": "the buyer chose the wrong size; the goods are without fault"},
}
_RULES: dict[bool, Value] = {
    True: {"zh": "质量问题由卖家承担来回运费，顾客垫付的寄回运费收货后退还",
           "en": "with a quality fault the seller bears both ways and repays what the buyer advanced"},
    False: {"zh": "尺码不合不是质量问题，寄回的运费由顾客承担",
            "en": "a wrong size is no quality fault, so the buyer bears the way back"},
}


def _freight_again(printed: Values) -> Mapping[str, Fraction | str]:
    cause, back, out = printed["cause"], whole(printed, "back"), whole(printed, "out")
    faulty = cause == _CAUSES[True]
    return {"repaid": Fraction(back if faulty else 0), "seller": Fraction(back + out if faulty else out),
            "buyer": Fraction(0 if faulty else back)}


def _freight_ugly(values: Values) -> list[str]:
    return ["both ways cost the same"] if plain(values, "back") == plain(values, "out") else []


def fewest_orders(pieces: int, grams: int, *, enclosed: int = 0) -> int:
    """How few orders take so many pieces so that each stays below 2 kg, with what is enclosed in every one of them;
    raises ValueError when one piece is too heavy."""
    fit = (FREE_BELOW - 1 - enclosed) // grams
    if not fit:
        raise ValueError("one piece alone is too heavy for free air mail")
    return -(-pieces // fit)


def _split(dice: Dice) -> Values:
    pieces, grams = dice("pieces"), dice("grams", 50)
    orders = fewest_orders(pieces, grams)
    return {"pieces": str(pieces), "kg": decimal(Fraction(grams, 1000)), "orders": str(orders),
            "fit": str((FREE_BELOW - 1) // grams), "total": decimal(Fraction(pieces * grams, 1000)),
            "full": decimal(Fraction((FREE_BELOW - 1) // grams * grams, 1000)),
            "by_weight": str(-(-pieces * grams // FREE_BELOW))}


def _split_again(printed: Values) -> Mapping[str, Fraction | str]:
    """Packs piece by piece."""
    kg, orders, weight = Fraction(plain(printed, "kg")), 1, Fraction(0)
    for _ in range(whole(printed, "pieces")):
        if weight + kg >= 2:
            orders, weight = orders + 1, Fraction(0)
        weight += kg
    fit = next(n for n in range(1, 100) if (n + 1) * kg >= 2)
    return {"orders": Fraction(orders), "total": kg * whole(printed, "pieces"), "fit": Fraction(fit)}


def _split_ugly(values: Values) -> list[str]:
    pieces, grams = whole(values, "pieces"), int(Fraction(plain(values, "kg")) * 1000)
    if FREE_BELOW % grams == 0:
        return ["some pieces weigh exactly 2 kg"]
    found = ["one order is enough"] if plain(values, "orders") == "1" or pieces < 2 else []
    same = plain(values, "by_weight") == plain(values, "orders")
    return found + (["who divides the whole weight by 2 finds the same number"] if same else [])


# Dispatch


def dispatch_promise(*, paid: time, in_stock: bool, checked: bool = False) -> str:
    """What may be promised (F-OP-08, F-OP-09): "today", "next dispatch day", or that it is a risk to promise anything
    before the warehouse has been asked."""
    if not in_stock:
        return "as the warehouse says" if checked else "broken promise risk"
    return "today" if paid < CUT_OFF else "next dispatch day"


ROWS = 5
_STOCK: dict[bool, Value] = {True: {"zh": "有货", "en": "in stock"}, False: {"zh": "缺货", "en": "out of stock"}}
_KEYS = {"today": "today", "next dispatch day": "next", "broken promise risk": "ask"}
_WHY: dict[str, Value] = {
    "today": {"zh": "有货，又在16:00之前付款，可以承诺今天发出",
              "en": "in stock and paid before 16:00, so it may be promised for today"},
    "next": {"zh": "有货，但过了16:00才付款，不能承诺今天，可以答下一个发货日",
             "en": "in stock, but paid after 16:00, so not today; the next dispatch day may be named"},
    "ask": {"zh": "缺货，不问仓库就承诺很可能失信，先问再答",
            "en": "out of stock, so the warehouse is asked before anything is promised"},
}


def _dispatch(dice: Dice) -> Values:
    values, promises = dict[str, Value](), list[str]()
    for row in range(1, ROWS + 1):
        minutes = dice("minutes")
        paid, stock = time(minutes // 60, minutes % 60), dice.random.randint(0, 3) > 0
        key = _KEYS[dispatch_promise(paid=paid, in_stock=stock)]
        promises.append(key)
        values |= {f"paid_{row}": f"{paid:%H:%M}", f"stock_{row}": _STOCK[stock], f"key_{row}": key,
                   f"why_{row}": _WHY[key]}
    return {**values, **{f"count_{key}": str(promises.count(key)) for key in ("today", "next", "ask")}}


def _dispatch_again(printed: Values) -> Mapping[str, Fraction | str]:
    keys = []
    for row in range(1, ROWS + 1):
        hour, _, _ = plain(printed, f"paid_{row}").partition(":")
        keys.append("ask" if printed[f"stock_{row}"] == _STOCK[False] else "today" if int(hour) < 16 else "next")
    counted = {f"count_{key}": Fraction(keys.count(key)) for key in ("today", "next", "ask")}
    return {**counted, **{f"key_{row}": key for row, key in enumerate(keys, start=1)}}


def _dispatch_ugly(values: Values) -> list[str]:
    times = [plain(values, f"paid_{row}") for row in range(1, ROWS + 1)]
    found = ["16:00 sharp is not defined"] if "16:00" in times else []
    if len(set(times)) < ROWS:
        found.append("two orders are paid in the same minute")
    return found + ([] if all(plain(values, f"count_{key}") != "0" for key in ("today", "next", "ask"))
                    else ["a branch is missing"])


GENERATORS = (
    Generator("return-freight", (HB,), {"back": (8, 30), "out": (6, 25), "quality": (0, 1)}, _freight, _freight_again,
              _freight_ugly),
    Generator("parcel-split", (HB,), {"pieces": (4, 30), "grams": (300, 950)}, _split, _split_again, _split_ugly),
    Generator("dispatch", (HB,), {"minutes": (9 * 60, 19 * 60)}, _dispatch, _dispatch_again, _dispatch_ugly),
)  # fmt: skip
