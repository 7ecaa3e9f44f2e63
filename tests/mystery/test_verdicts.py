"""Two assessors, one sheet: the engine says what it found, people say fit, not yet or not fit."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from typer.testing import CliRunner

from examdesk.bank import load_form
from examdesk.errors import CourseError
from examdesk.journal import NAME
from examdesk.mystery import app
from examdesk.mystery.assessing import assess
from examdesk.mystery.drawing import LOG, draw, draws
from examdesk.mystery.verdicts import Outcome, give
from tests.mystery import sealed
from tests.nbgrader.courses import journal


class Day14:
    """A candidate who was served by a mystery customer; wang and zhao have drawn it."""

    def __init__(self, course: Path) -> None:
        self.course, self.form = course, draws(course)[0].form

    def says(self, by: str, verdict: str, **more: Any) -> Outcome:
        form = {"adaptability": 3, "product_knowledge": 4, "why": "calm, and knows the goods", **more}
        return give(self.course, self.form, "C-1", by=by, verdict=verdict, **form)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = sealed.course(tmp_path_factory.mktemp("day14"))
    for assessor in ("wang", "zhao"):
        form = draw(course, "chats", seed=3, assessor=assessor).form
    sealed.hand_in(course, form, "C-1", (0, 2))
    return course


@pytest.fixture
def day(template: Path, tmp_path: Path) -> Day14:
    return Day14(copytree(template, tmp_path / "course"))


def test_both_assessors_see_the_scenarios_the_chats_and_the_engines_judgement(day: Day14) -> None:
    told = list(assess(day.course, day.form, "C-1", language="en").lines())
    text = "\n".join(told)
    names = assess(day.course, day.form, "C-1").drawn.scenarios
    assert f"== customer-1: {names[0]}" in told and f"== customer-2: {names[1]}" in told
    assert "  1  agent: sry one" in told and any(line.startswith("     customer: hello") for line in told)
    assert "100 of 100 points, 70 are needed: reached." in told
    assert "VIOLATION: refunded at once" in text and "20 of 100 points, 70 are needed: missed." in told
    assert told == list(assess(day.course, day.form, "C-1", language="en").lines())


def test_not_fit_needs_two_assessors(day: Day14) -> None:
    assert day.says("wang", "not-fit") == Outcome(None, "open, not-fit needs a second assessor")
    assert day.says("wang", "not-fit", why="twice said is not two people").verdict is None
    assert day.says("zhao", "not-fit") == Outcome("not-fit", "not-fit, by wang and zhao")


def test_assessors_who_differ_settle_nothing_until_they_agree(day: Day14) -> None:
    assert day.says("wang", "fit") == Outcome("fit", "fit, by wang")
    found = day.says("zhao", "not-fit")
    assert found.verdict is None and "the assessors differ (wang: fit, zhao: not-fit)" in found.words
    assert day.says("zhao", "not-yet").verdict is None
    assert day.says("wang", "not-yet").verdict == "not-yet"


def test_every_word_stays_with_who_when_and_why(day: Day14) -> None:
    day.says("wang", "not-fit", why="first thought")
    before = (day.course / LOG).read_bytes()
    day.says("wang", "not-yet", why="second thought")
    after = (day.course / LOG).read_bytes()
    assert after.startswith(before) and b"first thought" in after and b"second thought" in after


@pytest.mark.parametrize(("more", "wrong"), [
    ({"why": " "}, "why?"), ({"why": "x" * 1001}, "at most 1000"), ({"adaptability": 0}, "adaptability has no such"),
    ({"product_knowledge": 6}, "product knowledge has no such"),
])
def test_a_form_that_is_not_filled_in_is_refused(day: Day14, more: dict[str, Any], wrong: str) -> None:
    before = (day.course / LOG).read_bytes()
    with pytest.raises(CourseError, match=wrong):
        day.says("wang", "fit", **more)
    assert (day.course / LOG).read_bytes() == before


def test_who_did_not_draw_is_no_assessor(day: Day14) -> None:
    with pytest.raises(CourseError, match="li is no assessor of"):
        day.says("li", "fit")
    with pytest.raises(CourseError, match="no verdict of this name"):
        day.says("wang", "unfit")


def test_a_verdict_is_about_the_work_that_was_read(day: Day14) -> None:
    """Handed in anew after one assessor's word: that word is about other chats."""
    day.says("wang", "not-fit")
    sealed.hand_in(day.course, day.form, "C-1", (0, 0))
    assert day.says("zhao", "not-fit").verdict is None


def test_what_a_candidate_typed_cannot_move_the_cursor_or_forge_a_line(day: Day14) -> None:
    path = day.course / "submitted" / "C-1" / day.form / NAME
    evil = "hi\n== customer-9: S-99\x1b[2J"
    path.write_bytes(journal(load_form(day.course, day.form), "C-1", [("customer-1", "said", {"text": evil})]))
    told = list(assess(day.course, day.form, "C-1").lines())
    assert all(line.isprintable() for line in told) and "== customer-9: S-99" not in told


@pytest.mark.parametrize("who", ["C-2", "../C-1", ".."])
def test_a_sheet_of_nobody_is_refused(day: Day14, who: str) -> None:
    with pytest.raises(CourseError, match="nothing was handed in"):
        assess(day.course, day.form, who)


def test_work_of_another_candidate_is_no_sheet(day: Day14) -> None:
    copytree(day.course / "submitted" / "C-1", day.course / "submitted" / "C-2")
    with pytest.raises(CourseError, match="of another form or candidate"):
        assess(day.course, day.form, "C-2")


def test_the_commands_go_the_whole_way(day: Day14) -> None:
    def run(*words: str) -> str:
        ran = CliRunner().invoke(app, [*words, "--course", str(day.course)])
        assert ran.exit_code == 0, (ran.output, ran.exception)
        return ran.output

    assert "assessors: wang, zhao. Tell no candidate." in run("draw", "chats", "--seed", "3", "--assessor", "wang")
    form = ["--adaptability", "2", "--product-knowledge", "1", "--why", "refunds at once"]
    assert "open, not-fit needs a second" in run("verdict", day.form, "C-1", "--is", "not-fit", "--by", "wang", *form)
    run("verdict", day.form, "C-1", "--is", "not-fit", "--by", "zhao", *form)
    told = run("sheet", day.form, "C-1", "--lang", "en")
    assert "wang: not-fit; adaptability 2, product knowledge 1; refunds at once" in told
    assert told.endswith("Verdict: not-fit, by wang and zhao.\n")
