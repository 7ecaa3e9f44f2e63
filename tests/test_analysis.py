"""Results are exact and fair, figures hide small groups, and planted faults are named while a clean cohort is not."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from examdesk import analysis as a
from examdesk.errors import AuthorError, CourseError
from examdesk.model import Flag, Mark, PassRule
from examdesk.records import Records, Refusal
from tests.cohorts import (
    AT,
    GIVE_AWAY,
    WEAK,
    WRONG_KEY,
    exam_form,
    machine_mark,
    put_form,
    reply_mark,
    sat,
    write_course,
)

PLANTS = ("wrong-key", "weak-domain", "give-away")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> a.Cohort:
    course = tmp_path_factory.mktemp("planted")
    write_course(course, plants=PLANTS)
    return a.load_cohort(course, "E11")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> a.Cohort:
    course = tmp_path_factory.mktemp("clean")
    write_course(course)
    return a.load_cohort(course, "E11")


# One sitting, judged

class Desk:
    """One course, one candidate: give marks, read the result."""

    def __init__(self, course: Path, **rule: object) -> None:
        fields = {"cut": Fraction(7, 10), "part_minimum": None, "critical": None, **rule}
        self.form = put_form(course, replace(exam_form(), pass_rule=PassRule(**fields)))  # type: ignore[arg-type]
        self.course, self.records = course, Records.open(course)

    def grade(self, *wrong: str, reply: str | None = "4", flags: tuple[Flag, ...] = (), **evidence: object) -> None:
        """Everything right but the items named; the reply marked with `reply` points, or left to its marker."""
        marks = [machine_mark("li", self.form, item, "c" if item.id in wrong else "b")
                 for item in self.form.items.values()]
        marks = [replace(mark, evidence={**mark.evidence, **evidence}) if mark.item == "R-C06" else mark
                 for mark in marks]
        self.records.save_submission(sat("li", self.form, marks, flags=flags))
        if reply is not None:
            self.records.save_marks([reply_mark("li", self.form, Fraction(reply))], at=AT)

    def result(self) -> tuple[str, str]:
        (row,) = a.load_results(self.course, "E11").to_dict("records")
        return row["result"], row["why"]


def items(number: int) -> list[str]:
    """So many of the non-critical items, from the front of the form."""
    return [name for name in exam_form().items if name.startswith("I-") and name != "I-801"][:number]


def test_the_cut_is_reached_by_its_exact_points(tmp_path: Path) -> None:
    desk = Desk(tmp_path, cut=Fraction(21, 29))
    desk.grade(*items(8))
    assert desk.result() == ("pass", ""), "21 of 29 is not less than 21/29"


def test_one_billionth_below_the_cut_is_below_the_cut(tmp_path: Path) -> None:
    desk = Desk(tmp_path, cut=Fraction(21, 29) + Fraction(1, 10**9))
    desk.grade(*items(8))
    assert desk.result() == ("fail", "below-cut")


def test_an_unmarked_reply_withholds_a_result_it_could_still_change(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.grade(*items(6), reply=None)
    assert desk.result() == ("withheld", "unmarked:R-C06")
    (row,) = a.load_results(tmp_path, "E11").to_dict("records")
    assert np.isnan(row["score"]) and row["unmarked"] == 1


def test_a_fail_no_marker_can_change_is_not_withheld(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.grade(*items(15), reply=None)
    assert desk.result() == ("fail", "below-cut")


def test_every_part_has_its_minimum(tmp_path: Path) -> None:
    desk = Desk(tmp_path, part_minimum=Fraction(3, 5))
    desk.grade(reply="2")
    assert desk.result() == ("fail", "part:replies")


def test_a_critical_item_wrong_fails_although_the_score_is_high(tmp_path: Path) -> None:
    desk = Desk(tmp_path, critical="all-right")
    desk.grade("I-801", reply=None)
    assert desk.result() == ("fail", "critical:I-801")


def test_a_critical_item_wrong_is_only_lost_points_where_the_exam_has_no_such_rule(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.grade("I-801")
    assert desk.result() == ("pass", "")


def test_a_suspected_violation_fails_nobody_before_a_person_has_looked(tmp_path: Path) -> None:
    desk = Desk(tmp_path, critical="all-right")
    desk.grade(reply=None, suspected=[["refusal", "不能开"]])
    assert desk.result() == ("withheld", "unmarked:R-C06")
    desk.records.save_marks([reply_mark("li", desk.form, Fraction(4))], at=AT)
    assert desk.result() == ("pass", ""), "the marker has read it and found nothing"


def test_a_violation_the_marker_confirms_is_a_fail(tmp_path: Path) -> None:
    desk = Desk(tmp_path, critical="all-right")
    desk.grade(reply=None)
    desk.records.save_marks([reply_mark("li", desk.form, Fraction(4), critical=True)], at=AT)
    assert desk.result() == ("fail", "critical-violation")


def test_a_suspicion_on_an_item_the_machine_has_marked_waits_for_a_person(tmp_path: Path) -> None:
    desk = Desk(tmp_path, critical="all-right")
    marks = [machine_mark("li", desk.form, item, "b") for item in desk.form.items.values()][:-1]
    said = {"suspected": [["false-promise", "保证"]], "critical": []}
    chat = Mark("li", desk.form.id, 1, "R-C06", "goal", Fraction(4), Fraction(4), "reached", "m", "machine", said)
    desk.records.save_submission(sat("li", desk.form, [*marks, chat]))
    assert desk.result() == ("withheld", "suspected:R-C06")


def test_a_held_submission_is_never_judged(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.grade(*items(20), flags=(Flag("journal-chain", "breaks", hold=True), Flag("late", "1 minute")))
    assert desk.result() == ("withheld", "held:journal-chain")


def test_a_result_a_person_has_released_is_judged(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.grade(*items(2), flags=(Flag("journal-chain", "breaks", hold=True),))
    desk.records.save_decision(candidate="li", form=desk.form.id, by="wang", why="looked at the paper copy")
    assert desk.result() == ("pass", "")


def test_a_refused_submission_is_withheld_and_not_failed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.records.save_refusals([Refusal("li", "E11-a", "journal-size", "large", "x")])
    assert desk.result()[0] == "withheld" and "refused:journal-size" in desk.result()[1]


def test_an_item_without_any_mark_is_unmarked_and_not_zero(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    marks = [machine_mark("li", desk.form, item, "b") for item in desk.form.items.values()]
    desk.records.save_submission(sat("li", desk.form, marks[1:-1]))
    assert desk.result() == ("withheld", "unmarked:I-201;unmarked:R-C06")


def test_parts_of_an_item_add_up(tmp_path: Path) -> None:
    desk = Desk(tmp_path, cut=Fraction(1))
    marks = [machine_mark("li", desk.form, item, "b") for item in desk.form.items.values()][1:-1]
    thirds = [Mark("li", desk.form.id, 1, "I-201", name, Fraction(1, 3), Fraction(1, 3), "right", "m", "machine")
              for name in ("speed", "unit", "verdict")]
    desk.records.save_submission(sat("li", desk.form, [*thirds, *marks]))
    desk.records.save_marks([reply_mark("li", desk.form, Fraction(4))], at=AT)
    assert desk.result() == ("pass", ""), "three thirds are one, exactly"


# Tables

def test_marks_are_tidy_and_unmarked_is_nan(clean: a.Cohort) -> None:
    marks = clean.marks
    assert list(marks) == [
        "candidate", "exam", "form", "attempt", "item", "domain", "type", "critical", "criterion", "points", "out_of",
        "reason", "grader", "kind", "marked_at", "simulated", "department", "site", "stage", "chose", "variant",
        "flagged",
    ]
    assert len(marks) == 120 * 26 and marks["points"].isna().sum() == 9
    assert not marks.duplicated(["candidate", "form", "attempt", "item", "criterion"]).any()
    first = marks.iloc[0]
    assert (first["department"], first["chose"], bool(first["flagged"])) == ("售前", "b", True)


def test_load_marks_of_all_exams_and_of_one_agree(clean: a.Cohort) -> None:
    pd.testing.assert_frame_equal(a.load_marks(clean.course), a.load_marks(clean.course, "E11"))
    assert a.exams_with_marks(clean.course) == ["E11"]


def test_without_a_roster_the_groups_are_empty(tmp_path: Path) -> None:
    write_course(tmp_path, n=12)
    (tmp_path / "grading" / "roster.csv").unlink()
    assert set(a.load_results(tmp_path, "E11")["department"]) == {""}


def test_a_roster_saved_by_a_chinese_excel_is_read(tmp_path: Path) -> None:
    write_course(tmp_path, n=12)
    path = tmp_path / "grading" / "roster.csv"
    path.write_bytes(path.read_text("utf-8-sig").encode("gb18030"))
    assert "售前" in set(a.load_results(tmp_path, "E11")["department"])
    path.write_text("name\n李\n", "utf-8")
    with pytest.raises(AuthorError, match=r"candidate.*is missing"):
        a.load_results(tmp_path, "E11")


def test_nothing_graded_and_no_such_exam_say_what_to_do(tmp_path: Path) -> None:
    put_form(tmp_path, exam_form())
    with pytest.raises(CourseError, match="nothing is graded yet"):
        a.load_results(tmp_path, "E11")
    with pytest.raises(CourseError, match="examdesk freeze E99"):
        a.load_results(tmp_path, "E99")
    assert not (tmp_path / "grading" / "records.db").exists(), "reading makes nothing"


def test_the_pass_rate_counts_only_decided_results(clean: a.Cohort) -> None:
    head = a.headline(clean)
    assert head.sat == 120 and head.decided + head.withheld == 120 and head.withheld > 0
    assert head.low < head.share == head.passed / head.decided < head.high


def test_no_pass_rate_while_fails_are_certain_and_passes_still_wait(tmp_path: Path) -> None:
    write_course(tmp_path, n=60, unmarked=60, held=0)
    head = a.headline(a.load_cohort(tmp_path, "E11"))
    assert head.passed == 0 < head.failed and head.hidden == "mostly-open" and np.isnan(head.share)
    assert (head.least, head.most) == (0, head.withheld / 60)
    assert set(a.group_table(a.load_cohort(tmp_path, "E11"), "site")["note"]) == {"open"}


def test_item_statistics_equal_those_of_psychometrics(clean: a.Cohort) -> None:
    from examdesk.psychometrics import corrected_point_biserial

    wide = clean.marks[clean.marks["type"] == "choice"].pivot(index="candidate", columns="item", values="points")
    table = a.item_table(clean).set_index("item").loc[list(wide)]
    assert table["facility"].to_numpy() == pytest.approx(wide.mean().to_numpy())
    assert table["r"].to_numpy() == pytest.approx(corrected_point_biserial(wide), abs=1e-9), (
        "replies that wait for their marker are in nobody's rest score"
    )


def test_option_shares_of_an_item_add_up_with_blanks(clean: a.Cohort) -> None:
    shares = a.option_table(clean).groupby("item")["share"].sum()
    assert shares.to_numpy() == pytest.approx(1)


def test_one_held_journal_without_marks_does_not_hide_the_statistics_of_all(tmp_path: Path) -> None:
    form = write_course(tmp_path, n=40, unmarked=0, held=0)
    lost = [replace(machine_mark("lost", form, item, "b"), points=None) for item in form.items.values()]
    hold = (Flag("journal-missing", "lost work is not a blank exam", hold=True),)
    Records.open(tmp_path).save_submission(sat("lost", form, lost, flags=hold))
    table = a.item_table(a.load_cohort(tmp_path, "E11"))
    assert (table["n"] == 40).all() and table["r"].notna().sum() > 20


# Alarms

@pytest.mark.parametrize("plants, named", [
    (("wrong-key",), {("wrong-key", WRONG_KEY)}),
    (("weak-domain",), {("weak-domain", WEAK)}),
    (("give-away",), {("give-away", GIVE_AWAY)}),
])
def test_planted_faults_are_named_and_nothing_else(tmp_path: Path, plants: tuple[str, ...],
                                                   named: set[tuple[str, str]]) -> None:
    write_course(tmp_path, plants=plants, n=80)
    assert {(alarm.rule, alarm.subject) for alarm in a.alarms(tmp_path, "E11")} == named


@pytest.mark.parametrize("seed", [1, 2])
def test_a_clean_cohort_raises_no_alarm(tmp_path: Path, seed: int) -> None:
    write_course(tmp_path, seed=seed, n=30 * seed)
    assert a.alarms(tmp_path, "E11") == []


def test_the_shared_cohorts_hold_all_faults_and_none(planted: a.Cohort, clean: a.Cohort) -> None:
    everything = [("wrong-key", WRONG_KEY), ("weak-domain", WEAK), ("give-away", GIVE_AWAY)]
    assert [(alarm.rule, alarm.subject) for alarm in a.find_alarms(planted)] == everything
    assert a.find_alarms(clean) == []


def test_an_alarm_carries_its_figures_and_thresholds(planted: a.Cohort) -> None:
    wrong = next(alarm for alarm in a.find_alarms(planted) if alarm.rule == "wrong-key")
    assert wrong.option == "b" and wrong.n == 120
    assert wrong.figures["option_r"] > wrong.figures["key_r"] and wrong.figures["item_r"] < wrong.figures["max_key_r"]
    assert str(wrong).startswith("wrong-key: I-303 option b (option_r 0.")


def test_small_cohorts_raise_no_alarms_and_say_why(tmp_path: Path) -> None:
    write_course(tmp_path, plants=PLANTS, n=20, unmarked=0)
    cohort = a.load_cohort(tmp_path, "E11")
    assert a.find_alarms(cohort) == []
    table = a.item_table(cohort)
    assert table["r"].isna().all() and set(table["note"]) == {"a correlation needs 30 people, there are 20"}
    assert table["facility"].notna().all()
    assert a.reliability(cohort)[0].note == "alpha needs 30 people, there are 20"


# Small groups

def test_fewer_than_ten_people_show_no_result_at_all(tmp_path: Path) -> None:
    write_course(tmp_path, n=9)
    cohort = a.load_cohort(tmp_path, "E11")
    head = a.headline(cohort)
    assert head.hidden == "few-people" and (head.passed, head.failed) == (0, 0)
    assert a.group_table(cohort, "department").empty and a.score_histogram(cohort).empty
    assert a.domain_table(cohort)["share"].isna().all() and a.item_table(cohort)["facility"].isna().all()


def test_reasons_of_a_few_are_not_counted_out(planted: a.Cohort) -> None:
    reasons = a.fail_table(planted).set_index("why")["n"]
    assert reasons["below-cut"] > 10 and all(np.isnan(n) or n >= 10 for n in reasons)


def test_small_groups_are_shown_together_with_another_so_that_none_follows_by_subtraction(clean: a.Cohort) -> None:
    table = a.group_table(clean, "department").set_index("group")
    assert "质检" not in table.index and set(table.loc[a.POOLED, "members"]) == {"培训", "质检"}
    assert table["sat"].sum() == 120 and table["sat"].min() >= 10
    assert set(a.domain_by_group(clean).index) == set(table.index)


@pytest.mark.parametrize("sizes, rows", [
    ({"a": 40, "b": 30}, {"a": 40, "b": 30}),
    ({"a": 40, "b": 30, "c": 3}, {"a": 40, a.POOLED: 33}),
    ({"a": 40, "b": 6, "c": 5}, {"a": 40, a.POOLED: 11}),
    ({"a": 40, "b": 6}, {a.POOLED: 46}),
    ({"a": 4, "b": 3}, {}),
])
def test_no_row_stands_for_fewer_than_ten(sizes: dict[str, int], rows: dict[str, int]) -> None:
    from examdesk.analysis.groups import _pools

    pools = _pools([name for name, n in sizes.items() for _ in range(n)], 10)
    assert {name: sum(sizes[member] for member in members) for name, members in pools.items()} == rows


def test_nobody_stands_alone_at_an_end_of_the_histogram(planted: a.Cohort) -> None:
    bars = a.score_histogram(planted)
    assert bars["n"].iloc[0] >= 10 and bars["n"].iloc[-1] >= 10 and bars["n"].sum() == 111
    assert bars["low"].iloc[0] == 0 and bars["high"].iloc[-1] == 1
    assert (bars["high"].iloc[:-1].to_numpy() == bars["low"].iloc[1:].to_numpy()).all()
    assert not bars["n"].isin([1, 2]).any() and 0.7 in list(bars["low"])


def test_a_score_at_the_cut_stands_above_it_in_the_histogram() -> None:
    from examdesk.analysis.groups import _edges, _joined_ends

    bars = _joined_ends(np.array([0.6] * 12 + [0.75] * 12 + [1.0] * 12), _edges(0.75, 0.1), 10)
    assert {(row.low, row.n) for row in bars.itertuples() if row.n} == {(0.0, 12), (0.75, 12), (0.95, 12)}


# Work and lineage

def test_unmarked_work_is_counted_whether_or_not_it_can_change_a_result(planted: a.Cohort) -> None:
    (row,) = a.unmarked_table(planted).to_dict("records")
    assert (row["item"], row["unmarked"]) == ("R-C06", 9) and row["withheld"] < 9
    assert a.flag_table(planted).to_dict("records") == [{"code": "journal-chain", "hold": True, "n": 2}]


def test_keys_come_before_marks_in_what_to_do(planted: a.Cohort) -> None:
    steps = [(step.code, step.subject) for step in a.next_steps(planted, a.find_alarms(planted))]
    assert steps[0] == ("check-key", WRONG_KEY)
    assert [code for code, _ in steps] == ["check-key", "mark", "decide", "train", "replace", "retrain"]


def test_lineage_names_counts_forms_thresholds_and_versions(clean: a.Cohort) -> None:
    facts = a.lineage(clean)
    assert facts["graded"] == "120" and facts["unmarked"] == "9" and len(facts["marks_digest"]) == 64
    assert facts["form E11-a"] == clean.forms["E11-a"].digest and facts["report.min_cell_n"] == "10"
    assert facts == a.lineage(a.load_cohort(clean.course, "E11"))


# Thresholds

def test_thresholds_come_from_the_policy_file(tmp_path: Path) -> None:
    write_course(tmp_path, n=20, unmarked=0, plants=("give-away",))
    policies = tmp_path / "grading" / "policies"
    policies.mkdir()
    (policies / "report.yaml").write_text("stats: {small_n: 15}\ngive_away: {min_facility: 0.97}\n")
    cohort = a.load_cohort(tmp_path, "E11")
    assert a.item_table(cohort)["r"].notna().any()
    assert ("give-away", GIVE_AWAY, 0.97) in {(x.rule, x.subject, x.figures.get("min_facility"))
                                              for x in a.find_alarms(cohort)}


def test_the_shipped_policy_file_holds_the_defaults() -> None:
    assert a.read_policy(Path(__file__).parent.parent) == a.Policy()


@pytest.mark.parametrize("text, fault", [
    ("report: {min_cell_n: 1}", "min_cell_n"),
    ("report: {min_cel_n: 10}", "min_cel_n"),
    ("give_away: {min_facility: 960}", "must be a share like 96%"),
    ("report: [", "report.yaml:1"),
])
def test_a_wrong_threshold_is_named_with_file_and_line(tmp_path: Path, text: str, fault: str) -> None:
    policies = tmp_path / "grading" / "policies"
    policies.mkdir(parents=True)
    (policies / "report.yaml").write_text(text)
    with pytest.raises(AuthorError, match=fault) as caught:
        a.read_policy(tmp_path)
    assert str(caught.value).startswith("grading/policies/report.yaml:1:")


def test_the_door_loads_no_plots_and_no_nbgrader() -> None:
    heavy = ("matplotlib", "papermill", "nbconvert", "nbgrader")
    code = f"import examdesk.analysis, sys; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_a_retake_counts_once_and_its_newest_result_counts(tmp_path: Path) -> None:
    form = write_course(tmp_path, n=12, unmarked=0, held=0)
    second = put_form(tmp_path, replace(form, id="E11-b"))
    marks = [machine_mark("c000", second, item, "b") for item in second.items.values()]
    records = Records.open(tmp_path)
    records.save_submission(sat("c000", second, marks))
    records.save_marks([reply_mark("c000", second, Fraction(4))], at=AT)
    results = a.load_results(tmp_path, "E11")
    mine = results[results["candidate"] == "c000"]
    assert list(mine["newest"]) == [False, True] and list(mine["form"]) == ["E11-a", "E11-b"]
    assert a.headline(a.load_cohort(tmp_path, "E11")).sat == 12
