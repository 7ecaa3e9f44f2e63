"""What waits for a person, what to do next, and where the figures come from."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
import scipy

from examdesk import __version__
from examdesk.analysis.alarms import Alarm
from examdesk.analysis.cohort import Cohort
from examdesk.model import digest


@dataclass(frozen=True)
class Step:
    """One thing to do on Monday: a code and the figures its sentence needs."""

    code: str  # mark, confirm, decide, resubmit, gate, tick, measure, check-key, train, replace, retrain
    subject: str = ""
    n: int = 0


def unmarked_table(cohort: Cohort) -> pd.DataFrame:
    """Responses that wait for a marker, one row per form and item: form, item, type, unmarked, suspected, withheld.

    `withheld` counts those that a candidate's result waits for; the others belong to candidates who fail anyway, or
    who are held for another reason too.
    """
    counts = {(form.id, item): Counter[str]() for form in cohort.forms.values() for item in form.items}
    for (_, form_id, _), outcome in cohort.outcomes.items():
        for code in outcome.waiting:
            kind, _, item = code.partition(":")
            counts[(form_id, item)].update([kind, *(["withheld"] if outcome.result == "withheld" else [])])
    rows = [{"form": form, "item": item, "type": cohort.forms[form].items[item].type, "unmarked": n["unmarked"],
             "suspected": n["suspected"], "withheld": n["withheld"]} for (form, item), n in counts.items() if n]
    return pd.DataFrame(rows, columns=["form", "item", "type", "unmarked", "suspected", "withheld"])


def flag_table(cohort: Cohort) -> pd.DataFrame:
    """What was flagged or refused, one row per code: code, hold, n (submissions); those that hold a result first."""
    seen = {(flag.sat, flag.code, flag.hold) for flag in cohort.flags}
    seen |= {(sat, row.code, True) for sat, row in cohort.refused.items()}
    counts = Counter((hold, code) for _, code, hold in seen)
    rows = [{"code": code, "hold": hold, "n": n}
            for (hold, code), n in sorted(counts.items(), key=lambda e: (not e[0][0], -e[1], e[0][1]))]
    return pd.DataFrame(rows, columns=["code", "hold", "n"])


def next_steps(cohort: Cohort, alarms: list[Alarm]) -> list[Step]:
    """What to do, most urgent first: keys before marks, because a corrected key changes marks."""
    waiting = unmarked_table(cohort)
    results = cohort.results[cohort.results["newest"]]
    held = int(results["why"].str.contains("held:").sum())
    failed = int((results["result"] == "fail").sum())
    of_rule = {rule: [alarm.subject for alarm in alarms if alarm.rule == rule]
               for rule in ("wrong-key", "weak-domain", "give-away")}
    steps = [Step("check-key", item) for item in of_rule["wrong-key"]]
    steps += [Step("mark", ", ".join(dict.fromkeys(waiting.loc[waiting["unmarked"] > 0, "item"])),
                   int(waiting["unmarked"].sum()))]
    steps += [Step("confirm", ", ".join(dict.fromkeys(waiting.loc[waiting["suspected"] > 0, "item"])),
                   int(waiting["suspected"].sum()))]
    steps += [Step("decide", n=held), Step("resubmit", n=len(cohort.refused)), *_unknown(list(results["why"]))]
    steps += [Step("train", domain) for domain in of_rule["weak-domain"]]
    steps += [Step("replace", item) for item in of_rule["give-away"]]
    steps += [Step("retrain", n=failed)]
    return [step for step in steps if step.n or step.code in ("check-key", "train", "replace")]


def _unknown(why: Sequence[str]) -> list[Step]:
    """What pass rules still have to know, with the number of results that wait for it."""
    codes = [{code.partition(":")[0] for code in reasons.split(";")} for reasons in why]
    found = [("gate", {"gate-unknown"}), ("tick", {"unticked"}), ("measure", {"waits-unknown", "kappa-unknown"})]
    return [Step(step, n=sum(bool(some & one) for one in codes)) for step, some in found]


def lineage(cohort: Cohort) -> dict[str, str]:
    """Where the figures come from: counts in and out, engines, forms, thresholds, versions, digest of the marks."""
    engines = sorted({row.engine for row in cohort.newest.values()})
    facts = {
        "submissions": str(len(cohort.submissions)),
        "graded": str(len(cohort.newest)),
        "refused": str(len(cohort.refused)),
        "marks": str(cohort.given),
        "marks_in_force": str(len(cohort.rows)),
        "unmarked": str(sum(row.points is None for row in cohort.rows)),
        "engine": ", ".join(engines),
        "marks_digest": _digest(cohort),
    }
    facts |= {f"form {form.id}": form.digest for form in cohort.forms.values()}
    facts |= {f"{name}": f"{value:g}" for name, value in cohort.policy.figures().items()}
    versions = {"examdesk": __version__, "Python": platform.python_version(), "numpy": np.__version__,
                "scipy": scipy.__version__, "pandas": pd.__version__}
    return facts | {"versions": ", ".join(f"{name} {version}" for name, version in versions.items())}


def _digest(cohort: Cohort) -> str:
    def told(points: Fraction | None) -> str | None:
        return None if points is None else str(points)

    return digest(sorted([*row.sat, row.item, row.criterion, told(row.points) or "", str(row.out_of), row.grader]
                         for row in cohort.rows))
