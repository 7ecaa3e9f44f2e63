"""Gates and checklists by what stands in records and in grading/conditions.jsonl; and pass rules that cannot apply."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from examdesk import analysis as a
from examdesk.analysis.rules import Known
from examdesk.bank import load_form, read_exam, read_exams
from examdesk.bank.conditions import Vouched, vouch
from examdesk.building import freeze_exam
from examdesk.building.pass_rules import about, about_notes, form_rule_faults, pass_rule_faults
from examdesk.cli import app
from examdesk.errors import CourseError
from examdesk.model import About, Checklist, Form, Gate, PassRule
from examdesk.pipeline.feedback import _cohort
from examdesk.records import MarkRow, Records
from examdesk.reports.report import Found, Report
from examdesk.reports.tasks import steps
from tests.cohorts import exam_form, machine_mark, put_form, sat
from tests.conftest import ROOT, behaved, marked, outcome, real_bank
from tests.test_pass_rules import a_form

GATE = Gate("E10", 6)
LIST = Checklist("SR-02", {"rules": {"zh": "规则", "en": "rules"}, "network": {"zh": "网络", "en": "network"}})


def an_exam(course: Path, exam: str, **rule: object) -> Form:
    whole, few = exam_form(exam=exam, replies=False), ("I-201", "I-202")
    form = replace(whole, items={name: whole.items[name] for name in few},
                   sections=(replace(whole.sections[0], items=few),))
    return put_form(course, replace(form, pass_rule=PassRule(Fraction(7, 10), **rule)))  # type: ignore[arg-type]


def hand_in(course: Path, form: Form, on: str, *, chose: str = "b", who: str = "li", simulated: bool = False) -> None:
    marks = [machine_mark(who, form, item, chose) for item in form.items.values()]
    given = sat(who, form, marks, simulated=simulated)
    Records.open(course).save_submission(replace(given, handed_in=f"{on}T02:00:00Z"))


def result(course: Path, exam: str, who: str = "li") -> tuple[str, str]:
    """What the report says, which must be what the pages of feedback say, too."""
    cohort = a.load_cohort(course, exam)
    (row,) = cohort.results[cohort.results["candidate"] == who].to_dict("records")
    ((_, alone),) = a.each_candidate(course, cohort.forms[f"{exam}-a"], only=who)
    assert [(one.result, ";".join(one.why)) for one in alone.outcomes.values()] == [(row["result"], row["why"])]
    return row["result"], row["why"]


def test_a_gate_goes_by_the_other_exams_records_on_the_day_of_the_sitting(tmp_path: Path) -> None:
    gate, form = an_exam(tmp_path, "E10"), an_exam(tmp_path, "E11", gate=GATE)
    hand_in(tmp_path, form, "2026-09-01")
    assert result(tmp_path, "E11") == ("withheld", "gate-unknown:E10")
    hand_in(tmp_path, gate, "2026-08-01", who="wang")
    assert result(tmp_path, "E11") == ("withheld", "gate-unknown:E10"), "another one's pass"
    hand_in(tmp_path, gate, "2026-08-01", chose="c")
    assert result(tmp_path, "E11") == ("fail", "gate:E10")
    vouch(tmp_path, Vouched("pass", "li", "E10", "2026-05-02", "zhao", "certificate 17"))
    assert result(tmp_path, "E11") == ("pass", ""), "passed in another course"
    vouch(tmp_path, Vouched("pass", "li", "E10", "2026-05-02", "zhao", back=True))
    assert result(tmp_path, "E11") == ("fail", "gate:E10")


def test_a_simulated_candidate_needs_no_past_and_opens_no_gate(tmp_path: Path) -> None:
    gate, form = an_exam(tmp_path, "E10"), an_exam(tmp_path, "E11", gate=GATE, checklist=LIST)
    hand_in(tmp_path, gate, "2026-08-01", simulated=True)
    hand_in(tmp_path, form, "2026-09-01", who="sim-001", simulated=True)
    hand_in(tmp_path, form, "2026-09-01")
    assert result(tmp_path, "E11", "sim-001") == ("pass", "")
    assert result(tmp_path, "E11") == ("withheld", "gate-unknown:E10;unticked:rules;unticked:network")


def test_exams_behind_each_others_gates_are_not_known_and_do_not_hang(tmp_path: Path) -> None:
    first, other = an_exam(tmp_path, "E10", gate=Gate("E11", 6)), an_exam(tmp_path, "E11", gate=GATE)
    for form in (first, other):
        hand_in(tmp_path, form, "2026-09-01")
    assert result(tmp_path, "E11") == ("withheld", "gate-unknown:E10")


def test_whoever_waits_for_a_gate_or_a_tick_stands_in_what_to_do(tmp_path: Path) -> None:
    form = an_exam(tmp_path, "E11", gate=GATE, checklist=LIST)
    hand_in(tmp_path, form, "2026-09-01")
    found = Found(a.load_cohort(tmp_path, "E11"))
    assert [(step.code, step.n) for step in a.next_steps(found.cohort, [])] == [("gate", 1), ("tick", 1)]
    for language, words in (("zh", "准备清单"), ("en", "checklists of 1")):
        assert words in Report(found, language).cohort.exam + str(steps(Report(found, language)))
    _cohort.cache_clear()


EXAM = """\
id: {exam}
title: {{zh: 关, en: Gate}}
minutes: 25
languages: [zh, en]
language: zh
sections: [{{id: quiz, title: {{zh: 题, en: Quiz}}, part: quiz}}]
forms: {{a: {{quiz: [I-801]}}}}
pass:
  cut: 80%
"""
SR_02 = """\
  checklist:
    id: SR-02
    lines: [{id: rules, text: {zh: 规则, en: Rules}}, {id: network, text: {zh: 网络, en: Network}}]
"""


def write_exam(course: Path, exam: str, *rules: str) -> None:
    path = course / "exams" / exam / "exam.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(EXAM.format(exam=exam) + "".join(rules), "utf-8")


def wrong_in(course: Path, form: Form | None = None) -> list[tuple[str, str]]:
    """(what is wrong, what was found) of all exams, and of a form with these items."""
    exams, faults = read_exams(course / "exams", root=course)
    assert not faults
    faults = list(pass_rule_faults(exams))
    for exam, document in exams.values() if form else ():
        faults += form_rule_faults(exam, document, "a", list(form.items.values()) if form else [], {})
    return [(fault.wrong, fault.found) for fault in faults]


@pytest.mark.parametrize(("rule", "wrong", "found"), [
    ("  each: {reply: 60%}\n", "form a has no item of this type", "reply"),
    ("  mean: {replies: 75%}\n", "no such type of item", "replies"),
    ("  typing: required\n", "nothing in form a decides this rule", "required"),
    ("  waits: 90%\n", "nothing in form a decides this rule", "9/10"),
    ("  kappa: 60%\n", "nothing in form a decides this rule", "3/5"),
    ("  gate: {exam: E12, months: 6}\n", "no such exam", "E12"),
    ("  gate: {exam: E11, months: 6}\n", "the exam stands behind its own gate: nobody can pass", "E11 → E11"),
    (SR_02.replace("network,", "rules,"), "this id stands twice", "rules"),
])  # fmt: skip
def test_a_rule_that_cannot_apply_is_a_fault(tmp_path: Path, rule: str, wrong: str, found: str) -> None:
    whole = a_form()
    quiz = replace(whole, items={name: item for name, item in whole.items.items() if item.type == "choice"})
    write_exam(tmp_path, "E11", rule)
    assert wrong_in(tmp_path, quiz) == [(wrong, found)]


def test_rules_that_some_item_decides_are_no_fault(tmp_path: Path) -> None:
    write_exam(tmp_path, "E10")
    write_exam(tmp_path, "E11", "  each: {reply: 60%}\n  typing: required\n  waits: 90%\n  kappa: 60%\n",
               "  gate: {exam: E10, months: 6}\n", SR_02)
    assert wrong_in(tmp_path, a_form()) == []


def test_what_an_item_is_about_is_named_by_the_item_or_is_its_fact() -> None:
    """E02: nothing about the material and nothing about safety wrong twice."""
    exam, document = read_exam(ROOT / "exams", "E02", root=ROOT)
    told = about(exam, "a", real_bank())
    assert told == {"material": ("P-01", "P-19", "P-02", "P-18"), "safety": ("P-15", "P-06")}
    items = [real_bank().drafts[name] for name in exam.forms["a"]["quiz"]]
    assert not list(form_rule_faults(exam, document, "a", items, told))
    named = {"F-XB-14": {"en": "sizes"}, "F-XB-07": {"zh": "箱", "en": "cartons"}, "colour": {"zh": "色", "en": "hue"}}
    other = exam.model_copy(update={"pass_": exam.pass_.model_copy(update={"twice": named})})
    told = about(other, "a", real_bank())
    assert told == {"F-XB-14": ("P-30", "P-10"), "F-XB-07": ("P-29",), "colour": ()}
    assert [(one.wrong, one.found) for one in form_rule_faults(other, document, "a", items, told)] == [
        ("this has no words in zh", "F-XB-14"),
        ("only P-29 of form a is about this, so nobody can be wrong twice", "F-XB-07"),
        ("no item of form a is about this, so nobody can be wrong twice", "colour")]
    assert "P-01" not in about(exam.model_copy(update={"pilot": ["P-01"]}), "a", real_bank())["material"]


def test_an_item_about_something_no_exam_asks_for_is_noted() -> None:
    exams, _ = read_exams(ROOT / "exams", root=ROOT)
    assert not list(about_notes(exams, real_bank()))
    without = {"E03": exams["E03"]}
    assert [note.found for note in about_notes(without, real_bank())].count("safety") == 2


def test_the_items_about_a_thing_are_frozen_with_the_form(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "exams", tmp_path / "exams")
    rule = freeze_exam(tmp_path, "E02", "a").pass_rule
    assert rule.twice["safety"] == About({"zh": "安全", "en": "safety"}, ("P-15", "P-06"))
    assert load_form(tmp_path, "E02-a").pass_rule == rule


def test_e01_withholds_its_result_and_names_what_is_not_ticked(tmp_path: Path) -> None:
    """SR-02: rules, product manual, scripts, FAQ, PC, network and Qianniu, as form b is frozen; form a has none."""
    shutil.copytree(ROOT / "exams", tmp_path / "exams")
    form = freeze_exam(tmp_path, "E01", "b")
    lines = ["rules", "product-manual", "scripts", "faq", "pc", "network", "qianniu"]
    asked = form.pass_rule.checklist
    assert asked is not None and list(asked.lines) == lines
    assert all({*words} == {"zh", "en"} for words in asked.lines.values())
    right = [MarkRow(1, 1, "li", form.id, 1, item.id, "whole", item.points, item.points, "", "x", "machine", {}, "", "")
             for item in form.items.values()]
    open_ = a.judge(form, right, known=Known(ticked=frozenset(lines) - {"network"}))
    assert (open_.result, open_.why) == ("withheld", ("unticked:network",))
    assert a.judge(form, right, known=Known(ticked=frozenset(lines))).result == "pass"
    assert load_form(tmp_path, "E01-a").pass_rule.checklist is None


def test_one_checklist_has_the_same_lines_in_every_exam(tmp_path: Path) -> None:
    write_exam(tmp_path, "E01", SR_02)
    write_exam(tmp_path, "E02", SR_02)
    assert wrong_in(tmp_path) == []
    write_exam(tmp_path, "E02", SR_02.replace("id: network", "id: phone"))
    assert wrong_in(tmp_path) == [("exams/E01/exam.yaml has a checklist of this name with other lines", "SR-02")]


def test_a_lead_ticks_a_checklist_and_takes_a_tick_back(tmp_path: Path) -> None:
    write_exam(tmp_path, "E01", SR_02)
    (tmp_path / "grading").mkdir()

    def said(*words: str) -> tuple[int, str]:
        ran = CliRunner().invoke(app, ["conditions", *words, "--course", str(tmp_path)])
        return ran.exit_code, ran.output.strip() or str(ran.exception)

    assert said("tick", "SR-02", "li", "rules", "--by", "zhao") == (1, "SR-02 of li: still open: network.")
    assert said("tick", "SR-02", "li", "network", "--by", "zhao") == (0, "SR-02 of li: complete.")
    assert said("tick", "SR-02", "li", "network", "--by", "zhao", "--back") == (1, "SR-02 of li: still open: network.")
    assert "no line phone" in said("tick", "SR-02", "li", "phone", "--by", "zhao")[1]
    assert "a person other than the candidate" in said("tick", "SR-02", "li", "network", "--by", "li")[1]
    assert said("passed", "E10", "li", "--on", "2026-03-02", "--by", "zhao", "--why", "certificate 17")[0] == 0
    told = said("show", "li")[1]
    assert "pass E10 2026-03-02, by zhao (certificate 17)" in told and "SR-02: still open: network" in told
    assert len((tmp_path / "grading" / "conditions.jsonl").read_text("utf-8").splitlines()) == 4, "only appended"


@pytest.mark.parametrize(("fields", "wrong"), [
    ({"by": ""}, "who says so"), ({"what": "2. March"}, "is no day"), ({"why": ""}, "on what ground"),
    ({"of": "E" * 300}, "too long"),
])  # fmt: skip
def test_nobody_vouches_for_a_pass_without_name_day_and_ground(tmp_path: Path, fields: dict[str, Any], wrong: str
                                                               ) -> None:
    with pytest.raises(CourseError, match=wrong):
        vouch(tmp_path, replace(Vouched("pass", "li", "E10", "2026-03-02", "zhao", "certificate 17"), **fields))
    assert not (tmp_path / "grading").exists()


@pytest.mark.slow  # freezes E02 and marks it
def test_who_has_safety_wrong_twice_fails_e02_above_its_cut(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "exams", tmp_path / "exams")
    form = freeze_exam(tmp_path, "E02", "a")
    assert outcome(form, marked(form, behaved(form, "right"))).result == "pass"
    one = outcome(form, marked(form, behaved(form, "right", P_15="partial", P_01="wrong")))
    assert one.result == "pass", "one wrong about each"
    two = outcome(form, marked(form, behaved(form, "right", P_15="partial", P_06="wrong")))
    assert (two.result, two.why) == ("fail", ("twice:safety",))
    assert two.score is not None and two.score >= form.pass_rule.cut * form.out_of
