"""What the trained model is sure of, where it reads what, and what a message earned without meaning it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from examdesk.bank.bank import read_item
from examdesk.bank.files import load_yaml
from examdesk.items.scenario import key
from examdesk.items.scenario.learned import Model, features, packed
from examdesk.items.scenario.learning import SURE, examples
from examdesk.items.scenario.play import Play
from examdesk.items.scenario.second import asking, readable, second
from examdesk.items.scenario.slips import slipped
from examdesk.items.scenario.utterances import uttered
from examdesk.items.scenario.world import say, start
from examdesk.wording.phrases import tokens
from examdesk.workbench.detection import Figures, Message, clean, credited, over_all, paid
from tests.conftest import ROOT

TALK = (
    "我女儿今年上小学了", "刚才有人按门铃", "这首歌真好听", "食堂的面不错", "楼下在装修好吵", "手机快没电了",
    "嘻嘻", "诶", "my brother plays the piano", "somebody is at the door", "the soup was too salty",
    "i forgot my umbrella", "hehe",
)  # fmt: skip


def body(name: str) -> dict[str, Any]:
    item = read_item(load_yaml(ROOT / "exams" / "bank" / name, root=ROOT), types={"scenario": key})[0]
    assert item is not None
    return dict(item.body)


@pytest.mark.slow
def test_talk_of_other_things_seldom_counts_and_seldomer_than_by_the_measured_precision_alone() -> None:
    """What is held back all means something, so no threshold learned from it knows of talk."""
    data = key.complete(body("d06/S-07.yaml"))["play"]
    sure, lower = Play(data), Play({**data, "model": {**data["model"], "hi": 1}})
    assert sure.model is not None and sure.model.hi >= SURE
    counted = [sum(bool(second(play, play.model, text, state, play.understood(text), readable(play)).acts)
                   for text in TALK for state in play.data["states"]) for play in (sure, lower) if play.model]
    assert 20 * counted[0] < len(TALK) * len(sure.data["states"]) and counted[0] < counted[1], counted


def test_nothing_but_little_words_is_no_act() -> None:
    model = Model({"hi": 1, "lo": 1, "acts": {"can": {"bias": 100, "weights": ""}}, "pairs": {}, "plain": []})
    assert model.guess([], ["can"]) is None and model.guess(["word"], ["can"]) is not None


def test_courtesy_is_not_asked_about() -> None:
    """The next message, an answer to what he asked before, would be read as an answer to the question."""
    play = stub(["asks-slot"])
    play.data["model"]["hi"] = 1000
    here = replace(start(play, 0), at="cod")
    assert [name for name, _ in say(play, here, "gratis")[1]] == ["you-mean:asks-slot"]
    assert "you-mean:asks-slot" in [name for name, _ in say(play, here, "您好，gratis")[1]]
    assert "you-mean:asks-slot" not in [name for name, _ in say(play, here, "您好 gratis")[1]]


# Asking for a fact


def stub(anywhere: list[str] | None) -> Play:
    """S-05 with a model that knows one word: "gratis" asks when somebody is at home."""
    weights = [0] * (1 << 14)
    for bucket in features(tokens("gratis")):
        weights[bucket] = 20
    acts = {"asks-slot": {"bias": -128, "weights": packed(weights)}}
    more = {} if anywhere is None else {"anywhere": anywhere}
    model = {"hi": 60, "lo": 20, "acts": acts, "pairs": {}, "plain": [], **more}
    return Play({**body("d08/S-05.yaml")["play"], "model": model})


def test_what_only_asks_for_a_fact_is_read_wherever_the_customer_is() -> None:
    assert asking(stub(None)) == ["asks-slot"]
    play = stub(["asks-slot"])
    for state in ("cod", "day", "last"):
        now, _ = say(play, replace(start(play, 0), at=state), "gratis")
        assert now.steps[0].learned == ("asks-slot",) and now.facts, state


def test_a_form_frozen_before_that_was_read_is_marked_as_ever() -> None:
    play = stub(None)
    assert say(play, replace(start(play, 0), at="cod"), "gratis")[0].steps[0].learned == ()


def test_what_a_state_awaits_is_read_there_only() -> None:
    """Asked about too early, a "yes" to something else would count as the act."""
    play = Play(body("d08/S-06.yaml")["play"])
    ruled = {rule.get("act") for state in play.data["states"].values() for rule in state["rules"]}
    assert asking(play) and not set(asking(play)) & ruled


# Typing errors that are learned


def test_a_number_is_never_mistyped() -> None:
    for one in uttered(body("d03/S-01.yaml")["utterances"]):
        for text in slipped(one.text):
            assert text != one.text and [c for c in text if c.isdigit()] == [c for c in one.text if c.isdigit()]


def test_sentences_are_learned_with_their_typing_errors_and_held_back_with_them() -> None:
    play = body("d08/S-05.yaml")
    said = {"asks-slot": {"zh": {"a": ["请问您平时什么时间方便收货呢"]}}}
    more = [one for one in examples(Play(play["play"]), said) if one.uttered]
    assert len(more) > 2 and len({one.group for one in more}) == 1


# What is credited beyond what was earned


def test_what_is_unearned_is_what_a_marker_would_not_have_credited() -> None:
    whole = body("d08/S-05.yaml")
    play = Play(whole["play"])

    def beyond(act: str, text: str) -> set[str]:
        return credited(play, Message(act, "zh", text), clean) & paid(whole["score"])

    assert beyond("cod-yes", "可以货到付款") == set()
    assert beyond("keeps", "可以货到付款") == {"cod-yes"}


def test_figures_of_several_scenarios_are_added_up() -> None:
    one = Figures("held back", "zh", "clean", "model", 10, 8, 1, 0, 1, 1, 2, 1)
    other = one._replace(n=30, right=30, asked=0, lost=0, shown=0, false=0, unearned=0)
    english = one._replace(language="en")
    assert over_all([one, other, english]) == [
        english, one._replace(n=40, right=38)]
