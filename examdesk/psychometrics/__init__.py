"""Classical statistics of an exam: numpy and scipy in, numbers out, nothing of ours.

Every function says its shapes and its source, and refuses with a reason (`TooFew`) where its n is too small: a report
prints the reason instead of a number.
"""

from __future__ import annotations

from examdesk.psychometrics.agreement import cohen_kappa
from examdesk.psychometrics.gain import Gain, paired_gain
from examdesk.psychometrics.items import chosen_options, corrected_point_biserial, correlation, evenness, facility
from examdesk.psychometrics.refusal import TooFew
from examdesk.psychometrics.reliability import alpha, alpha_interval, kr20, sem
from examdesk.psychometrics.shares import Weakness, weak_groups, wilson

__all__ = [
    "Gain",
    "TooFew",
    "Weakness",
    "alpha",
    "alpha_interval",
    "chosen_options",
    "cohen_kappa",
    "corrected_point_biserial",
    "correlation",
    "evenness",
    "facility",
    "kr20",
    "paired_gain",
    "sem",
    "weak_groups",
    "wilson",
]
