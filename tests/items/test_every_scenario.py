"""What every scenario of the bank promises: one machine on both sides, fair, and not to be had by tricks."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from examdesk.items.scenario import question, samples
from examdesk.items.scenario.desk import play_of
from examdesk.items.scenario.desk_faults import whole
from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.halves import spoken
from examdesk.items.scenario.play import SEEDS
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.widget import Widget
from examdesk.items.scenario.world import MAX_STEPS, act, is_over, say, start
from examdesk.model import Said, seed_of
from examdesk.sitting import Sitting
from examdesk.workbench.moves import plain_words
from tests.conftest import form_of
from tests.items.chats import ALONE, CHATS, MONKEYS, POLITE, Chat, check_hostile, each, long, polite, talk

every_chat, alone = each(CHATS), each(ALONE)  # of several customers: test_every_queue.py

# The same everywhere


@every_chat
def test_one_seed_and_the_same_messages_give_the_same_transcript(chat: Chat) -> None:
    script = chat.script(chat.named("gold")[0])
    first, again = (chat.lived(script, 12345)[0] for _ in range(2))
    copied = play_of(json.loads(json.dumps(chat.play.data)))
    assert question.transcript(chat.play, first) == question.transcript(copied, again)


@long(CHATS)
def test_another_seed_changes_words_and_never_the_mark(chat: Chat) -> None:
    for name in [one["id"] for one in chat.transcripts]:
        seeds = [seed_of("E10-a", str(n), chat.item.id) % SEEDS for n in range(20)]
        marks = [chat.judge(chat.script(name), seed=seed) for seed in seeds]
        assert len({(mark.fraction, mark.parts, mark.critical, mark.suspected) for mark in marks}) == 1
    gold = chat.script(chat.named("gold")[0])
    told = {json.dumps(question.transcript(chat.play, chat.lived(gold, seed)[0])) for seed in range(20)}
    assert len(told) > 15


@every_chat
def test_a_chat_played_again_is_the_chat_that_was(chat: Chat) -> None:
    for name in [one["id"] for one in chat.transcripts]:
        state, journal = chat.lived(chat.script(name), 99)
        again = replay(chat.play, journal)
        assert again.state == state, name
        assert again.faults == (), name
        assert again.heard, name


@every_chat
def test_the_order_of_names_in_the_file_decides_nothing(chat: Chat) -> None:
    play = copy.deepcopy(dict(chat.play.data))
    for half in (play, *play.get("chats", ())):
        for part in {"acts", "states", "lines"} & half.keys():
            half[part] = dict(reversed(half[part].items()))
    for kind in ("gold", "fail"):
        state, journal = chat.lived(chat.script(chat.named(kind)[-1]), 5)
        assert state == replay(play_of(play), journal).state


# What is earned


@every_chat
def test_every_model_transcript_earns_what_it_claims(chat: Chat) -> None:
    for claimed in chat.transcripts:
        name, mark = claimed["id"], chat.judge(chat.script(claimed["id"]))
        assert mark.fraction == Fraction(claimed["earns"], 100), name
        if claimed["kind"] == "gold":
            assert (mark.fraction, mark.critical, mark.suspected) == (1, (), ()), name
            assert mark.evidence["passed"], name
        if claimed["kind"] == "fail":
            assert mark.fraction < chat.pass_mark, name
            assert not mark.evidence["passed"], name


@every_chat
def test_a_blank_chat_earns_nothing(chat: Chat) -> None:
    for said in ([], [("opened", {"seed": 3})]):
        mark = chat.judge(said, seed=None)
        assert mark.fraction == 0
        assert {part.reason for part in mark.parts} == {"no turn taken"}
        assert not mark.evidence["passed"]


@every_chat
def test_every_act_has_ten_phrases_and_five_look_alikes(chat: Chat) -> None:
    """In every language the chat may be held in; a bare "ok" or "no" is like nothing else."""
    acts = {name: spec for name, spec in chat.play.data["acts"].items() if not spec["whole"]}
    few = [(name, use, language) for name, spec in acts.items() for use, least in (("phrases", 10), ("unless", 5))
           for language in sorted(spoken(chat.item.body)) if len(spec[use].get(language, ())) < least]  # fmt: skip
    assert acts and not few


# Fair

GARBAGE = ["asdf qwer", "🙂🙂🙂", "……", "12345", "昨晚的球赛看了吗", "the weather is lovely here"]


@long(CHATS)
def test_what_is_not_understood_costs_nothing(chat: Chat) -> None:
    for name in chat.named("gold"):
        script = chat.script(name)
        for seed in range(10):
            rng = random.Random(seed)
            said: list[Said] = []
            for turn in script:
                chat_id = {name: turn[1][name] for name in ("chat",) if name in turn[1]}
                noise = talk(*rng.sample(GARBAGE, rng.choice([0, 0, 1, 2])))
                said += [*((kind, {**value, **chat_id}) for kind, value in noise), turn]
            mark = chat.judge(said)
            assert mark.fraction == 1, (name, seed)
            assert len(mark.evidence["unknown"]) == len(said) - len(script)


@alone
def test_patience_is_counted_in_messages_and_the_chat_always_ends(chat: Chat) -> None:
    state, turns = start(chat.play, 0), 0
    while not is_over(chat.play, state):
        state, turns = say(chat.play, state, POLITE[chat.language][0])[0], turns + 1
    assert (turns, state.at) == (chat.play.data["patience"], chat.play.data["leaves"]["go"])
    state, tool = start(chat.play, 0), next(name for name, one in chat.play.tools.items() if not one["args"])
    for _ in range(MAX_STEPS):
        state = act(chat.play, state, tool, {})[0]
    assert is_over(chat.play, state)
    assert say(chat.play, state, "hello") == (state, [])


# Not to be had by tricks


@long(CHATS)
@pytest.mark.parametrize("monkey", MONKEYS, ids=lambda monkey: monkey.__name__)
def test_no_monkey_passes(chat: Chat, monkey: Any) -> None:
    earned = [chat.points(monkey(chat, random.Random(seed))) for seed in range(25)]
    assert max(earned) < chat.pass_mark, max(earned)


@every_chat
def test_doing_nothing_politely_earns_courtesy_only(chat: Chat) -> None:
    assert chat.points(polite(chat, random.Random(1))) <= Fraction(10, 100)


@every_chat
def test_who_sends_everything_at_once_has_said_nothing(chat: Chat) -> None:
    """Where the file says so, see `most`."""
    most = chat.play.data.get("most")
    acts = {name: text for name, text in plain_words(chat.stage).items()
            if not chat.play.is_light(name) and not chat.play.is_whole(name)}
    for size in range(2, len(acts)):
        words = [acts[name] for name in sorted(acts)[:size]]
        step = chat.stage.chat(chat.aimed(talk("，".join(words)))).steps[0]
        content = [name for name in step.found if not chat.play.is_light(name)]
        if most and len(content) > most:
            assert not [name for name in step.credited if not chat.play.is_light(name)], words
            return
    assert most is None


# Hostile input


@every_chat
def test_what_the_customer_said_is_never_believed(chat: Chat) -> None:
    _, journal = chat.lived(chat.script(chat.named("gold")[0]), 7)
    forged = [(kind, copy.deepcopy(value)) for kind, value in journal]
    places = [n for n, (kind, _) in enumerate(forged) if kind == "heard"]
    forged[places[3]] = ("heard", {"lines": [["goodbye", 0]]})
    mark = chat.judge(forged, seed=None)
    assert mark.evidence["flags"] == ["replay differs at turn 3"]
    assert mark.fraction == 1  # the replay decides, and it is gold
    del forged[places[3]]
    assert chat.judge(forged, seed=None).evidence["flags"] == ["replay differs at turn 3"]
    assert chat.judge(journal, seed=None).evidence == {**mark.evidence, "flags": []}


HOSTILE: list[Said] = [
    ("said", {"text": "免费" * 9000}),
    ("said", {"text": ""}),
    ("said", {"text": ["免费"]}),
    ("said", None),
    ("said", "免费"),
    ("said", {"text": True}),
    ("acted", {"tool": "look_up_order"}),
    ("acted", {"tool": "look_up_order", "args": {"x": 1}}),
    ("acted", {"tool": {}, "args": {}}),
    ("opened", {"seed": 10**30}),
    ("opened", {"seed": 1.5}),
    ("heard", {"lines": [["no-such-line", 0]] * 500}),
    ("heard", 5),
]


@every_chat
def test_what_no_panel_writes_is_skipped_named_and_refused(chat: Chat) -> None:
    for event in HOSTILE:
        check_hostile(chat, event)


# What a candidate gets


def texts_of(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    for child in data.values() if isinstance(data, dict) else data if isinstance(data, list) else []:
        yield from texts_of(child)


@every_chat
def test_nothing_of_the_score_half_is_public(chat: Chat) -> None:
    written, score = json.dumps(chat.public, ensure_ascii=False), chat.score
    spoken = {turn["say"] for one in chat.transcripts for turn in one["turns"] if "say" in turn}
    ids = {entry["id"] for group in ("required", "order", "forbidden", "critical", "secrets")
           for entry in score.get(group, ())}
    mine = {text for part in ("criteria", "required", "order", "forbidden", "critical", "secrets")
            for entry in score.get(part, ())
            for text in texts_of({name: entry[name] for name in ("text", "reason") if name in entry})}  # fmt: skip
    names = {name for part in ("acts", "states", "lines") for name in whole(chat.item.body)["play"][part]}
    assert not {text for text in spoken | mine if len(text) > 12 and text in written}
    assert not ids & (names | set(texts_of(chat.public)))
    words = ('"weight":', "goal", "critical", "pass_mark", "transcripts", '"secrets"')
    assert not [word for word in words if word in written]
    assert chat.public.keys() == {"stem", "play"}


@alone
def test_the_browser_gets_only_what_it_draws(chat: Chat) -> None:
    drawn = question.shown(chat.public, None)
    channel = {"channel"} & chat.play.data.keys()  # a call says so
    assert drawn.keys() == {"stem", "briefing", "tools", "customer"} | channel
    assert {name for tool in drawn["tools"] for name in tool} == {"id", "label", "args"}


@every_chat
def test_a_chat_in_the_panel_is_marked_as_it_was_lived(chat: Chat, tmp_path: Path) -> None:
    (tmp_path / "form.json").write_text(json.dumps(form_of(chat.item)), "utf-8")
    opened = Sitting(tmp_path, json.loads((tmp_path / "form.json").read_text("utf-8")))
    opened.frame()
    opened.show(chat.item.id)
    widget = opened.screen.questions[chat.item.id]
    assert isinstance(widget, Widget)
    opened._start("amy")
    if "clock" in chat.play.data:  # the customer comes when he is let in
        widget.receive("opened", {})
    for kind, value in chat.script(chat.named("gold")[0]):
        widget.receive(kind, {**value, "turn": widget.turns})
    assert widget.over
    mark = scenario(play=chat.play.data, score=chat.score)(opened.response(chat.item.id))
    assert mark.fraction == 1
    assert mark.evidence["flags"] == []


@every_chat
def test_the_item_stays_gold_under_another_id(chat: Chat) -> None:
    assert samples.right(replace(chat.item, id="S-99")) == samples.right(chat.item)
