"""The cohort as a manager sees it: who sat, who passed, and how groups compare, with small groups hidden."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from examdesk.analysis.cohort import Cohort
from examdesk.analysis.items import domain_shares
from examdesk.analysis.policy import Report as ReportPolicy
from examdesk.psychometrics import wilson

POOLED = "*"  # the name of small groups shown together
DECIDED = ("pass", "fail")


@dataclass(frozen=True)
class Headline:
    """The first line of a report, about the newest sitting of every candidate.

    `hidden` says why there is no pass rate: few-people (then no counts either), few-decided, or mostly-open. Fails
    can be certain while a reply is unmarked, passes cannot: among early results the pass rate is too low.
    """

    sat: int  # candidates
    sittings: int
    passed: int
    failed: int
    withheld: int
    share: float  # of the decided; NaN while hidden
    low: float
    high: float
    hidden: str = ""

    @property
    def decided(self) -> int:
        return self.passed + self.failed

    @property
    def least(self) -> float:
        """The pass rate if everybody withheld failed."""
        return self.passed / self.sat if self.sat else float("nan")

    @property
    def most(self) -> float:
        """The pass rate if everybody withheld passed."""
        return (self.passed + self.withheld) / self.sat if self.sat else float("nan")


def headline(cohort: Cohort) -> Headline:
    """Pass rate with Wilson's 95 % interval among the candidates whose result is decided."""
    newest = cohort.results[cohort.results["newest"]]
    sat, sittings, report = len(newest), len(cohort.results), cohort.policy.report
    none = float("nan")
    if sat < report.min_cell_n:
        return Headline(sat, sittings, 0, 0, 0, none, none, none, "few-people")
    counts = newest["result"].value_counts()
    passed, failed, withheld = (int(counts.get(name, 0)) for name in ("pass", "fail", "withheld"))
    hidden = "mostly-open" if withheld > report.max_withheld * sat else ""
    hidden = hidden or ("few-decided" if passed + failed < report.min_cell_n else "")
    if hidden:
        return Headline(sat, sittings, passed, failed, withheld, none, none, none, hidden)
    return Headline(sat, sittings, passed, failed, withheld, passed / (passed + failed),
                    *wilson(passed, passed + failed))


def group_table(cohort: Cohort, by: str) -> pd.DataFrame:
    """One row per group of `by` (department, site or stage).

    Columns: group, members, listed (on the roster), sat, decided, share, low, high, note. Groups with fewer than
    `report.min_cell_n` candidates are shown together under `POOLED`, with the next smallest one when needed, so that
    no small group follows by subtraction; `members` are the groups of a row. Shares of 0 and 1 of fewer than twice
    that number are not printed exactly. `note` says what stands in the place of a rate: few, complement (hidden to
    protect a small group), open (many results are withheld), "<5 %" or ">95 %".
    """
    newest = cohort.results[cohort.results["newest"]]
    k = cohort.policy.report.min_cell_n
    pools, report = _pools(list(newest[by]), k), cohort.policy.report
    listed = pd.Series([groups[by] for groups in cohort.roster.values()], dtype="str").value_counts()
    rows = []
    for group, members in pools.items():
        mine = newest[newest[by].isin(members)]
        decided = mine[mine["result"].isin(DECIDED)]
        passed = int((decided["result"] == "pass").sum())
        rows.append({"group": group, "members": members, "listed": int(sum(listed.get(name, 0) for name in members)),
                     "sat": len(mine), "decided": len(decided), **_rate(passed, len(decided), len(mine), report)})
    columns = ["group", "members", "listed", "sat", "decided", "share", "low", "high", "note"]
    return _complement(pd.DataFrame(rows, columns=columns), k)


def fail_table(cohort: Cohort) -> pd.DataFrame:
    """Why candidates failed, one row per reason: why, n; a candidate counts under each of their reasons.

    `why` is below-cut, part:<part>, critical, each or typing (an item), or another code of `rules.py`. n is NaN where
    fewer than `report.min_cell_n` candidates, but somebody, failed for that reason; no rows when nobody failed or few
    sat.
    """
    newest = cohort.results[cohort.results["newest"]]
    k = cohort.policy.report.min_cell_n
    failed = list(newest.loc[newest["result"] == "fail", "why"]) if len(newest) >= k else []
    kinds = [{_reason(code) for code in why.split(";")} for why in failed]
    counts = Counter(code for codes in kinds for code in codes)
    rows = [(why, n if n >= k else np.nan) for why, n in sorted(counts.items(), key=lambda e: (-e[1], e[0]))]
    return pd.DataFrame(rows, columns=["why", "n"])


def _reason(code: str) -> str:
    """The reason without the item it was found at."""
    rule, _, _ = code.partition(":")
    return rule if rule in ("critical", "each", "typing") else code


def _rate(passed: int, decided: int, sat: int, report: ReportPolicy) -> dict[str, object]:
    """The share of the decided with its interval, or the note that stands in its place."""
    hidden, k = {"share": np.nan, "low": np.nan, "high": np.nan}, report.min_cell_n
    if sat - decided > report.max_withheld * sat:
        return {**hidden, "note": "open"}
    if decided < k:
        return {**hidden, "note": "few"}
    if decided < 2 * k and passed in (0, decided):
        return {**hidden, "note": "<5 %" if passed == 0 else ">95 %"}
    low, high = wilson(passed, decided)
    return {"share": passed / decided, "low": low, "high": high, "note": ""}


def _complement(table: pd.DataFrame, k: int) -> pd.DataFrame:
    """The table with a second hidden rate when only one is hidden: else it follows from the total."""
    few = table["note"] == "few"
    if few.sum() == 1 and 0 < table.loc[few, "decided"].sum() < k and (~few).any():
        smallest = table.loc[~few, "decided"].idxmin()
        table.loc[smallest, ["share", "low", "high"]] = np.nan
        table.loc[smallest, "note"] = "complement"
    return table


def _pools(groups: list[str], k: int) -> dict[str, tuple[str, ...]]:
    """{name of the row: its groups}, large groups first; {} when even all groups together are too small."""
    sizes = Counter(groups)
    order = sorted(sizes, key=lambda name: (-sizes[name], name))
    small = [name for name in order if sizes[name] < k]
    large = [name for name in order if sizes[name] >= k]
    while small and sum(sizes[name] for name in small) < k and large:
        small.insert(0, large.pop())
    if small and sum(sizes[name] for name in small) < k:
        return {}
    return {name: (name,) for name in large} | ({POOLED: tuple(small)} if small else {})


def domain_by_group(cohort: Cohort, by: str = "department") -> pd.DataFrame:
    """Mean share of every domain's points: rows = groups as in `group_table`, columns = domains; NaN = hidden."""
    newest = cohort.results[cohort.results["newest"]]
    k = cohort.policy.report.min_cell_n
    shares = domain_shares(cohort).merge(newest[["candidate", "form", "attempt", by]])
    domains = sorted(shares["domain"].unique(), key=lambda name: int(name[1:]))
    rows = {}
    for group, members in _pools(list(newest[by]), k).items():
        mine = shares[shares[by].isin(members)].groupby("domain")["share"]
        rows[group] = mine.mean().where(mine.count() >= k)
    return pd.DataFrame(rows).T.reindex(columns=domains)


def score_histogram(cohort: Cohort) -> pd.DataFrame:
    """How many candidates reached how much: low, high (shares, high excluded but for 1), n.

    Newest sittings marked in full. The cut is an edge wherever enough candidates are on both sides of it. Nobody
    stands alone: columns are widened while one holds only one or two candidates, and the outermost are joined until
    each holds `report.min_cell_n`; no rows when there are fewer candidates than that.
    """
    shares = np.round(cohort.results.loc[cohort.results["newest"], "share"].dropna().to_numpy(), 9)
    k, width = cohort.policy.report.min_cell_n, cohort.policy.histogram.bin
    if len(shares) < k:
        return pd.DataFrame({"low": [], "high": [], "n": []})
    cuts = {float(form.pass_rule.cut) for form in cohort.forms.values()}
    anchor = cuts.pop() if len(cuts) == 1 else 0.0
    for wider in (width, 2 * width, 4 * width):
        table = _joined_ends(shares, _edges(anchor, wider), k)
        if not table["n"].isin((1, 2)).any():
            break
    return table


def _edges(anchor: float, width: float) -> NDArray[np.float64]:
    """Edges from 0 to 1 at steps of `width` from the anchor."""
    steps = np.round(anchor + width * np.arange(-int(1 / width) - 1, int(1 / width) + 2), 9)
    return np.array([0.0, *steps[(steps > 0) & (steps < 1)], 1.0])


def _joined_ends(shares: NDArray[np.float64], edges: NDArray[np.float64], k: int) -> pd.DataFrame:
    place = np.minimum(np.searchsorted(edges, shares, side="right"), len(edges) - 1) - 1
    counts = np.bincount(place, minlength=len(edges) - 1)
    first, last = _end(counts, k), len(counts) - _end(counts[::-1], k)
    if first > last:
        return pd.DataFrame({"low": [0.0], "high": [1.0], "n": [int(counts.sum())]})
    inner = edges[first : last + 1]
    n = [counts[:first].sum(), *counts[first:last], counts[last:].sum()]
    return pd.DataFrame({"low": [0.0, *inner], "high": [*inner, 1.0], "n": [int(one) for one in n]})


def _end(counts: NDArray[np.int64], k: int) -> int:
    """How many columns from the start make one of at least `k`."""
    return int(np.searchsorted(np.cumsum(counts), k) + 1)
