"""Several customers at once: who comes, who waits, what is sold meanwhile, and what the order of service earns."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

from examdesk.items.scenario import key, moderating, question, samples
from examdesk.items.scenario.authored import Authored
from examdesk.items.scenario.desk import Desk, Queue, play_of
from examdesk.items.scenario.play import checked
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.trials import events_of
from examdesk.items.scenario.world import is_over, start, take
from examdesk.model import Response, Said
from tests.items import queues
from tests.items.queues import desk, desk_item, do, say

BODY = Authored.model_validate(desk()).body()
PLAY = play_of(BODY["play"])


lived = partial(queues.lived, play=PLAY)
judged = partial(queues.judged, body=BODY)


def gold() -> list[Said]:
    return events_of(BODY["score"]["transcripts"][0])


def journal(turns: list[Said], seed: int) -> list[Said]:
    """What a panel writes."""
    state = start(PLAY, seed)
    written: list[Said] = [("opened", {"seed": seed}), ("heard", {"lines": [list(line) for line in state.opening]})]
    for kind, value in turns:
        state, lines = take(PLAY, state, kind, value)
        written += [(kind, value), ("heard", {"lines": [list(line) for line in lines]})]
    return written


def faults(change: Callable[[dict[str, Any]], None]) -> list[str]:
    data = desk()
    change(data)
    return [f"{'.'.join(map(str, one.loc))}: {one.wrong} ({one.found})"
            for one in key.faults(Authored.model_validate(data).body())]


# Who is there


def test_the_small_desk_has_no_fault() -> None:
    assert faults(lambda data: None) == []


def test_customers_come_after_so_many_turns_of_the_agent_and_speak_first() -> None:
    assert [name for name, _ in start(PLAY, 0).opening] == ["anna/hello", "bob/hello"]
    two = lived(say("anna", "sry one"), say("anna", "sry two"))
    three = lived(say("anna", "sry one"), say("anna", "sry two"), say("bob", "sry one"))
    assert (list(two.chats), list(three.chats), three.came["cleo"]) == (["anna", "bob"], ["anna", "bob", "cleo"], 3)
    assert three.steps[-1].lines[-1][0] == "cleo/hello"


def test_when_nobody_is_left_the_next_comes_at_once() -> None:
    data = desk()
    data["play"]["chats"][2]["arrives"] = 50
    play = play_of(Authored.model_validate(data).body()["play"])
    state = start(play, 0)
    for turn in (say("anna", "siz one"), say("anna", "bye one"), say("bob", "pri one"), say("bob", "bye one")):
        state, _ = take(play, state, *turn)
    assert isinstance(state, Queue)
    assert state.came["cleo"] == 4


def test_a_message_reaches_its_chat_alone() -> None:
    state = lived(say("bob", "pri one"))
    assert (state.chats["bob"].at, state.chats["anna"].at) == ("last", "ask")
    assert {name.partition("/")[0] for name, _ in state.steps[0].lines} == {"bob"}


def test_who_gets_no_answer_asks_again_and_in_the_end_leaves() -> None:
    turns = [say("bob", "sry one")] * 3 + [do("bob", "look")] * 9
    asked = [n for n, step in enumerate(lived(*turns).steps, 1) if "anna/still" in dict(step.lines)]
    gone = [n for n, step in enumerate(lived(*turns).steps, 1) if "anna/cold" in dict(step.lines)]
    assert (asked, gone) == ([4, 8], [12])
    assert lived(*turns).chats["anna"].at == "left"
    answered = [*turns[:6], say("anna", "sry one"), *turns[6:]]
    assert lived(*answered).chats["anna"].at == "ask"


def test_what_nobody_understands_costs_no_turn() -> None:
    noise = [turn for said in gold() for turn in (say(said[1]["chat"], "zzz"), say(said[1]["chat"], "zzz zzz"), said)]
    assert judged(*noise).fraction == 1
    assert lived(*[say("bob", "zzz")] * 9).came.keys() == {"anna", "bob"}


def test_it_is_over_when_all_have_come_and_gone() -> None:
    assert is_over(PLAY, lived(*gold()))
    assert not is_over(PLAY, lived(*gold()[:-1]))
    assert lived(*gold(), say("anna", "siz one")) == lived(*gold())


# What they share


def test_stock_drops_as_turns_pass_and_as_others_are_served() -> None:
    def stock(*turns: Said) -> Any:
        return lived(*turns).fields["stock"]

    assert [stock(*[say("anna", "sry one")] * count) for count in (0, 1, 2)] == [3, 3, 1]
    sold = [say("bob", "pri one"), say("bob", "bye one")]
    assert stock(*sold) == 0
    late = lived(say("anna", "siz one"), *sold, say("anna", "siz two"))
    assert late.steps[-1].credited == ("rude",)  # what was true before it was sold is none any more


def test_a_tool_changes_the_screen_of_all_and_a_tool_of_one_is_his() -> None:
    state = lived(do("anna", "look"))
    assert state.fields["looked"] == "yes"
    assert "pair" not in state.fields
    drawn = question.shown({"play": BODY["play"]}, None)
    anna, _, cleo = (one["tools"] for one in drawn["chats"])
    tools = [[one["id"] for one in tools] for tools in (drawn["tools"], anna, cleo)]
    assert tools == [["look", "refund"], [], ["open_link"]]
    assert drawn.keys() == {"briefing", "tools", "chats"}
    with pytest.raises(ValueError, match="no such action"):
        checked(PLAY, *do("anna", "open_link"))


def test_a_chat_in_words_says_to_whom() -> None:
    told = question.told({"play": BODY["play"]}, [list(turn) for turn in gold()[:2]], "en")
    assert [line.split()[0] for line in told[:2]] == ["sample_anna:", "sample_bob:"]
    assert told[2] == "1. Agent → sample_bob: pri one"
    action = question.told({"play": BODY["play"]}, [["acted", {"chat": "anna", "tool": "look", "args": {}}]], "en")
    assert action[-2:] == ["1. Action → sample_anna: Look at the stock", "System → sample_anna: Shown."]


def test_a_marker_sees_whose_words_they_are_and_corrects_a_turn() -> None:
    answered = Response("S-91", [list(turn) for turn in gold()])
    first = moderating.turns(BODY, answered, language="en")[0]
    assert first.words == "Agent → sample_bob: pri one"
    assert first.answer[0].startswith("sample_bob: thanks")
    again = moderating.grader(BODY, {1: ["sorry"]})(answered)
    assert "missing: did end-b" in again.parts[0].reason


def test_what_was_lost_is_told_where_it_was_lost() -> None:
    lost = key.lost(desk_item(), [list(turn) for turn in gold()[:3]], "en", show_key=True)
    assert {"turn": "1", "what": "Solved: did end-b"}.items() <= lost[0].items()
    opened = [*gold()[:4], do("cleo", "open_link")]
    lost = key.lost(desk_item(), [list(turn) for turn in opened], "en", show_key=True)
    assert {"turn": "5", "points": "", "said": "[Open the link]"}.items() <= lost[-1].items()


def test_samples_stay_in_a_chat_that_is_there() -> None:
    item = desk_item()
    for seed in range(20):
        for some in (samples.vary, samples.partial, samples.wrong):
            assert judged(*some(item, random.Random(seed))).evidence["flags"] == []


# The same everywhere


def test_a_desk_played_again_is_the_desk_that_was() -> None:
    again = replay(PLAY, journal(gold(), 99))
    assert (again.state, again.faults, again.heard) == (lived(*gold(), seed=99), (), True)
    copied = play_of(json.loads(json.dumps(BODY["play"])))
    assert replay(copied, journal(gold(), 99)).state == again.state


def test_another_seed_changes_words_and_never_the_mark() -> None:
    marks = [judged(*journal(gold(), seed)) for seed in range(12)]
    assert {(mark.fraction, mark.parts) for mark in marks} == {(marks[0].fraction, marks[0].parts)}
    assert len({lived(seed=seed).opening for seed in range(12)}) > 3


def test_what_the_customers_said_is_never_believed() -> None:
    forged = copy.deepcopy(journal(gold(), 7))
    forged[5] = ("heard", {"lines": [["anna/cold", 0]]})
    mark = judged(*forged)
    assert (mark.fraction, mark.evidence["flags"]) == (1, ["replay differs at turn 2"])


@pytest.mark.parametrize("event", [
    ("said", {"text": "siz"}), ("said", {"chat": "dora", "text": "siz one"}), ("said", {"chat": ["x"], "text": "x"}),
    ("said", {"chat": "anna", "text": ""}), ("acted", {"chat": "anna", "tool": "open_link", "args": {}}),
    ("acted", {"chat": "anna", "tool": "look", "args": {"x": 1}}), ("heard", {"lines": [["dora/hello", 0]]}),
    ("heard", {"lines": [["anna", 0]]}), ("heard", {"lines": [["anna/hello", 9]]}), ("heard", {"lines": "x"}),
    ("heard", {"lines": [["anna/hello", 0]] * 61}), ("heard", {"lines": [7]}), ("said", 5), ("opened", {"seed": -1}),
], ids=range(14))  # fmt: skip
def test_what_no_panel_writes_is_skipped_named_and_refused(event: Said) -> None:
    with pytest.raises(ValueError):
        checked(PLAY, *event)
    written = journal(gold(), 0)
    mark = judged(*written[:6], event, *written[6:])
    assert (mark.fraction, len(mark.evidence["flags"])) == (1, 1)


def test_a_message_to_who_has_not_come_or_has_gone_finds_nobody() -> None:
    for turns in ([say("cleo", "siz one")], [say("anna", "siz one"), say("anna", "bye one"), say("anna", "sry one")]):
        mark = judged(*turns)
        assert mark.evidence["turns"] == len(turns) - 1
        assert mark.evidence["flags"] == [f"after turn {len(turns) - 1}: the chat was over"]


# What is earned


@pytest.mark.parametrize("name", [one["id"] for one in BODY["score"]["transcripts"]])
def test_every_model_transcript_earns_what_it_claims(name: str) -> None:
    one = next(one for one in BODY["score"]["transcripts"] if one["id"] == name)
    assert judged(*events_of(one)).fraction == Fraction(one["earns"], 100)


def reasons(*turns: Said) -> str:
    return "; ".join(part.reason for part in judged(*turns).parts)


def test_every_point_names_its_turn_and_its_chat() -> None:
    told = reasons(*gold())
    assert "turn 1 (bob): did bob-first" in told
    assert "turn 4 (cleo): did regrets" in told
    assert "turn 6 (bob): did end-b" in told


def test_who_comes_first_has_to_be_answered_first_once_he_is_there() -> None:
    assert "turn 3 (bob): did bob-first" in reasons(do("anna", "look"), say("anna", "zzz"), say("bob", "pri one"))
    assert "missing: did bob-first" in reasons(say("anna", "sry one"), say("bob", "pri one"))
    only_greeted = reasons(say("bob", "sry one"), say("anna", "siz one"))
    assert "missing: did bob-first" in only_greeted
    served = reasons(say("bob", "sry one"), say("anna", "siz one"), say("bob", "pri one"))
    assert "turn 1 (bob): did bob-first" in served
    data = desk()
    data["play"]["chats"][1]["arrives"] = 1  # Anna was answered before Bob came: nobody can be blamed
    late = judged(say("anna", "sry one"), say("bob", "pri one"), body=Authored.model_validate(data).body())
    assert "turn 2 (bob): did bob-first" in late.parts[1].reason


def test_an_answer_within_so_many_turns_counts_from_the_coming() -> None:
    before = [say("anna", "sry one"), say("bob", "sry one"), say("bob", "sry one")]  # Cleo comes after the third
    soon, late = [*before, *[do("bob", "look")] * 2], [*before, *[do("bob", "look")] * 3]
    assert "turn 6 (cleo): did cleo-soon" in reasons(*soon, say("cleo", "siz one"))
    assert "missing: did cleo-soon" in reasons(*late, say("cleo", "siz one"))


def copies(text: str) -> bool:
    three = [say("anna", text), say("bob", f"{text} "), *[do("anna", "look")] * 3, say("cleo", text.replace(",", "!"))]
    assert "sent one answer to all" not in reasons(*three[:-1])
    return "turn 6 (cleo): sent one answer to all" in reasons(*three)


def test_one_answer_to_all_costs_points_courtesy_and_few_words_do_not() -> None:
    assert copies("pri one, and we have all of the sizes here")
    assert not copies("whatever it is you want, you have to wait for it")  # not understood
    assert not copies("sry one, there are so many of you here")
    assert not copies("pri one")


def test_long_messages_are_told_and_short_ones_earn() -> None:
    assert "did brief" in reasons(*gold())
    long = [("said", {**value, "text": f"{value['text']} {'x' * 40}"}) if n == 3 else (kind, value)
            for n, (kind, value) in enumerate(gold())]
    assert "missing: did brief" in reasons(*long)
    assert "missing: did brief" in reasons(*gold()[:3])  # Cleo was not answered


def test_an_excuse_holds_in_its_own_chat() -> None:
    assert "insulted somebody" not in reasons(say("anna", "sry one"), say("anna", "fool one"))
    assert "turn 2 (anna): insulted somebody" in reasons(say("bob", "sry one"), say("anna", "fool one"))


def test_the_link_of_one_ends_the_scenario_for_all() -> None:
    mark = judged(*gold()[:5], do("cleo", "open_link"), *gold()[5:])
    assert mark.critical == (("link", "turn 6 (cleo): open_link"),)
    assert (mark.evidence["failed_at"], mark.evidence["passed"]) == (6, False)
    assert mark.fraction == judged(*gold()[:5]).fraction


def test_a_promise_in_any_chat_is_seen() -> None:
    assert judged(say("bob", "vow one")).suspected == (("vowed", "turn 1 (bob): promise – vow one"),)


# What an author can get wrong


def change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def made(data: dict[str, Any]) -> None:
        *way, last = path.split(".")
        here: Any = data
        for name in way:
            here = here[int(name) if name.isdigit() else name]
        here[int(last) if last.isdigit() else last] = value

    return made


@pytest.mark.parametrize(("path", "value", "told"), [
    ("play.chats.1.begins", "nowhere", "play.chats.1.begins: there is no state of this name (nowhere)"),
    ("play.chats.0.states.ask.rules.0.act", "sing",
     "play.chats.0.states.ask.rules.0.act: there is no act of this name (sing)"),
    ("play.chats.2.tools.0.sets", {"gone": 1}, "play.chats.2.tools.0.sets.gone: there is no field of this name (gone)"),
    ("play.chats.1.waits.say", "zap", "play.chats.1.waits.say: there is no line of this name (zap)"),
    ("play.chats.1.id", "anna", "play.chats.1.id: this id stands twice (anna)"),
    ("play.happens.1.at", ["gone"], "play.happens.1.at: there is no state of this name (gone)"),
    ("play.happens.0.sets", {"pair": "x"}, "play.happens.0.sets.pair: there is no field of this name (pair)"),
    ("play.happens.0", {"sets": {"stock": 1}}, "play.happens.0: nothing makes this happen ()"),
    ("score.required.4.event.before", ["dora"],
     "score.required.4.event.before.0: there is no chat of this name (dora)"),
    ("score.required.0.event", {"goal": True},
     "score.required.0.event: several customers, and nobody says whose goal this is ()"),
    ("score.required.6.event", {"short": 40}, "score.required.6.event: short: and chats: belong together ()"),
    ("score.required.4.event", {"answered": "bob", "act": "sorry"},
     "score.required.4.event: an event is exactly one thing (act, answered)"),
    ("score.transcripts.0.turns.0", {"in": "dora", "say": "x"},
     "score.transcripts.0.turns.0: this message cannot be done: no such chat (dora)"),
    ("score.transcripts.0.turns.0", {"say": "x"},
     "score.transcripts.0.turns.0: this message cannot be done: no such chat ()"),
    ("play.anywhere.0.act", "sing", "play.anywhere.0.act: there is no act of this name (sing)"),
])  # fmt: skip
def test_a_wrong_name_is_told_where_it_stands(path: str, value: Any, told: str) -> None:
    assert told in faults(change(path, value))


def test_nobody_there_at_the_beginning_is_a_fault() -> None:
    def late(data: dict[str, Any]) -> None:
        for chat in data["play"]["chats"]:
            chat["arrives"] = 2

    assert "play.chats: nobody is there when the exam begins ()" in faults(late)


def test_a_play_half_of_one_chat_is_read_as_ever() -> None:
    assert not isinstance(play_of({"tools": [], "acts": {}}), Desk)
