"""The findings of a report and its item table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from examdesk.analysis import Alarm, Reliability, item_flags, reliability
from examdesk.marking import shown
from examdesk.reports.html import Html, joined, percent, signed, table, tag
from examdesk.reports.report import Report, block

RED = ("wrong-key", "weak-domain")


@block
def findings(report: Report) -> Html:
    """Every alarm with its figures and its rule."""
    if not report.alarms:
        small = report.cohort.policy.stats.small_n
        if len(report.cohort.results) < small:
            return tag("p", report.say("too_small", k=small), cls="note")
        return tag("p", report.say("none"), cls="good")
    return tag("ul", *[_finding(report, alarm) for alarm in report.alarms], cls="findings")


def _finding(report: Report, alarm: Alarm) -> Html:
    domain = alarm.rule == "weak-domain"
    name = report.domain(alarm.subject) if domain else f"{alarm.subject} {report.stem(alarm.subject)}"
    figures = _figures(alarm)
    return tag("li", _flag(report, alarm.rule), tag("b", name), tag("p", report.say(f"{alarm.rule} text", **figures)),
               tag("p", report.say(f"{alarm.rule} rule", **figures), cls="note"))


def _figures(alarm: Alarm) -> dict[str, object]:
    """The alarm's figures as people read them."""
    words: dict[str, object] = {"option": alarm.option, "n": alarm.n}
    for name, value in alarm.figures.items():
        if name in ("option_r", "key_r", "item_r"):
            words[name] = signed(value)
        elif name in ("max_key_r", "min_option_r", "max_p"):
            words[name] = f"{value:.2f}"
        else:
            words[name] = f"{value:.1f}".replace("-", "−") if name == "t" else percent(value)
    if alarm.rule == "weak-domain":
        words["gap"] = f"{100 * (alarm.figures['others'] - alarm.figures['share']):.0f}"
    return words


def _flag(report: Report, rule: str) -> Html:
    return tag("span", report.say(rule), cls="flag bad" if rule in RED else "flag")


@block
def items(report: Report) -> Html:
    """Facility, discrimination and options of every item, with its flags; the reliability of every form."""
    flags = item_flags(report.cohort, report.alarms)
    options, variants = _by_item(report.found.options), _by_item(report.found.variants)
    head = [report.say(key) for key in ("number", "item", "domain", "count_n", "facility", "r", "options")]
    pieces = []
    for form in report.cohort.forms.values():
        mine = [row for row in report.found.items if row["form"] == form.id]
        if mine:
            body = [_item(report, row, _options(report, options[form.id, row["item"]]),
                          _variants(report, variants[form.id, row["item"]]), flags[(form.id, row["item"])])
                    for row in mine]
            pieces += [tag("h3", form.id) if len(report.cohort.forms) > 1 else "",
                       table(head, body, numbers=(3, 4, 5), cls="items")]
    policy = report.cohort.policy
    figures = {"too_hard": percent(policy.too_hard.max_facility), "give_away": percent(policy.give_away.min_facility),
               "weak_r": f"{policy.weak_r.max_r:.2f}", "small_n": policy.stats.small_n, "k": report.k}
    lines = [tag("p", _reliability(report, one)) for one in reliability(report.cohort)]
    notes = [report.say("item_rules", **figures)]
    notes += [report.say("variants_rule", max_p=f"{policy.uneven_variants.max_p:.2f}")] if variants else []
    return joined(*pieces, *[tag("p", note, cls="note") for note in notes], *lines)


def _by_item(rows: list[dict[Hashable, Any]]) -> defaultdict[tuple[str, str], list[Mapping[Hashable, Any]]]:
    found: defaultdict[tuple[str, str], list[Mapping[Hashable, Any]]] = defaultdict(list)
    for row in rows:
        found[row["form"], row["item"]].append(row)
    return found


def _item(report: Report, row: Mapping[Any, Any], options: Html, variants: Html, flags: list[str]) -> list[object]:
    critical = tag("span", report.say("critical"), cls="flag plain") if row["critical"] else ""
    marks = joined(critical, *[joined(" ", _flag(report, flag)) for flag in flags])
    name = joined(tag("b", row["item"]), " ", marks, tag("small", report.stem(row["item"])), variants)
    small = row["n"] < report.cohort.policy.stats.small_n
    r = tag("small", f"n < {report.cohort.policy.stats.small_n}") if small else signed(row["r"])
    facility = tag("small", f"n < {report.k}") if row["n"] < report.k else percent(row["facility"])
    return [row["number"], name, row["domain"], row["n"], facility, r, options]


def _variants(report: Report, variants: Sequence[Mapping[Any, Any]]) -> Html:
    """How far the variants of an item differ; "" for an item everybody meets alike."""
    if not variants:
        return Html("")
    shown = sorted(one["facility"] for one in variants if one["facility"] == one["facility"])
    count, p = len(variants), f"{variants[0]['p']:.2f}"
    if variants[0]["note"]:
        told = report.say("variants_few", count=count)
    elif len(shown) < count:  # some were met by too few for a figure of their own
        told = report.say("variants_p", count=count, p=p)
    else:
        told = report.say("variants", count=count, low=percent(shown[0]), high=percent(shown[-1]), p=p)
    return joined(" ", tag("small", told))


def _options(report: Report, options: Sequence[Mapping[Any, Any]]) -> Html:
    """How often each option was chosen; the keyed ones bold."""
    if not options or options[0]["share"] != options[0]["share"]:
        return Html("–")
    told = [tag("b" if one["is_key"] else "span", f"{one['option']} {percent(one['share'])}") for one in options]
    return Html('<span class="options">' + " ".join(told) + "</span>")


def _reliability(report: Report, one: Reliability) -> str:
    if one.note:
        return report.say("reliability_few", form=one.form, n=one.n, k=report.cohort.policy.stats.small_n)
    out_of = shown(report.cohort.forms[one.form].out_of)
    return report.say("reliability", form=one.form, alpha=f"{one.alpha:.2f}", low=f"{one.low:.2f}",
                      high=f"{one.high:.2f}", sem=f"{one.sem:.1f}", out_of=out_of, n=one.n, items=one.items)
