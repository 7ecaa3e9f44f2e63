"""What a marketplace counts and charges: fees, shares of low ratings, cases, bad experiences and defects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from examdesk.generators.drawing import Dice, Generator, Value, Values, cents, decimal, plain, whole

HB, ED_2010, ED_2014 = "HB", "ED-EBAY-2010", "ED-EBAY-2014"
LINES = ("description", "communication", "time", "charge")
LIMITS = {  # share of 1-2 star ratings that is still allowed, F-EB-14 and F-EB-15
    "us": dict(zip(LINES, map(Fraction, ("0.01", "0.02", "0.02", "0.02")), strict=True)),
    "de": dict(zip(LINES, map(Fraction, ("0.012", "0.024", "0.024", "0.024")), strict=True)),
}
OPENED, UNRESOLVED = Fraction("0.01"), Fraction("0.003")  # F-EB-16
OVER: Value = {"zh": "超标", "en": "over the limit"}
WITHIN: Value = {"zh": "没超标", "en": "within the limit"}


@dataclass(frozen=True)
class RateCard:
    """The rates an item prints; the handbook gives none (F-EB-02)."""

    listing: Decimal  # per listing, sold or not
    transaction: Decimal  # share of the price, only when sold
    feature: Decimal = Decimal(0)  # per listing with the feature, paid with the listing fee
    payment: Decimal = Decimal(0)  # share of the price, of who collects it


def fees(card: RateCard, *, sold_for: Decimal | None, featured: bool = False) -> dict[str, Decimal]:
    """{fee: sum} of one listing; what was not sold costs neither transaction nor payment fee."""
    price = Decimal(0) if sold_for is None else sold_for
    return {"listing": card.listing, "transaction": card.transaction * price,
            "feature": card.feature if featured else Decimal(0), "payment": card.payment * price}


def _fees(dice: Dice) -> Values:
    card = RateCard(Decimal(dice("listing", 5)) / 100, Decimal(dice("rate")) / 100, Decimal(dice("feature", 50)) / 100,
                    Decimal(dice("payment")) / 100)
    listed, price = dice("listed"), dice("price", 5)
    sold = dice.random.randint(2, listed - 2)
    featured = dice.random.randint(1, listed - 1)
    prices = [Decimal(price) if place < sold else None for place in range(listed)]
    each = [fees(card, sold_for=one, featured=place < featured) for place, one in enumerate(prices)]
    sums = {name: sum((one[name] for one in each), Decimal(0)) for name in each[0]}
    rent = Decimal(dice("rent", 5))
    total = sum(sums.values(), Decimal(0))
    return {
        "listing": f"{card.listing:.2f}", "rate": str(int(card.transaction * 100)), "feature": f"{card.feature:.2f}",
        "payment": str(int(card.payment * 100)), "listed": str(listed), "sold": str(sold), "price": str(price),
        "unsold": str(listed - sold), "featured": str(featured), "rent": f"{rent:.2f}", "turnover": str(price * sold),
        **{f"{name}_sum": f"{value:.2f}" for name, value in sums.items()},
        "total": f"{total:.2f}", "store_total": f"{total + rent:.2f}",
        "unsold_mistake": f"{card.transaction * price * listed:.2f}",
        "with_listing": f"{sums['transaction'] + sums['listing']:.2f}",
    }  # fmt: skip


def _fees_again(printed: Values) -> Mapping[str, Fraction | str]:
    """In cents, and each fee only where the item prints what it needs."""
    def number(name: str) -> int:
        return whole(printed, name)

    rules: dict[str, Callable[[], int]] = {
        "listing_sum": lambda: number("listed") * cents(printed, "listing"),
        "transaction_sum": lambda: number("sold") * number("price") * number("rate"),
        "payment_sum": lambda: number("sold") * number("price") * number("payment"),
        "feature_sum": lambda: number("featured") * cents(printed, "feature"),
        "total": lambda: sum(rules[name]() for name in list(rules)[:4]),
        "store_total": lambda: rules["total"]() + cents(printed, "rent"),
    }
    found = dict[str, Fraction | str]()
    for name, rule in rules.items():
        with suppress(KeyError):
            found[name] = Fraction(rule(), 100)
    return found


def _fees_ugly(values: Values) -> list[str]:
    mistakes = ("transaction_sum", "unsold_mistake", "with_listing", "listing_sum")
    sums = {plain(values, name) for name in mistakes}
    return ["a mistake comes to the sum of another, or of the key"] if len(sums) < len(mistakes) else []


# Low ratings


def low_share(low: int, ratings: int) -> Fraction:
    """The share of ratings with 1 or 2 stars."""
    return Fraction(low, ratings)


def over(low: int, ratings: int, *, site: str, line: str) -> bool:
    """Whether a line breaks the minimum standard: exactly the limit is still within."""
    return low_share(low, ratings) > LIMITS[site][line]


def _shares(site: str) -> Generator:
    def draw(dice: Dice) -> Values:
        ratings, values = dice("ratings", 50), dict[str, Value]()
        lows = {}
        for line in LINES:
            near = LIMITS[site][line] * ratings
            lows[line] = max(1, int(near * dice("near", 5) / 100))
        if dice("ties"):
            line = dice.random.choice(LINES)
            lows[line] = int(LIMITS[site][line] * ratings)
        for line, low in lows.items():
            limit = LIMITS[site][line]
            values |= {
                line: str(low), f"{line}_share": decimal(low_share(low, ratings) * 100),
                f"{line}_verdict": "over" if over(low, ratings, site=site, line=line) else "within",
                f"{line}_word": OVER if over(low, ratings, site=site, line=line) else WITHIN,
                f"{line}_limit": decimal(limit * 100), f"{line}_most": str(int(limit * ratings)),
            }  # fmt: skip
        count = sum(values[f"{line}_verdict"] == "over" for line in LINES)
        return {"ratings": str(ratings), **values, "over": str(count)}

    def again(printed: Values) -> Mapping[str, Fraction | str]:
        ratings, found, count = whole(printed, "ratings"), dict[str, Fraction | str](), 0
        for line in LINES:
            low = whole(printed, line)
            per_mille = {"us": 10 if line == "description" else 20, "de": 12 if line == "description" else 24}[site]
            breaks = low * 1000 > per_mille * ratings
            count += breaks
            found |= {f"{line}_share": Fraction(100 * low, ratings), f"{line}_verdict": "over" if breaks else "within",
                      f"{line}_most": Fraction(per_mille * ratings // 1000)}
        return {**found, "over": Fraction(count)}

    def ugly(values: Values) -> list[str]:
        ratings, found = whole(values, "ratings"), []
        ties = [line for line in LINES if low_share(whole(values, line), ratings) == LIMITS[site][line]]
        if len(ties) > 1:
            found.append("more than one line stands exactly at its limit")
        if not 1 <= whole(values, "over") <= 3:
            found.append("all lines have the same verdict")
        if len({plain(values, line) for line in LINES}) < 3:
            found.append("lines repeat each other")
        for line in LINES:
            exact = low_share(whole(values, line), ratings) * 100
            if line not in ties and plain(values, f"{line}_share") == decimal(LIMITS[site][line] * 100):
                found.append(f"{line}: {exact} % is printed as its limit")
        return found

    ranges = {"ratings": (400, 1500), "near": (60, 150), "ties": (0, 1)}
    return Generator(f"rating-shares-{site}", (ED_2010,), ranges, draw, again, ugly)


# Cases


def _cases(dice: Dice) -> Values:
    transactions = dice("transactions", 50)
    opened, unresolved = dice("opened"), dice("unresolved")
    return {
        "transactions": str(transactions), "opened": str(opened), "unresolved": str(unresolved),
        "most_opened": str(int(OPENED * transactions)), "most_unresolved": str(int(UNRESOLVED * transactions)),
        "opened_share": decimal(Fraction(100 * opened, transactions)),
        "unresolved_share": decimal(Fraction(100 * unresolved, transactions)),
        "opened_verdict": "over" if Fraction(opened, transactions) > OPENED else "within",
        "unresolved_verdict": "over" if Fraction(unresolved, transactions) > UNRESOLVED else "within",
        "opened_word": OVER if Fraction(opened, transactions) > OPENED else WITHIN,
        "unresolved_word": OVER if Fraction(unresolved, transactions) > UNRESOLVED else WITHIN,
    }  # fmt: skip


def _cases_again(printed: Values) -> Mapping[str, Fraction | str]:
    total, opened, unresolved = (whole(printed, name) for name in ("transactions", "opened", "unresolved"))
    return {
        "most_opened": Fraction(total // 100), "most_unresolved": Fraction(3 * total // 1000),
        "opened_share": Fraction(opened * 100, total), "unresolved_share": Fraction(unresolved * 100, total),
        "opened_verdict": "over" if opened > total // 100 else "within",
        "unresolved_verdict": "over" if unresolved > 3 * total // 1000 else "within",
    }  # fmt: skip


def _cases_ugly(values: Values) -> list[str]:
    total, opened, unresolved = (whole(values, name) for name in ("transactions", "opened", "unresolved"))
    ties = [name for name, tie in (("opened", opened * 100 == total), ("unresolved", unresolved * 1000 == 3 * total))
            if tie]
    found = [f"{name} cases stand exactly at their limit" for name in ties]
    if unresolved >= opened:
        found.append("as many cases are unresolved as were opened")
    for name, limit in (("opened", OPENED), ("unresolved", UNRESOLVED)):
        if plain(values, f"{name}_share") == decimal(limit * 100) and name not in ties:
            found.append(f"the share of {name} cases is printed as its limit")
    far = abs(Fraction(opened, total) - OPENED) > OPENED / 2 or abs(Fraction(unresolved, total) - UNRESOLVED) > OPENED
    return found + (["nobody needs to calculate"] if far else [])


# Bad buyer experiences and defects


@dataclass(frozen=True)
class Transaction:
    """One sale as the seller's report shows it; a line nobody rated has 5 stars."""

    id: str
    feedback: str = "positive"  # positive, neutral, negative
    description: int = 5
    communication: int = 5
    time: int = 5
    charge: int = 5
    case: str = ""  # "", INR, SNAD
    returned: bool = False  # as not described
    cancelled: bool = False  # by the seller


def is_bbe(one: Transaction) -> bool:
    """F-EB-18: neutral or negative, or 1-2 stars on any line, or a case."""
    low = min(one.description, one.communication, one.time, one.charge) <= 2
    return one.feedback != "positive" or low or bool(one.case)


def is_defect(one: Transaction) -> bool:
    """F-EB-40: description 1-3, shipping time 1, neutral or negative, a return as not described, a case, a sale the
    seller cancelled."""
    return (one.feedback != "positive" or one.description <= 3 or one.time == 1 or one.returned or bool(one.case)
            or one.cancelled)


def count_bbe(transactions: Sequence[Transaction], *, edition: str) -> int:
    """How many transactions are a bad buyer experience; each counts once, whatever went wrong in it."""
    return _counted(transactions, edition, ED_2010, is_bbe)


def count_defects(transactions: Sequence[Transaction], *, edition: str) -> int:
    """How many transactions are a defect; each counts once, whatever went wrong in it."""
    return _counted(transactions, edition, ED_2014, is_defect)


def _counted(
    transactions: Sequence[Transaction], edition: str, right: str, bad: Callable[[Transaction], bool]
) -> int:
    if edition != right:
        raise ValueError(f"the edition {edition} counts otherwise; this is the rule of {right}")
    return sum(map(bad, transactions))


GENERATORS = (
    Generator("fees", (HB,), {"listing": (10, 50), "rate": (5, 12), "feature": (50, 300), "payment": (2, 5),
                              "listed": (6, 40), "price": (10, 90), "rent": (15, 60)}, _fees, _fees_again, _fees_ugly),
    _shares("us"),
    _shares("de"),
    Generator("cases", (ED_2010,), {"transactions": (700, 2400), "opened": (5, 30), "unresolved": (1, 9)}, _cases,
              _cases_again, _cases_ugly),
)  # fmt: skip
