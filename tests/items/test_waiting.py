"""A customer who does not wait for ever: what he does in silence, what counts as waiting, what being in time earns."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from examdesk.autograding.times import timed as times_of
from examdesk.items.scenario import clockwork, key, question
from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.lessons import lessons
from examdesk.items.scenario.play import Play
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.trials import events_of
from examdesk.items.scenario.waiting import DAY
from examdesk.items.scenario.widget import Widget
from examdesk.items.scenario.world import is_over, say, start, wait
from examdesk.journal import NAME, read_journal
from examdesk.journal import clock as clocks
from examdesk.model import Judgement, Said
from examdesk.sitting import Sitting
from examdesk.waits import Late, late, typing
from examdesk.workbench.slow import slowed
from tests.conftest import form_of, respond
from tests.items.chats import Chat, chat, check_hostile, talk
from tests.items.waiting import timed_chat

Data = dict[str, Any]
CHAT, FREE = timed_chat(), chat("S-04")
GOLD = CHAT.script("gold-zh")


def told(mark: Judgement, criterion: str = "courtesy") -> str:
    return next(part.reason for part in mark.parts if part.criterion == criterion)


def after(turns: list[Said], *seconds: int) -> list[Said]:
    """The turns, with so many seconds before each message; the last number goes for all that follow."""
    rest = list(seconds)
    return [(kind, {**value, "waited": rest.pop(0) if len(rest) > 1 else rest[0]} if kind == "said" else value)
            for kind, value in turns]


class Desk:
    """A computer whose clock the test turns, with the chat open on a page that looks every five seconds."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, *, item: str = "S-04", **rules: Any) -> None:
        self.folder, self.ms, self.item = folder, 5_000_000, item
        monkeypatch.setattr(clocks, "ticks", lambda: self.ms)
        monkeypatch.setattr("examdesk.sitting.sitting.boot", lambda form: "boot-one")
        monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
        form = {**form_of(CHAT.item), **rules}
        (folder / "form.json").write_text(json.dumps(form), "utf-8")
        self.form = form
        self.kernel()
        self.sitting._start("amy")

    def kernel(self) -> None:
        """A new kernel; the old one says nothing more."""
        self.sitting = Sitting(self.folder, json.loads((self.folder / "form.json").read_text("utf-8")))
        self.sitting.frame()
        self.sitting.show(self.item)
        widget = self.sitting.screen.questions[self.item]
        assert isinstance(widget, Widget)
        self.widget = widget
        widget.send = lambda content, buffers=None: None

    def take(self) -> Desk:
        self.widget.receive("opened", {})
        return self

    def wait(self, seconds: float, *, looks: bool = True) -> None:
        """Lets time go by; `looks`: the page is there."""
        end = self.ms + int(1000 * seconds)
        while looks and self.ms + 5000 < end:
            self.ms += 5000
            self.look()
        self.ms = end
        if looks:
            self.look()

    def look(self) -> None:
        self.widget._received(self.widget, {"type": "look"}, [])

    def turn(self, said: Said) -> None:
        self.widget.receive(said[0], {**said[1], "turn": self.widget.turns})

    @property
    def events(self) -> list[Said]:
        journal = read_journal(self.folder / NAME)
        assert journal is not None
        return [(event.kind, event.value) for event in journal.events if event.item == self.item]

    @property
    def silences(self) -> list[int]:
        return [value["waited"] for kind, value in self.events if kind == "heard" and "waited" in value]

    @property
    def said(self) -> list[int]:
        return [value["waited"] for kind, value in self.events if kind == "said"]

    def customer(self) -> list[str]:
        return [line["text"]["zh"] for line in self.widget.transcript if line["who"] == "customer"]

    def mark(self) -> Judgement:
        grade = scenario(play=CHAT.item.body["play"], score=CHAT.score)
        return grade(self.sitting.response(self.item))

    def notes(self, extra: str = "") -> str:
        journal = read_journal(self.folder / NAME)
        return "; ".join(flag.detail for flag in times_of(self.form, journal, extra)[1] if flag.code == "waits")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Desk]:
    return lambda **rules: Desk(tmp_path, monkeypatch, **rules)


# What he does in silence


def test_he_asks_after_every_minute_and_leaves_at_the_end_of_his_patience() -> None:
    state = start(CHAT.play, 1)
    told = {seconds: wait(CHAT.play, state, seconds) for seconds in (59, 60, 119, 120, 240, 299)}
    assert [[name for name, _ in told[seconds][1]] for seconds in (59, 60, 119, 120, 240)] == [
        [], ["are-you-there"], ["are-you-there"], ["are-you-there", "still-there"], ["are-you-there", "still-there"]]
    left, lines = wait(CHAT.play, told[299][0], 300)
    assert is_over(CHAT.play, left) and [name for name, _ in lines] == CHAT.play.data["leaves"]["say"]


@pytest.mark.parametrize("looks", [[60, 120, 300], [63, 64, 121, 305], [300], [299, 301]])
def test_when_the_page_looks_changes_no_word(looks: list[int]) -> None:
    state = start(CHAT.play, 7)
    for seconds in looks:
        state, _ = wait(CHAT.play, state, seconds)
    every = wait(CHAT.play, start(CHAT.play, 7), 300)[0]
    assert (state.opening, state.at, state.mood) == (every.opening, every.at, every.mood)


def test_silence_alone_never_has_his_mood_make_him_leave() -> None:
    grim = timed_chat(mood=-3)
    body = grim.item.body
    play = Play(body["play"])
    state = start(play, 0)
    for _ in range(6):
        state, _ = say(play, state, "请稍等", waited=200)
    assert state.mood == play.data["mood"]["min"] + 1 and not is_over(play, state)
    assert grim.judge(after(GOLD, 200)).evidence["passed"]


def test_a_message_in_his_last_second_is_heard() -> None:
    state, _ = say(CHAT.play, start(CHAT.play, 0), "您好，可以开的", waited=400)
    assert not is_over(CHAT.play, state) and state.steps[0].credited
    assert [name for name, _ in state.opening[-2:]] == ["are-you-there", "still-there"]


# When he is silent himself


def hesitating() -> Chat:
    """S-04 with a buyer who is silent for forty seconds after he has heard what it costs."""
    body = copy.deepcopy(dict(CHAT.item.body))
    body["play"]["states"]["when"]["quiet"] = 40
    return Chat(replace(CHAT.item, body=body))


def test_he_may_be_silent_himself_and_nobody_waits_meanwhile() -> None:
    shy = hesitating()
    state, _ = shy.lived(after(GOLD[:4], 10), 3)
    while state.quiet == 0:
        state, _ = shy.lived(after(GOLD[: len(state.steps) + 1], 10), 3)
    own = shy.play.data["states"]["when"]["say"]
    assert state.at == "when" and not set(own) & {name for name, _ in state.steps[-1].lines}
    assert wait(shy.play, state, 39) == (state, [])
    spoken, lines = wait(shy.play, state, 40)
    assert [name for name, _ in lines] == own
    assert wait(shy.play, spoken, 99)[1] == []
    assert [name for name, _ in wait(shy.play, spoken, 100)[1]] == ["are-you-there"]
    assert wait(shy.play, state, 340)[1] == wait(shy.play, state, 600)[1]
    asked, _ = say(shy.play, state, "请问还有别的要求吗", waited=39)  # who asks first is no late answerer
    answered, _ = say(shy.play, spoken, "请问还有别的要求吗", waited=75)
    assert [(step.waited, step.quiet) for step in (asked.steps[-1], answered.steps[-1])] == [(39, 39), (75, 40)]
    assert (asked.quiet, answered.quiet) == (0, 0)


def test_his_own_silence_is_played_again_from_the_journal() -> None:
    shy = hesitating()
    said = after(GOLD, 75)
    state, journal = shy.lived(said, 3)
    assert replay(shy.play, journal).faults == () and replay(shy.play, journal).state == state
    mark = shy.judge(journal[1:])
    late = [int(part.split(":")[0]) for part in told(mark).split("late turn ")[1:]]
    quiet = next(step.number for step in state.steps if step.quiet)
    assert quiet not in late and quiet - 1 in late


# What answering in time earns


def test_answers_in_time_earn_their_points_and_late_turns_are_named() -> None:
    assert CHAT.judge(GOLD).fraction == 1
    quick, slow = CHAT.judge(after(GOLD, 20)), CHAT.judge(after(GOLD, 90, 20, 75, 20))
    assert quick.fraction == 1 and "late" not in told(quick)
    assert slow.fraction == Fraction(95, 100) and slow.evidence["passed"]
    assert "missing: answered within the time; late turn 2: 63 s (limit 30); late turn 4: 37 s (limit 20)" in told(slow)


def test_the_feedback_says_what_was_lost_by_the_answers_alone() -> None:
    """It is written from what was said, without the journal's other events."""
    quick, slow = ([[kind, value] for kind, value in after(GOLD, seconds)] for seconds in (20, 90))
    assert key.explain(CHAT.item.body, quick, "zh", show_key=True) == []
    assert [one.what for one in lessons(CHAT.item, quick, "zh", show_key=True)] == []
    assert any("在限定时间内回复" in one.what for one in lessons(CHAT.item, slow, "zh", show_key=True))
    slow_once = CHAT.judge(after(GOLD, 0, 0, 0, 90, 0)).evidence
    assert (slow_once["late"], slow_once["waits"]) == ([[5, 46, 20]], 7)
    assert not {"late", "waits"} & set(FREE.judge(GOLD).evidence)


def test_twenty_seconds_are_in_time_and_one_more_is_late() -> None:
    def lateness(seconds: int) -> bool:
        return "late" in told(CHAT.judge(after(GOLD, 0, seconds + typing(GOLD[2][1]["text"]), 0)))

    assert [lateness(20), lateness(21)] == [False, True]


def test_one_late_answer_in_ten_is_forgiven_where_the_author_says_nine_in_ten() -> None:
    """The variant wants 90 %: S-04 has seven answers, so that one late one is too many; of twelve it is not."""
    score = {**CHAT.score, "waits": {**CHAT.score["waits"], "share": "6/7"}}
    body = {**CHAT.item.body, "score": score}
    grade = scenario(play=body["play"], score=score)
    said = after(GOLD, 0, 0, 90, 0)
    assert CHAT.judge(said).fraction == Fraction(95, 100)
    assert grade(respond(CHAT.item, said)).fraction == 1


def test_somebody_who_types_slowly_gets_every_point_for_time() -> None:
    """Forty Chinese characters, or twenty-five words, a minute, after ten seconds of reading."""
    for name in CHAT.named("gold"):
        slow = slowed(CHAT.script(name))
        assert max(value["waited"] for kind, value in slow if kind == "said") > 40
        mark = CHAT.judge(slow)
        assert mark.fraction == 1 and "late" not in told(mark), name


def test_a_long_text_is_no_excuse_for_a_long_wait() -> None:
    text = "亲，" + "发票" * 400
    assert list(late([200 - typing(text, most=60)], first=30)) == [Late(1, 140, 30)]
    assert "late turn 1: 140 s (limit 30)" in told(CHAT.judge([("said", {"text": text, "waited": 200})]))


def test_a_word_in_between_stops_the_clock() -> None:
    held = [*GOLD[:2], *talk("请稍等"), *GOLD[2:]]
    waits = after(held, 10, 19, 39, 10)
    assert "late" not in told(CHAT.judge(waits))
    assert "late" in told(CHAT.judge(after(GOLD, 10, 80, 10)))


def test_nothing_is_earned_by_silence_courtesy_or_chatter() -> None:
    for said in ([], talk("您好"), talk("您好", "请稍等", "感谢您的支持", "您好"), talk("嗯", "哦", "啊", "呃"),
                 [("heard", {"lines": [], "waited": 300})]):
        assert "answered within the time" not in told(CHAT.judge(said)).replace("missing: answered within the time", "")


def test_many_quick_words_do_not_hide_late_answers() -> None:
    padded = [turn for one in after(GOLD, 75) for turn in ([one, *talk("嗯")] if one[0] == "said" else [one])]
    assert "missing: answered within the time" in told(CHAT.judge(padded))


def test_what_comes_after_the_end_of_a_failed_scenario_is_not_late() -> None:
    ended = [*after(GOLD[:4], 10), ("acted", {"tool": "look_up_order", "args": {}})]
    assert "late" not in told(CHAT.judge(ended))


# Hostile, and as it was


@pytest.mark.parametrize("waited", [-1, True, 1.5, "9", None, DAY + 1, [], {}])
def test_no_page_writes_such_a_time(waited: Any) -> None:
    check_hostile(CHAT, ("said", {"text": "您好", "waited": waited}))
    check_hostile(CHAT, ("heard", {"lines": [], "waited": waited}))


def test_a_silence_that_was_not_due_is_named_and_changes_nothing() -> None:
    state, journal = CHAT.lived(GOLD, 3)
    false = ("heard", {"lines": [["are-you-there", 0]], "waited": 20})
    found = replay(CHAT.play, [*journal[:2], false, *journal[2:]])
    assert found.faults == ("replay differs at turn 0",)
    assert found.state.steps == state.steps


def test_other_words_than_his_are_named() -> None:
    state, lines = wait(CHAT.play, start(CHAT.play, 3), 61)
    own = ("heard", {"lines": [list(line) for line in lines], "waited": 61})
    other = ("heard", {"lines": [["still-there", 0]], "waited": 61})
    begun = CHAT.lived([], 3)[1]
    assert replay(CHAT.play, [*begun, own]).faults == ()
    assert replay(CHAT.play, [*begun, other]).faults == ("replay differs at turn 0",)
    assert replay(CHAT.play, [*begun, own]).state == replay(CHAT.play, [*begun, other]).state == state


def test_where_waiting_is_free_no_time_is_written_down_and_none_counts() -> None:
    assert question.clean_event(FREE.public, "said", {"text": "您好", "waited": 7}) == {"text": "您好"}
    assert question.clean_event(FREE.public, "heard", {"lines": [], "waited": 7}) == {"lines": []}
    assert FREE.judge(after(GOLD, 4000)) == FREE.judge(GOLD)
    assert not question.timed(FREE.public) and question.timed(CHAT.public)


# The panel in the kernel, without a browser


def test_the_customer_comes_with_a_click(desk: Callable[..., Desk]) -> None:
    """Whoever works on other questions first lets nobody wait."""
    one = desk()
    one.wait(240)
    assert (one.widget.begun, one.widget.transcript, one.events, one.widget.waited) == (False, [], [], -1)
    with pytest.raises(ValueError, match="开始接待"):
        one.turn(talk("您好")[0])
    one.take()
    assert one.widget.begun and len(one.customer()) == 2 and one.widget.waited == 0
    one.take()  # a second click, or another tab
    assert [kind for kind, _ in one.events] == ["opened", "heard"]


def test_he_speaks_by_himself_and_the_journal_plays_it_again(desk: Callable[..., Desk]) -> None:
    one = desk().take()
    one.wait(70)
    assert one.silences == [60] and len(one.customer()) == 3 and one.widget.turns == 0
    one.turn(talk("您好，可以开的")[0])
    one.wait(65)
    assert one.silences == [60, 60] and one.said == [70] and 0 <= one.widget.waited - 65 <= 1
    mark = one.mark()
    assert mark.evidence["flags"] == [] and mark.fraction is not None
    played = replay(CHAT.play, one.events)
    assert question.transcript(CHAT.play, played.state) == one.widget.transcript
    assert played.state.mood == CHAT.play.data["mood"]["start"] - 2


def test_he_leaves_and_the_chat_is_marked(desk: Callable[..., Desk]) -> None:
    one = desk().take()
    one.turn(talk("您好，可以开的")[0])
    one.wait(310)
    assert one.widget.over and one.widget.waited == -1 and one.silences == [60, 120, 300]
    mark = one.mark()
    assert mark.fraction is not None and mark.evidence["ended"] == CHAT.play.data["leaves"]["go"]
    with pytest.raises(ValueError):
        one.turn(talk("还在吗")[0])
    assert len(question.told(CHAT.public, one.sitting.response("S-04").value, "zh")) == len(one.widget.transcript)


def test_a_chat_in_which_only_the_customer_spoke_is_blank(desk: Callable[..., Desk]) -> None:
    one = desk().take()
    one.wait(310)
    assert one.widget.over and one.sitting.response("S-04").is_blank and one.sitting.answered == []
    assert one.mark().fraction == 0


def test_a_kernel_that_is_lost_loses_nothing_and_nobody_waits_meanwhile(desk: Callable[..., Desk]) -> None:
    one = desk().take()
    one.wait(62)
    before = one.widget.transcript
    one.wait(600, looks=False)
    one.kernel()
    assert one.widget.transcript == before and one.widget.waited == 60
    one.wait(58)
    assert one.silences == [60]
    one.wait(4)
    assert one.silences == [60, 122]
    one.turn(talk("您好，可以开的")[0])
    assert one.said == [122] and one.notes() == ""


def test_a_pause_is_no_waiting(desk: Callable[..., Desk]) -> None:
    one = desk(pause=10).take()
    one.wait(30)
    one.sitting._actions.pause(None)
    one.wait(400)
    one.sitting._actions.resume(None)
    one.wait(20)
    one.turn(talk("您好，可以开的")[0])
    assert one.silences == [] and 45 <= one.said[0] <= 50
    assert one.notes() == ""


def test_a_page_that_was_away_is_no_waiting_and_the_instructor_reads_it(desk: Callable[..., Desk]) -> None:
    one = desk().take()
    one.wait(10)
    one.wait(500, looks=False)  # no network, or the lid closed, or a page kept from looking
    one.turn(talk("您好，可以开的")[0])
    assert one.silences == [] and one.said == [25]
    assert "S-04 message 1: 25 s, the journal 510 s" in one.notes()


def test_fewer_seconds_than_the_journal_knows_of_are_named(desk: Callable[..., Desk]) -> None:
    one = desk().take()
    one.wait(50)
    one.sitting._save("S-04", "said", {"text": "您好，可以开的", "waited": 3})
    one.wait(45)
    one.sitting._save("S-04", "said", {"text": "不用加钱的"})
    assert "message 1: 3 s, the journal 50 s; S-04 message 2: 0 s, the journal 45 s" in one.notes()


def test_with_extra_time_he_waits_longer(desk: Callable[..., Desk]) -> None:
    one = desk().take()
    one.sitting.give("x1.5", by="code")
    one.wait(88)
    assert one.silences == [] and one.widget.waited == 58
    one.wait(4)
    one.turn(talk("您好，可以开的")[0])
    assert one.silences == [61] and one.said == [61]
    assert one.notes(extra="x1.5") == ""


def test_a_late_answer_of_the_kernel_is_no_excuse_to_send_twice(desk: Callable[..., Desk]) -> None:
    one = desk().take()
    one.wait(61)
    one.widget.receive("said", {"text": "您好，可以开的", "turn": 0})  # he has spoken meanwhile; it is no crossing
    one.widget.receive("said", {"text": "您好，可以开的", "turn": 0})
    assert len(one.said) == 1


def test_what_the_browser_says_of_time_does_not_count(desk: Callable[..., Desk]) -> None:
    one = desk().take()
    one.wait(33)
    one.widget.receive("said", {"text": "您好，可以开的", "turn": 0, "waited": 1})
    assert one.said == [33]


# What an author may write


def test_a_scenario_with_a_clock_has_no_fault() -> None:
    assert key.faults(CHAT.item.body) == []
    assert [*clockwork.faults(hesitating().item.body)] == []


def without(name: str) -> Callable[[Data], object]:
    return lambda body: body["play"]["clock"].pop(name)


def sets(*path: Any) -> Callable[[Data], None]:
    *way, name, value = path

    def change(body: Data) -> None:
        for step in way:
            body = body[step]
        body[name] = value

    return change


def leads_to_silence(body: Data) -> None:
    body["play"]["states"]["when"]["quiet"] = 40
    body["play"]["anywhere"].append({"tool": "look_up_order", "if": {}, "mood": 0, "say": [], "go": "when"})


@pytest.mark.parametrize(("change", "wrong"), [
    (without("silence"), "silence: and says: belong together"),
    (sets("play", "clock", {"says": [], "mood": -1}), "his mood falls when he speaks only"),
    (sets("play", "clock", "patience", 120), "he leaves before he has said everything"),
    (sets("play", "clock", "silence", 30), "he does not wait until greeting: is over"),
    (sets("score", "waits", "criterion", "speed"), "there is no criterion of this name"),
    (sets("score", "waits", "id", "greeting"), "the id is used twice"),
    (lambda body: body["play"].pop("clock"), "points for time in a chat without a clock"),
    (sets("play", "states", "served", "quiet", 20), "this silence would never end"),
    (leads_to_silence, "an action leads to a silence"),
])
def test_what_does_not_fit_is_named(change: Callable[[Data], object], wrong: str) -> None:
    body = copy.deepcopy(dict(CHAT.item.body))
    change(body)
    assert wrong in [problem.wrong for problem in clockwork.faults(body)]


def test_a_transcript_may_wait() -> None:
    """`wait:` before a message, or alone, as what the author wants to see."""
    turns = [{"wait": 75, "say": "您好，可以开的"}, {"do": "look_up_order", "args": {}}, {"wait": 300, "args": {}}]
    events = events_of({"turns": turns})
    assert events[0] == ("said", {"text": "您好，可以开的", "waited": 75})
    state = replay(CHAT.play, events).state
    assert is_over(CHAT.play, state) and len(state.steps) == 2
    assert state == CHAT.stage.chat(events)
