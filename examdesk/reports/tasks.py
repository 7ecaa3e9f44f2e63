"""The end of a report: what waits, what to do, and where the figures come from."""

from __future__ import annotations

from examdesk.analysis import Step, flag_table, lineage, next_steps, unmarked_table
from examdesk.reports.html import Html, joined, table, tag
from examdesk.reports.report import Report, block
from examdesk.reports.texts import flag_name


@block
def steps(report: Report) -> Html:
    """What to do next, most urgent first."""
    found = next_steps(report.cohort, report.alarms)
    if not found:
        return tag("p", report.say("no_steps"), cls="good")
    return tag("ol", *[tag("li", _step(report, step)) for step in found], cls="steps")


def _step(report: Report, step: Step) -> str:
    if step.code == "retrain" and report.head.sat < report.k:
        return report.say("step retrain_few")
    subject = report.domain(step.subject) if step.code == "train" else step.subject
    return report.say(f"step {step.code}", subject=subject, n=step.n)


@block
def work(report: Report) -> Html:
    """Responses that wait for a marker, and flagged or refused submissions."""
    waiting = unmarked_table(report.cohort).to_dict("records")
    flags = flag_table(report.cohort).to_dict("records")
    head = [report.say(key) for key in ("item_only", "form", "unmarked", "suspected", "withheld_n")]
    rows = [(joined(tag("b", row["item"]), " ", tag("small", report.stem(row["item"]))), row["form"], row["unmarked"],
             row["suspected"], row["withheld"]) for row in waiting]
    flag_head = [report.say(key) for key in ("flag", "count", "holds")]
    flag_rows = [(flag_name(row["code"], report.language), row["n"], report.say("yes" if row["hold"] else "no"))
                 for row in flags]
    return joined(
        table(head, rows, numbers=(2, 3, 4)) if rows else tag("p", report.say("no_unmarked"), cls="good"),
        table(flag_head, flag_rows, numbers=(1,)) if flag_rows else tag("p", report.say("no_flags"), cls="good"),
    )


@block
def sources(report: Report) -> Html:
    """The lineage of every figure on the page."""
    facts = lineage(report.cohort)
    known = ("submissions", "graded", "refused", "marks", "marks_in_force", "unmarked", "engine", "marks_digest")
    rows: list[tuple[object, object]] = [
        (report.say("unmarked_marks" if name == "unmarked" else name), facts[name]) for name in known
    ]
    rows += [(report.say("form_digest", form=form), facts[f"form {form}"]) for form in report.cohort.forms]
    thresholds = ", ".join(f"{name} = {value:g}" for name, value in report.cohort.policy.figures().items())
    rows += [(report.say("thresholds"), thresholds), (report.say("versions"), facts["versions"])]
    return joined(table(["", ""], rows, cls="lineage"), tag("p", report.say("omitted"), cls="note"))
