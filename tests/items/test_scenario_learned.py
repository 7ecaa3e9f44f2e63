"""The trained model of a scenario: it adds to the phrases, never takes away, and is the same on every machine."""

from __future__ import annotations

import copy
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from examdesk.bank import load_form, read_form
from examdesk.bank.bank import read_item
from examdesk.bank.corrections import append_corrections, corrections_path
from examdesk.bank.files import load_yaml
from examdesk.building import build_form, freeze_exam
from examdesk.building.check import check
from examdesk.building.completing import completed, written
from examdesk.building.corrections import offer, sound
from examdesk.items.scenario import halves, key, moderating, question
from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.learned import Guess, Model, best, features, packed, unpacked
from examdesk.items.scenario.learning import examples, is_held_back, thresholds
from examdesk.items.scenario.play import Play, checked
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.trials import events_of
from examdesk.items.scenario.world import State, say, start
from examdesk.model import Correction, Item, Judgement, Said, digest
from examdesk.wording.phrases import tokens
from examdesk.workbench.detection import detection
from tests.conftest import ROOT, respond
from tests.items.chats import MONKEYS, chat
from tests.items.doubting import doubting

FOUND = read_item(load_yaml(ROOT / "exams" / "bank" / "d08" / "S-04.yaml", root=ROOT), types={"scenario": key})[0]
assert FOUND is not None
ITEM: Item = FOUND
WRITTEN = doubting(ITEM.body)


@cache
def trained() -> dict[str, Any]:
    """The body as it would be frozen."""
    return key.complete(WRITTEN)


def stub(hi: int = 60, lo: int = 20, plain: Sequence[str] = (), **words: str) -> Play:
    """S-04 with a model that knows one word for each of some acts: "no-charge" is `no_charge="gratis"`."""
    acts: dict[str, Any] = {}
    for name, word in words.items():
        weights = [0] * (1 << 14)
        for bucket in features(tokens(word)):
            weights[bucket] = 20
        acts[name.replace("_", "-")] = {"bias": -128, "weights": packed(weights)}
    return Play({**WRITTEN["play"], "model": {"hi": hi, "lo": lo, "acts": acts, "pairs": {}, "plain": plain}})


def at(play: Play, state: str) -> State:
    return replace(start(play, 0), at=state)


def lines(said: list[tuple[str, int]]) -> list[str]:
    return [name for name, _ in said]


# The same as ever without one


def test_a_scenario_frozen_without_a_model_plays_as_before() -> None:
    frozen = read_form(ROOT / "exams" / "E11-sampler" / "forms" / "a.yaml").items["S-04"]
    assert "model" not in frozen.body["play"] and completed(frozen) == frozen
    grade = scenario(play=frozen.body["play"], score=frozen.body["score"])
    for script in frozen.body["score"]["transcripts"]:
        mark = grade(respond(frozen, [("opened", {"seed": 7}), *events_of(script)]))
        assert mark.fraction is not None and mark.fraction * 100 == script["earns"]
        assert not any(step.learned for step in replay(Play(frozen.body["play"]), events_of(script)).state.steps)


def test_a_mark_names_the_model_and_what_it_read() -> None:
    play = {**WRITTEN["play"], "model": {**stub(no_charge="gratis").data["model"], "digest": "d1"}}
    said = [("said", {"text": text}) for text in ("可以开的", "gratis")]
    evidence = scenario(play=play, score=WRITTEN["score"])(respond(ITEM, said)).evidence
    assert (evidence["model"], evidence["read_by_model"]) == ("d1", [[2, "no-charge"]])
    plain = scenario(play=WRITTEN["play"], score=WRITTEN["score"])(respond(ITEM, said)).evidence
    assert "model" not in plain and "read_by_model" not in plain


def test_what_costs_points_and_no_phrase_shows_is_pointed_out_to_the_marker_and_costs_nothing() -> None:
    model = {**stub(charge="gratis").data["model"], "digest": "d1"}
    body = {"play": {**WRITTEN["play"], "model": model}, "score": WRITTEN["score"]}
    response = respond(ITEM, [("said", {"text": text}) for text in ("可以开的", "gratis", "gratis 7", "blah")])
    mark = scenario(**body)(response)
    assert mark.evidence["perhaps"] == [[2, "charge"]] and not mark.suspected
    assert [turn.perhaps for turn in moderating.turns(body, response)] == [None, "charge", None, None]
    corrected = moderating.grader(body, {2: ["charge"]})(response)
    assert corrected.suspected and "perhaps" not in corrected.evidence
    assert "perhaps" not in moderating.grader(body, {2: []})(response).evidence  # a marker says: nothing
    unsure = {**body, "play": {**body["play"], "model": {**model, "hi": 1000}}}
    assert "perhaps" not in scenario(**unsure)(response).evidence


@pytest.mark.slow
def test_the_model_changes_no_mark_of_the_model_transcripts() -> None:
    def marks(body: dict[str, Any]) -> list[Judgement]:
        grade = scenario(play=body["play"], score=body["score"])
        return [grade(respond(ITEM, events_of(script))) for script in body["score"]["transcripts"]]

    for old, new in zip(marks(dict(ITEM.body)), marks(trained()), strict=True):
        assert old.fraction is not None and new.fraction is not None and new.fraction >= old.fraction
        assert (new.critical, new.suspected) == (old.critical, old.suspected)


# What it may do


def test_what_is_sure_enough_counts_and_is_named() -> None:
    state, said = say(stub(no_charge="gratis"), at(stub(), "cost"), "gratis")
    assert (state.steps[0].credited, state.steps[0].learned) == (("no-charge",), ("no-charge",))
    assert "saves-me" in lines(said) and state.at == "content"


def test_what_is_not_sure_is_asked_and_a_yes_counts() -> None:
    play = stub(hi=1000, no_charge="gratis")
    state, said = say(play, at(play, "cost"), "gratis")
    assert lines(said) == ["you-mean:no-charge"] and state.steps[0].is_unknown
    assert "nothing to pay" in play.texts(said[0])["en"] and "{" not in play.texts(said[0])["zh"]
    after, said = say(play, state, "Yes")
    assert after.steps[-1].credited == ("no-charge",) and after.at == "content"


def test_the_question_costs_nothing() -> None:
    play = stub(hi=1000, no_charge="gratis")
    before = at(play, "cost")
    state, _ = say(play, before, "Hello, gratis")
    assert (state.patience, state.stalls, state.mood, state.at) == (before.patience, 0, before.mood, "cost")


@pytest.mark.parametrize("no", ["No", "不是", "不用"])
def test_a_bare_no_to_the_question_means_nothing(no: str) -> None:
    """Where he asks for the tax, "no" means there is none; it must not when he asked whether something is meant."""
    play = stub(hi=1000, no_charge="gratis")
    state, _ = say(play, at(play, "cost"), "gratis")
    after, _ = say(play, state, no)
    assert after.steps[-1].credited == () and after.at == "cost" and after.mood == state.mood


def test_other_words_after_the_question_are_read_as_ever() -> None:
    play = stub(hi=1000, no_charge="gratis")
    state, _ = say(play, at(play, "cost"), "gratis")
    assert say(play, state, "不是，税点您付一下")[0].steps[-1].credited == ("charge",)
    assert say(play, state, "税点我们店里承担")[0].steps[-1].credited == ("no-charge",)


def test_nothing_is_asked_twice() -> None:
    play = stub(hi=1000, no_charge="gratis")
    state, _ = say(play, at(play, "cost"), "gratis")
    _, said = say(play, state, "gratis")
    assert lines(said) == ["not-clear"]


def test_a_yes_later_is_a_yes_to_the_customer() -> None:
    play = stub(hi=1000, no_charge="gratis")
    state, _ = say(play, at(play, "cost"), "gratis")
    state, _ = say(play, state, "blah")
    assert say(play, state, "ok")[0].steps[-1].credited == ("agrees",)


# What it may not do


@pytest.mark.parametrize(("state", "text"), [
    ("ask", "gratis"),  # not awaited there
    ("cost", "gratis 7"),  # a number is a fact
    ("cost", "两周 gratis"),
    ("cost", "feel free gratis"),  # a look-alike of the act
    ("cost", "要加税点的, gratis"),  # phrases show the opposite
    ("cost", "ok gratis, 要加6个点"),
    ("cost", "好的，快递费我们出，可以开的，gratis"),  # two acts count already
])  # fmt: skip
def test_the_model_stays_out(state: str, text: str) -> None:
    play, plain = stub(no_charge="gratis"), Play(ITEM.body["play"])
    assert "no-charge" not in say(play, at(play, state), text)[0].steps[0].credited
    assert say(play, at(play, state), text)[0].steps[0] == say(plain, at(plain, state), text)[0].steps[0]


def test_only_acts_with_a_meaning_are_read() -> None:
    play = stub(charge="gratis", no_charge="nothing")
    state, said = say(play, at(play, "cost"), "gratis")
    assert state.steps[0].found == () and lines(said) == ["not-clear"]


def test_a_stronger_rival_makes_it_silent() -> None:
    play = stub(charge="gratis", no_charge="gratis")
    assert say(play, at(play, "cost"), "gratis")[0].steps[0].found == ()


def test_an_act_that_denies_nothing_is_not_read_where_something_is_denied() -> None:
    for text, plain, counts in (("we gratis", True, True), ("not gratis", True, False), ("not gratis", False, True)):
        play = stub(no_charge="gratis", plain=["no-charge"] if plain else [])
        assert (say(play, at(play, "cost"), text)[0].steps[0].learned == ("no-charge",)) is counts, text


def test_between_an_act_and_its_opposite_weights_of_their_own_decide() -> None:
    data = dict(stub(no_charge="gratis").data["model"])
    for bias, found in ((50, Guess("no-charge", 100)), (-1, None)):
        model = Model({**data, "pairs": {"no-charge": {"bias": bias, "weights": ""}}})
        assert model.guess(["gratis"], ["no-charge", "charge"]) == found


def test_the_customers_own_words_mean_nothing() -> None:
    play = stub(no_charge="我知道特价便宜")
    for text, copied in (("我知道特价便宜", True), ("我知道特价便宜嘿", True), ("特价便宜", False)):
        assert (say(play, at(play, "cost"), text)[0].steps[0].learned == ()) is copied, text


def test_a_panel_journals_the_question_and_no_other() -> None:
    play = stub(no_charge="gratis")
    assert checked(play, "heard", {"lines": [["you-mean:no-charge", 2]]})
    for name in ("you-mean:charge", "you-mean:nobody", "good:no-charge", "you-mean:"):
        with pytest.raises(ValueError, match="no such event"):
            checked(play, "heard", {"lines": [[name, 0]]})
    with pytest.raises(ValueError, match="no such event"):
        checked(Play(ITEM.body["play"]), "heard", {"lines": [["you-mean:no-charge", 0]]})


# Training


def test_weights_come_back_as_they_were() -> None:
    weights = [0] * (1 << 14)
    weights[0], weights[4095], weights[16383] = 31, -31, 1
    assert unpacked(packed(weights)) == {0: 31, 4095: -31, 16383: 1}


def test_the_act_that_stands_out() -> None:
    assert best({"a": 10, "b": -20, "c": -500}) == Guess("a", 30)
    assert best({"a": -100}) == Guess("a", 28)
    assert best({"a": -128}) is None and best({}) is None


def test_held_back_are_whole_phrases_about_three_in_ten() -> None:
    every = [one for one in examples(Play(WRITTEN["play"])) if one.group]
    held = {one.group for one in every if is_held_back(one)}
    assert not held & {one.group for one in every if not is_held_back(one)}
    assert 0.25 < len(held) / len({one.group for one in every}) < 0.35


@pytest.mark.parametrize(("read", "bounds"), [
    ([(n, True) for n in range(1, 101)], (1, 11)),  # all right: everything counts, a tenth is let go
    ([(n, n != 50) for n in range(1, 101)], (1, 11)),  # 99 of 100 are right
    ([(n, n > 19) for n in range(1, 101)], (16, 28)),  # 81 of 85 are right from 16 on
    ([(5, True)] * 19 + [(5, False)] * 2, (6, 5)),  # one margin counts as a whole or not at all
    ([(5, True)] * 19 + [(5, False)], (5, 5)),
    ([(5, False)], (6, 6)), ([], (1, 1)),
    ([(n, n % 2 == 0) for n in range(1, 101)], (100, 4)),  # of fifty right ones, one may go unread
])  # fmt: skip
def test_thresholds_are_the_lowest_with_95_of_100_right_and_keep_98(
    read: list[tuple[int, bool]], bounds: tuple[int, int]
) -> None:
    hi, lo = bounds
    assert thresholds(read) == (hi, min(hi, lo))


@pytest.mark.slow
def test_the_same_phrases_give_the_same_model_in_every_process(tmp_path: Path) -> None:
    (tmp_path / "play.json").write_text(json.dumps(WRITTEN["play"]), "utf-8")
    code = ("import json, sys; from examdesk.items.scenario.learning import learned; "
            "print(learned(json.load(open(sys.argv[1], encoding='utf-8')))['digest']); "
            "print(*(name for name in ('numpy', 'sklearn', 'scipy') if name in sys.modules))")
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path / "play.json")], capture_output=True, text=True,
                         check=True, env={"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT), "PATH": ""})
    assert run.stdout.split("\n")[:2] == [trained()["play"]["model"]["digest"], ""]


@pytest.mark.slow
def test_the_form_holds_the_model_with_its_digest_and_the_bank_still_fits() -> None:
    item, frozen = replace(ITEM, body=WRITTEN), replace(ITEM, body=trained())
    model = question.public(frozen)["play"]["model"]
    assert digest({name: value for name, value in model.items() if name != "digest"}) == model["digest"]
    assert written(frozen) == item and frozen != item
    assert "model" not in json.dumps(question.shown(question.public(frozen), None))


@pytest.mark.slow
def test_the_trained_model_reads_words_no_phrase_knows() -> None:
    play, plain = Play(trained()["play"]), Play(ITEM.body["play"])
    for state, act, text in UNKNOWN:
        assert not [name for name in plain.understood(text) if not plain.is_light(name)], text
        now, said = say(play, at(play, state), text)
        assert act in now.steps[0].learned or f"you-mean:{act}" in lines(said), text


@pytest.mark.slow
@pytest.mark.parametrize("monkey", [*MONKEYS, "yes", "nearly"], ids=lambda one: getattr(one, "__name__", one))
def test_no_monkey_passes_with_the_model(monkey: Any) -> None:
    grade = scenario(play=trained()["play"], score=WRITTEN["score"])
    own = {"yes": yes_sayer, "nearly": nearly_parrot}
    for seed in range(8):
        rng = random.Random(seed)
        said = own[monkey](rng) if monkey in own else monkey(chat("S-04"), rng)
        mark = grade(respond(ITEM, [("opened", {"seed": seed}), *said]))
        assert mark.fraction is not None and mark.fraction < Fraction(3, 5), mark.parts


def yes_sayer(rng: random.Random) -> list[Said]:
    """Agrees with everything, after a word or two that are nearly something."""
    words = ["发票", "免费", "邮费", "抬头", "登记", "鞋子", "invoice", "tax", "postage", "title"]
    texts = ["".join(rng.sample(words, 2)) if turn % 2 else rng.choice(["是的", "对的", "Yes"]) for turn in range(30)]
    return [("acted", {"tool": "look_up_order", "args": {}}), *(("said", {"text": text}) for text in texts)]


def nearly_parrot(rng: random.Random) -> list[Said]:
    """The customer's lines with a character less, then a yes."""
    texts = [line["zh"][:-2] for lines_ in WRITTEN["play"]["lines"].values() for line in lines_]
    return [("said", {"text": text}) for one in rng.sample(texts, 20) for text in (one, "是的")]


@pytest.mark.soak
def test_on_phrases_held_back_the_model_asks_the_right_thing_and_counts_nothing_wrong() -> None:
    found = detection(WRITTEN["play"])
    for language in ("zh", "en"):
        for how in ("clean", "typos", "bare"):
            plain, full = (next(one for one in found.figures if (one.language, one.heard, one.reader) ==
                                (language, how, reader)) for reader in ("phrases", "model"))
            assert full.right >= plain.right and full.right + full.asked > 2 * plain.right, full
            assert 5 * full.lost < 3 * plain.lost and full.false <= plain.false + full.n // 100, full
            assert full.misasked <= full.n // 50, full
    for probe in found.probes:
        assert 100 * probe.counted <= probe.n and 10 * probe.asked <= probe.n, probe
    assert found.bytes < 120_000


UNKNOWN = [  # typed by hand for this test
    ("freight", "freight-shop", "邮费咱店里全包了"), ("freight", "freight-shop", "the postege is payed by our shop"),
    ("details", "asks-title", "what shoud the titel of the invoice be"),
]  # fmt: skip


@pytest.mark.slow
def test_a_form_frozen_with_a_model_is_built_checked_and_corrected_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = trained()["play"]["model"]
    monkeypatch.setattr(key, "learned", lambda play, said: once)  # the same, trained once
    shutil.copytree(ROOT / "exams", tmp_path / "exams")
    (tmp_path / "grading").mkdir()
    shutil.copy(ROOT / "grading/points.yaml", tmp_path / "grading/points.yaml")
    file = tmp_path / "exams/bank/d08/S-04.yaml"
    head = {name: value for name, value in load_yaml(file, root=tmp_path).data.items() if name not in ("play", "score")}
    file.write_text(yaml.safe_dump({**head, **WRITTEN}, allow_unicode=True, sort_keys=False), "utf-8")
    frozen = freeze_exam(tmp_path, "E11-sampler", "a", replace=True)
    model = frozen.items["S-04"].body["play"]["model"]
    assert freeze_exam(tmp_path, "E11-sampler", "a") == frozen == load_form(tmp_path, "E11-sampler-a")
    folder = build_form(tmp_path, frozen)
    public = json.loads((folder / "form.json").read_text("utf-8"))["questions"]["S-04"]["public"]
    cell = next(cell for cell in json.loads((folder / "E11-sampler-a.ipynb").read_text("utf-8"))["cells"]
                if cell["id"] == "S-04")
    assert public["play"]["model"] == model and model["digest"] in "".join(cell["source"])
    assert not [fault for fault in check(tmp_path).faults if "E11-sampler/forms" in fault.file]
    file.write_text(file.read_text("utf-8").replace("语气不耐烦", "语气很冲"), "utf-8")
    found = offer(tmp_path, frozen)
    assert (set(found.bodies["S-04"][0]), dict(found.left)) == ({"score"}, {})
    entry = Correction("2026-01-01T00:00:00Z", 1, "Li Hua", "too dear", "S-04", found.bodies["S-04"][0])
    append_corrections(corrections_path(tmp_path / "exams/E11-sampler/forms/a.yaml"), frozen, [entry])
    again = sound(load_form(tmp_path, "E11-sampler-a")).items["S-04"].body
    assert again["play"]["model"] == model and again["score"] != frozen.items["S-04"].body["score"]


# An author's faults

RULE: dict[str, Any] = {"if": {"acts": [], "facts": [], "fields": {}}, "mood": 0, "say": []}


@pytest.mark.parametrize(("change", "wrong"), [
    (lambda play: play.pop("unsure"), "nobody asks what this act means"),
    (lambda play: play["unsure"].update(say="nothing"), "there is no line of this name"),
    (lambda play: play["unsure"].update(yes=["can"]), "this is no act of whole: true"),
    (lambda play: play["lines"].update({"you-mean": [{"zh": "吗？", "en": "Is it?"}] * 3}), "not say what it is about"),
    (lambda play: play["acts"]["charge"].update(meaning={"zh": "要加钱", "en": "I pay"}), "it is a critical violation"),
    (lambda play: play["acts"]["curt"].update(meaning={"zh": "烦", "en": "go away"}), "it costs points"),
    (lambda play: play["anywhere"].append({**RULE, "act": "noted", "means": "charge"}), "it is a critical violation"),
    (lambda play: play["anywhere"].append({**RULE, "act": "noted", "mood": -1}), "it annoys the customer"),
    (lambda play: play["acts"]["greets"].update(meaning={"zh": "你好", "en": "hello"}), "courtesy and bare answers"),
    (lambda play: play["acts"]["can"].update(meaning={"zh": "可以"}), "a language is missing"),
])  # fmt: skip
def test_an_author_is_told_what_the_model_may_not_read(change: Any, wrong: str) -> None:
    body = copy.deepcopy(WRITTEN)
    assert list(halves.faults(body)) == []
    change(body["play"])
    assert any(wrong in problem.wrong for problem in halves.faults(body)), list(halves.faults(body))
