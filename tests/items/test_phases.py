"""The steps of a reception: taken, missing or out of order, with what each of them earns."""

from __future__ import annotations

import copy
from fractions import Fraction
from itertools import permutations

import pytest

from examdesk.items.scenario import key, phases
from examdesk.items.scenario.lessons import lessons
from examdesk.model import Item
from examdesk.workbench.paths import Searcher
from examdesk.workbench.stage import stage
from tests.conftest import respond
from tests.items.receptions import EIGHT, EIGHT_STEPS, FIVE, FIVE_STEPS, Steps, model
from tests.items.small import judged, said

BOTH = [(FIVE_STEPS, FIVE), (EIGHT_STEPS, EIGHT)]


@pytest.mark.parametrize(("item", "steps"), BOTH, ids=["five", "eight"])
def test_the_model_chat_takes_every_step_and_the_scenario_has_no_fault(item: Item, steps: Steps) -> None:
    found = judged(item, *model(steps), "再见")
    assert found.fraction == 1 and found.evidence["phases"]["missing"] == []
    assert key.faults(item.body) == []


@pytest.mark.parametrize(("item", "steps"), BOTH, ids=["five", "eight"])
def test_a_step_that_is_left_out_costs_itself_and_is_named(item: Item, steps: Steps) -> None:
    weight = 40 // len(steps)
    for index, (name, zh, en, _, _) in enumerate(steps):
        rest = [words for at, words in enumerate(model(steps)) if at != index]
        found = judged(item, *rest, "再见")
        assert found.evidence["phases"]["missing"] == [name]
        assert found.fraction == 1 - Fraction(weight, 100)
        procedure = next(part for part in found.parts if part.criterion == "procedure")
        assert f"{len(steps) - 1} of {len(steps)}; missing: {en}" in procedure.reason
        told = key.explain(item.body, respond(item, said(*rest, "再见")).value, "zh", show_key=False)
        assert any(f"{len(steps) - 1}/{len(steps)}，缺：{zh}" in line for line in told)


def test_a_step_out_of_order_costs_itself_and_not_the_others() -> None:
    first, *others = model(FIVE)
    found = judged(FIVE_STEPS, *others, first, "再见")
    assert found.evidence["phases"] == {"taken": [one[0] for one in FIVE], "missing": [], "out_of_order": ["welcome"]}
    assert found.fraction == 1 - Fraction(8, 100)
    assert "5 of 5; out of order: welcome" in found.parts[1].reason
    lesson, = lessons(FIVE_STEPS, respond(FIVE_STEPS, said(*others, first, "再见")).value, "en", show_key=False)
    assert (lesson.turn, lesson.what) == (5, "Procedure: welcome")


def test_two_steps_of_one_message_count_in_the_order_they_are_written() -> None:
    five = model(FIVE)
    assert judged(FIVE_STEPS, five[0] + five[1], *five[2:], "再见").fraction == 1
    assert judged(FIVE_STEPS, five[1] + five[0], *five[2:], "再见").evidence["phases"]["out_of_order"] == ["promotion"]


def test_a_step_said_twice_counts_once_where_it_was_said_first() -> None:
    five = model(FIVE)
    assert judged(FIVE_STEPS, five[0], *five, "再见").fraction == 1


def test_nothing_is_counted_of_a_chat_in_which_nothing_was_done() -> None:
    assert judged(FIVE_STEPS).fraction == 0
    assert judged(FIVE_STEPS, "嗯").evidence["phases"]["taken"] == []


def test_the_longest_run_is_the_longest_and_always_the_same_one() -> None:
    for order in permutations(range(5)):
        places = [(place, 0) for place in order]
        run = sorted(phases._longest(places))
        assert [places[at] for at in run] == sorted(places[at] for at in run)
        longest = max(
            sum(1 for _ in chosen) for chosen in (
                [at for at in range(5) if mask >> at & 1] for mask in range(32)
            ) if [places[at] for at in chosen] == sorted(places[at] for at in chosen))
        assert len(run) == longest
    assert phases._longest([(2, 0), (1, 0)]) == {0}, "of two as long, the one that begins earlier in the list"


def test_a_step_without_a_weight_is_shown_and_earns_nothing() -> None:
    body = copy.deepcopy(dict(FIVE_STEPS.body))
    steps = body["score"]["phases"]["steps"]
    steps[0]["weight"], steps[1]["weight"] = 0, 16
    item = Item(**{**vars(FIVE_STEPS), "body": body})
    found = judged(item, *model(FIVE)[1:], "再见")
    assert found.fraction == 1 and found.evidence["phases"]["missing"] == ["welcome"]
    assert lessons(item, respond(item, said(*model(FIVE)[1:], "再见")).value, "en", show_key=True) == []


@pytest.mark.parametrize(("change", "wrong"), [
    (lambda found: found.update(criterion="manners"), "there is no criterion of this name"),
    (lambda found: found["steps"][1].update(id="welcome"), "welcome"),
    (lambda found: found["steps"][1].update(id="goal"), "another entry that earns points has this name"),
    (lambda found: found["steps"][1].update(event={"goal": True, "where": {}}), "the goal is no step of a reception"),
    (lambda found: found["steps"][1]["event"].update(act="nods"), "there is no act of this name"),
    (lambda found: found["steps"][1].update(weight=9), "the weights do not sum to 100"),
])  # fmt: skip
def test_what_is_wrong_with_the_steps_is_named(change: object, wrong: str) -> None:
    body = copy.deepcopy(dict(FIVE_STEPS.body))
    change(body["score"]["phases"])  # type: ignore[operator]
    found = [f"{problem.wrong} {problem.found}" for problem in key.faults(body)]
    assert any(wrong in one for one in found), found


def test_the_workbench_finds_the_chat_that_takes_every_step_in_order() -> None:
    found = Searcher(stage(EIGHT_STEPS.body)).best()
    assert found.path is not None and found.path.points == 100
    assert found.path.judgement.evidence["phases"]["out_of_order"] == []
