"""The door for notebooks/: marks and results as tidy tables, item statistics, alarms, and what to do next.

    from examdesk.analysis import load_marks, load_results, load_cohort, item_table, alarms
    marks = load_marks()                        # one row per candidate, form, attempt, item and criterion in force
    results = load_results(".", "E10")          # one row per candidate, form and attempt: pass, fail or withheld
    cohort = load_cohort(".", "E10")            # everything the tables below are made of
    item_table(cohort)

Unmarked is NaN, never zero. Figures about fewer than `report.min_cell_n` people are hidden, with the reason.
"""

from __future__ import annotations

from examdesk.analysis.alarms import Alarm, alarms, find_alarms, item_flags
from examdesk.analysis.cohort import Cohort
from examdesk.analysis.gain import Gains, gain_table, gains, has_gain
from examdesk.analysis.groups import (
    POOLED,
    Headline,
    domain_by_group,
    fail_table,
    group_table,
    headline,
    score_histogram,
)
from examdesk.analysis.items import Reliability, domain_table, item_table, option_table, reliability, variant_table
from examdesk.analysis.judging import Outcome, judge
from examdesk.analysis.loading import exams_with_marks, load_cohort, load_marks, load_results
from examdesk.analysis.opinions import opinion_table, opinion_texts
from examdesk.analysis.policy import Policy, read_policy
from examdesk.analysis.regrading import Change, Plan, plan_regrade
from examdesk.analysis.sittings import conditions_of, each_candidate
from examdesk.analysis.work import Step, flag_table, lineage, next_steps, unmarked_table

__all__ = [
    "POOLED",
    "Alarm",
    "Change",
    "Cohort",
    "Gains",
    "Headline",
    "Outcome",
    "Plan",
    "Policy",
    "Reliability",
    "Step",
    "alarms",
    "conditions_of",
    "domain_by_group",
    "domain_table",
    "each_candidate",
    "exams_with_marks",
    "fail_table",
    "find_alarms",
    "flag_table",
    "gain_table",
    "gains",
    "group_table",
    "has_gain",
    "headline",
    "item_flags",
    "item_table",
    "judge",
    "lineage",
    "load_cohort",
    "load_marks",
    "load_results",
    "next_steps",
    "opinion_table",
    "opinion_texts",
    "option_table",
    "plan_regrade",
    "read_policy",
    "reliability",
    "score_histogram",
    "unmarked_table",
    "variant_table",
]
