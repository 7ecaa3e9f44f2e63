"""One page for all exams: pass rate, what is withheld, findings, and a link to every report."""

from __future__ import annotations

from pathlib import Path

from examdesk.analysis import exams_with_marks
from examdesk.reports.html import Html, joined, percent, table, tag
from examdesk.reports.pages import HTML_LANG, TEMPLATE, frame, write_page
from examdesk.reports.report import Report
from examdesk.reports.texts import LANGUAGES, say

HOME = {"zh": "index.html", "en": "index.en.html"}


def overview(course: str | Path, out: Path, *, at: str = "") -> list[Path]:
    """The pages index.html (Chinese) and index.en.html in `out`, linking <exam>.<language>.html of every exam."""
    reports = [Report.of(course, exam, "zh") for exam in exams_with_marks(course)]
    out.mkdir(parents=True, exist_ok=True)
    return [write_page(out / HOME[language], _page(reports, language, at)) for language in LANGUAGES]


def _page(reports: list[Report], language: str, at: str) -> str:
    from jinja2 import Environment, FileSystemLoader

    other = next(name for name in LANGUAGES if name != language)
    link = {"href": HOME[other], "text": say("other_language", language), "lang": HTML_LANG[other]}
    page = frame(language, title=say("overview", language), kicker=say("report", language), links=[link], at=at)
    template = Environment(loader=FileSystemLoader(TEMPLATE / "examdesk")).get_template("frame.html.j2")
    return template.render(page=page, body=_body([report.told_in(language) for report in reports], language))


def _body(reports: list[Report], language: str) -> Html:
    if not reports:
        return tag("p", say("no_exams", language), cls="note")
    simulated = any(report.cohort.simulated for report in reports)
    keys = ("exam", "sat", "decided_n", "pass_rate", "interval_n", "withheld", "alarms")
    head = [say(key, language) for key in keys]
    return joined(tag("p", say("some_simulated", language), cls="simulated") if simulated else "",
                  tag("p", say("internal", language), cls="internal"),
                  table(head, [_row(report) for report in reports], numbers=(1, 2, 3, 4, 5, 6)))


def _row(report: Report) -> list[object]:
    head, exam = report.head, report.cohort.exam
    small = head.sat < report.k
    hidden = tag("small", report.say("open" if head.hidden == "mostly-open" else "few", k=report.k))
    name = Html(f'<a href="{exam}.{report.language}.html"><b>{exam}</b></a> ')
    hidden = hidden if report.can_fail else tag("small", report.say("no_cut"))
    unsaid = bool(head.hidden) or not report.can_fail
    share = hidden if unsaid else percent(head.share, 1)
    interval = "" if unsaid else f"{percent(head.low)}–{percent(head.high)}"
    alarms = tag("span", str(len(report.alarms)), cls="flag bad") if report.alarms else "0"
    simulated = tag("span", report.say("simulated_tag"), cls="flag") if report.cohort.simulated else ""
    return [joined(name, report.title, " ", simulated), head.sat, "–" if small else head.decided, share, interval,
            "–" if small else head.withheld, alarms]
