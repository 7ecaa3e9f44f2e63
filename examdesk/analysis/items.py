"""Item, option and domain tables of a cohort, and the reliability of its scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from examdesk import psychometrics as stats
from examdesk.analysis.cohort import Cohort
from examdesk.model import Form, Item

SAT = ["candidate", "attempt"]
MARKED_SHARE = 0.95  # an item is part of the rest score when it is marked for this share of the sittings


@dataclass(frozen=True)
class Points:
    """Points of one form: one row a sitting, one column an item; NaN while unmarked."""

    form: Form
    points: pd.DataFrame
    chose: Mapping[str, Mapping[Any, str]]  # item → sitting → options chosen, joined by ;

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The items of the rest score: those marked for nearly everybody, not replies waiting for their marker."""
        return self.points.loc[:, self.points.notna().mean() >= MARKED_SHARE]

    @cached_property
    def total(self) -> NDArray[np.float64]:
        return self.counted.to_numpy().sum(axis=1)

    def rest(self, item: str) -> NDArray[np.float64]:
        """The score of every sitting without `item`; NaN where an item that counts is unmarked."""
        return self.total - self.counted[item].to_numpy() if item in self.counted else self.total


def points_by_form(cohort: Cohort) -> list[Points]:
    """The points of every form somebody sat; sittings without any marked item are left out, and so are void and
    unscored items."""
    found = []
    for form in cohort.forms.values():
        marks = cohort.marks[cohort.marks["form"] == form.id]
        if marks.empty:
            continue
        grouped = marks.groupby([*SAT, "item"], sort=True)["points"]
        summed = grouped.sum().where(grouped.count() == grouped.size())
        counts = [name for name, item in form.items.items() if name not in form.void and item.points]
        wide = summed.unstack("item").reindex(columns=counts)
        wide = wide.dropna(how="all")
        first = marks.drop_duplicates([*SAT, "item"])
        chose: dict[str, dict[Any, str]] = {item: {} for item in form.items}
        for candidate, attempt, item, chosen in first[[*SAT, "item", "chose"]].itertuples(index=False):
            chose[item][(candidate, attempt)] = chosen
        found.append(Points(form, wide, chose))
    return found


def item_table(cohort: Cohort) -> pd.DataFrame:
    """One row per form and item: form, number, item, domain, type, critical, n, facility, r, note.

    `facility` is the mean share of the points, `r` the corrected point-biserial; both NaN below their n, and `note`
    then says why. n counts the sittings in which the item is marked.
    """
    rows = [_item_row(points, number, item, cohort)
            for points in points_by_form(cohort) for number, item in enumerate(points.form.items.values(), 1)]
    columns = ["form", "number", "item", "domain", "type", "critical", "n", "facility", "r", "note"]
    return pd.DataFrame(rows, columns=columns)


def _item_row(points: Points, number: int, item: Item, cohort: Cohort) -> dict[str, Any]:
    void = item.id in points.form.void
    column = pd.Series(dtype=float) if void or not item.points else points.points[item.id]
    row: dict[str, Any] = {
        "form": points.form.id, "number": number, "item": item.id, "domain": item.domain, "type": item.type,
        "critical": item.critical, "n": int(column.notna().sum()), "facility": np.nan, "r": np.nan,
        "note": "void: full for everybody" if void else "" if item.points else "unscored",
    }  # fmt: skip
    if row["note"]:
        return row
    try:
        row["facility"] = stats.facility(column, float(item.points), min_n=cohort.policy.report.min_cell_n)
        row["r"] = stats.correlation(column, points.rest(item.id), min_n=cohort.policy.stats.small_n)
    except stats.TooFew as few:
        row["note"] = str(few)
    return row


def variant_table(cohort: Cohort) -> pd.DataFrame:
    """One row per form, item with several variants, and variant: form, item, variant, n, facility, p, note.

    `variant` is its number in the bank. `facility` is NaN below `report.min_cell_n`; `p` says for the whole item how
    likely such differences are when all variants are equally difficult (`psychometrics.evenness`), NaN where too few
    met them, and `note` then says why. Void items are left out.
    """
    rows = [row for points in points_by_form(cohort) for item in points.form.others if item in points.points
            for row in _variant_rows(points, item, cohort)]
    return pd.DataFrame(rows, columns=["form", "item", "variant", "n", "facility", "p", "note"])


def _variant_rows(points: Points, item: str, cohort: Cohort) -> list[dict[str, Any]]:
    marks, out_of = points.points[item], float(points.form.items[item].points)
    met = cohort.marks[(cohort.marks["form"] == points.form.id) & (cohort.marks["item"] == item)]
    numbers = met.drop_duplicates(SAT).set_index(SAT)["variant"].reindex(marks.index)
    groups = [marks[numbers == str(number)].dropna() for number in points.form.variants[item]]
    try:
        p, note = stats.evenness(groups), ""
    except stats.TooFew as few:
        p, note = float("nan"), str(few)
    fewest = cohort.policy.report.min_cell_n
    return [{"form": points.form.id, "item": item, "variant": number, "n": len(group), "p": p, "note": note,
             "facility": float(group.mean()) / out_of if len(group) >= fewest else np.nan}
            for number, group in zip(points.form.variants[item], groups, strict=True)]


def option_table(cohort: Cohort) -> pd.DataFrame:
    """One row per form, item and option: form, item, option, is_key, n, share, r, note.

    Only items with options have rows, and of those with variants only where the key is the same option in all. `share`
    is of everybody who sat the item, blanks included; `r` is the option-rest correlation. Below
    `stats.small_n` sittings both are NaN, and `note` says why.
    """
    rows = [row for points in points_by_form(cohort) for item in points.form.items.values()
            if "options" in item.body and item.id not in points.form.void and _one_key(points.form.every(item.id))
            for row in _option_rows(points, item, cohort)]
    return pd.DataFrame(rows, columns=["form", "item", "option", "is_key", "n", "share", "r", "note"])


def _one_key(variants: Sequence[Item]) -> bool:
    """Whether the key is the same option in every variant: only then an option's share says something."""
    return all(item.body["key"] == variants[0].body["key"] for item in variants)


def _option_rows(points: Points, item: Item, cohort: Cohort) -> list[dict[str, Any]]:
    options = [str(option["id"]) for option in item.body["options"]]
    keys = item.body["key"] if isinstance(item.body["key"], list) else [item.body["key"]]
    common = {"form": points.form.id, "item": item.id}
    chosen = [points.chose[item.id].get(sat, "").split(";") for sat in points.points.index]
    rest = points.rest(item.id)
    try:
        found = stats.chosen_options(chosen, rest, options, min_n=cohort.policy.stats.small_n)
    except stats.TooFew as few:
        return [{**common, "option": option, "is_key": option in keys, "n": 0, "share": np.nan, "r": np.nan,
                 "note": str(few)} for option in options]
    return [{**common, **row._asdict(), "is_key": row.option in keys, "note": ""} for row in found]


def domain_table(cohort: Cohort) -> pd.DataFrame:
    """One row per domain: domain, items, out_of, n, share; the share of the domain's points, NaN below the n.

    n counts sittings in which every item of the domain is marked; items = different items over all forms.
    """
    shares = domain_shares(cohort)
    items = {item.id: item for form in cohort.forms.values() for item in form.items.values() if item.points}
    rows = []
    for domain in sorted({item.domain for item in items.values()}, key=lambda name: int(name[1:])):
        mine = [item for item in items.values() if item.domain == domain]
        found = shares[shares["domain"] == domain]["share"].dropna()
        few = len(found) < cohort.policy.report.min_cell_n
        rows.append({"domain": domain, "items": len(mine), "out_of": float(sum(item.points for item in mine)),
                     "n": len(found), "share": np.nan if few else float(found.mean())})
    return pd.DataFrame(rows, columns=["domain", "items", "out_of", "n", "share"])


def domain_shares(cohort: Cohort) -> pd.DataFrame:
    """One row per sitting and domain: candidate, form, attempt, domain, share (NaN while an item is unmarked)."""
    marks = cohort.marks[cohort.marks["out_of"] > 0]  # an unscored item says nothing about its domain
    grouped = marks.groupby(["candidate", "form", "attempt", "domain"], sort=True)["points"]
    points = grouped.sum().where(grouped.count() == grouped.size())
    out_of = marks.groupby(["candidate", "form", "attempt", "domain"], sort=True)["out_of"].sum()
    return (points / out_of).rename("share").reset_index()


@dataclass(frozen=True)
class Reliability:
    """How far the scores of one form can be trusted; `note` says why a figure is missing."""

    form: str
    n: int
    items: int
    alpha: float
    low: float
    high: float
    sem: float  # in points
    note: str = ""


def reliability(cohort: Cohort) -> list[Reliability]:
    """Alpha with its interval and the standard error of measurement, per form, over sittings marked in full."""
    return [_reliability(points, cohort) for points in points_by_form(cohort)]


def _reliability(points: Points, cohort: Cohort) -> Reliability:
    complete = points.points.dropna()
    n, k, none = len(complete), complete.shape[1], float("nan")
    try:
        alpha = stats.alpha(complete, min_n=cohort.policy.stats.small_n)
        error = stats.sem(complete, min_n=cohort.policy.stats.small_n)
    except stats.TooFew as few:
        return Reliability(points.form.id, n, k, none, none, none, none, str(few))
    low, high = stats.alpha_interval(alpha, n=n, k=k)
    return Reliability(points.form.id, n, k, alpha, low, high, error)
