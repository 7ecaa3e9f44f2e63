"""Named findings about a cohort, each with its figures and the rule it broke."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from typing import Any

import pandas as pd

from examdesk import psychometrics as stats
from examdesk.analysis.cohort import Cohort
from examdesk.analysis.items import item_table, option_table, variant_table
from examdesk.analysis.loading import load_cohort


@dataclass(frozen=True)
class Alarm:
    """One finding. `rule` is wrong-key, give-away or weak-domain; `subject` an item's or a domain's id."""

    rule: str
    subject: str
    form: str  # "" for a domain: it is judged over all forms
    n: int
    figures: Mapping[str, float] = field(default_factory=dict)
    option: str = ""  # wrong-key: the distractor that behaves like a key

    def __str__(self) -> str:
        figures = ", ".join(f"{name} {value:.2f}" for name, value in self.figures.items())
        return f"{self.rule}: {self.subject}{f' option {self.option}' if self.option else ''} ({figures}, n {self.n})"


def alarms(course: str | Path, exam: str) -> list[Alarm]:
    """The findings about `exam`: wrong keys, give-aways, weak domains; [] when there is nothing to look at."""
    return find_alarms(load_cohort(course, exam))


def find_alarms(cohort: Cohort) -> list[Alarm]:
    """The findings about a cohort, in the order wrong keys, weak domains, give-aways.

    Nothing is judged on fewer than `stats.small_n` sittings.
    """
    items = item_table(cohort)
    items = items[items["n"] >= cohort.policy.stats.small_n]
    wrong = wrong_keys(cohort, items)
    suspects = {alarm.subject for alarm in wrong}
    return [*wrong, *weak_domains(cohort, items[~items["item"].isin(suspects)]), *give_aways(cohort, items)]


def item_flags(cohort: Cohort, found: list[Alarm]) -> dict[tuple[str, str], list[str]]:
    """{(form, item): its flags}: the alarms it raised, else those that only ask for a review."""
    policy, flags = cohort.policy, {}
    variants = variant_table(cohort)
    apart = variants[variants["p"] < policy.uneven_variants.max_p]
    uneven = {*zip(apart["form"], apart["item"], strict=True)}
    for row in item_table(cohort).to_dict("records"):
        mine = [alarm.rule for alarm in found if (alarm.form, alarm.subject) == (row["form"], row["item"])]
        if not mine and row["n"] >= policy.stats.small_n:
            mine += ["too-hard"] if row["facility"] < policy.too_hard.max_facility else []
            mine += ["weak-r"] if row["r"] < policy.weak_r.max_r else []
            mine += ["uneven-variants"] if (row["form"], row["item"]) in uneven else []
        flags[(row["form"], row["item"])] = mine
    return flags


def wrong_keys(cohort: Cohort, items: pd.DataFrame) -> list[Alarm]:
    """Items of which a distractor behaves like the key: good candidates choose it, and not the key.

    The item's corrected point-biserial is below `wrong_key.max_key_r`, and the distractor's option-rest correlation
    is above that of the weakest key. Two more conditions keep chance out, which otherwise names an item in every
    second clean cohort of 60: that correlation is above 0 by `wrong_key.min_option_se` standard errors (1 / sqrt n),
    and the distractor is chosen no less often than that key.
    """
    rule, options = cohort.policy.wrong_key, option_table(cohort)
    found = []
    flat = items["r"].isna() & (items["facility"] == 0)  # a key that nobody chose correlates with nothing
    for row in items[(items["r"] < rule.max_key_r) | flat].fillna({"r": 0.0}).to_dict("records"):
        mine = options[(options["form"] == row["form"]) & (options["item"] == row["item"])].dropna(subset="share")
        if mine.empty:
            continue
        key = mine[mine["is_key"]].fillna({"r": 0.0}).sort_values("r").to_dict("records")[0]
        least = rule.min_option_se / sqrt(row["n"])
        rival = _rival(mine[~mine["is_key"]], key, least=least)
        if rival is not None:
            figures = {"option_r": rival["r"], "option_share": rival["share"], "key_r": key["r"],
                       "key_share": key["share"], "item_r": row["r"], "max_key_r": rule.max_key_r,
                       "min_option_r": least}
            found.append(Alarm("wrong-key", row["item"], row["form"], row["n"], figures, option=rival["option"]))
    return found


def _rival(others: pd.DataFrame, key: Mapping[Hashable, Any], *, least: float) -> dict[Hashable, Any] | None:
    """The distractor that behaves more like a key than the key does."""
    rivals = others[(others["r"] > least) & ~(others["r"] <= key["r"]) & (others["share"] >= key["share"])]
    return None if rivals.empty else rivals.loc[rivals["r"].idxmax()].to_dict()


def give_aways(cohort: Cohort, items: pd.DataFrame) -> list[Alarm]:
    """Items nearly everybody has right: facility of `give_away.min_facility` or more."""
    least = cohort.policy.give_away.min_facility
    return [
        Alarm("give-away", row["item"], row["form"], row["n"], {"facility": row["facility"], "min_facility": least})
        for row in items.to_dict("records") if row["facility"] >= least
    ]


def weak_domains(cohort: Cohort, items: pd.DataFrame) -> list[Alarm]:
    """Domains whose items are clearly harder for this cohort than all other items.

    `items` leave out suspected wrong keys: a domain is not weak because its key is wrong. Two rules, both must hold:
    a gap of `weak_domain.min_gap`, and more than items differ anyway (`psychometrics.weak_groups`).
    """
    rule = cohort.policy.weak_domain
    once = items.groupby("item", sort=False).agg({"domain": "first", "facility": "mean", "n": "max"})
    try:
        groups = stats.weak_groups(list(once["domain"]), once["facility"], min_items=rule.min_items)
    except stats.TooFew:
        return []
    judged = {"min_gap": rule.min_gap, "max_p": rule.max_p}
    return [
        Alarm("weak-domain", w.group, "", int(once["n"].max()),
              {"share": w.share, "others": w.others, "t": w.t, "p": w.p, **judged})
        for w in groups if w.others - w.share >= rule.min_gap and w.p <= rule.max_p
    ]
