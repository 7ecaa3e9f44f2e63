"""Deadlines: from which day, how many days or months, by which edition."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from examdesk.days import months_on
from examdesk.generators.drawing import Dice, Generator, Values, day, whole


@dataclass(frozen=True)
class Window:
    """How long something may be done. The day it starts on is not counted: the next one is day 1."""

    edition: str
    days: int = 0
    months: int = 0
    ends: date | None = None  # the last day the edition was in force


PAYPAL, EBAY = "ED-PAYPAL-45", "ED-EBAY-CASE60"
WINDOWS = {
    "paypal-dispute": Window(PAYPAL, days=45, ends=date(2014, 11, 17)),  # F-EB-33, from payment
    "paypal-answer": Window(PAYPAL, days=10, ends=date(2014, 11, 17)),  # F-EB-34, from the dispute
    "ebay-case": Window(EBAY, days=60),  # F-EB-30, from payment
    "case-closed": Window(EBAY, months=1),  # F-EB-32, from opening: about a month
    "ebay-message": Window("HB", days=90),  # F-EB-49, from the end of the transaction
    "alert-kept": Window("HB", months=6),  # F-EB-50, from its arrival
}


def last_day(window: str, *, start: date, edition: str) -> date:
    """The last day of a window that starts on `start`; raises ValueError where the edition has no such window.

    >>> last_day("paypal-dispute", start=date(2014, 3, 1), edition="ED-PAYPAL-45")
    datetime.date(2014, 4, 15)
    """
    rule = WINDOWS.get(window)
    if rule is None or rule.edition != edition:
        raise ValueError(f"the edition {edition} has no window {window}")
    return start + timedelta(days=rule.days) if rule.days else months_on(start, rule.months)


def reminder(shipped: date, usual: int) -> date:
    """When to write about untracked mail: half the usual time after dispatch, half a day rounded up (F-EB-29)."""
    return shipped + timedelta(days=-(-usual // 2))


def _drawn(window: str) -> Callable[[Dice], Values]:
    rule = WINDOWS[window]

    def draw(dice: Dice) -> Values:
        start = date(dice("year"), dice("month"), 1)
        start = start.replace(day=1 + dice.random.randrange(monthrange(start.year, start.month)[1]))
        end = last_day(window, start=start, edition=rule.edition)
        return {
            "start": start.isoformat(),
            "last": end.isoformat(),
            "length": str(rule.days or rule.months),
            "day_before": (end - timedelta(days=1)).isoformat(),  # who counts the first day, too
            "day_after": (end + timedelta(days=1)).isoformat(),
            **{f"by_{other}": _other(other, start) for other in ("10", "30", "45", "60", "90")},
        }

    return draw


def _other(days: str, start: date) -> str:
    return (start + timedelta(days=int(days))).isoformat()


def _again(window: str) -> Callable[[Values], Mapping[str, Fraction | str]]:
    """Counts on a calendar instead of adding."""
    rule = WINDOWS[window]

    def again(printed: Values) -> Mapping[str, Fraction | str]:
        at = start = day(printed, "start")
        if rule.days:
            for _ in range(rule.days):
                at = date.fromordinal(at.toordinal() + 1)
        else:
            for _ in range(rule.months):
                at = (at.replace(day=1) + timedelta(days=31)).replace(day=1)
            at = at.replace(day=start.day)
        return {"last": Fraction(at.toordinal())}

    return again


def _ugly(window: str) -> Callable[[Values], list[str]]:
    rule = WINDOWS[window]

    def ugly(values: Values) -> list[str]:
        start, end = day(values, "start"), day(values, "last")
        found = ["a month of another length ends the window"] if rule.months and start.day > 28 else []
        found += ["the edition ends before the window"] if rule.ends and end > rule.ends else []
        return found + (["the whole window lies in one month"] if rule.days > 10 and start.month == end.month else [])

    return ugly


def _mail(dice: Dice) -> Values:
    shipped = date(dice("year"), dice("month"), 1 + dice.random.randrange(28))
    usual = dice("usual")
    at = reminder(shipped, usual)
    return {"shipped": shipped.isoformat(), "usual": str(usual), "half": str(-(-usual // 2)), "write": at.isoformat(),
            "usual_day": (shipped + timedelta(days=usual)).isoformat()}


def _mail_again(printed: Values) -> Mapping[str, Fraction | str]:
    half = Fraction(whole(printed, "usual"), 2)
    days = half.numerator if half.denominator == 1 else (half + Fraction(1, 2)).numerator
    return {"half": Fraction(days), "write": Fraction(day(printed, "shipped").toordinal() + days)}


YEARS = {  # of the first day
    PAYPAL: (2012, 2014), EBAY: (2012, 2014), "HB": (2015, 2024),
}  # fmt: skip
GENERATORS = (
    *(Generator(name, (rule.edition,), {"year": YEARS[rule.edition], "month": (1, 12)}, _drawn(name), _again(name),
                _ugly(name)) for name, rule in WINDOWS.items()),
    Generator("flat-mail", ("HB",), {"year": (2015, 2024), "month": (1, 12), "usual": (16, 45)}, _mail, _mail_again),
)  # fmt: skip
