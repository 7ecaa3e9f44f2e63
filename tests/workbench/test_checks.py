"""The author's workbench: a sound scenario is called sound, and every fault is found by the check meant for it."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from examdesk.cli import app
from examdesk.items.scenario.trials import events_of
from examdesk.model import Said
from examdesk.workbench import checks, paths
from examdesk.workbench.breaches import tried
from examdesk.workbench.checks import check
from examdesk.workbench.coverage import answered, covered
from examdesk.workbench.monkeys import KINDS, KNOWING, SORRY, Zoo, played, tally, zoo_of
from examdesk.workbench.reading import open_scenario
from examdesk.workbench.report import Check, Report
from examdesk.workbench.rewriting import NEGATIONS, with_typos, without_punctuation
from examdesk.workbench.stage import talk, walked
from tests.conftest import ROOT
from tests.items.chats import CHATS, Chat, chat, each, long
from tests.workbench.parcel import TALK, act, earns, parcel, written

pytestmark = pytest.mark.slow

Data = dict[str, Any]
CHAT = chat("S-04")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("sound"), parcel())


@pytest.fixture(scope="module")
def report(sound: Path) -> Report:
    return check(sound, "S-90", runs=40)


def named(report: Report, name: str) -> Check:
    return next(one for one in report.checks if one.name == name)


def faults(tmp_path: Path, change: Callable[[Data], None], name: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The faults one check finds after a change; the searches that cannot succeed are short."""
    monkeypatch.setattr(paths, "BEST_TRIES", 12)
    data = parcel()
    change(data)
    return [str(fault) for fault in named(check(written(tmp_path, data), "S-90", runs=12), name).faults]


def test_a_sound_scenario_has_no_fault_and_what_is_not_run_says_why(report: Report) -> None:
    assert report.faults == ()
    assert [one.name for one in report.checks] == list(checks.NAMES)
    assert {one.outcome for one in report.checks} == {"good"}
    assert "no clock" in named(report, "clock").told


def test_the_best_chat_earns_everything_within_patience(report: Report, sound: Path) -> None:
    best = named(report, "best path").figures
    assert best["points"] == "100"
    stage = open_scenario(sound, "S-90").stage()
    turns = [("said", {"text": turn}) if isinstance(turn, str) else ("acted", turn) for turn in best["turns"]]
    state = stage.chat(turns)
    assert stage.points(stage.judged(state)) == 100
    assert stage.is_over(state) and state.patience > 0


def test_the_report_is_a_line_a_check_and_a_sum(report: Report) -> None:
    lines = list(report.lines())
    assert lines[0] == "S-90  exams/bank/d08/S-90.yaml"
    assert [line[0] for line in lines if line[0].isdigit()] == [*"123456789", "9"]
    assert re.fullmatch(r"9 checks: 9 good, 0 with faults, 0 not run\. [0-9.]+ CPU seconds\.", lines[-1])
    assert len(lines) < 25


def test_what_no_transcript_comes_to_is_listed_with_its_line(report: Report, sound: Path) -> None:
    listed = named(report, "coverage").listed
    assert any(line.startswith("not walked in ask: moves on (") for line in listed)
    number = int(re.search(r"sun \((\d+)\)", " ".join(listed))[1])  # type: ignore[index]
    rows = (sound / "exams/bank/d08/S-90.yaml").read_text("utf-8").splitlines()
    assert "act: sun" in rows[number - 1]


def test_what_the_coverage_says_the_customer_answered_is_what_the_engine_credited() -> None:
    stage = open_scenario(ROOT, "S-04").stage()
    turns = [turn for script in stage.score["transcripts"] for turn in walked(stage, events_of(script))]
    for before, after in turns:
        if after.steps[-1].kind == "said":
            assert tuple(name for name, _ in answered(stage.play, before, after)) == after.steps[-1].credited
    assert len(turns) > 70


def test_full_marks_out_of_reach_are_a_fault_that_names_what_is_missed(tmp_path: Path, monkeypatch: Any) -> None:
    def leaves(data: Data) -> None:
        data["play"]["anywhere"].append({"act": "number", "go": "left"})
        data["play"]["acts"]["number"]["yields_to"] = ["eta", "closing", "sorry"]

    found = faults(tmp_path, leaves, "best path", monkeypatch)
    assert len(found) == 1
    assert re.search(r"S-90.yaml:\d{2,}: the best chat found earns 80 of 100 points and misses this", found[0])
    assert "(found: asks-number). Cure: " in found[0]


def test_a_chat_that_passes_in_one_order_only_is_a_fault(tmp_path: Path, monkeypatch: Any) -> None:
    def strict(data: Data) -> None:
        score = data["score"]
        order = [({"act": "eta"}, {"act": "number"}), ({"act": "number"}, {"tool": "trace"})]
        score["required"] = [
            earns("end", "solved", 10, goal=True), earns("says-friday", "solved", 20, act="eta"),
            earns("asks-number", "solved", 10, act="number"), earns("traces", "solved", 10, tool="trace"),
            earns("regrets", "kind", 10, act="sorry"),
        ]  # fmt: skip
        score["order"] = [{"id": f"order-{n}", "criterion": "solved", "weight": 20, "first": first, "then": then,
                           "text": {"en": "in order"}} for n, (first, then) in enumerate(order)]  # fmt: skip
        score["pass_mark"] = "90%"

    assert "one order only" in faults(tmp_path, strict, "orders and ends", monkeypatch)[0]


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ({"allowed": {"en": ["money back"]}}, "this never fires the violation (found: money back)"),
        ({"allowed": {"en": ["no vow seven"]}}, "a look-alike is taken for the violation"),
        ({"allowed": {}, "acts": []}, "nothing shows what is no violation (found: refunds)"),
    ],
)
def test_a_violation_that_fires_wrongly_is_a_fault(rule: Data, wrong: str, tmp_path: Path, monkeypatch: Any) -> None:
    found = faults(tmp_path, lambda data: data["score"]["critical"][0].update(rule), "breaches", monkeypatch)
    assert any(wrong in fault for fault in found), found


def test_a_scenario_that_doing_nothing_can_pass_is_a_fault(tmp_path: Path, monkeypatch: Any) -> None:
    found = faults(tmp_path, lambda data: data["score"].update(pass_mark="0%"), "monkeys", monkeypatch)
    assert any("who does nothing can pass" in fault for fault in found)
    assert any("who writes noise can pass" in fault for fault in found)


def test_an_empty_criterion_is_a_fault_and_nothing_else_runs(tmp_path: Path, monkeypatch: Any) -> None:
    def empty(data: Data) -> None:
        reason = {"en": "Nobody likes to wait for long."}
        data["score"]["criteria"].append({"id": "speed", "text": {"en": "Speed"}, "reason": reason})

    assert "nothing earns points for this criterion" in faults(tmp_path, empty, "ways", monkeypatch)[0]
    assert {one.outcome for one in check(tmp_path, "S-90").checks[1:]} == {"not run"}


def test_a_scenario_a_monkey_can_pass_is_a_fault(tmp_path: Path, monkeypatch: Any) -> None:
    def easy(data: Data) -> None:
        for name in TALK:
            del data["play"]["acts"][name]
        data["play"]["anywhere"] = []

    found = faults(tmp_path, easy, "monkeys", monkeypatch)
    assert tally(zoo_of(open_scenario(tmp_path, "S-90").stage()), "all-answers", runs=20).high >= 60
    assert any("who only plays random can pass: 95 of 100 earn up to" in fault for fault in found)
    assert not any("apologiser" in fault for fault in found)


def test_violations_nobody_would_see_are_a_fault(tmp_path: Path, monkeypatch: Any) -> None:
    def blind(data: Data) -> None:
        data["score"]["critical"] = []
        data["score"]["pass_mark"] = "10%"

    assert any("full of violations pass and nobody looks" in fault
               for fault in faults(tmp_path, blind, "monkeys", monkeypatch))  # fmt: skip


def test_phrases_that_only_count_without_errors_are_a_fault(tmp_path: Path, monkeypatch: Any) -> None:
    def brittle(data: Data) -> None:
        data["play"]["acts"]["eta"] = act("wednesday before the afternoon closes")
        for script in data["score"]["transcripts"]:
            for turn in script["turns"]:
                if turn.get("say", "").startswith("fri"):
                    turn["say"] = "wednesday before the afternoon closes one"

    found = faults(tmp_path, brittle, "rewrites", monkeypatch)
    assert "change pass or fail" in found[0]


def test_a_transcript_that_earns_other_points_is_a_fault_of_the_replay(tmp_path: Path, monkeypatch: Any) -> None:
    def other(data: Data) -> None:
        data["score"]["transcripts"][1]["earns"] = 65

    assert "the transcript earns other points (found: 70)" in faults(tmp_path, other, "replay", monkeypatch)[0]


# Monkeys and rewrites


def test_the_same_monkey_plays_the_same_chat(sound: Path) -> None:
    stage = open_scenario(sound, "S-90").stage()
    for kind in KINDS:
        first, again = played(zoo_of(stage), kind, seed=7), played(zoo_of(stage), kind, seed=7)
        assert first == again
    assert len({str(played(zoo_of(stage), "random", seed=n).steps) for n in range(5)}) == 5


def test_breach_happy_breaks_a_rule_in_every_chat(sound: Path) -> None:
    zoo = zoo_of(open_scenario(sound, "S-90").stage())
    for seed in range(30):
        mark = zoo.stage.judged(played(zoo, "breach-happy", seed=seed))
        assert mark.critical or mark.suspected


def test_the_percentile_is_a_figure_that_was_earned(sound: Path) -> None:
    zoo = zoo_of(open_scenario(sound, "S-90").stage())
    one = tally(zoo, "random", runs=20)
    points = sorted(zoo.stage.points(zoo.stage.judged(played(zoo, "random", seed=seed))) for seed in range(20))
    assert (one.high, one.most) == (points[18], points[19])
    assert isinstance(one.high, Fraction)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Hi! Sure.", "Hi Sure"), ("You don't pay 6.5% tax, ok?", "You dont pay 6.5% tax ok"), ("好的，亲。", "好的 亲"),
     ("……", "")],
)
def test_punctuation_goes_and_numbers_stay(text: str, plain: str) -> None:
    assert without_punctuation(text) == plain


def test_a_typing_error_is_the_same_on_every_machine_and_never_takes_a_not_away() -> None:
    text = "We will send the invoice within seven days from Monday"
    assert with_typos(text, random.Random(3)) == with_typos(text, random.Random(3)) != text
    for seed in range(200):
        changed = with_typos("这个不能开没有发票别急", random.Random(seed))
        assert [sign for sign in changed if sign in NEGATIONS] == [*"不没别"]


def test_a_goal_that_wants_a_choice_left_alone_is_reached_by_leaving_it_alone(tmp_path: Path) -> None:
    data = parcel()
    day = {"id": "day", "label": {"en": "Day"}, "kind": "choice",
           "options": [{"id": "today", "text": {"en": "today"}}, {"id": "later", "text": {"en": "later"}}]}  # fmt: skip
    data["play"]["fields"].append({"id": "promised", "value": "none"})
    data["play"]["tools"].append({"id": "promise_day", "label": {"en": "Promise"}, "args": [day],
                                  "sets": {"promised": "$day"}, "done": {"en": "Done."}, "refused": {"en": "No."}})
    data["score"]["goal"]["fields"]["promised"] = ["none"]
    best = named(check(written(tmp_path, data), "S-90", runs=12), "best path")
    assert not best.faults and "100 points" in best.told


# The command


def test_the_command_prints_the_report_and_exits_by_it(sound: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(checks, "KINDS", dict.fromkeys(["silent", "breach-happy"]))
    ran = CliRunner().invoke(app, ["scenario", "check", "S-90", "--course", str(sound)])
    assert ran.exit_code == 0, ran.output
    assert "6  monkeys          good     pass mark 60; 95th percentile of 1,000 each: silent 0," in ran.output
    data = parcel()
    del data["play"]["states"]["last"]["moves_on"]
    ran = CliRunner().invoke(app, ["scenario", "check", "S-90", "--json", "--course", str(written(tmp_path, data))])
    assert ran.exit_code == 1
    found = json.loads(ran.output)
    assert (found["item"], found["checks"][0]["outcome"], found["checks"][1]["outcome"]) == ("S-90", "fault", "not run")
    assert "gets stuck in this state" in found["checks"][0]["faults"][0]["wrong"]


@pytest.mark.parametrize(("name", "wrong"), [("S-99", "exams/bank holds no item S-99. Cure: use one of: S-0"),
                                             ("I-801", "this item is no scenario (found: choice)")])
def test_an_item_that_is_no_scenario_is_said_in_a_line(name: str, wrong: str) -> None:
    ran = subprocess.run([sys.executable, "-m", "examdesk", "scenario", "check", name], cwd=ROOT, capture_output=True,
                         text=True, encoding="utf-8", check=False)  # fmt: skip
    assert (ran.returncode, ran.stdout) == (1, "")
    assert wrong in ran.stderr and "Traceback" not in ran.stderr


def checked_s_04() -> Data:
    ran = subprocess.run([sys.executable, "-m", "examdesk", "scenario", "check", "S-04", "--json"], cwd=ROOT,
                         capture_output=True, text=True, encoding="utf-8", check=False)  # fmt: skip
    found: Data = json.loads(ran.stdout)
    assert ran.returncode == 0, [one["faults"] for one in found["checks"]]
    return found


# On the scenarios of the bank

@long(CHATS)
@pytest.mark.parametrize("kind", [*KINDS, *KNOWING])
def test_every_monkey_can_play_every_scenario(kind: str, chat: Chat) -> None:
    """In the language its chat is held in, with its tools and states."""
    zoo = zoo_of(chat.stage)
    for seed in range(3):
        played(zoo, kind, seed=seed)


@each(CHATS)
def test_every_violation_of_every_scenario_fires_and_is_seen(chat: Chat) -> None:
    found = tried(chat.stage)
    assert found.problems == ()
    assert found.samples > 0 and found.chats > 0


@each(CHATS)
def test_what_a_chat_comes_to_after_it_has_failed_is_not_covered(chat: Chat) -> None:
    """A violation that ends the scenario, put before everything else a gold chat does."""
    secrets = chat.score.get("secrets", ())
    turns = [*talk(*(text for secret in secrets for text in secret["texts"][:1])), *chat.script(chat.named("gold")[0])]
    score = {**chat.score, "transcripts": [as_script(turns)]}
    seen = {place.name for place in covered(replace(chat.stage, score=score)).events}
    unseen = {place.name for place in covered(replace(chat.stage, score=score)).unseen}
    assert seen - unseen >= {secret["id"] for secret in secrets}
    assert bool(unseen & {entry["id"] for entry in chat.score["required"]}) == bool(secrets)


def as_script(turns: list[Said]) -> Data:
    told = [{**({"in": value["chat"]} if "chat" in value else {}),
             **({"say": value["text"]} if kind == "said" else {"do": value["tool"], "args": value["args"]})}
            for kind, value in turns]
    return {"id": "made", "kind": "fail", "language": "zh", "earns": 0, "turns": told}


# The monkeys on S-04


@pytest.fixture(scope="module")
def zoo() -> Zoo:
    return zoo_of(CHAT.stage)


@pytest.mark.parametrize("kind", KINDS)
def test_no_monkey_passes_s_04(kind: str, zoo: Zoo) -> None:
    found = tally(zoo, kind, runs=100)
    assert found.high < CHAT.stage.pass_mark, found
    assert kind != "breach-happy" or found.passed == 0


def test_the_right_words_in_one_message_again_and_again_do_not_pass(zoo: Zoo) -> None:
    for text in zoo.answers:
        assert CHAT.points(talk(*[text] * 20)) < CHAT.pass_mark


def test_doing_nothing_politely_earns_courtesy_only() -> None:
    assert CHAT.points(talk(*SORRY)) <= Fraction(10, 100)


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_desks_of_each_kind_stay_below_the_pass_mark(kind: str) -> None:
    """`scenario check` counts chats, so that a desk of five takes no longer than one customer; this counts desks."""
    queue = next(chat for chat in CHATS if chat.item.id == "S-14")
    found = tally(zoo_of(queue.stage), kind, runs=1_000)
    assert found.high < queue.stage.pass_mark, found


@pytest.mark.soak
def test_s_04_passes_all_checks_in_twenty_cpu_seconds() -> None:
    found = checked_s_04()
    monkeys = next(one["figures"] for one in found["checks"] if one["name"] == "monkeys")
    assert list(monkeys) == list(KINDS)
    assert all(Fraction(one["p95"]) < 60 for one in monkeys.values()), monkeys
    if found["cpu_seconds"] > 20:  # a busy neighbour on the same core costs CPU seconds, too: the better of two counts
        found = checked_s_04()
    assert found["cpu_seconds"] <= 20
