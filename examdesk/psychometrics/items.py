"""Item statistics: facility, corrected point-biserial, and what distractors do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import kruskal

from examdesk.psychometrics.refusal import enough

MIN_N = 30  # below this a correlation says more about chance than about the item
MIN_VARIANT = 5  # fewer marks on a variant are not compared with others


def facility(points: ArrayLike, out_of: float, *, min_n: int = 1) -> float:
    """The mean share of the points, 0 (nobody) to 1 (everybody); known as the p-value of an item.

    `points` (n,): one mark a candidate; NaN = unmarked, left out. Ebel, Essentials of Educational Measurement;
    equals the means of psych::alpha in R.

    >>> facility([1, 1, 0, 2], out_of=2)
    0.5
    """
    marked = _marked(points)
    enough("facility", len(marked), min_n)
    return float(marked.mean() / out_of)


def correlation(x: ArrayLike, y: ArrayLike, *, min_n: int = MIN_N) -> float:
    """Pearson's r of two marks a candidate; NaN where one of them never varies.

    `x`, `y` (n,): pairs with a NaN are left out.

    >>> correlation([1, 2, 3, 4], [2, 4, 5, 9], min_n=4).__round__(4)
    0.9648
    """
    a, b = np.asarray(x, float), np.asarray(y, float)
    both = ~(np.isnan(a) | np.isnan(b))
    a, b = a[both], b[both]
    enough("a correlation", len(a), min_n)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def corrected_point_biserial(points: ArrayLike, *, min_n: int = MIN_N) -> NDArray[np.float64]:
    """The discrimination of every item: its correlation with the sum of all *other* items.

    `points` (n, k) without NaN -> (k,); NaN for an item everybody has the same points on. Henrysson (1963),
    Psychometrika 28; equals `r.drop` of psych::alpha in R.

    >>> corrected_point_biserial([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]], min_n=4).round(4).tolist()
    [0.5222, 0.7071, 0.5222]
    """
    x = _complete(points)
    enough("the corrected point-biserial", len(x), min_n)
    enough("the corrected point-biserial", x.shape[1], 2, of="items")
    total = x.sum(axis=1)
    return np.array([correlation(x[:, j], total - x[:, j], min_n=min_n) for j in range(x.shape[1])])


class Chosen(NamedTuple):
    """How one option was chosen."""

    option: str
    n: int  # candidates who chose it
    share: float  # of all candidates, those who chose nothing included
    r: float  # correlation of choosing it with the rest score


def chosen_options(
    chosen: Sequence[Sequence[str]], rest: ArrayLike, options: Sequence[str], *, min_n: int = MIN_N
) -> list[Chosen]:
    """For every option how many chose it, and its option-rest correlation: positive for a key, negative for others.

    `chosen` (n): the options each candidate chose, () for none. `rest` (n,): the score without this item. Haladyna &
    Rodriguez, Developing and Validating Test Items; equals ShinyItemAnalysis::DistractorAnalysis.

    >>> rows = chosen_options([("b",), ("b",), ("a",), ()], [9, 8, 4, 3], ["a", "b"], min_n=4)
    >>> [(row.option, row.n, row.share, round(row.r, 3)) for row in rows]
    [('a', 1, 0.25, -0.453), ('b', 2, 0.5, 0.981)]
    """
    enough("the option table", len(chosen), min_n)
    rows = []
    for option in options:
        picked = np.array([option in one for one in chosen], float)
        rows.append(Chosen(option, int(picked.sum()), float(picked.mean()), correlation(picked, rest, min_n=min_n)))
    return rows


def evenness(groups: Sequence[ArrayLike], *, min_n: int = MIN_VARIANT) -> float:
    """How likely marks differ so much between the variants of an item when all are equally difficult: a p-value.

    `groups`: for each variant the marks (n,) on it; NaN = unmarked, left out. Kruskal & Wallis (1952), Journal of the
    American Statistical Association 47; 1 where everybody has the same mark. Variants with fewer than `min_n` marks are
    left out; two must remain.

    >>> round(evenness([[1, 1, 1, 1, 0], [0, 0, 1, 0, 0]]), 3)
    0.072
    """
    marked = [x for x in map(_marked, groups) if len(x) >= min_n]
    enough("a comparison of variants", len(marked), 2, of="variants")
    return 1.0 if np.ptp(np.concatenate(marked)) == 0 else float(kruskal(*marked).pvalue)


def _marked(points: ArrayLike) -> NDArray[np.float64]:
    x = np.asarray(points, float)
    return x[~np.isnan(x)]


def _complete(points: ArrayLike) -> NDArray[np.float64]:
    x = np.asarray(points, float)
    if x.ndim != 2 or np.isnan(x).any():
        raise ValueError("needs one row a candidate and one column an item, all marked")
    return x
