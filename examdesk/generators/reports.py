"""A seller's report of some sales, to be counted by one edition or the other."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from examdesk.generators.accounts import ED_2010, ED_2014, Transaction, count_bbe, count_defects, is_bbe, is_defect
from examdesk.generators.drawing import Dice, Generator, Value, Values, decimal, plain, whole

ROWS = 8
STARS = (5,) * 8 + (4,) * 5 + (3,) * 4 + (2, 1)  # so that a table may hold 3 bad sales as well as 6
FEEDBACK: dict[str, Value] = {
    "positive": {"zh": "好评", "en": "positive"},
    "neutral": {"zh": "中评", "en": "neutral"},
    "negative": {"zh": "差评", "en": "negative"},
}
ELSE: dict[str, Value] = {
    "": "-",
    "INR": {"zh": "未收到货纠纷", "en": "case: not received"},
    "SNAD": {"zh": "货不对版纠纷", "en": "case: not as described"},
    "returned": {"zh": "因货不对版退货", "en": "returned: not as described"},
    "cancelled": {"zh": "卖家取消交易", "en": "cancelled by the seller"},
    "asked": {"zh": "买家问过尺寸", "en": "the buyer asked about the size"},
}


def _sale(dice: Dice, number: int, edition: str) -> Transaction:
    chance = dice.random
    description, communication, shipped, charge = (chance.choice(STARS) for _ in range(4))
    happened = [""] * 8 + ["INR", "SNAD"] + (["returned", "cancelled"] if edition == ED_2014 else [])
    what = chance.choice(happened)
    feedback = chance.choice(("positive",) * 8 + ("neutral", "negative"))
    return Transaction(str(number), feedback, description, communication, shipped, charge,
                       what if what in ("INR", "SNAD") else "", what == "returned", what == "cancelled")


def _drawn(edition: str, dice: Dice) -> Values:
    sales = [_sale(dice, number, edition) for number in range(1, ROWS + 1)]
    if edition == ED_2010:
        count, bad, other = count_bbe(sales, edition=edition), is_bbe, is_defect
    else:
        count, bad, other = count_defects(sales, edition=edition), is_defect, is_bbe
    values = dict[str, Value]()
    for sale in sales:
        what = sale.case or ("returned" if sale.returned else "cancelled" if sale.cancelled else "")
        what = what or dice.random.choice(("", "", "", "asked"))  # which no edition counts
        values |= {f"feedback_{sale.id}": FEEDBACK[sale.feedback], f"else_{sale.id}": ELSE[what]}
        values |= {f"{line}_{sale.id}": str(getattr(sale, line))
                   for line in ("description", "communication", "time", "charge")}
    sold = dice("sold", 50)
    listed = {language: ("、" if language == "zh" else ", ").join(sale.id for sale in sales if bad(sale))
              for language in ("zh", "en")}
    return {**values, "sold": str(sold), "count": str(count), "rate": decimal(Fraction(100 * count, sold)),
            "which": listed, "other_count": str(sum(map(other, sales))), "events": str(sum(map(_happenings, sales)))}


def _happenings(sale: Transaction) -> int:
    """How often something went wrong: what somebody counts who forgets that a transaction counts once."""
    lows = sum(stars <= 2 for stars in (sale.description, sale.communication, sale.time, sale.charge))
    return (sale.feedback != "positive") + lows + bool(sale.case) + sale.returned + sale.cancelled


def _again(edition: str, printed: Values) -> Mapping[str, Fraction | str]:
    """Crosses out, sale by sale, what the rule does not mind; what is left is counted."""
    fine = {"description": 2, "communication": 2, "time": 2, "charge": 2} if edition == ED_2010 else {
        "description": 3, "time": 1}
    count = 0
    for number in range(1, ROWS + 1):
        signs = [printed[f"feedback_{number}"] == FEEDBACK["positive"], printed[f"else_{number}"] in (ELSE[""],
                 ELSE["asked"])]
        signs += [whole(printed, f"{line}_{number}") > bound for line, bound in fine.items()]
        count += not all(signs)
    return {"count": Fraction(count), "rate": Fraction(count * 100, whole(printed, "sold"))}


def _ugly(values: Values) -> list[str]:
    count, found = whole(values, "count"), []
    if not 3 <= count <= ROWS - 2:
        found.append("nearly every sale, or none, counts")
    if plain(values, "other_count") == str(count):
        found.append("the other edition counts as many")
    if plain(values, "events") == str(count):
        found.append("who counts every complaint finds the same number")
    return found


def _maker(name: str, edition: str) -> Generator:
    def draw(dice: Dice) -> Values:
        return _drawn(edition, dice)

    def again(printed: Values) -> Mapping[str, Fraction | str]:
        return _again(edition, printed)

    return Generator(name, (edition,), {"sold": (200, 800)}, draw, again, _ugly)


GENERATORS = (_maker("bad-experiences", ED_2010), _maker("defects", ED_2014))
