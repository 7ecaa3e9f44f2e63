"""The sealed draw: one seed, one set of scenarios, and nothing in the candidate's hands that names them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from examdesk.bank import load_form
from examdesk.bank.draws import read_draw
from examdesk.building import check
from examdesk.building.opened import open_keys
from examdesk.errors import AuthorError, CourseError
from examdesk.items.scenario import question
from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.trials import events_of
from examdesk.model import seed_of
from examdesk.mystery.disguise import disguised
from examdesk.mystery.drawing import LOG, draw, drawn, draws, pointed_at
from tests.conftest import ROOT, behaved, marked, real_bank, respond
from tests.mystery import sealed
from tests.workbench.parcel import parcel

POOLED = sorted({item for items in read_draw(ROOT / "exams", "chats", root=ROOT)[0].pools.values() for item in items})


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return sealed.course(tmp_path)


def test_one_seed_gives_two_assessors_the_same_scenarios_and_the_same_form(course: Path) -> None:
    first = draw(course, "chats", seed=471108153, assessor="wang")
    frozen = load_form(course, first.form).digest
    second = draw(course, "chats", seed=471108153, assessor="zhao")
    assert (second.form, second.scenarios) == (first.form, first.scenarios)
    assert second.assessors == ("wang", "zhao") and load_form(course, second.form).digest == frozen


@pytest.mark.slow
def test_one_seed_gives_the_same_in_another_copy_of_the_course(course: Path, tmp_path_factory: pytest.TempPathFactory
                                                               ) -> None:
    other = sealed.course(tmp_path_factory.mktemp("other"))
    here, there = (draw(place, "chats", seed=9, assessor="wang") for place in (course, other))
    assert here == there and load_form(course, here.form).digest == load_form(other, there.form).digest


def test_other_seeds_draw_every_scenario_of_every_pool(course: Path) -> None:
    authored, _ = read_draw(course / "exams", "chats", root=course)
    found = [pointed_at(course, authored, seed) for seed in range(12)]
    assert {first for first, _ in found} == {"S-91", "S-92"} and {then for _, then in found} == {"S-93", "S-94"}
    assert len(set(found)) == 4, "the pools are drawn one by one"


def test_a_draw_stays_what_it_was_when_pool_and_bank_change(course: Path) -> None:
    first = draw(course, "chats", seed=1, assessor="wang")
    digest = load_form(course, first.form).digest
    open_keys(course, "practice", list(sealed.NAMES))
    for name in sealed.NAMES:
        sealed.put(course, {**parcel(), "id": name, "points": 20})
    again = draw(course, "chats", seed=1, assessor="zhao")
    assert again.scenarios == first.scenarios and load_form(course, again.form).digest == digest


def test_the_candidate_sees_no_scenario_id_and_no_goal(course: Path) -> None:
    found = draw(course, "chats", seed=3, assessor="wang")
    view = sealed.candidate_view(course, found.form)
    assert "customer-1" in view and "served" not in view, "the state in which the matter is done has a number"
    for secret in (*sealed.NAMES, "S-9", "give the lost parcel back", '"goal"', "'goal'", "transcripts", "471108153",
                   "asks-number", "insulted him", "mystery", "神秘", "assessor", "wang", '"seed": 3'):
        assert secret not in view, secret


@pytest.mark.slow
def test_a_sealed_form_is_a_form_like_any_other(course: Path) -> None:
    """It is checked, marked by its own cells, and every chat is a part that must reach its share."""
    found = draw(course, "chats", seed=3, assessor="wang")
    form = load_form(course, found.form)
    assert not [fault for fault in check(course).faults if "chats" in fault.file]
    right, wrong = marked(form, behaved(form, "right")), marked(form, behaved(form, "wrong"))
    assert [right[name]["points"] for name in ("customer-1", "customer-2")] == ["10", "10"]
    assert all(Fraction(wrong[name]["points"]) < 7 for name in form.items)
    assert {form.part_of(name) for name in form.items} == {"chat-1", "chat-2"}
    assert form.pass_rule.part_minimum == form.pass_rule.cut == Fraction(7, 10)


@pytest.mark.slow
def test_two_forms_tell_nothing_by_their_names(course: Path) -> None:
    """The name is made of the score half, too, so that nobody who knows pool and seeds can try them out."""
    before = draw(course, "chats", seed=3, assessor="wang").form
    (course / LOG).unlink()
    changed = parcel()
    changed["score"]["criteria"][0]["reason"]["en"] = "Another reason, which no candidate reads."
    for name in sealed.NAMES:
        sealed.put(course, {**changed, "id": name})
    assert draw(course, "chats", seed=3, assessor="wang").form != before


def test_a_scenario_open_for_practice_is_never_drawn(course: Path) -> None:
    open_keys(course, "practice", ["S-91", "S-93"])
    authored, _ = read_draw(course / "exams", "chats", root=course)
    assert {pointed_at(course, authored, seed) for seed in range(6)} == {("S-92", "S-94")}
    open_keys(course, "practice", ["S-92"])
    with pytest.raises(CourseError, match="every scenario of the pool first is open for practice"):
        draw(course, "chats", seed=77, assessor="wang")
    assert draws(course) == [], "nothing was recorded"


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 61, "\x1b[2J"])
def test_an_assessor_has_a_name(course: Path, name: str) -> None:
    with pytest.raises(CourseError, match="Cure: give a name"):
        draw(course, "chats", seed=1, assessor=name)


def test_what_cannot_be_drawn_is_said_with_its_cure(course: Path) -> None:
    for exam, seed, wrong in (("E01", 1, "nothing to draw from. Cure: use one of: chats"), ("chats", -1, "is none")):
        with pytest.raises(CourseError, match=wrong):
            draw(course, exam, seed=seed, assessor="wang")
    with pytest.raises(CourseError, match="was not drawn here; there are: none yet"):
        drawn(course, "chats-00000000")


def test_a_damaged_record_is_named_and_nothing_is_guessed(course: Path) -> None:
    draw(course, "chats", seed=1, assessor="wang")
    log = course / LOG
    log.write_text(log.read_text("utf-8") + "{half", "utf-8")
    with pytest.raises(CourseError, match=r"mystery\.jsonl:2: this line is damaged"):
        draw(course, "chats", seed=1, assessor="zhao")


@pytest.mark.slow
def test_check_reads_draw_files(course: Path) -> None:
    assert not [fault for fault in check(course).faults if fault.file.startswith("exams/chats")]
    path = course / "exams" / "chats" / "draw.yaml"
    path.write_text(path.read_text("utf-8").replace("S-92", "S-99").replace("each:", "every:"), "utf-8")
    with pytest.raises(AuthorError):
        draw(course, "chats", seed=1, assessor="wang")
    faults = [str(fault) for fault in check(course).faults if fault.file == "exams/chats/draw.yaml"]
    assert any("every" in fault for fault in faults)
    path.write_text(path.read_text("utf-8").replace("every:", "each:"), "utf-8")
    assert [fault.found for fault in check(course).faults if fault.file == "exams/chats/draw.yaml"] == ["S-99"]


@pytest.mark.slow
@pytest.mark.parametrize("name", POOLED)
def test_a_disguise_changes_no_mark_and_tells_nothing(name: str) -> None:
    item = real_bank().items[name]
    hidden = disguised(item, number=2, seed=seed_of(name))
    assert hidden.id == "customer-2" and hidden.points == item.points and hidden.critical == item.critical
    grade = [scenario(play=one.body["play"], score=one.body["score"]) for one in (item, hidden)]
    for script in {script["kind"]: script for script in item.body["score"]["transcripts"]}.values():
        was, now = (one(respond(item, events_of(script))) for one in grade)
        assert (now.fraction, now.parts, now.critical, now.suspected) == (
            was.fraction, was.parts, was.critical, was.suspected)
    public = question.public(hidden)
    view = json.dumps(public, ensure_ascii=False)
    assert not [other for other in POOLED if other in view]
    assert not set(item.body["play"]["states"]) & {*public["play"]["states"], public["play"]["begins"]}
    assert not [line for stem in item.body["stem"].values() for line in stem.splitlines() if line and line in view]
    rules = [rule for state in public["play"]["states"].values() for rule in state["rules"]]
    ways = {rule["go"] for rule in [*rules, *public["play"]["anywhere"]] if "go" in rule}
    assert ways <= set(public["play"]["states"])
