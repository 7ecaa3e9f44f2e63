"""The manager's part of a report: headline, groups, score histogram, domains by department."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from examdesk.analysis import POOLED, domain_by_group, domain_table, fail_table, group_table, score_histogram
from examdesk.analysis.kinds import kind_name
from examdesk.analysis.roster import GROUPS
from examdesk.marking import shown
from examdesk.model import PassRule, text
from examdesk.reports.figures import chinese_font, histogram
from examdesk.reports.html import Html, joined, percent, table, tag
from examdesk.reports.report import Report, block
from examdesk.reports.texts import say


@block
def banners(report: Report) -> Html:
    """What every reader must know first: simulated data, who may read this."""
    return joined(
        tag("p", report.say("simulated"), cls="simulated") if report.cohort.simulated else "",
        tag("p", report.say("internal"), cls="internal"),
        tag("p", report.say("no_font"), cls="internal") if chinese_font() is None and report.language == "zh" else "",
    )


@block
def headline(report: Report) -> Html:
    """Four cards: candidates, pass rate, results, findings; and the rule of the exam in one line."""
    head = report.head
    once = head.sat == head.sittings
    sat_note = report.say("sat_once") if once else report.say("sat_note", sittings=head.sittings)
    results = (f"{head.passed} / {head.failed} / {head.withheld}", report.say("results_note"))
    if head.sat < report.k:
        results = ("–", report.say("hidden_few", k=report.k))
    found = len(report.alarms)
    cards = [
        _card(report.say("sat"), str(head.sat), sat_note),
        _card(report.say("pass_rate"), percent(head.share, 1) if report.can_fail else "–", _rate_note(report)),
        _card(report.say("results"), *results),
        _card(report.say("alarms"), str(found), report.say("alarms_note"), cls="bad" if found else ""),
    ]
    return joined(tag("div", *cards, cls="cards"), tag("p", _rule(report), cls="note"))


def _card(label: str, figure: str, note: str, cls: str = "") -> Html:
    return tag("div", tag("span", label), tag("b", figure), tag("small", note), cls=f"card {cls}".strip())


def _rate_note(report: Report) -> str:
    head = report.head
    span = {"least": percent(head.least), "most": percent(head.most)}
    if not report.can_fail:
        return report.say("no_cut")
    if head.hidden == "few-people":
        return report.say("hidden_few", k=report.k)
    if head.hidden == "few-decided":
        return report.say("hidden_decided", k=report.k)
    if head.hidden:
        return report.say("hidden_open", n=head.withheld, **span)
    interval = report.say("interval", low=percent(head.low, 1), high=percent(head.high, 1), n=head.decided)
    return f"{interval} · {report.say('final', **span)}" if head.withheld else interval


def _rule(report: Report) -> str:
    """The pass rule in words, once for every different one."""
    lines = []
    for form in report.cohort.forms.values():
        rule = form.pass_rule
        points = f"{shown(rule.cut * form.out_of)} / {shown(form.out_of)}"
        words = [f"{report.say('cut')} {percent(float(rule.cut))} ({points})"]
        words += [] if rule.panel else [report.say("cut_provisional")]
        words = words if rule.can_fail else [report.say("no_cut")]
        if rule.part_minimum is not None:
            words.append(report.say("cut_part", share=percent(float(rule.part_minimum))))
        if rule.critical == "all-right":
            words.append(report.say("cut_critical"))
        words += _further(report, rule)
        lines.append(" · ".join(words))
    return "; ".join(dict.fromkeys(lines))


def _further(report: Report, rule: PassRule) -> Iterator[str]:
    """The rules only some exams have."""
    for name, wanted in (("each", rule.each), ("mean", rule.mean)):
        for kind, share in wanted.items():
            yield report.say(f"cut_{name}", kind=kind_name(kind, report.language), share=percent(float(share)))
    if rule.typing:
        yield report.say("cut_typing")
    if rule.twice:
        names = [text(about.label, report.language) for about in rule.twice.values()]
        yield report.say("cut_twice", names=report.listed(names))
    if rule.waits is not None:
        yield report.say("cut_waits", share=percent(float(rule.waits)))
    if rule.kappa is not None:
        yield report.say("cut_kappa", least=f"{float(rule.kappa):.2f}")
    if rule.gate is not None:
        yield report.say("cut_gate", exam=rule.gate.exam, months=rule.gate.months)
    if rule.checklist is not None:
        yield report.say("cut_checklist", name=rule.checklist.id)


@block
def groups(report: Report) -> Html:
    """Who sat and who passed, by department, site and stage; and why candidates failed."""
    return joined(_groups(report), _reasons(report))


def _reasons(report: Report) -> Html:
    rows = fail_table(report.cohort).to_dict("records")
    few = tag("small", report.say("few", k=report.k))
    body = [(report.reason(row["why"]), few if row["n"] != row["n"] else int(row["n"])) for row in rows]
    return table([report.say("why"), report.say("people")], body, numbers=(1,), cls="groups") if rows else Html()


def _groups(report: Report) -> Html:
    if not report.cohort.roster:
        return tag("p", report.say("no_roster"), cls="note")
    if report.head.sat < report.k:
        return tag("p", report.say("groups_hidden", k=report.k), cls="note")
    return joined(*[_group(report, by) for by in GROUPS])


def _group(report: Report, by: str) -> Html:
    rows = [
        (group_name(report, row["group"], row["members"]), row["listed"], row["sat"], *_rate(report, row))
        for row in group_table(report.cohort, by).to_dict("records")
    ]
    head = [report.say(key) for key in (by, "listed", "sat_n", "decided_n", "pass_rate", "interval_n")]
    return table(head, rows, numbers=range(1, 6), cls="groups")


def _rate(report: Report, row: Mapping[Hashable, Any]) -> tuple[object, object, object]:
    """How many results of a group are decided, its pass rate with interval, or why they are not there."""
    if row["note"] in ("few", "complement", "open"):
        return "–", tag("small", report.say(row["note"], k=report.k)), ""
    if row["note"]:
        return row["decided"], row["note"], ""
    return row["decided"], _bar(row["share"]), f"{percent(row['low'])}–{percent(row['high'])}"


def _bar(share: float) -> Html:
    return Html(f'<span class="bar"><i style="width:{100 * share:.0f}%"></i></span> {percent(share)}')


def group_name(report: Report, group: str, members: tuple[str, ...] = ()) -> str:
    """A group as a reader knows it."""
    if group == POOLED:
        names = [member or report.say("unlisted") for member in members]
        return report.say("pooled", members=report.listed(names))
    return group or report.say("unlisted")


@block
def scores(report: Report) -> Html:
    """The score histogram with the cut."""
    bars = score_histogram(report.cohort)
    if bars.empty:
        return tag("p", report.say("histogram_hidden", k=report.k), cls="note")
    cuts = {float(form.pass_rule.cut) for form in report.cohort.forms.values()}
    cut = cuts.pop() if len(cuts) == 1 else None
    drawn = report.language if chinese_font() else "en"
    spans = ", ".join(f"{percent(b['low'])}–{percent(b['high'])}: {b['n']}" for b in bars.to_dict("records"))
    chart = histogram(
        bars, cut=cut, x=say("histogram_x", drawn), y=say("histogram_y", drawn),
        cut_text="" if cut is None else say("histogram_cut", drawn, cut=percent(cut)),
        alt=report.say("histogram_alt", bars=spans),
    )
    return joined(chart, tag("p", report.say("histogram_n", n=int(bars["n"].sum()), k=report.k), cls="note"))


@block
def domains(report: Report) -> Html:
    """Shares of every domain's points, for everybody and by department: the darker, the weaker."""
    everybody = domain_table(report.cohort)
    by_group = domain_by_group(report.cohort) if report.cohort.roster else pd.DataFrame()
    pools = {row["group"]: row["members"] for row in group_table(report.cohort, "department").to_dict("records")}
    head = [report.say("domain"), report.say("items"), "n", report.say("everybody"),
            *(group_name(report, group, pools.get(group, ())) for group in by_group.index)]
    weak = {alarm.subject for alarm in report.alarms if alarm.rule == "weak-domain"}
    rows = [
        (joined(report.domain(row["domain"]), _mark(report) if row["domain"] in weak else ""), row["items"], row["n"],
         _heat(row["share"]), *(_heat(by_group.loc[group, row["domain"]]) for group in by_group.index))
        for row in everybody.to_dict("records")
    ]
    return joined(table(head, rows, numbers=range(1, len(head)), cls="heat"),
                  tag("p", report.say("heat_note", k=report.k), cls="note"))


def _mark(report: Report) -> Html:
    return joined(" ", tag("span", report.say("weak-domain"), cls="flag bad"))


def _heat(share: float) -> Html:
    """A cell coloured from 50 % (dark) to 100 % (white)."""
    if share != share:
        return Html("–")
    strength = min(1.0, max(0.0, (1 - share) / 0.5))
    colour = f"rgba(217,119,6,{0.75 * strength:.2f})"
    return Html(f'<span class="cell" style="background:{colour}">{percent(share)}</span>')
