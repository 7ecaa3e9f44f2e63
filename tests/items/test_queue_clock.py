"""Several customers on the exam's clock: each one's wait runs while others are served, and is played again."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from examdesk.items.scenario import key, question
from examdesk.items.scenario.authored import Authored
from examdesk.items.scenario.desk import Queue, play_of
from examdesk.items.scenario.lessons import lessons
from examdesk.items.scenario.play import checked
from examdesk.items.scenario.promptness import late_turns
from examdesk.items.scenario.replaying import Replay, replay
from examdesk.items.scenario.trials import events_of
from examdesk.items.scenario.waiting import DAY
from examdesk.items.scenario.world import is_open, is_over, start, take, wait
from examdesk.model import Said
from examdesk.waits import typing
from tests.items import queues
from tests.items.queues import desk, desk_item, do, say, timed_desk, timed_desk_item
from tests.items.test_waiting import Desk as Page

Data = dict[str, Any]
ITEM = timed_desk_item()
BODY = ITEM.body
PLAY = play_of(BODY["play"])
ENTRY = BODY["score"]["waits"]


def after(seconds: int, turn: Said) -> Said:
    """The turn, so many seconds after the one before."""
    return (turn[0], {**turn[1], "waited": seconds})


def silence(seconds: int) -> Said:
    return ("heard", {"lines": [], "waited": seconds})


lived = partial(queues.lived, play=PLAY)
judged = partial(queues.judged, body=BODY)


def journal(*turns: Said, seed: int = 0) -> list[Said]:
    """What a panel writes whose page looks at every second given."""
    state = start(PLAY, seed)
    written: list[Said] = [("opened", {"seed": seed}), ("heard", {"lines": [list(line) for line in state.opening]})]
    for kind, value in turns:
        state, lines = take(PLAY, state, kind, value)
        told = {"lines": [list(line) for line in lines]}
        own = [("heard", {**told, "waited": value["waited"]})]
        written += own if kind == "heard" else [(kind, value), ("heard", told)]
    return written


def names(lines: Any) -> list[str]:
    return [name for name, _ in lines]


# Everybody waits


def test_each_ones_wait_runs_while_others_are_served() -> None:
    state = lived(after(10, say("bob", "pri one")), after(15, say("bob", "sry one")), after(5, do("bob", "look")),
                  after(12, say("anna", "siz one")))
    assert [(step.passed, step.waited) for step in state.steps] == [(10, 10), (15, 15), (5, 0), (12, 42)]
    assert (state.clock, state.since) == (42, {"anna": 42, "bob": 25, "cleo": 30})
    assert [row["seconds"] for row in question.queue(PLAY, state, 8)] == [8, 25, 20]


def test_who_waits_says_his_line_loses_his_temper_and_leaves_in_the_end() -> None:
    begun = start(PLAY, 1)
    assert wait(PLAY, begun, 39) == (begun, [])
    asked, lines = wait(PLAY, begun, 40)
    assert isinstance(asked, Queue)
    assert (names(lines), [one.mood for one in asked.chats.values()]) == (["anna/still", "bob/still"], [-1, -1])
    served = lived(after(30, say("bob", "pri one")), silence(15), silence(89), silence(90))
    told = [line for line in names(served.steps[-1].lines) if line.endswith(("still", "cold"))]
    assert told == ["anna/still", "bob/still", "anna/still", "bob/still", "anna/cold"]  # each by his own wait
    assert (served.chats["anna"].at, served.chats["bob"].at, served.waiting) == ("left", "last", ("bob",))


def test_silence_alone_takes_nobodys_last_temper() -> None:
    grim = copy.deepcopy(BODY)
    for chat in grim["play"]["chats"]:
        chat["waits"]["mood"] = -5
    state = lived(silence(119), play=play_of(grim["play"]))
    assert {one.mood for one in state.chats.values()} == {-2} and state.waiting == ("anna", "bob")


def test_when_the_last_one_leaves_in_silence_the_next_comes_and_waits() -> None:
    state = lived(silence(120))
    assert (state.waiting, state.since["cleo"], state.opening[-1][0]) == (("cleo",), 120, "cleo/hello")
    assert is_over(PLAY, lived(silence(DAY))) and lived(silence(DAY)).chats["cleo"].at == "left"
    told = [after(125, say("cleo", "siz one"))]  # as the feedback knows it, without the journal's other entries
    assert is_open(PLAY, start(PLAY, 0), told[0][1]) and lived(*told).steps[0].waited == 5


@pytest.mark.parametrize("looks", [[40, 80, 120, 130, 250], [41, 77, 121, 122, 251], [300], [119, 300]])
def test_when_the_page_looks_changes_no_word(looks: list[int]) -> None:
    def told(*seconds: int) -> Any:
        state = lived(after(10, say("bob", "pri one")), *map(silence, seconds), seed=5)
        return state.steps[-1].lines, state.at, [one.mood for one in state.chats.values()], state.since

    assert told(*looks, 300) == told(300)


def test_a_turn_in_his_last_second_finds_him_and_he_leaves_only_after_it() -> None:
    heard = lived(after(500, say("anna", "siz one")))
    assert heard.steps[0].credited == ("size",) and heard.chats["anna"].at == "last"
    assert heard.chats["bob"].at == "left"
    acted = lived(after(500, do("anna", "look")))
    assert acted.steps[0].refused is False and acted.waiting[0] == "anna"
    gone, lines = wait(PLAY, acted, 1)
    assert "anna/cold" in names(lines) and isinstance(gone, Queue) and "anna" not in gone.waiting


def test_a_customer_may_be_silent_himself_while_others_wait() -> None:
    data = timed_desk()
    data["play"]["chats"][0]["states"]["last"]["quiet"] = 30
    assert key.faults(Authored.model_validate(data).body()) == []
    play = play_of(Authored.model_validate(data).body()["play"])
    state = lived(after(5, say("anna", "siz one")), play=play)
    assert "anna/waits" not in names(state.steps[0].lines)
    assert [row["seconds"] for row in question.queue(play, state, 34)] == [4, 39]
    assert [names(wait(play, state, seconds)[1]) for seconds in (29, 30)] == [[], ["anna/waits"]]
    assert names(wait(play, state, 70)[1]) == ["anna/waits", "bob/still", "anna/still"]


# Played again


def turns() -> list[Said]:
    return [after(9, say("bob", "pri one")), silence(32), after(35, say("anna", "siz two")),
            after(4, do("anna", "look")), after(12, say("cleo", "siz one")), silence(60),
            after(70, say("bob", "bye six"))]


def test_a_desk_played_again_from_its_journal_is_the_desk_that_was() -> None:
    written = journal(*turns(), seed=99)
    assert any("waited" in value and value["lines"] for kind, value in written if kind == "heard")
    assert replay(PLAY, written) == Replay(lived(*turns(), seed=99), True)
    copied = play_of(json.loads(json.dumps(BODY["play"])))
    assert replay(copied, json.loads(json.dumps(written))).state == lived(*turns(), seed=99)


def test_what_was_said_in_a_silence_is_never_believed() -> None:
    written = journal(*turns())
    at = next(place for place, (kind, value) in enumerate(written) if kind == "heard" and "waited" in value)
    forged = [*written[:at], ("heard", {"lines": [["anna/cold", 0]], "waited": 32}), *written[at + 1 :]]
    assert judged(*forged).evidence["flags"] == ["replay differs at turn 1"]
    assert judged(*forged).fraction == judged(*written).fraction


def test_fewer_seconds_than_a_silence_before_count_as_the_silence() -> None:
    state = lived(silence(50), after(3, say("bob", "pri one")))
    assert (state.steps[0].waited, state.clock) == (50, 50)


@pytest.mark.parametrize("waited", [-1, True, 1.5, "9", None, DAY + 1, [], {}])
def test_no_page_writes_such_a_time(waited: Any) -> None:
    for event in (say("anna", "siz one"), do("anna", "look"), ("heard", {"lines": []})):
        bad = (event[0], {**event[1], "waited": waited})
        with pytest.raises(ValueError):
            checked(PLAY, *bad)
        assert len(judged(bad).evidence["flags"]) == 1


def test_a_desk_in_turns_alone_plays_as_before_and_writes_no_time() -> None:
    old = Authored.model_validate(desk()).body()
    assert "clock" not in old["play"] and not question.timed(question.public(desk_item()))
    assert "seconds" not in json.dumps(old)
    assert checked(play_of(old["play"]), *after(30, do("anna", "look"))) == do("anna", "look")[1]
    plain = [turn for turn in turns() if turn[0] != "heard"]
    bare = [(kind, {use: typed for use, typed in value.items() if use != "waited"}) for kind, value in plain]
    assert judged(*plain, body=old) == judged(*bare, body=old)
    assert question.timed(question.public(ITEM)) == ("said", "acted")


def test_what_ended_the_scenario_takes_nothing_of_the_waits_before_it() -> None:
    before = [*turns()[:5], silence(45)]
    mark = judged(*before, after(50, do("cleo", "open_link")), after(300, say("cleo", "siz one")))
    assert mark.evidence["failed_at"] == 5 and mark.evidence["late"] == judged(*before).evidence["late"]
    assert mark.fraction == judged(*before).fraction


# What answering in time earns


def late(*turns: Said) -> list[tuple[int, ...]]:
    return [tuple(one) for one in late_turns(ENTRY, lived(*turns))]


def test_twenty_seconds_are_in_time_and_one_more_is_late() -> None:
    fingers = typing("siz one")
    assert late(after(20 + fingers, say("anna", "siz one"))) == []
    assert late(after(21 + fingers, say("anna", "siz one"))) == [(1, 21, 20)]


def test_whoever_is_answered_meanwhile_adds_twenty_seconds_and_his_typing_is_no_wait() -> None:
    words = typing("pri one") + typing("sry one") + typing("siz one")
    served = [after(20, say("bob", "pri one")), after(20, say("bob", "sry one"))]
    assert late(*served, after(words, say("anna", "siz one"))) == []
    assert late(*served, after(words + 1, say("anna", "siz one"))) == [(3, 41, 40)]
    noise = [after(20, say("bob", "zzz")), after(20, say("bob", "zzz zzz"))]  # nobody was answered by these
    assert late(*noise, after(10, say("anna", "siz one")))[-1][2] == 20


def test_a_pasted_text_takes_no_more_time_off_than_it_took() -> None:
    text = "pri one " + "and so on " * 30
    pasted = [after(1, say("bob", text)), after(45 + typing("siz one"), say("anna", "siz one"))]
    assert late(*pasted) == [(2, 45, 40)]
    assert late(after(60, say("bob", text))) == []
    assert late(after(50, say("anna", "siz one")), after(2, say("anna", text)))[0][0] == 1


def test_answers_in_time_earn_their_points_and_late_turns_name_the_chat() -> None:
    gold = events_of(BODY["score"]["transcripts"][0])
    in_time, behind = ([after(seconds, turn) for turn in gold] for seconds in (20, 95))
    assert judged(*in_time).fraction == 1
    mark = judged(*behind)
    told = "; ".join(part.reason for part in mark.parts)
    assert "missing: answered in time; late turn 1 (bob): 91 s (limit 20)" in told
    assert mark.evidence["late"][0] == [1, 91, 20]
    lost = [one.what for one in lessons(ITEM, [list(turn) for turn in behind], "en", show_key=True)]
    assert any("answered in time" in one for one in lost)


def test_nothing_is_earned_by_silence_or_courtesy() -> None:
    for some in ([], [silence(DAY)], [say("anna", "sry one"), say("bob", "sry one")]):
        assert judged(*some).fraction == 0


# The panel in the kernel


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Page]:
    monkeypatch.setattr("tests.items.test_waiting.CHAT", type("Chat", (), {"item": ITEM}))
    return lambda **rules: Page(tmp_path, monkeypatch, **rules)


def test_the_desk_opens_with_a_click_and_every_tab_shows_its_wait(screen: Callable[..., Page]) -> None:
    one = screen(item="S-91")
    one.wait(100)
    assert (one.widget.begun, one.widget.queue, one.events) == (False, [], [])
    one.take()
    assert [row["seconds"] for row in one.widget.queue] == [0, 0]
    one.wait(15)
    assert [row["seconds"] for row in one.widget.queue] == [15, 15]
    one.turn(say("bob", "pri one"))
    one.wait(10)
    assert [row["seconds"] for row in one.widget.queue] == [25, 10]
    one.turn(do("anna", "look"))
    assert one.events[-2][1]["waited"] == 10


def test_who_asks_by_himself_is_journalled_and_played_again(screen: Callable[..., Page]) -> None:
    one = screen(item="S-91").take()
    one.wait(20)
    one.turn(say("bob", "pri one"))
    one.wait(45)
    assert one.silences == [20, 40]  # Anna at 40 s of hers, Bob at 40 s of his
    before = one.widget.transcript
    one.kernel()
    assert one.widget.transcript == before and [row["seconds"] for row in one.widget.queue] == [60, 40]
    one.turn(say("anna", "siz one"))
    assert one.said == [20, 40]
    played = replay(PLAY, one.events)
    assert played.faults == () and question.transcript(PLAY, played.state) == one.widget.transcript


def test_they_all_leave_and_it_is_over(screen: Callable[..., Page]) -> None:
    one = screen(item="S-91").take()
    one.wait(400)
    assert one.widget.over and one.widget.waited == -1 and all(row["over"] for row in one.widget.queue)
    assert one.sitting.response("S-91").is_blank


def test_with_extra_time_everybody_waits_longer(screen: Callable[..., Page]) -> None:
    one = screen(item="S-91").take()
    one.sitting.give("x1.5", by="code")
    one.wait(57)
    assert (one.silences, [row["seconds"] for row in one.widget.queue]) == ([], [38, 38])
    one.turn(do("anna", "look"))
    one.wait(6)
    one.turn(say("bob", "pri one"))
    assert [value["waited"] for kind, value in one.events if kind in ("said", "acted")] == [38, 4]
    assert one.notes(extra="x1.5") == ""


def test_a_turn_before_which_the_page_did_not_count_is_named(screen: Callable[..., Page]) -> None:
    one = screen(item="S-91").take()
    one.wait(50)
    one.sitting._save("S-91", "acted", {**do("anna", "look")[1], "waited": 3})
    one.wait(30)
    one.sitting._save("S-91", "said", {**say("anna", "siz one")[1], "waited": 30})
    assert "S-91 turn 1: 3 s, the journal 50 s" in one.notes() and "turn 2" not in one.notes()


# What an author may write


def changed(change: Callable[[Data], object]) -> list[str]:
    data = timed_desk()
    change(data)
    return [f"{'.'.join(map(str, one.loc))}: {one.wrong} ({one.found})"
            for one in key.faults(Authored.model_validate(data).body())]


def test_the_small_desk_with_a_clock_has_no_fault() -> None:
    assert changed(lambda data: None) == []


@pytest.mark.parametrize(("change", "told"), [
    (lambda data: data["play"].pop("clock"), "play.chats.0.waits.seconds: seconds at a desk without a clock (40)"),
    (lambda data: data["play"].pop("clock"), "score.waits: points for time in a chat without a clock (in-time)"),
    (lambda data: data["score"]["waits"].update(limit=40),
     "play.chats.0.waits.seconds: he does not wait until limit: is over (40)"),
    (lambda data: data["score"]["waits"].update(criterion="speed"),
     "score.waits.criterion: there is no criterion of this name (speed)"),
    (lambda data: data["play"]["chats"][1]["states"]["served"].update(quiet=20),
     "play.chats.1.states.served.quiet: this silence would never end (20)"),
])
def test_what_does_not_fit_is_named(change: Callable[[Data], object], told: str) -> None:
    assert told in changed(change)


def test_a_transcript_may_wait_before_every_turn_or_in_vain() -> None:
    def waits(data: Data) -> None:
        one = data["score"]["transcripts"][2]
        one["turns"] = [{"wait": 12, **one["turns"][0]}, {"wait": 30}, {"wait": 35, "in": "anna", "do": "look"}]
        one["earns"] = 0

    found = changed(waits)
    assert not any("a turn is one message" in one for one in found)
    script = {"turns": [{"wait": 35, "in": "anna", "do": "look", "args": {}}]}
    assert events_of(script) == [after(35, do("anna", "look"))]


def test_the_weights_of_the_timed_desk_are_whole() -> None:
    assert judged(*events_of(BODY["score"]["transcripts"][0])).fraction == Fraction(1)
