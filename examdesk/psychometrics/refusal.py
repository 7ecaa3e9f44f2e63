"""The refusal of a statistic: too few people or items to say anything."""

from __future__ import annotations


class TooFew(ValueError):
    """This statistic is not printed; `str(error)` is the reason a report shows instead.

    >>> str(TooFew("alpha", n=12, needed=30))
    'alpha needs 30 people, there are 12'
    """

    def __init__(self, statistic: str, *, n: int, needed: int, of: str = "people") -> None:
        super().__init__(f"{statistic} needs {needed} {of}, there are {n}")
        self.statistic, self.n, self.needed, self.of = statistic, n, needed, of


def enough(statistic: str, n: int, needed: int, *, of: str = "people") -> None:
    """Raises `TooFew` unless `n` reaches `needed`."""
    if n < needed:
        raise TooFew(statistic, n=n, needed=needed, of=of)
