"""The cohort as a manager sees it: who sat, who passed, and how groups compare, with small groups hidden."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

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

    Newest sittings marked in full. The outermost columns are joined until each holds `report.min_cell_n` candidates,
    so that nobody stands alone at an end; no rows when there are fewer candidates than that.
    """
    shares = cohort.results.loc[cohort.results["newest"], "share"].dropna()
    k, width = cohort.policy.report.min_cell_n, cohort.policy.histogram.bin
    if len(shares) < k:
        return pd.DataFrame({"low": [], "high": [], "n": []})
    count = round(1 / width)
    index = np.minimum(np.floor(np.round(shares / width, 9)).astype(int), count - 1)
    counts = np.bincount(index, minlength=count)
    edges = [round(step * width, 6) for step in range(count)] + [1.0]
    first, last = _end(counts, k), count - _end(counts[::-1], k)
    if first > last:
        return pd.DataFrame({"low": [0.0], "high": [1.0], "n": [int(counts.sum())]})
    lows = [0.0, *edges[first:last], edges[last]]
    highs = [edges[first], *edges[first + 1:last + 1], 1.0]
    sums = [counts[:first].sum(), *counts[first:last], counts[last:].sum()]
    table = pd.DataFrame({"low": lows, "high": highs, "n": [int(n) for n in sums]})
    return table[table["high"] > table["low"]].reset_index(drop=True)


def _end(counts: np.ndarray, k: int) -> int:
    """How many columns from the start make one of at least `k`."""
    return int(np.searchsorted(np.cumsum(counts), k) + 1)
