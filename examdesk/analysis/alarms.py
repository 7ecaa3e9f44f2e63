"""Named findings about a cohort, each with its figures and the rule it broke."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path

import pandas as pd

from examdesk import psychometrics as stats
from examdesk.analysis.cohort import Cohort, load_cohort
from examdesk.analysis.items import item_table, option_table


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


def wrong_keys(cohort: Cohort, items: pd.DataFrame) -> list[Alarm]:
    """Items of which a distractor behaves like the key: good candidates choose it, and not the key.

    The item's corrected point-biserial is below `wrong_key.max_key_r`; the distractor's option-rest correlation is
    above that of every key, and above 0 by `wrong_key.min_option_se` standard errors, so that chance rarely does it.
    """
    rule, options = cohort.policy.wrong_key, option_table(cohort)
    found = []
    for row in items[items["r"] < rule.max_key_r].to_dict("records"):
        mine = options[(options["form"] == row["form"]) & (options["item"] == row["item"])]
        others = mine[~mine["is_key"]].dropna(subset="r")
        if others.empty:
            continue
        best = others.loc[others["r"].idxmax()].to_dict()
        key_r, least = float(mine.loc[mine["is_key"], "r"].min()), rule.min_option_se / sqrt(row["n"])
        if best["r"] > least and not best["r"] <= key_r:
            figures = {"option_r": best["r"], "option_share": best["share"], "key_r": key_r, "item_r": row["r"],
                       "max_key_r": rule.max_key_r, "min_option_r": least}
            found.append(Alarm("wrong-key", row["item"], row["form"], row["n"], figures, option=best["option"]))
    return found


def give_aways(cohort: Cohort, items: pd.DataFrame) -> list[Alarm]:
    """Items nearly everybody has right (facility, rounded to two places, at `give_away.min_facility` or above)."""
    least = cohort.policy.give_away.min_facility
    return [
        Alarm("give-away", row["item"], row["form"], row["n"], {"facility": row["facility"], "min_facility": least})
        for row in items.to_dict("records") if round(row["facility"], 2) >= least
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
