"""Before and after the training: the gain of everybody who sat both forms, drawn and as a table."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from examdesk.analysis import Gains
from examdesk.analysis.gain import ALL
from examdesk.reports.figures import Dumbbell, chinese_font, dumbbells
from examdesk.reports.html import Html, joined, percent, table, tag
from examdesk.reports.report import Report, block
from examdesk.reports.texts import domain_name, say

Row = Mapping[Hashable, Any]


@block
def gain(report: Report) -> Html:
    """Pre, post and gain of the whole form and of every domain, for exams that are sat to be compared."""
    found = report.found.gains
    if found is None:
        return Html()
    rows = found.table.reset_index().to_dict("records")
    shown = [row for row in rows if not row["note"]]
    return joined(
        tag("h2", report.say("gain_title")),
        _who(report, found),
        *([_chart(report, found, shown), _table(report, rows), _notes(report, found)] if shown else []),
    )


def _who(report: Report, found: Gains) -> Html:
    """Whom it is about, and who was left out; or why there is nothing to see."""
    out = [report.say(f"gain_out {why}", n=n) for why, n in found.left_out.items()]
    left = report.say("gain_left", reasons=report.say("gain_and").join(out)) if out else ""
    if not found.people:
        return tag("p", report.say("gain_nobody"), left, cls="note")
    if found.people < report.k:
        return tag("p", report.say("gain_few", n=found.people, k=report.k), left, cls="note")
    simulated = tag("p", report.say("gain_simulated", n=found.simulated), cls="simulated") if found.simulated else ""
    return joined(simulated, tag("p", report.say("gain_who", n=found.people), left))


def _chart(report: Report, found: Gains, rows: Sequence[Row]) -> Html:
    """The whole form on top, then the domains, the largest gain first."""
    drawn = report.language if chinese_font() else "en"
    order = sorted(rows, key=lambda row: (row["domain"] != ALL, -row["gain"]))
    words = {name: say(f"gain_{name}", drawn) for name in ("pre", "post", "interval", "open", "x", "points")}
    words |= {"gain": words["points"], "stamp": say("simulated_tag", drawn) if found.simulated else ""}
    lines = [Dumbbell(_name(row["domain"], drawn), row["pre"], row["post"], row["low"], row["high"], _span(row),
                      whole=row["domain"] == ALL) for row in order]
    alt = "; ".join(f"{_name(row['domain'], report.language)}: {percent(row['pre'])} → {percent(row['post'])}"
                    for row in order)
    return dumbbells(lines, words=words, alt=report.say("gain_alt", rows=alt))


def _table(report: Report, rows: Sequence[Row]) -> Html:
    head = [report.say(key) for key in ("domain", "gain_n", "gain_pre", "gain_post", "gain_points", "gain_hake")]
    return table(head, [_line(report, row) for row in rows], numbers=range(1, 6))


def _line(report: Report, row: Row) -> list[object]:
    name = _name(row["domain"], report.language)
    first = tag("b", name) if row["domain"] == ALL else name
    if row["note"]:
        return [first, row["n"], tag("small", report.say("few", k=report.k)), "", "", ""]
    return [first, row["n"], percent(row["pre"]), percent(row["post"]), _span(row), _hake(row["normalised"])]


def _notes(report: Report, found: Gains) -> Html:
    """How to read it, and what the figures cannot say."""
    began = report.say("gain_and").join(report.say("gain_began", form=form, n=n) for form, n in found.began.items())
    order = report.say("gain_one_order" if len(found.began) == 1 else "gain_orders", began=began)
    shared = ", ".join(found.shared)
    items = tag("b", report.say("gain_shared", items=shared)) if shared else report.say("gain_no_shared")
    return joined(tag("p", items, " ", order, cls="note"), tag("p", report.say("gain_method"), cls="note"))


def _name(domain: str, language: str) -> str:
    return say("gain_all", language) if domain == ALL else domain_name(domain, language)


def _span(row: Row) -> str:
    """A gain in points of a hundred with its interval: "+12 [+5, +19]"."""
    low, high = _points(row["low"]), _points(row["high"])
    return f"{_points(row['gain'])} [{low}, {high}]" if row["low"] == row["low"] else _points(row["gain"])


def _points(share: float) -> str:
    points = round(100 * share)
    return f"{points:+d}".replace("-", "−") if points else "0"


def _hake(share: float) -> str:
    return "–" if share != share else f"{share:.2f}".replace("-", "−")
