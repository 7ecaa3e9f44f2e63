"""One page for all exams: pass rate, what is withheld, findings, and a link to every report."""

from __future__ import annotations

from pathlib import Path

from examdesk.analysis import exams_with_marks
from examdesk.reports.html import Html, joined, percent, table, tag
from examdesk.reports.pages import HTML_LANG, convert, frame, write_page
from examdesk.reports.report import Report
from examdesk.reports.texts import LANGUAGES, say

HOME = {"zh": "index.html", "en": "index.en.html"}


def overview(course: str | Path, out: Path, *, at: str = "") -> list[Path]:
    """The pages index.html (Chinese) and index.en.html in `out`, linking <exam>.<language>.html of every exam."""
    exams = exams_with_marks(course)
    out.mkdir(parents=True, exist_ok=True)
    return [write_page(out / HOME[language], _page(Path(course), exams, language, at)) for language in LANGUAGES]


def _page(course: Path, exams: list[str], language: str, at: str) -> str:
    import nbformat

    other = next(name for name in LANGUAGES if name != language)
    link = {"href": HOME[other], "text": say("other_language", language), "lang": HTML_LANG[other]}
    page = frame(language, title=say("overview", language), kicker=say("report", language), links=[link], at=at)
    body = _body([Report.of(course, exam, language) for exam in exams], language)
    output = nbformat.v4.new_output("display_data", data={"text/html": str(body)})
    return convert(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])]), page)


def _body(reports: list[Report], language: str) -> Html:
    if not reports:
        return tag("p", say("no_exams", language), cls="note")
    simulated = any(report.cohort.simulated for report in reports)
    keys = ("exam", "sat", "decided_n", "pass_rate", "interval_n", "withheld", "alarms")
    head = [say(key, language) for key in keys]
    return joined(tag("p", say("simulated", language), cls="simulated") if simulated else "",
                  tag("p", say("internal", language), cls="internal"),
                  table(head, [_row(report) for report in reports], numbers=(1, 2, 3, 4, 5, 6)))


def _row(report: Report) -> list[object]:
    head, exam = report.head, report.cohort.exam
    small = head.sat < report.k
    hidden = tag("small", report.say("few", k=report.k))
    name = Html(f'<a href="{exam}.{report.language}.html"><b>{exam}</b></a> ')
    share = hidden if head.hidden else percent(head.share, 1)
    interval = "" if head.hidden else f"{percent(head.low)}–{percent(head.high)}"
    alarms = tag("span", str(len(report.alarms)), cls="flag bad") if report.alarms else "0"
    return [joined(name, report.title), head.sat, "–" if small else head.decided, share, interval,
            "–" if small else head.withheld, alarms]
