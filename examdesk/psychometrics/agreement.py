"""How far two people who sorted the same things agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> Fraction | None:
    """Cohen's kappa, (p_o - p_e) / (1 - p_e), of nominal categories: 1 is agreement in all, 0 as much as by chance.

    `pairs` (n) hold what the first and the second one said of each thing. Exact, for a result depends on it; None
    where both used one and the same category throughout, or there is nothing. Cohen (1960), Educational and
    Psychological Measurement 20; equals `cohen_kappa_score` of scikit-learn.

    >>> cohen_kappa(20 * [("y", "y")] + 5 * [("y", "n")] + 10 * [("n", "y")] + 15 * [("n", "n")])
    Fraction(2, 5)
    """
    n = len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    agreed = n * sum(one == other for one, other in pairs)
    chance = sum(first[name] * second[name] for name in first)  # both times n²
    return None if chance == n * n else Fraction(agreed - chance, n * n - chance)
