"""The report: one static page a language, safe to send to a manager, the same bytes every time."""

from __future__ import annotations

import ast
import csv
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from examdesk import reports
from examdesk.bank import read_form
from examdesk.errors import CourseError
from examdesk.model import About, PassRule
from examdesk.records import Records, Refusal
from examdesk.reports import figures
from examdesk.reports.report import Found, Report
from examdesk.reports.texts import DOMAINS, FLAGS, TEXTS, say
from tests.cohorts import AT, GIVE_AWAY, WRONG_KEY, choice_item, exam_form, machine_mark, put_form, write_course
from tests.conftest import ROOT

PLANTS = ("wrong-key", "weak-domain", "give-away")
BLOCKS = ("banners", "headline", "steps", "findings", "groups", "scores", "domains", "work", "items", "sources")
VOID = {"meta", "br", "link", "hr", "img", "input"}


class Tags(HTMLParser):
    """Checks that every element is closed, and keeps the tags and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""
        self.feed(html)
        assert self.open == [], f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.text += data


def body(report: Report, language: str) -> str:
    """All blocks of the page in one language, without the kernel."""
    return "".join(getattr(reports, name).__wrapped__(report.told_in(language)) for name in BLOCKS)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    write_course(folder, plants=PLANTS, simulated=True)
    return folder


@pytest.fixture(scope="module")
def report(course: Path) -> Report:
    return Report.of(course, "E11", "zh")

@pytest.mark.slow
def test_a_manager_reads_the_findings_and_what_to_do(report: Report) -> None:
    english, chinese = Tags(body(report, "en")).text, Tags(body(report, "zh")).text
    for text in (english, chinese):
        assert WRONG_KEY in text and GIVE_AWAY in text and "D6 " in text
    assert f"Check the key of {WRONG_KEY}" in english and "Plan a training: D6 Returns" in english
    assert f"核对 {WRONG_KEY} 的答案" in chinese and "安排培训：D6 退换货与质量" in chinese
    assert "Marks are missing: 9 (R-C06)" in english and "为 47 名未通过者" in chinese


def test_every_figure_carries_its_n_and_every_finding_its_rule(report: Report) -> None:
    text = Tags(body(report, "en")).text
    assert "n = 120" in text and "Rule: facility of 96% or more." in text
    assert re.search(r"95 % interval [\d.]+%–[\d.]+%", text)

@pytest.mark.slow
def test_simulated_data_say_so_in_every_language(report: Report, tmp_path: Path) -> None:
    assert "模拟数据" in body(report, "zh") and "Simulated data" in body(report, "en")
    write_course(tmp_path, n=40)
    assert "Simulated" not in body(Report.of(tmp_path, "E11", "en"), "en")


def test_no_name_no_candidate_and_no_reply_is_on_the_page(report: Report) -> None:
    for language in ("zh", "en"):
        html = body(report, language)
        assert "姓名" not in html.replace("姓名或作答内容", "") and not re.search(r"\bc\d{3}\b", html)
        assert "亲，您好" not in html and "clear and warm" not in html


def test_text_of_authors_and_candidates_is_inert(tmp_path: Path) -> None:
    form = write_course(tmp_path, n=40, unmarked=0, held=0)
    stem = {"zh": "<script>alert(1)</script>"}
    nasty = replace(choice_item("I-201", "D2"), body={**form.items["I-201"].body, "stem": stem})
    changed = replace(form, items={**form.items, "I-201": nasty}, title={"zh": "<img src=x onerror=y>"})
    put_form(tmp_path, changed)
    roster = tmp_path / "grading" / "roster.csv"
    roster.write_text(roster.read_text("utf-8-sig").replace("售前", "<b onclick=x>"), "utf-8")
    tags = Tags(body(Report.of(tmp_path, "E11", "zh"), "zh"))
    assert not tags.seen & {"script", "img"} and "<script>alert(1)</script>" in tags.text


def test_small_exams_hide_their_results_with_the_reason(tmp_path: Path) -> None:
    write_course(tmp_path, n=9, plants=PLANTS, held=0)
    report = Report.of(tmp_path, "E11", "en")
    text = Tags(body(report, "en")).text
    assert "fewer than 10 people: results are not shown" in text and "n < 10" in text
    cards = str(reports.headline(report).html["en"])
    assert "%" not in cards.split("Cut score")[0], "no share about nine people"


def test_a_cut_no_panel_has_set_is_called_provisional(tmp_path: Path) -> None:
    write_course(tmp_path, n=9, plants=PLANTS, held=0)
    report = Report.of(tmp_path, "E11", "en")
    pages = reports.headline(report).html
    assert "provisional, no panel has set it" in str(pages["en"]) and "暂定" in str(pages["zh"])
    panel = {"method": "Angoff", "judges": ["A", "B"], "on": "2026-12-01", "rounds": 2}
    judged = {name: replace(form, pass_rule=replace(form.pass_rule, panel=panel))
              for name, form in report.cohort.forms.items()}
    set_by_panel = Report(Found(replace(report.cohort, forms=judged)), "en")
    assert "provisional" not in str(reports.headline(set_by_panel).html["en"])


def test_a_thing_that_was_wrong_twice_is_told_by_its_words(tmp_path: Path) -> None:
    write_course(tmp_path, n=30, unmarked=0, held=0)
    report = Report.of(tmp_path, "E11", "en")
    rule = {"returns": About({"zh": "退换", "en": "returns"}, ("I-603", "I-604", "I-605"))}
    forms = {name: replace(form, pass_rule=PassRule(Fraction(0), twice=rule))
             for name, form in report.cohort.forms.items()}
    told = Report(Found(replace(report.cohort, forms=forms)), "en")
    assert "at most one question wrong about each of: returns" in str(reports.headline(told).html["en"])
    assert "关于退换的题各最多错一道" in str(reports.headline(told).html["zh"])
    page = reports.groups(told).html
    assert "two or more questions wrong about returns" in page["en"] and "关于退换的题错了两道或更多" in page["zh"]


def test_a_cohort_that_waits_for_its_markers_shows_a_range_and_no_rate(tmp_path: Path) -> None:
    write_course(tmp_path, n=60, unmarked=60, held=0)
    card = str(reports.headline.__wrapped__(Report.of(tmp_path, "E11", "en")))
    assert "Fails are certain before passes" in card and "<b>–</b>" in card


def test_a_middle_sized_exam_shows_results_but_judges_no_item(tmp_path: Path) -> None:
    write_course(tmp_path, n=20, unmarked=0, held=0)
    text = Tags(body(Report.of(tmp_path, "E11", "en"), "en")).text
    assert "Fewer than 30 sittings: items are not judged." in text and "n < 30" in text
    assert "fewer than 30; not computed" in text


@pytest.mark.slow
def test_a_clean_cohort_says_that_nothing_was_found(tmp_path: Path) -> None:
    write_course(tmp_path, n=60, held=0)
    assert "没有发现需要关注的题目或领域" in body(Report.of(tmp_path, "E11", "zh"), "zh")


def test_without_a_roster_the_page_says_why_there_are_no_groups(tmp_path: Path) -> None:
    write_course(tmp_path, n=40)
    (tmp_path / "grading" / "roster.csv").unlink()
    assert "There is no roster" in body(Report.of(tmp_path, "E11", "en"), "en")


def test_without_a_chinese_font_the_chart_is_english_and_the_page_says_so(report: Report,
                                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("examdesk.reports.people.chinese_font", lambda: None)
    monkeypatch.setattr("examdesk.reports.figures.chinese_font", lambda: None)
    assert "本机没有中文字体" in reports.banners(report).html["zh"]
    reports.scores(report)  # a missing letter would be a warning on stderr

@pytest.mark.slow
def test_blocks_are_the_same_bytes_every_time(course: Path, report: Report) -> None:
    again = Report.of(course, "E11", "zh")
    for name in BLOCKS:
        assert getattr(reports, name)(report).html == getattr(reports, name)(again).html


def test_every_text_exists_in_both_languages_with_the_same_figures() -> None:
    for key, pair in {**TEXTS, **FLAGS, **DOMAINS}.items():
        assert len(pair) == 2 and all(pair), key
        chinese, english = (set(re.findall(r"{(\w+)}", text)) for text in pair)
        assert chinese == english or key == "sat_note", key


def test_a_date_is_only_what_was_given() -> None:
    assert say("dated", "en", at="2025-03-01") == "Date of the report: 2025-03-01"


# CSV

def rows(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel needs the BOM to see UTF-8"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_keeps_unmarked_blank_and_says_so(course: Path, tmp_path: Path) -> None:
    marks, results = reports.export_csv(course, tmp_path)
    open_marks = [row for row in rows(marks) if row["unmarked"] == "1"]
    assert len(open_marks) == 9 and {row["points"] for row in open_marks} == {""}
    assert {row["points"] for row in rows(marks) if row["unmarked"] == "0"} >= {"0", "1", "2.5"}
    waiting = [row for row in rows(results) if row["unmarked"] != "0"]
    assert len(waiting) == 9 and {row["score"] for row in waiting} == {""}


def test_csv_holds_no_formula_and_numbers_stay_numbers(tmp_path: Path) -> None:
    form = write_course(tmp_path, n=12, unmarked=0, held=0)
    records = Records.open(tmp_path)
    given = [replace(machine_mark("c003", form, form.items["R-C06"], ""), points=Fraction(-1, 2), kind="marker",
                     grader="@wang", reason="=HYPERLINK(\"http://x\")")]
    records.save_marks(given, at=AT)
    marks, _ = reports.export_csv(tmp_path, tmp_path / "export")
    row = next(row for row in rows(marks) if row["grader"].endswith("wang") and row["candidate"] == "c003")
    assert row["reason"] == "'=HYPERLINK(\"http://x\")" and row["grader"] == "'@wang" and row["points"] == "-0.5"


# Pages

def test_the_overview_links_every_exam_in_its_language(course: Path, tmp_path: Path) -> None:
    chinese, english = reports.overview(course, tmp_path)
    assert 'href="E11.zh.html"' in chinese.read_text("utf-8") and 'href="E11.en.html"' in english.read_text("utf-8")
    text = Tags(english.read_text("utf-8")).text
    assert "59.5%" in text and "simulated" in text
    assert check_static(english) == check_static(chinese) == []


def test_a_course_without_marks_is_told_before_any_kernel_starts(tmp_path: Path) -> None:
    put_form(tmp_path, exam_form())
    with pytest.raises(CourseError, match="nothing is graded yet"):
        reports.write_report(tmp_path, "E11")


def check_static(path: Path) -> list[str]:
    """What a static page must not have; [] for a good one."""
    html = path.read_text("utf-8")
    outside = [url for url in re.findall(r'(?:src|href|url)\s*[=(]\s*["\']?([^"\')\s>]+)', html)
               if url.startswith(("http", "//")) and "w3.org" not in url]
    bad = [word for word in ("<script", "javascript:", "@import", "MathJax", "require.js", "<iframe") if word in html]
    return [*outside, *bad]


@pytest.mark.slow
def test_the_notebook_becomes_one_static_page_a_language_with_the_same_bytes(course: Path, tmp_path: Path) -> None:
    pulled = []
    first = reports.write_reports(course, "E11", to=tmp_path / "1", pull=lambda: pulled.append(1))
    second = reports.write_reports(course, to=tmp_path / "2")
    assert pulled == [1]
    assert [page.name for page in first] == ["E11.zh.html", "E11.en.html", "index.html", "index.en.html"]
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name
        assert check_static(one) == []
        html = one.read_text("utf-8")
        assert str(course) not in html and "papermill" not in html and "Traceback" not in html
    chinese, english = (Tags(page.read_text("utf-8")) for page in first[:2])
    assert "下一步做什么" in chinese.text and "What to do next" not in chinese.text
    assert "What to do next" in english.text and "下一步做什么" not in english.text
    assert "svg" in chinese.seen and "script" not in chinese.seen


@pytest.mark.slow
def test_a_broken_cell_is_named_and_leaves_no_page(course: Path, tmp_path: Path) -> None:
    own = course / "notebooks"
    own.mkdir()
    source = (Path(__file__).parent.parent / "notebooks" / "cohort-report.ipynb").read_text("utf-8")
    (own / "cohort-report.ipynb").write_text(source.replace("reports.work(report)", "reports.wrok(report)"), "utf-8")
    try:
        with pytest.raises(CourseError, match=r"cohort-report\.ipynb: cell \d+: AttributeError: .*wrok"):
            reports.write_report(course, "E11", out=tmp_path)
    finally:
        (own / "cohort-report.ipynb").unlink()
    assert list(tmp_path.iterdir()) == []

@pytest.mark.slow
def test_reports_load_neither_papermill_nor_matplotlib_before_they_are_used() -> None:
    heavy = ("matplotlib", "papermill", "nbconvert")
    code = f"import examdesk.reports, sys; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"

@pytest.mark.slow
def test_a_form_that_nobody_sat_changes_nothing(course: Path, report: Report) -> None:
    other = replace(read_form(course / "exams" / "E11" / "forms" / "a.yaml"), id="E11-b")
    put_form(course, other)
    try:
        assert Report.of(course, "E11", "zh").head == report.head
        assert body(Report.of(course, "E11", "zh"), "zh")
    finally:
        (course / "exams" / "E11" / "forms" / "b.yaml").unlink()


def test_a_font_is_looked_for_by_name() -> None:
    assert figures.chinese_font() is None or figures.chinese_font() in figures.FONTS


def test_a_refused_submission_is_counted_as_work(tmp_path: Path) -> None:
    form = write_course(tmp_path, n=12, held=1)
    Records.open(tmp_path).save_refusals([Refusal("x", form.id, "other-form", "m", "d")])
    text = Tags(body(Report.of(tmp_path, "E11", "en"), "en")).text
    assert "belongs to another form (other-form)" in text and "1 submissions could not be graded" in text


def test_every_flag_and_refusal_has_words_in_both_languages() -> None:
    """What the instructor sees is a sentence, not a code."""
    codes = set()
    for path in sorted((ROOT / "examdesk").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args and (
                node.func.id in ("Flag", "SubmissionRefused")) and isinstance(node.args[0], ast.Constant):
                codes.add(node.args[0].value)
    assert len(codes) > 25 and codes - {*FLAGS} == set()
