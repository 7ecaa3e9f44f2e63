"""A regrade shows who changes before anything is written, writes it once, and takes nothing from anybody unsaid."""

from __future__ import annotations

import io
import json
import shutil
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from examdesk.aftercare.preview import as_json, show_offer, show_proposal
from examdesk.analysis import find_alarms, item_table, load_cohort, option_table
from examdesk.building import build_exam
from examdesk.building.corrections import Offer
from examdesk.errors import CourseError
from examdesk.explaining import VOID
from examdesk.pipeline import regrade
from examdesk.pipeline.locks import alone, graders
from examdesk.pipeline.pages import FeedbackForm, Standing
from examdesk.pipeline.regrade import Proposal, carry_out, propose
from examdesk.records.regrades import refuse_unfinished
from tests.regrades import Sat, tree

WHO = {"by": "Li Hua", "why": "option b keeps the rule as well"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Sat:
    """E10 sat by five: its key of I-801 is c; those who chose b will gain, those who chose c will lose."""
    sat = Sat.made(tmp_path_factory.mktemp("sat") / "course", "E10-a")
    build_exam(sat.course, "E10")
    for name in ("c1", "c2"):
        sat.sit(name)
    for name in ("b1", "b2"):
        sat.sit(name, I_801=["b"])
    sat.sit("blank", "blank")
    return sat


@pytest.fixture
def sat(template: Sat, tmp_path: Path) -> Sat:
    shutil.copytree(template.course, tmp_path / "course")
    return Sat(tmp_path / "course", "E10-a", dict(template.responses))


@pytest.fixture
def wrong_key(sat: Sat) -> Sat:
    sat.correct("I-801", key="b")
    return sat


def proposed(sat: Sat, *items: str, void: tuple[str, ...] = (), **more: object) -> Proposal:
    found = propose(sat.course, sat.form_id, sat.grade_again, items=items, void=void, **{**WHO, **more})
    assert isinstance(found, Proposal)
    return found


def regraded(sat: Sat, *items: str, void: tuple[str, ...] = (), **more: object) -> Proposal:
    found = proposed(sat, *items, void=void, **more)
    carry_out(sat.course, found, sat.grade_again)
    return found


def printed(found: Proposal) -> str:
    out = Console(file=io.StringIO(), width=200)
    show_proposal(out, found)
    return out.file.getvalue()


# A wrong key

def test_a_wrong_key_corrected_shows_who_gains_who_loses_and_whose_result_flips(wrong_key: Sat) -> None:
    plan = proposed(wrong_key, "I-801").plan
    assert [(one.candidate, one.item, one.was, one.now) for one in plan.changes] == [
        ("c1", "I-801", 1, 0), ("c2", "I-801", 1, 0), ("b1", "I-801", 0, 1), ("b2", "I-801", 0, 1)]
    assert plan.flips == {"c1": ("pass", "fail"), "c2": ("pass", "fail"), "b1": ("fail", "pass"),
                          "b2": ("fail", "pass")}
    assert plan.before["b1"].score == plan.after["c1"].score == plan.form.out_of - 1
    assert plan.left == ()


def test_the_preview_writes_nothing(wrong_key: Sat) -> None:
    before = tree(wrong_key.course)
    printed(proposed(wrong_key))
    assert tree(wrong_key.course) == before


def test_the_regrade_is_what_was_shown(wrong_key: Sat) -> None:
    plan = regraded(wrong_key, "I-801").plan
    outcomes = load_cohort(wrong_key.course, "E10").outcomes
    assert {sat[0]: outcome for sat, outcome in outcomes.items()} == plan.after
    assert wrong_key.regrade_marks() == [("c1", "I-801", 0), ("c2", "I-801", 0), ("b1", "I-801", 1),
                                         ("b2", "I-801", 1)]


def test_a_mark_of_a_regrade_says_who_why_and_what_was(wrong_key: Sat) -> None:
    regraded(wrong_key, "I-801")
    row = next(row for row in wrong_key.records.in_force() if (row.candidate, row.item) == ("b1", "I-801"))
    assert (row.kind, row.grader, row.reason, row.points) == ("regrade", WHO["by"], WHO["why"], 1)
    assert (row.evidence["was"], row.evidence["machine"], row.evidence["regrade"]) == ("0", "1", 1)
    assert row.evidence["chose"] == ["b"], "the item analysis still knows what was chosen"


def test_who_did_not_change_gets_no_mark_of_the_regrade_but_the_new_form_s_line(wrong_key: Sat) -> None:
    regraded(wrong_key, "I-801")
    assert "blank" not in {candidate for candidate, _, _ in wrong_key.regrade_marks()}
    newest = {row.candidate: row.form_digest for row in wrong_key.records.submissions()}
    assert set(newest.values()) == {wrong_key.form.digest}


def test_the_frozen_form_stays_and_source_is_rebuilt(wrong_key: Sat) -> None:
    frozen, public = (wrong_key.course / place for place in ("exams/E10/forms/a.yaml", "source/E10-a/form.json"))
    before = frozen.read_bytes(), public.read_bytes()
    notebook = wrong_key.course / "source" / "E10-a" / "E10-a.ipynb"
    assert "choice(key='c')" in notebook.read_text("utf-8")
    regraded(wrong_key)
    assert (frozen.read_bytes(), public.read_bytes()) == before
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(notebook.read_text("utf-8"))["cells"]}
    assert "choice(key='b')" in cells["I-801"]


def test_one_graded_after_the_regrade_gets_the_corrected_marks(wrong_key: Sat) -> None:
    regraded(wrong_key)
    wrong_key.sit("late", I_801=["b"])
    assert wrong_key.points("late", "I-801") == 1
    assert "late" not in {candidate for candidate, _, _ in wrong_key.regrade_marks()}


def test_a_second_regrade_follows_the_first(wrong_key: Sat) -> None:
    regraded(wrong_key)
    wrong_key.correct("I-801", key="c")
    found = regraded(wrong_key)
    assert found.form.regrade == 2 and wrong_key.form.items["I-801"].body["key"] == "c"
    assert [wrong_key.points(name, "I-801") for name in ("c1", "b1", "blank")] == [1, 0, 0]
    assert len(wrong_key.regrade_marks()) == 8
    cohort = load_cohort(wrong_key.course, "E10")
    assert {outcome.result for sat, outcome in cohort.outcomes.items() if sat[0] in ("c1", "c2")} == {"pass"}


def test_a_regrade_of_nothing_is_none(sat: Sat) -> None:
    found = propose(sat.course, "E10-a", sat.grade_again, **WHO)
    assert found == Offer({}, {})
    out = Console(file=io.StringIO(), width=200)
    show_offer(out, "E10-a", Offer({}, {"I-805": "its points changed"}))
    said = out.file.getvalue()
    assert "Nothing to correct" in said and "I-805  left alone: its points changed" in said


# Never lower

def test_never_lower_keeps_a_mark_that_would_fall_and_says_so(wrong_key: Sat) -> None:
    plan = regraded(wrong_key, never_lower=True).plan
    assert plan.counts() == {"kept": 2, "up": 2}
    assert [wrong_key.points(name, "I-801") for name in ("c1", "b1", "blank")] == [1, 1, 0]
    row = next(row for row in wrong_key.records.in_force() if (row.candidate, row.item) == ("c1", "I-801"))
    assert (row.kind, row.evidence["was"], row.evidence["machine"]) == ("regrade", "1", "0")
    assert "kept" in row.reason and row.evidence["kept"] is True
    assert {plan.after[name].result for name in ("c1", "b1")} == {"pass"}


def test_what_one_regrade_kept_another_about_other_items_does_not_take(wrong_key: Sat) -> None:
    regraded(wrong_key, never_lower=True)
    other = next(item for item in wrong_key.form.items.values() if item.type == "choice" and item.id != "I-801")
    key = next(option["id"] for option in other.body["options"] if option["id"] != other.body["key"])
    wrong_key.correct(other.id, key=key)
    regraded(wrong_key)
    assert wrong_key.points("c1", "I-801") == 1 and wrong_key.points("c1", other.id) == 0


# Void

def test_a_void_item_counts_full_for_everybody_and_stays_void(sat: Sat) -> None:
    plan = regraded(sat, void=("I-801",)).plan
    assert [one.candidate for one in plan.changes] == ["b1", "b2", "blank"]
    assert {sat.points(name, "I-801") for name in sat.responses} == {sat.form.items["I-801"].points}
    row = next(row for row in sat.records.in_force() if (row.candidate, row.item) == ("blank", "I-801"))
    assert row.evidence["void"] is True and row.kind == "regrade"
    sat.sit("late", "blank")
    assert sat.points("late", "I-801") == 1
    with pytest.raises(CourseError, match="is void, and stays so"):
        proposed(sat, "I-801")
    assert isinstance(propose(sat.course, "E10-a", sat.grade_again, void=["I-801"], **WHO), Offer)


@pytest.mark.slow
def test_a_void_reply_is_full_above_its_marker_s_mark_and_below_nobody(tmp_path: Path) -> None:
    sat = Sat.made(tmp_path / "course", "E11-sampler-a")
    reply, other = [item.id for item in sat.form.items.values() if item.type == "reply"][:2]
    full = sat.form.items[reply].points
    for name in ("half", "rude", "open"):
        sat.sit(name)
    sat.mark("half", reply, "1/2")
    sat.mark("rude", reply, "0", critical=[["marker", "confirmed by the marker"]])
    sat.mark("half", other, "1")
    plan = regraded(sat, void=(reply,)).plan
    assert {(one.candidate, one.was, one.now) for one in plan.changes} == {
        ("half", Fraction(1, 2), full), ("rude", Fraction(0), full), ("open", None, full)}
    assert {sat.points(name, reply) for name in ("half", "rude", "open")} == {full}
    assert sat.points("half", other) == 1 and sat.points("open", other) is None
    assert "critical-violation" in plan.before["rude"].why and "critical-violation" not in plan.after["rude"].why
    sat.mark("half", reply, "1")  # what a marker enters afterwards cannot take the void back
    assert sat.points("half", reply) == full


def test_a_void_counts_for_those_whose_files_are_lost(sat: Sat) -> None:
    del sat.responses["b1"]
    plan = regraded(sat, void=("I-801",)).plan
    assert plan.left == ("b1",) and sat.points("b1", "I-801") == 1


# Markers, lost and newer work

def test_a_marker_s_mark_survives_a_correction(wrong_key: Sat) -> None:
    wrong_key.mark("c1", "I-801", "1")
    plan = regraded(wrong_key).plan
    assert "c1" not in {one.candidate for one in plan.changes}
    assert wrong_key.points("c1", "I-801") == 1 and wrong_key.points("c2", "I-801") == 0


def test_work_that_is_lost_or_newer_than_its_marks_is_named_and_left(wrong_key: Sat) -> None:
    del wrong_key.responses["c1"]
    wrong_key.responses["b1"] = wrong_key.responses["c2"]  # handed in anew, not graded yet
    found = proposed(wrong_key)
    assert found.plan.left == ("b1", "c1")
    assert "b1, c1" in printed(found)
    carry_out(wrong_key.course, found, wrong_key.grade_again)
    assert wrong_key.points("c1", "I-801") == 1 and wrong_key.points("b1", "I-801") == 0


def test_marks_that_come_in_while_one_looks_stop_the_regrade(wrong_key: Sat) -> None:
    found, before = proposed(wrong_key), tree(wrong_key.course / "exams")
    wrong_key.mark("c1", "I-801", "1")
    with pytest.raises(CourseError, match="marks came in while you were looking"):
        carry_out(wrong_key.course, found, wrong_key.grade_again)
    assert tree(wrong_key.course / "exams") == before and wrong_key.regrade_marks() == []


def test_nobody_grades_while_a_regrade_runs_and_no_regrade_runs_while_somebody_grades(wrong_key: Sat) -> None:
    found = proposed(wrong_key)
    with graders(wrong_key.course), graders(wrong_key.course), pytest.raises(CourseError, match="grading or another"):
        carry_out(wrong_key.course, found, wrong_key.grade_again)
    assert wrong_key.form.regrade == 0
    with alone(wrong_key.course), pytest.raises(CourseError, match="a regrade is running"), graders(wrong_key.course):
        pass
    old = wrong_key.form
    carry_out(wrong_key.course, found, wrong_key.grade_again)
    with pytest.raises(CourseError, match="corrected a moment ago"), graders(wrong_key.course, old):
        pass


# Refusals

@pytest.mark.parametrize(("items", "void", "said"), [
    (("I-999",), (), "has no item I-999"), ((), ("I-999",), "has no item I-999"),
    (("I-801",), ("I-801",), "at once"), (("I-823",), (), "there is nothing to correct"),
    (("I-805",), (), "what candidates see changed"),
])
def test_what_cannot_be_regraded_is_said(wrong_key: Sat, items: tuple[str, ...], void: tuple[str, ...], said: str
                                         ) -> None:
    wrong_key.correct("I-805", stem={"zh": "别的题", "en": "Another"})
    before = tree(wrong_key.course)
    with pytest.raises(CourseError, match=said):
        propose(wrong_key.course, "E10-a", wrong_key.grade_again, items=items, void=void, **WHO)
    assert tree(wrong_key.course) == before


@pytest.mark.parametrize("who", [{"by": " "}, {"why": ""}])
def test_a_regrade_without_who_or_why_is_refused(wrong_key: Sat, who: dict[str, str]) -> None:
    with pytest.raises(CourseError, match="--by"):
        propose(wrong_key.course, "E10-a", wrong_key.grade_again, **{**WHO, **who})


def test_items_that_ask_something_else_are_named_and_left_alone(wrong_key: Sat) -> None:
    wrong_key.correct("I-805", stem={"zh": "别的题", "en": "Another"})
    found = proposed(wrong_key)
    assert [entry.item for entry in found.plan.entries] == ["I-801"] and [*found.left_alone] == ["I-805"]
    assert "I-805  left alone: what candidates see changed (stem)" in printed(found)


def test_a_notebook_typed_by_hand_is_not_overwritten(wrong_key: Sat) -> None:
    path = wrong_key.course / "source" / "E10-a" / "E10-a.ipynb"
    data = json.loads(path.read_text("utf-8"))
    del data["metadata"]["examdesk"]
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(CourseError, match="typed by hand"):
        proposed(wrong_key)


# What is shown

def test_nothing_about_keys_is_shown(wrong_key: Sat) -> None:
    found = proposed(wrong_key, never_lower=True, why="checked twice")
    text = printed(found) + as_json(found, written=False)
    bodies = [item.body for item in wrong_key.form.items.values()]
    reasons = [words for body in bodies for option in body.get("options", ()) for words in option["reason"].values()]
    assert not [words for words in reasons if words in text]
    assert "key" not in text and "chose" not in text and '"b"' not in text


def test_the_table_names_flips_first_and_sums_up(wrong_key: Sat) -> None:
    wrong_key.sit("all-wrong", "wrong", I_801=["b"])  # gains a point, fails all the same
    text = printed(proposed(wrong_key))
    lines = [line for line in text.splitlines() if "I-801" in line and "→" in line]
    assert [line.split()[1] for line in lines] == ["b1", "b2", "c1", "c2", "all-wrong"]
    assert "0 → 1" in lines[0] and "fail → pass" in lines[0] and "pass → fail" in lines[2]
    assert "6 submissions graded anew." in text and "5 marks of 5 candidates: 3 up, 2 down." in text
    assert "Results that change: 2 fail → pass, 2 pass → fail." in text


def test_json_holds_every_change(wrong_key: Sat) -> None:
    data = json.loads(as_json(proposed(wrong_key), written=False))
    assert data["written"] is False and data["corrected"] == ["I-801"] and data["void"] == []
    assert {"candidate": "b1", "item": "I-801", "from": "0", "to": "1", "kept": False} in data["changes"]
    assert data["flips"] == {"fail → pass": 2, "pass → fail": 2} and data["marks"]["down"] == 2


# Broken off

STEPS = ("append_corrections", "build_form", "put_source_cells", "_record", "show_in_force")


class Killed(BaseException):
    """Stands for a kill: nothing of the program runs afterwards."""


def content(sat: Sat) -> object:
    records = sat.records
    return (
        [(row.candidate, row.outcome, row.form_digest) for row in records.submissions()],
        [(row.candidate, row.item, row.points, row.kind, row.reason) for row in records.marks()],
        {place: kept for place, kept in tree(sat.course).items() if not place.startswith("grading/")},
    )


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_broken_off_at_any_step_and_run_again_it_comes_to_the_same_end(
        wrong_key: Sat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: bool) -> None:
    monkeypatch.setattr(regrade, "stamp", lambda: "2026-03-09T10:00:00Z")
    shutil.copytree(wrong_key.course, tmp_path / "unbroken")
    unbroken = Sat(tmp_path / "unbroken", "E10-a", wrong_key.responses)
    regraded(unbroken, never_lower=True)
    done = getattr(regrade, step)

    def killed(*given: object, **named: object) -> None:
        if after:
            done(*given, **named)
        raise Killed

    monkeypatch.setattr(regrade, step, killed)
    with pytest.raises(Killed):
        regraded(wrong_key, never_lower=True)
    monkeypatch.setattr(regrade, step, done)
    resumed = step != "append_corrections" or after
    if resumed:
        with pytest.raises(CourseError, match=r"begun and not finished\. Cure: .* examdesk regrade E10-a"):
            refuse_unfinished(wrong_key.records, wrong_key.form)
    found = proposed(wrong_key, never_lower=True)
    assert found.resumed == resumed
    carry_out(wrong_key.course, found, wrong_key.grade_again)
    refuse_unfinished(wrong_key.records, wrong_key.form)
    assert content(wrong_key) == content(unbroken)
    assert isinstance(propose(wrong_key.course, "E10-a", wrong_key.grade_again, items=["I-801"], **WHO), Offer)


def test_marks_that_come_in_after_the_correction_is_written_are_taken_in(
        wrong_key: Sat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A marker may save between two steps; the plan is made anew, and the mark stands."""
    put = regrade.put_source_cells

    def meanwhile(*given: object) -> object:
        wrong_key.mark("c1", "I-801", "1")
        return put(*given)

    monkeypatch.setattr(regrade, "put_source_cells", meanwhile)
    regraded(wrong_key)
    assert wrong_key.points("c1", "I-801") == 1
    assert [name for name, _, _ in wrong_key.regrade_marks()] == ["c2", "b1", "b2"]


# What reports make of it

def test_a_void_item_is_no_give_away_and_counts_in_no_statistic(sat: Sat) -> None:
    regraded(sat, void=("I-801",))
    cohort = load_cohort(sat.course, "E10")
    row = item_table(cohort).set_index("item").loc["I-801"]
    assert (row["n"], row["note"]) == (0, "void: full for everybody") and pd.isna(row["facility"])
    assert "I-801" not in set(option_table(cohort)["item"]) and find_alarms(cohort) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_feedback_of_a_void_item_says_so_and_explains_nothing_else(sat: Sat, language: str) -> None:
    regraded(sat, void=("I-801",))
    form, answers = FeedbackForm(sat.form), sat.responses["b1"]
    standing = Standing.of(load_cohort(sat.course, "E10"), "E10-a", "b1")
    row = form._row(sat.form.items["I-801"], 0, answers["I-801"], standing.marks["I-801"], language)
    assert row["why"] == [VOID[language]] and row["state"] == "full"
    assert WHO["why"] not in str(row), "why is for records"


def test_the_item_analysis_reads_what_was_chosen_after_a_regrade(wrong_key: Sat) -> None:
    before = load_cohort(wrong_key.course, "E10").marks
    regraded(wrong_key)
    after = load_cohort(wrong_key.course, "E10").marks
    wanted = ["candidate", "item", "chose"]
    assert sorted(map(tuple, before[wanted].values)) == sorted(map(tuple, after[wanted].values))
