"""The one calendar rule everything dated shares."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month.

    >>> months_on(date(2016, 1, 15), 6), months_on(date(2016, 8, 31), 6)
    (datetime.date(2016, 7, 15), datetime.date(2017, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
