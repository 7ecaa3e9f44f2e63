"""A questionnaire is worth nothing, is nobody's fault, and is counted without names."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from examdesk import analysis as a
from examdesk.autograding import Graded
from examdesk.building import check
from examdesk.errors import CourseError
from examdesk.items import part
from examdesk.journal import NAME, fold, parse
from examdesk.journal.lines import encode
from examdesk.journal.writing import chained
from examdesk.model import Form, PassRule, Section, exact, stamp
from examdesk.pipeline.marks import record
from examdesk.records import Records
from examdesk.reports import export_csv, export_survey
from tests.cohorts import put_form
from tests.conftest import ROOT, marked, real_bank, real_form

QUIZ, SURVEYS = ("I-102", "Q-01", "T-01"), ("V-01", "V-02")
MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WORDS = "想多练投诉案例"


def form() -> Form:
    title = {"zh": "训后评估", "en": "After the training"}
    sections = (Section("quiz", title, "quiz", QUIZ), Section("asked", title, "replies", SURVEYS))  # a part of its own
    items = {name: real_bank().items[name] for name in (*QUIZ, *SURVEYS)}
    rule = PassRule(Fraction(1, 2), Fraction(2, 5))
    return Form("E06-a", "E06", title, 40, ("zh", "en"), "zh", True, False, sections, rule, items)


def sit(course: Path, sat: Form, candidate: str, *, answers: bool = True, handed_in_again: bool = False) -> None:
    """A candidate who has the quiz right, and fills in the questionnaires, or leaves them blank."""
    said = [(item.id, kind, value) for item in sat.items.values() if item.points or answers
            for kind, value in part(item.type, "samples").right(item)]
    said = [(item, kind, {**value, "idea": f"{WORDS} {candidate[-1]}"} if item == "V-01" else value)
            for item, kind, value in said]
    raw, seq, head, mono = b"", 0, "", 0
    for item, kind, value in [(None, "started", {"candidate": candidate, "form": sat.id}), *said]:
        mono += 1000 + (value["ms"] if item == "T-01" and value else 0)
        event = chained(seq, head, kind, value, item, at=MOMENT, mono=mono)
        raw, seq, head = raw + encode(event), event.seq, event.hash
    folder = course / "submitted" / candidate / sat.id
    folder.mkdir(parents=True)
    (folder / NAME).write_bytes(raw)
    marks = marked(sat, fold(parse(raw)))
    found = Graded(candidate, candidate, "", None, marks, {}, {}, (), (), head="x" if handed_in_again else head,
                   seconds=60, simulated=False)
    Records.open(course).save_submission(record(sat, found, late_seconds=0, reopened=0, at=stamp(MOMENT)))


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve people sat the form; the last one left both questionnaires blank."""
    course = tmp_path_factory.mktemp("twelve")
    sat = put_form(course, form())
    for number in range(12):
        sit(course, sat, f"c{number:03}", answers=number < 11)
    return course


def test_who_leaves_the_questionnaire_blank_passes_like_everybody_else(twelve: Path) -> None:
    results = a.load_results(twelve, "E06")
    assert results["result"].tolist() == ["pass"] * 12
    assert results["share"].tolist() == [1.0] * 12 and results["unmarked"].sum() == 0


def test_no_figure_is_made_of_an_item_without_points(twelve: Path) -> None:
    cohort = a.load_cohort(twelve, "E06")
    items = a.item_table(cohort).set_index("item")
    assert items.loc["V-01", ["n", "note"]].tolist() == [0, "unscored"]
    assert items.loc["I-102", "facility"] == 1
    assert set(a.domain_table(cohort)["domain"]) == {"D1", "D2"}  # the questionnaires' own domain has no share
    assert not {alarm.subject for alarm in a.find_alarms(cohort)} & {*SURVEYS, "D12"}


def test_answers_are_counted_and_the_counts_add_up(twelve: Path) -> None:
    table = a.opinion_table(twelve, "E06-a", language="en")
    pace = table[table["question"] == "How was the pace?"]
    assert pace["answer"].tolist() == ["Too slow", "Just right", "Too fast"]
    assert pace["n"].sum() == 11 and set(pace["of"]) == {11}
    scale = table[table["kind"] == "scale"]
    assert scale["answer"].tolist() == [*"12345"] * 2
    more = table[table["kind"] == "multi"]
    assert more["n"].max() <= 11 <= more["n"].sum()


def test_what_is_exported_names_nobody_and_its_order_neither(twelve: Path, tmp_path: Path) -> None:
    counts, texts = export_survey(twelve, "E06-a", tmp_path / "survey")
    written = counts.read_text("utf-8-sig") + texts.read_text("utf-8-sig")
    assert not any(f"c{number:03}" in written for number in range(12))
    said = a.opinion_texts(twelve, "E06-a")
    idea = said[said["item"] == "V-01"]["text"].tolist()
    assert idea == sorted(idea) and len(idea) == 11
    others = "".join(path.read_text("utf-8-sig") for path in export_csv(twelve, tmp_path / "export"))
    assert WORDS not in others


def test_answers_stand_in_no_record_and_no_cell_of_a_mark(twelve: Path) -> None:
    marks = [row for row in Records.open(twelve).marks(form="E06-a") if row.item in SURVEYS]
    assert len(marks) == 24
    assert {(row.points, row.out_of) for row in marks} == {(0, 0)}
    assert {row.reason for row in marks} == {"answered", "left blank"}
    assert not any(WORDS in str(dict(row.evidence)) for row in marks)


def test_below_ten_people_nothing_is_told(tmp_path: Path) -> None:
    sat = put_form(tmp_path, form())
    for number in range(10):
        sit(tmp_path, sat, f"c{number:03}", answers=number < 9)
    table = a.opinion_table(tmp_path, "E06-a")
    assert table["n"].isna().all() and table["of"].isna().all()
    assert set(table["note"]) == {"fewer than 10 answered"}
    assert len(a.opinion_texts(tmp_path, "E06-a")) == 0


def test_a_journal_that_is_not_the_graded_one_is_not_counted(tmp_path: Path) -> None:
    sat = put_form(tmp_path, form())
    for number in range(11):
        sit(tmp_path, sat, f"c{number:03}", handed_in_again=number == 0)
    assert set(a.opinion_table(tmp_path, "E06-a")["of"]) == {10}


def test_a_form_without_a_survey_says_so(tmp_path: Path) -> None:
    put_form(tmp_path, real_form("E01-a"))
    with pytest.raises(CourseError, match="E01-a has no survey"):
        a.opinion_table(tmp_path, "E01-a")


@pytest.mark.parametrize(
    ("line", "wrong"),
    [("points: 1", "is worth no points"), ("critical: true", "cannot be critical"), ("points: 0", "")],
)
def test_a_survey_has_no_points_and_is_never_critical(line: str, wrong: str, tmp_path: Path) -> None:
    course = _course(tmp_path)
    path = course / "exams" / "bank" / "d12" / "V-01.yaml"
    path.write_text(path.read_text("utf-8").replace("domain: D12\n", f"domain: D12\n{line}\n"), "utf-8")
    faults = [str(fault) for fault in check(course).faults]
    assert [wrong in fault and "V-01.yaml:5" in fault for fault in faults] == ([True] if wrong else [])


def test_an_exam_of_nothing_but_questionnaires_is_refused(tmp_path: Path) -> None:
    course = _course(tmp_path)
    (course / "exams" / "E06").mkdir()
    (course / "exams" / "E06" / "exam.yaml").write_text(
        "id: E06\ntitle: {zh: 问卷, en: Survey}\nminutes: 5\nlanguages: [zh, en]\nlanguage: zh\nshuffle: true\n"
        "feedback: {show_key: false}\nsections:\n  - {id: quiz, title: {zh: 问卷, en: Survey}, part: quiz}\n"
        "forms:\n  a: {quiz: [V-01, V-02]}\npass: {cut: 60%}\n", "utf-8")
    assert ["there is nothing to pass" in str(fault) for fault in check(course).faults] == [True]


def _course(folder: Path) -> Path:
    """The real handbook and the questionnaires, without other items and exams."""
    (folder / "exams/bank/d12").mkdir(parents=True)
    shutil.copytree(ROOT / "exams/handbook", folder / "exams/handbook")
    for name in SURVEYS:
        shutil.copy(ROOT / f"exams/bank/d12/{name}.yaml", folder / "exams/bank/d12")
    return folder


def test_the_points_of_a_form_leave_its_questionnaires_out() -> None:
    assert form().out_of == sum((real_bank().items[name].points for name in QUIZ), Fraction(0))
    assert exact("0") == real_bank().items["V-01"].points
