"""Shares with their uncertainty: Wilson's interval, and groups of items clearly weaker than the rest."""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign, inf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtr

from examdesk.psychometrics.refusal import enough


def wilson(hits: int, n: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """The confidence interval of the share `hits` / `n`; sensible at 0 and 1 too.

    Wilson (1927), JASA 22; the example is row 1 of table I in Newcombe (1998), Statistics in Medicine 17.

    >>> [round(end, 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    enough("a share", n, 1)
    z = float(ndtri(1 - (1 - confidence) / 2))
    p = hits / n
    middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    return min(max(0.0, low), p), max(min(1.0, high), p)  # rounding must not push the share out of its interval


class Weakness(NamedTuple):
    """How one group of items stands against all the others."""

    group: str
    items: int
    share: float  # mean facility of its items
    others: float  # mean facility of all other items
    t: float  # the difference in standard errors; below 0 = weaker
    p: float  # one-sided, corrected for the number of groups looked at


def weak_groups(groups: Sequence[str], facilities: ArrayLike, *, min_items: int = 2) -> list[Weakness]:
    """Every group of at least `min_items` items against the rest, in the order of first appearance.

    `groups` (k): the group of each item; `facilities` (k,). Items are taken as a sample of their group: two-sample t
    with the standard deviation pooled within groups, one-sided p times the number of groups (Bonferroni). So a group
    is called weak only when it is weaker than items differ anyway. A contrast of a one-way analysis of variance:
    Snedecor & Cochran, Statistical Methods.

    >>> found = weak_groups(["a"] * 4 + ["b"] * 4, [.50, .52, .48, .50, .80, .82, .78, .80])
    >>> [(w.group, round(w.share, 2), round(w.others, 2), w.p < .001) for w in found]
    [('a', 0.5, 0.8, True), ('b', 0.8, 0.5, False)]
    """
    x, names = np.asarray(facilities, float), np.asarray(groups, object)
    order = list(dict.fromkeys(groups))
    enough("the comparison of groups", len(order), 2, of="groups")
    freedom = len(x) - len(order)
    enough("the comparison of groups", freedom, 2, of="items more than groups")
    within = sum(float(((x[names == name] - x[names == name].mean()) ** 2).sum()) for name in order)
    pooled = sqrt(within / freedom)
    looked_at = [name for name in order if (names == name).sum() >= min_items]
    return [_against_rest(name, x, names == name, pooled, freedom, len(looked_at)) for name in looked_at]


def _against_rest(name: str, x: np.ndarray, mine: np.ndarray, pooled: float, freedom: int, looks: int) -> Weakness:
    here, there = float(x[mine].mean()), float(x[~mine].mean())
    error = pooled * sqrt(1 / mine.sum() + 1 / (~mine).sum())
    gap = here - there
    t = gap / error if error else copysign(inf, gap) if gap else 0.0
    return Weakness(name, int(mine.sum()), here, there, t, min(1.0, float(stdtr(freedom, t)) * looks))
