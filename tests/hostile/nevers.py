"""What may never happen, whatever is handed in. Each function returns what did happen: [] or {} is well."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from nbgrader.api import Gradebook

from tests.hostile.batch import Batch, Outcome, gradebook_rows, pages
from tests.hostile.papers import CANARY, FORMS, SECRET
from tests.hostile.running import MARKER, SLEEPER

TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "footer",
    "nav",
    "section",
    "article",
    "aside",
    "div",
    "span",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "p",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "q",
    "pre",
    "code",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "caption",
    "colgroup",
    "col",
    "b",
    "i",
    "em",
    "strong",
    "small",
    "br",
    "hr",
    "details",
    "summary",
    "figure",
    "figcaption",
    "a",
    "abbr",
    "time",
    "svg",
    "g",
    "defs",
    "path",
    "rect",
    "circle",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "use",
    "clippath",
    "desc",
}
FORMULA = re.compile(r"[=+\-@\t\r\n\x00＝＋－＠]")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]\d+)?")


class Markup(HTMLParser):
    """Collects what is live in a page: foreign tags, event handlers, scripts, addresses elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.live: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.live.append(f"<{tag}>")
        self.live += [f"<{tag} {name}={(value or '')[:60]}>" for name, value in attrs if _is_live(name, value or "")]
        if tag == "meta" and dict(attrs).get("http-equiv", "").lower() not in ("", "content-security-policy"):
            self.live.append(f"<meta {attrs}>")

    handle_startendtag = handle_starttag


def _is_live(name: str, value: str) -> bool:
    if name.startswith("on") or name in ("srcdoc", "formaction", "action", "background"):
        return True
    if name in ("src", "href", "xlink:href", "srcset", "poster", "data"):
        return not value.startswith("#") and not re.fullmatch(r"[\w./-]+\.html(#[\w.-]*)?", value)
    return name == "style" and bool(re.search(r"url\s*\(|@import|expression|javascript:", value, re.IGNORECASE))


def live_in(html: str) -> list[str]:
    """What is live in a piece of HTML."""
    found = Markup()
    found.feed(html)
    found.close()
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    return found.live + [style[:60] for style in styles if re.search(r"@import|url\s*\(\s*['\"]?(?!#)", style)]


def aborted(batch: Batch) -> list[str]:
    """Submissions without a last word, and tracebacks."""
    silent = [f"{form} {who}" for (form, who), outcome in batch.outcomes.items() if outcome.line is None]
    loud = [command for command, ran in batch.ran.items() if "Traceback" in ran.log or ran.code not in (0, 1)]
    return silent + loud


def above_honest(batch: Batch) -> list[str]:
    """Items with more points than the honest candidate has, in gradebook or records."""
    return [
        f"{form} {who}: {found}"
        for (form, who), outcome in batch.outcomes.items()
        for found in above(outcome, batch.honest(form))
    ]


def above(outcome: Outcome, honest: Outcome) -> Iterator[str]:
    """The items of one submission that have more than they may."""
    for name, (score, _) in outcome.rows.items():
        may = honest.rows[name][0] if name in honest.rows else 0
        if score is not None and (may is None or score > may):
            yield f"{name} has {score} in the gradebook, may have {may}"
    for item, points in outcome.marks.items():
        own = honest.marks.get(item)
        if points is not None and (own is None or points > own):
            yield f"{item} has {points} in the records, may have {own}"


def leaked(batch: Batch) -> list[str]:
    """Places that hold a neighbour's secret, a file of the machine, or a reason nobody earned."""
    root = batch.course.folder
    secrets = [SECRET.encode(), SECRET.encode().hex().encode(), b"root:x:0:0"]
    inside = [
        path for top in ("autograded", "feedback", "exports") for path in (root / top).rglob("*") if path.is_file()
    ]
    inside += [root / "gradebook.db", *sorted((root / "grading").glob("records.db*")), root / "grades.csv"]
    found = [str(path) for path in inside if any(secret in path.read_bytes() for secret in secrets)]
    shown = [path for path in inside if "autograded" not in path.parts and path.suffix != ".db"]
    found += [f"{path} (a reason)" for path in shown if CANARY.encode() in path.read_bytes()]
    logs = [
        command for command, ran in batch.ran.items() if SECRET in ran.log or CANARY in ran.log or "root:x" in ran.log
    ]
    return found + logs


def changed(batch: Batch) -> list[str]:
    """What is new, gone or different in all that an engine may only read, and traces of code that ran."""
    names = {*batch.before, *batch.after}
    found = [name for name in sorted(names) if batch.before.get(name) != batch.after.get(name)]
    beside = batch.course.folder.parent / "outside"
    found += [str(path) for path in (beside / "ran", beside / "stolen") if path.exists()]
    found += ["a connection"] if batch.was_called else []
    return found + running()


def running() -> list[str]:
    """Processes and variables that only a trainee's code would have made."""
    import os

    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes())
        except OSError:  # ended meanwhile
            continue
    return [f"process {line[:80]!r}" for line in lines if SLEEPER.encode() in line] + [
        MARKER for name in os.environ if name == MARKER
    ]


def foreign_rows(batch: Batch) -> list[str]:
    """Rows of the gradebook about cells, people or notebooks nobody released."""
    course = batch.course
    known = {form: {*batch.honest(form).rows} for form in FORMS}
    found = [
        f"{form} {who}: {name}"
        for (form, who), rows in gradebook_rows(course).items()
        for name in rows
        if name not in known.get(form, ())
    ]
    with Gradebook(course.db_url) as gradebook:
        found += [one.name for one in gradebook.assignments if one.name not in FORMS]
        found += [book.name for one in gradebook.assignments for book in one.notebooks if book.name != one.name]
        handed_in = {who for _, who in batch.outcomes}
        found += [student.id for student in gradebook.students if student.id not in handed_in]
        for name in FORMS:
            form = course.form(name)
            kept = {cell.name: cell.max_score for cell in gradebook.find_notebook(name, name).grade_cells}
            found += [
                f"{name} {cell} is out of {out_of}"
                for cell, out_of in kept.items()
                if out_of != (form.items[cell].points if cell in form.items else 0)
            ]
    return found


def live_markup(batch: Batch) -> dict[str, list[str]]:
    """{page or output: what is live in it}."""
    root = batch.course.folder
    texts = {str(path): path.read_text("utf-8") for path in pages(root)}
    for path in (root / "autograded").glob("*/*/*.ipynb"):
        for number, html in enumerate(_outputs(path)):
            texts[f"{path} output {number}"] = html
    return {name: live for name, html in texts.items() if (live := live_in(html))}


def _outputs(path: Path) -> Iterator[str]:
    """What the formgrader would show of a notebook as HTML, and any kind of output we never write."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            for kind, value in output.get("data", {}).items():
                text = value if isinstance(value, str) else "".join(value) if isinstance(value, list) else ""
                if kind == "text/html":
                    yield text
                elif kind not in ("text/plain", "application/vnd.examdesk.mark+json"):
                    yield f"<script {kind}>"


def formulas(batch: Batch) -> list[str]:
    """Cells of tables that a spreadsheet might run."""
    root = batch.course.folder
    found = []
    for path in (root / "grades.csv", *sorted((root / "exports").glob("*.csv"))):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += [
                f"{path.name}: {cell}"
                for row in csv.reader(file)
                for cell in row
                if FORMULA.match(cell) and not NUMBER.fullmatch(cell)
            ]
    return found
