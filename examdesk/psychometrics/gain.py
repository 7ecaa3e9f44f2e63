"""What people gained between two measurements of the same people."""

from __future__ import annotations

from math import nan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from examdesk.psychometrics.refusal import enough


class Gain(NamedTuple):
    """What a group gained, in shares."""

    n: int  # people measured both times
    pre: float  # mean
    post: float
    gain: float  # post - pre
    low: float  # the confidence interval of the gain; NaN for one person
    high: float
    normalised: float  # of what could be gained, the part that was; NaN where nothing could be


def paired_gain(pre: ArrayLike, post: ArrayLike, *, confidence: float = 0.95, min_n: int = 1) -> Gain:
    """The mean gain of the same people with the interval of the paired t, and the normalised gain.

    `pre`, `post` (n,): shares, one pair a person; pairs with a NaN are left out. The interval is that of the mean
    difference: Student (1908), Biometrika 6; equals `t.test(post, pre, paired = TRUE)` of R, whose data `sleep` the
    example is. Normalised gain, (post - pre) / (1 - pre) of the means: Hake (1998), American Journal of Physics 66.

    >>> first, second = [.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2], [1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    >>> found = paired_gain(first, second)
    >>> found.n, round(found.gain, 2), round(found.low, 7), round(found.high, 7)
    (10, 1.58, 0.7001142, 2.4598858)
    >>> paired_gain([.4, .5], [.6, .8]).normalised.__round__(4)
    0.4545
    """
    a, b = np.atleast_1d(np.asarray(pre, float)), np.atleast_1d(np.asarray(post, float))
    both = ~(np.isnan(a) | np.isnan(b))
    a, b = a[both], b[both]
    n = len(a)
    enough("a gain", n, max(1, min_n))
    before, after, gain = float(a.mean()), float(b.mean()), float((b - a).mean())
    half = float(stdtrit(n - 1, (1 + confidence) / 2)) * float((b - a).std(ddof=1)) / sqrt(n) if n > 1 else nan
    return Gain(n, before, after, gain, gain - half, gain + half, gain / (1 - before) if before < 1 else nan)
