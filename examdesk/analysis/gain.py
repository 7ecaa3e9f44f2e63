"""Before and after a training: what those gained who sat two forms of an exam that nobody can fail.

The first form somebody sat is before, the last one after, by when it was handed in: half of a cohort may begin with
form b, so that a harder form does not look like a loss. Left out and counted are those who sat one form only, whose
hand-in time nobody knows, and whose submission is refused or held: it may not be theirs. An unmarked response leaves
its candidate out of its domain; it is never zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from examdesk.analysis.cohort import Cohort
from examdesk.analysis.conditions import moment
from examdesk.analysis.items import points_by_form
from examdesk.model import Form
from examdesk.psychometrics import TooFew, paired_gain
from examdesk.records.rows import Sat

ALL = "all"  # the row of the whole form
COLUMNS = ["n", "pre", "post", "gain", "low", "high", "normalised", "note"]


@dataclass(frozen=True)
class Gains:
    """Before and after, for everybody who sat both."""

    table: pd.DataFrame  # as `gain_table`, the whole form first
    people: int  # who sat both
    simulated: int  # of these
    began: Mapping[str, int]  # {form: candidates whose first it was}
    left_out: Mapping[str, int]  # {one-form, held or no-time: candidates}
    shared: tuple[str, ...]  # scored items that stand in two forms: who met one twice may only remember it


def has_gain(forms: Mapping[str, Form]) -> bool:
    """Whether an exam is sat to be compared: it has parallel forms, and nobody can fail it."""
    return len(forms) > 1 and not any(form.pass_rule.can_fail for form in forms.values())


def gain_table(*, pre: Mapping[str, ArrayLike], post: Mapping[str, ArrayLike], min_n: int = 1) -> pd.DataFrame:
    """One row per domain of both: n, pre, post, gain, low, high (95 % interval), normalised, note.

    `pre`, `post`: the shares of each domain's points, one for each candidate, in the same order; NaN while unmarked.
    Below `min_n` pairs the figures are NaN and `note` says why. See `psychometrics.paired_gain`.

    >>> gain_table(pre={"D6": .5}, post={"D6": .75}).loc["D6", ["pre", "post", "gain"]].tolist()
    [0.5, 0.75, 0.25]
    """
    names = [name for name in pre if name in post]
    return pd.DataFrame([_row(pre[name], post[name], min_n) for name in names], columns=COLUMNS,
                        index=pd.Index(names, name="domain"))


def gains(cohort: Cohort) -> Gains:
    """What everybody gained who sat two forms; figures about fewer than `report.min_cell_n` people are hidden."""
    pairs, left_out = _pairs(cohort)
    shares = _shares(cohort)
    domains = [ALL, *sorted({name for _, name in shares if name != ALL}, key=lambda name: int(name[1:]))]
    pre, post = ({name: [shares.get((pair[at], name), np.nan) for pair in pairs] for name in domains} for at in (0, 1))
    return Gains(
        gain_table(pre=pre, post=post, min_n=cohort.policy.report.min_cell_n),
        people=len(pairs),
        simulated=sum(cohort.newest[one].simulated for one, _ in pairs),
        began=dict(sorted(Counter(one[1] for one, _ in pairs).items())),
        left_out=dict(sorted(left_out.items())),
        shared=_in_two(list(cohort.forms.values())),
    )


def _row(pre: ArrayLike, post: ArrayLike, min_n: int) -> list[object]:
    try:
        return [*paired_gain(pre, post, min_n=min_n), ""]
    except TooFew as few:
        return [few.n, *[np.nan] * 6, str(few)]


def _pairs(cohort: Cohort) -> tuple[list[tuple[Sat, Sat]], Counter[str]]:
    """(first, last) sitting of everybody who sat two forms, by hand-in; and why the others are left out."""
    sat: dict[str, list[Sat]] = {}
    for one in cohort.outcomes:
        sat.setdefault(one[0], []).append(one)
    pairs, left_out = [], Counter[str]()
    for _, mine in sorted(sat.items()):
        usable = [one for one in mine if not _is_held(cohort.outcomes[one].why)]
        timed = sorted((at, one) for one in usable if (at := _handed_in(cohort, one)) is not None)
        if len({form for _, form, _ in mine}) < 2:
            left_out["one-form"] += 1
        elif len({form for _, form, _ in usable}) < 2:
            left_out["held"] += 1
        elif len(timed) < len(usable) or timed[0][0] == timed[-1][0] or timed[0][1][1] == timed[-1][1][1]:
            left_out["no-time"] += 1
        else:
            pairs.append((timed[0][1], timed[-1][1]))
    return pairs, left_out


def _handed_in(cohort: Cohort, sat: Sat) -> datetime | None:
    return moment(cohort.newest[sat].handed_in)


def _is_held(why: Sequence[str]) -> bool:
    return any(code.startswith(("held:", "refused:")) for code in why)


def _shares(cohort: Cohort) -> dict[tuple[Sat, str], float]:
    """{(sitting, domain or `ALL`): share of its points}; NaN while an item is unmarked. Void items do not count."""
    found: dict[tuple[Sat, str], float] = {}
    for one in points_by_form(cohort):
        counted = [one.form.items[str(name)] for name in one.points]
        for name in {ALL, *(item.domain for item in counted)}:
            mine = [item for item in counted if name in (ALL, item.domain)]
            out_of = float(sum((item.points for item in mine), Fraction(0)))
            shares = one.points[[item.id for item in mine]].sum(axis=1, skipna=False) / out_of
            sats = [(candidate, one.form.id, attempt) for candidate, attempt in shares.index]
            found |= {(sat, name): share for sat, share in zip(sats, shares, strict=True)}
    return found


def _in_two(forms: Sequence[Form]) -> tuple[str, ...]:
    held = Counter(name for form in forms for name, item in form.items.items() if item.points)
    return tuple(sorted(name for name, count in held.items() if count > 1))
