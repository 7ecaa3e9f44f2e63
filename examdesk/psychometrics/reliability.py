"""How far a score can be trusted: alpha, KR-20, and the standard error of measurement."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri

from examdesk.psychometrics.items import MIN_N, _complete
from examdesk.psychometrics.refusal import enough


def alpha(points: ArrayLike, *, min_n: int = MIN_N) -> float:
    """Cronbach's alpha, k/(k-1) · (1 - sum of item variances / variance of the total); 1 is perfect.

    `points` (n, k) without NaN. NaN when all totals are equal. Cronbach (1951), Psychometrika 16; equals `raw_alpha`
    of psych::alpha in R.

    >>> round(alpha([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]], min_n=4), 4)
    0.75
    """
    x = _complete(points)
    enough("alpha", len(x), min_n)
    enough("alpha", x.shape[1], 2, of="items")
    k, total = x.shape[1], x.sum(axis=1).var(ddof=1)
    return float("nan") if total == 0 else float(k / (k - 1) * (1 - x.var(axis=0, ddof=1).sum() / total))


def kr20(right: ArrayLike, *, min_n: int = MIN_N) -> float:
    """Kuder-Richardson formula 20: alpha of items marked 0 or 1, from p(1-p).

    `right` (n, k) of 0 and 1. Both p(1-p) and the variance of the total take the divisor n; only so it equals alpha.
    Kuder & Richardson (1937), Psychometrika 2.

    >>> round(kr20([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]], min_n=4), 4)
    0.75
    """
    x = _complete(right)
    if not np.isin(x, (0, 1)).all():
        raise ValueError("KR-20 needs marks of 0 and 1; use alpha")
    enough("KR-20", len(x), min_n)
    enough("KR-20", x.shape[1], 2, of="items")
    k, p, total = x.shape[1], x.mean(axis=0), x.sum(axis=1).var()
    return float("nan") if total == 0 else float(k / (k - 1) * (1 - (p * (1 - p)).sum() / total))


def alpha_interval(value: float, *, n: int, k: int, confidence: float = 0.95) -> tuple[float, float]:
    """The confidence interval of an alpha of `k` items in `n` people. Feldt (1965), Psychometrika 30.

    >>> [round(end, 4) for end in alpha_interval(0.2949971922, n=1000, k=5)]
    [0.2235, 0.3618]
    """
    tail, people, both = (1 - confidence) / 2, n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - value) * fdtri(people, both, 1 - tail)
    high = 1 - (1 - value) * fdtri(people, both, tail)
    return float(low), float(high)


def sem(points: ArrayLike, *, min_n: int = MIN_N) -> float:
    """The standard error of measurement of the total, in points: sd of the total · sqrt(1 - alpha).

    `points` (n, k) without NaN. AERA/APA/NCME Standards (2014), ch. 2.

    >>> round(sem([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]], min_n=4), 4)
    0.6455
    """
    x = _complete(points)
    return float(x.sum(axis=1).std(ddof=1) * np.sqrt(1 - alpha(x, min_n=min_n)))
