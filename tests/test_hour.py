"""The trainee's hour without a browser: time, sections, pauses, extra time, flags; a fake clock, a real journal."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from examdesk.autograding.times import timed
from examdesk.extra import EVERY, code_of, codes, parsed
from examdesk.journal import NAME, fold, read_journal
from examdesk.journal import clock as clocks
from examdesk.journal.reading import Journal
from examdesk.journal.writing import chained
from examdesk.model import Event, Flag
from examdesk.sitting import Sitting
from examdesk.sitting.device import device_faults
from examdesk.timing import Clock, Rules, announced, clock_of, late_answers, left, rules_of
from examdesk.widgets import TEXTS
from tests.conftest import form_of, real_bank

ITEMS = ("I-801", "I-802", "I-806")
WHO = "C-1"


def in_a_kernel(kernel: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs it as a kernel does, in an event loop of its own: the browser tests leave theirs running in this thread."""
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, asyncio.wait_for(kernel(), timeout=20)).result()


class Computer:
    """A computer whose clock the test turns; kernels come and go on it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.ms, self.run = folder, 5_000_000, "boot-one"
        monkeypatch.setattr(clocks, "ticks", lambda: self.ms)
        monkeypatch.setattr("examdesk.sitting.sitting.boot", lambda form: self.run)
        monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
        monkeypatch.delenv("EXAMDESK_EXTRA_TIME", raising=False)
        self.exam(minutes=20)

    def exam(self, *, sections: Sequence[dict[str, Any]] = (), **rules: Any) -> None:
        form = form_of(*(real_bank().items[item] for item in ITEMS))
        if sections:
            form["sections"] = [
                {"id": f"s{n}", "title": {"zh": f"部分{n}", "en": f"Part {n}"}, "part": "quiz", **section}
                for n, section in enumerate(sections, start=1)
            ]
        (self.folder / "form.json").write_text(json.dumps({**form, **rules}), "utf-8")

    def kernel(self) -> Sitting:
        """A new kernel opens the exam and shows every question."""
        self.sitting = Sitting.open(self.folder)
        for item in ITEMS:
            self.sitting.show(item)
        self.sitting.finish()
        self.heard: list[Any] = []
        self.nonce = 0
        for panel in (self.sitting.screen.frame, self.sitting.screen.finish, *self.sitting.screen.questions.values()):
            panel.send = lambda content, buffers=None: self.heard.append(content)  # type: ignore[union-attr, method-assign]
        return self.sitting

    def begin(self) -> Sitting:
        self.kernel()
        self.press("start", WHO)
        return self.sitting

    def wait(self, *, minutes: float = 0, seconds: float = 0) -> None:
        self.ms += int(60_000 * minutes + 1000 * seconds)

    def press(self, kind: str, value: Any = None) -> None:
        panel = self.sitting.screen.finish if kind in ("finish", "section") else self.sitting.screen.frame
        assert panel is not None
        panel._received(panel, {"type": kind, "value": value}, [])

    def answer(self, item: str, value: Any, kind: str = "answered") -> str:
        """What the page is told: saved, or not-saved."""
        question = self.sitting.screen.questions[item]
        self.nonce += 1
        question._received(question, {"type": kind, "nonce": self.nonce, "value": value}, [])
        return str(self.heard[-1]["type"])

    @property
    def journal(self) -> Journal:
        found = read_journal(self.folder / NAME)
        assert found is not None
        return found

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.journal.events]

    @property
    def shown(self) -> float:
        """Minutes left on the page after it has asked."""
        self.press("time")
        assert self.sitting.screen.frame is not None
        return float(self.sitting.screen.frame.clock["left"] / 60)

    def flags(self, extra: str = "") -> dict[str, Flag]:
        form = json.loads((self.folder / "form.json").read_text("utf-8"))
        return {flag.code: flag for flag in timed(form, self.journal, extra)[1]}


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    return Computer(tmp_path, monkeypatch)


# Time


def test_time_runs_from_the_start_not_from_opening_the_page(computer: Computer) -> None:
    computer.kernel()
    computer.wait(minutes=30)
    assert computer.shown == 20
    computer.press("start", WHO)
    computer.wait(minutes=4)
    assert computer.shown == 16


def test_a_reload_or_a_new_kernel_gives_no_time_back(computer: Computer) -> None:
    computer.begin()
    computer.wait(minutes=3)
    computer.answer(ITEMS[0], "b")
    computer.wait(minutes=2)
    computer.kernel()
    assert computer.shown == 15
    computer.wait(minutes=1)
    computer.kernel()
    assert computer.shown == 14


def test_nobody_can_end_the_exam_before_its_time(computer: Computer) -> None:
    sitting = computer.begin()
    computer.wait(minutes=19, seconds=59)
    computer.press("end")
    assert sitting.state == "open" and "finished" not in computer.kinds


def test_at_the_end_the_exam_hands_itself_in_and_shows_the_code(computer: Computer) -> None:
    sitting = computer.begin()
    computer.answer(ITEMS[0], "b")
    computer.wait(minutes=20)
    computer.press("time")
    assert sitting.state == "ending" and sitting.screen.questions[ITEMS[0]].state == "ending"
    computer.press("end")
    assert sitting.state == "closed" and sitting.screen.questions[ITEMS[0]].state == "closed"
    assert computer.journal.events[-1].value == {"answered": 1, "reason": "time"}
    assert sitting.screen.frame is not None and sitting.screen.finish is not None
    assert sitting.screen.frame.by_time and len(sitting.screen.frame.witness) == 9 == len(sitting.screen.finish.witness)
    assert computer.kernel().state == "closed"
    assert computer.flags() == {}


def test_two_kernels_show_the_code_of_one_hand_in(computer: Computer) -> None:
    first = computer.begin()
    second = Sitting(computer.folder, first.form)
    first._hand_in(None)
    second._hand_in(None)
    assert first.witness == second.witness != "" and computer.kinds.count("finished") == 1


def test_an_answer_on_its_way_when_the_time_ends_counts_and_is_flagged(computer: Computer) -> None:
    """The kernel was away while Wei answered; her answers arrive minutes late. A person decides, nothing is lost."""
    computer.begin()
    computer.wait(minutes=23, seconds=20)
    computer.kernel()
    assert computer.sitting.state == "ending"
    assert computer.answer(ITEMS[0], "b") == "saved"
    computer.press("end")
    assert fold(computer.journal)[ITEMS[0]].value == "b"
    assert computer.flags()["late-answers"].detail == (
        f"1 answers came up to 3 min 20 s after the time (20 min 0 s) and count: {ITEMS[0]}")
    assert not computer.flags()["late-answers"].hold


def test_an_answer_that_arrives_a_moment_late_is_no_late_answer(computer: Computer) -> None:
    computer.begin()
    computer.wait(minutes=20, seconds=3)
    assert computer.answer(ITEMS[0], "b") == "saved"
    assert computer.flags() == {}


def test_an_answer_after_the_exam_has_closed_itself_is_kept_and_held_for_a_person(computer: Computer) -> None:
    computer.begin()
    computer.wait(minutes=20)
    computer.press("end")
    code = computer.sitting.witness
    assert computer.answer(ITEMS[0], "b") == "not-saved"
    assert computer.heard[-1]["why"] == TEXTS["zh"]["late_kept"] and computer.heard[-1]["final"]
    assert computer.journal.events[-1].value == {"kind": "answered", "value": "b"}
    assert ITEMS[0] not in fold(computer.journal)
    assert computer.flags()["late-kept"].hold and ITEMS[0] in computer.flags()["late-kept"].detail
    assert computer.kernel().witness == code


def test_after_her_own_hand_in_a_candidate_cannot_add_late_answers(computer: Computer) -> None:
    computer.begin()
    computer.press("finish")
    computer.wait(minutes=30)
    assert computer.answer(ITEMS[0], "b") == "not-saved"
    assert computer.kinds == ["started", "finished"]


def test_a_late_value_no_panel_writes_is_not_kept(computer: Computer) -> None:
    computer.begin()
    computer.wait(minutes=20)
    computer.press("end")
    for value in ("z" * 30_000, {"a": 1}, ["x"] * 5000, 7):
        assert computer.answer(ITEMS[0], value) == "not-saved"
    assert computer.kinds == ["started", "finished"]


def event(seq: int, kind: str, *, ms: int, at: datetime, value: Any = None, item: str | None = None) -> Event:
    return chained(seq - 1, "", kind, value, item, at=at, mono=ms)


NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
RULES = rules_of({"minutes": 20, "sections": []})


@pytest.mark.parametrize(("named", "ticked", "walled", "used"), [
    ("one", 120, 120, 120),  # the same run of the computer: ticks count
    ("one", 120, -7200, 120),  # ... whatever was done to the clock
    ("one", 50_000, 50_000, 50_000),  # ... and however long it was
    ("two", -900, 240, 240),  # restarted: the wall clock counts
    ("two", -900, -30, 0),  # ... for at least nothing
    ("two", -900, 86_400, 600),  # ... and at most ten minutes
    ("two", 9_000_000, 300, 300),  # another machine that has run for longer
    ("", 120, 130, 120),  # a system that names no run: ticks, as long as the clocks agree
    ("", 5000, 60, 60),  # ... else the wall clock
    ("", -5000, 60, 60),
])
def test_an_absence_is_counted_by_the_clock_that_can_be_trusted(
    named: str, ticked: int, walled: int, used: float
) -> None:
    events = [event(1, "started", ms=10_000_000, at=NOON, value={"boot": "one" if named else ""}),
              event(2, "resumed", ms=10_000_000 + 1000 * ticked, at=NOON + timedelta(seconds=walled),
                    value={"boot": named})]
    assert clock_of(events, RULES).used == used


def test_inside_one_kernel_a_changed_clock_changes_nothing() -> None:
    events = [event(1, "started", ms=0, at=NOON), event(2, "answered", ms=60_000, at=NOON + timedelta(days=400)),
              event(3, "answered", ms=90_000, at=NOON - timedelta(days=400))]
    assert clock_of(events, RULES).used == 90


def test_two_kernels_at_once_spend_the_time_once() -> None:
    """Where a folder has no locks their entries stand in the order of their numbers, not of time."""
    at = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    ticks = [0, 60_000, 300_000, 90_000, 330_000, 120_000, 360_000]
    kinds = ["started", *["answered"] * 6]
    events = [event(seq, kind, ms=ms, at=at, item=None if seq == 1 else ITEMS[0])
              for seq, (kind, ms) in enumerate(zip(kinds, ticks, strict=True), start=1)]
    rules = Rules(seconds=600)
    assert clock_of(events, rules).used == 360
    assert list(late_answers(events, rules)) == []
    assert clock_of([*events, event(8, "answered", ms=420_000, at=at, item=ITEMS[0])], rules).used == 420


def test_a_long_absence_over_a_restart_is_named(computer: Computer) -> None:
    """Her laptop ran empty; it came back after an hour. Ten minutes count, and the instructor reads about it."""
    computer.begin()
    computer.answer(ITEMS[0], "b")
    head = computer.journal.events[-1]
    back = chained(head.seq, head.hash, "resumed", {"boot": "two"}, None, mono=4000,
                   at=datetime.fromisoformat(head.at) + timedelta(hours=1))
    form = json.loads((computer.folder / "form.json").read_text("utf-8"))
    seconds, flags = timed(form, Journal((*computer.journal.events, back)), "")
    assert seconds == 600
    assert [(flag.code, flag.hold) for flag in flags] == [("restart", False)]
    assert "away 60 min 0 s" in flags[0].detail


@pytest.mark.parametrize("value", [None, 3, "x", [], {"boot": 3}, {"id": []}, {"after": "pause", "x": 1}])
def test_what_no_page_writes_never_stops_the_clock(value: Any) -> None:
    rules = replace(RULES, order=("a", "b"), sections={"a": 60.0})
    kinds = ("started", "pause", "section", "resumed", "witness", "finished")
    events = [event(n, kind, ms=1000 * n, at=NOON, value=value) for n, kind in enumerate(kinds, start=1)]
    clock = clock_of(events, rules)
    assert clock.used <= 5 and clock.section == "a" and not clock.pausing
    assert isinstance(timed({"minutes": 1, "sections": []}, Journal(tuple(events)), "")[0], float)


def test_announcements_suit_the_length_of_the_exam() -> None:
    assert announced(150 * 60) == [4500, 600, 300, 60]
    assert announced(20 * 60) == [600, 300, 60]  # ten minutes are half of it
    assert announced(21 * 60) == [630, 300, 60]  # nobody wants to hear of time twice in a minute
    assert announced(5 * 60) == [150, 60]
    assert announced(90) == [45]


# Sections


def test_sections_come_one_after_the_other_and_nobody_goes_back(computer: Computer) -> None:
    computer.exam(one_way=True, minutes=20, sections=[{"items": [ITEMS[0]]}, {"items": list(ITEMS[1:])}])
    sitting = computer.begin()
    assert [sitting.screen.questions[item].state for item in ITEMS] == ["open", "waiting", "waiting"]
    assert computer.answer(ITEMS[1], "a") == "not-saved"
    assert computer.answer(ITEMS[0], "b") == "saved"
    computer.press("section", "s2")
    computer.press("section", "s2")  # a second click
    assert [sitting.screen.questions[item].state for item in ITEMS] == ["waiting", "open", "open"]
    assert computer.answer(ITEMS[0], "c") == "not-saved"
    computer.press("section", "s1")
    assert computer.kernel().screen.questions[ITEMS[0]].state == "waiting"
    assert [kind for kind in computer.kinds if kind == "section"] == ["section"]
    assert fold(computer.journal)[ITEMS[0]].value == "b"
    computer.press("finish")
    assert {question.state for question in computer.sitting.screen.questions.values()} == {"closed"}


@pytest.mark.parametrize("value", [None, "s1", "s3", "nowhere", ["s2"], {"id": "s2"}, 2])
def test_a_section_that_does_not_come_next_opens_nothing(computer: Computer, value: Any) -> None:
    sections = [{"items": [item]} for item in ITEMS]
    computer.exam(one_way=True, minutes=20, sections=sections)
    computer.begin()
    computer.press("section", value)
    assert computer.sitting.hour.section == "s1" and computer.kinds == ["started"]


def test_a_section_with_a_time_of_its_own_leads_on_when_it_is_over(computer: Computer) -> None:
    """What she did not use of the first section is gone; the last section ends the exam."""
    computer.exam(one_way=True, minutes=20, sections=[{"items": [ITEMS[0]], "minutes": 5}, {"items": [ITEMS[1]]},
                                                      {"items": [ITEMS[2]], "minutes": 4}])
    sitting = computer.begin()
    assert computer.shown == 5
    computer.wait(minutes=6)
    computer.press("time")
    assert sitting.state == "ending"
    computer.press("end")
    assert sitting.state == "open" and sitting.hour.section == "s2"
    assert computer.journal.events[-1].value == {"id": "s2", "reason": "time"}
    assert computer.shown == 14
    computer.press("section", "s3")
    assert computer.shown == 4
    computer.wait(minutes=4)
    computer.press("end")
    assert sitting.state == "closed" and computer.kinds[-1] == "finished"


def test_an_answer_for_a_section_that_is_left_is_kept_as_late(computer: Computer) -> None:
    computer.exam(one_way=True, minutes=20, sections=[{"items": [ITEMS[0]], "minutes": 5}, {"items": list(ITEMS[1:])}])
    computer.begin()
    computer.wait(minutes=5, seconds=30)
    computer.press("end")
    assert computer.answer(ITEMS[0], "b") == "not-saved"
    assert computer.kinds == ["started", "section", "late"]
    assert computer.flags()["late-kept"].hold


# Pauses


def test_a_pause_stops_the_clock_and_hides_the_questions(computer: Computer) -> None:
    computer.exam(minutes=20, pause=10)
    sitting = computer.begin()
    computer.wait(minutes=2)
    computer.press("pause")
    assert {question.state for question in sitting.screen.questions.values()} == {"paused"}
    computer.wait(minutes=6)
    assert computer.shown == 18
    assert computer.kernel().state == "paused"  # a new kernel wakes nobody
    computer.wait(minutes=1)
    computer.press("resume")
    assert computer.sitting.state == "open" and computer.shown == 18
    assert computer.kinds == ["started", "pause", "resumed", "resumed"]


def test_when_the_pause_is_used_up_the_clock_runs_again(computer: Computer) -> None:
    computer.exam(minutes=20, pause=10)
    computer.begin()
    computer.press("pause")
    computer.wait(minutes=13)
    assert computer.shown == 17
    computer.press("resume")
    computer.press("pause")
    assert computer.sitting.state == "open"
    computer.wait(minutes=17)
    computer.press("time")
    assert computer.sitting.state == "ending"


def test_there_is_no_pause_where_the_exam_allows_none(computer: Computer) -> None:
    computer.begin()
    computer.press("pause")
    assert computer.sitting.state == "open" and computer.kinds == ["started"]
    events = [event(1, "started", ms=0, at=NOON), event(2, "pause", ms=1000, at=NOON),
              event(3, "answered", ms=61_000, at=NOON)]
    assert clock_of(events, RULES).used == 61  # a page that was tampered with gains nothing at grading


def test_an_answer_on_its_way_when_the_pause_begins_is_saved(computer: Computer) -> None:
    computer.exam(minutes=20, pause=10)
    computer.begin()
    computer.press("pause")
    assert computer.answer(ITEMS[0], "b") == "saved"


# Extra time


@pytest.mark.parametrize(("text", "meant"), [
    ("×1.25", "x1.25"), ("1.5", "x1.5"), ("x1.50", "x1.5"), ("2x", "x2"), ("×2", "x2"), ("+15", "+15"), ("15", "+15"),
    ("15 min", "+15"), ("１５ 分钟".translate({0xFF11: "1", 0xFF15: "5"}), "+15"), ("+2", "+2"), (" ", ""), ("0", ""),
])
def test_extra_time_is_understood_as_people_write_it(text: str, meant: str) -> None:
    assert parsed(text) == meant


@pytest.mark.parametrize("text", [
    "2", "x3", "1.4", "-5", "+241", "999", "double", "x", "+", "15h", "1e1", "x-1", "=15", "+0x2", "2x2",
])
def test_other_extra_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no extra time"):
        parsed(text)


def test_every_extra_time_has_a_code_of_its_own_for_each_candidate_and_form() -> None:
    own = codes("E10-a", WHO)
    assert sorted(own.values()) == sorted(EVERY) and all(len(code) == 6 and code.isdigit() for code in own)
    assert code_of("E10-a", WHO, "x1.5") != code_of("E10-a", "C-2", "x1.5") != code_of("E10-b", "C-2", "x1.5")


@pytest.mark.parametrize("extra", ["x1.25", "x2", "+15"])
def test_a_code_told_before_the_start_gives_the_time(computer: Computer, extra: str) -> None:
    computer.kernel()
    code = code_of("E99-a", WHO, extra)
    computer.press("code", {"code": f"{code[:3]} {code[3:]}", "candidate": WHO})
    minutes = {"x1.25": 25.0, "x2": 40.0, "+15": 35.0}[extra]
    assert computer.shown == minutes and not (computer.folder / NAME).exists()
    computer.press("start", WHO)
    assert computer.shown == minutes
    computer.kernel()
    assert computer.shown == minutes
    assert computer.flags(extra) == {}
    assert computer.flags()["extra-time"].detail == f"the page was told of extra time, {extra}; the roster says none"


def test_a_code_typed_for_somebody_else_gives_nothing(computer: Computer) -> None:
    computer.kernel()
    computer.press("code", {"code": code_of("E99-a", "C-2", "x2"), "candidate": "C-2"})
    computer.press("start", WHO)
    assert computer.shown == 20 and computer.kinds == ["started"]
    computer.press("code", {"code": code_of("E99-a", "C-2", "x2"), "candidate": "C-2"})
    assert computer.heard[-1]["why"] == TEXTS["zh"]["code_wrong"] and computer.shown == 20


@pytest.mark.parametrize("value", [
    None, "123456", {"code": None}, {"code": "１２３"}, {"code": "0" * 9999}, {"code": ["1"]},
])
def test_a_wrong_code_is_told_so_and_changes_nothing(computer: Computer, value: Any) -> None:
    computer.begin()
    computer.press("code", value)
    assert computer.heard[-1] == {"type": "refused", "what": "code", "why": TEXTS["zh"]["code_wrong"]}
    assert computer.kinds == ["started"]


def test_extra_time_reaches_a_running_exam_and_even_its_last_moment(computer: Computer) -> None:
    computer.begin()
    computer.wait(minutes=20)
    computer.press("time")
    assert computer.sitting.state == "ending"
    computer.press("code", {"code": code_of("E99-a", WHO, "+15")})
    assert computer.sitting.state == "open" and computer.shown == 15
    assert computer.sitting.screen.questions[ITEMS[0]].state == "open"


def test_on_a_shared_computer_a_file_of_codes_reaches_a_running_exam(
    computer: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "codes.txt"
    monkeypatch.setenv("EXAMDESK_EXTRA_TIME", str(file))
    computer.begin()
    assert computer.shown == 20
    file.write_text(f"{code_of('E99-a', 'C-2', 'x2')}\n{code_of('E99-a', WHO, 'x1.5')}\n", "ascii")
    assert computer.shown == 30
    assert computer.shown == 30 and computer.kinds == ["started", "witness"]
    file.write_bytes(b"\xff" * 2_000_000)
    assert computer.shown == 30


def test_late_is_what_is_late_by_the_roster_not_by_the_page(computer: Computer) -> None:
    """Her page had ×2 by a code nobody gave; the roster gives 5 minutes."""
    computer.begin()
    computer.press("code", {"code": code_of("E99-a", WHO, "x2")})
    computer.wait(minutes=26)
    computer.answer(ITEMS[0], "b")
    assert set(computer.flags("+5")) == {"late-answers", "extra-time"}
    assert set(computer.flags("x2")) == set()


def test_sections_of_their_own_grow_with_the_exam() -> None:
    public = {"minutes": 40, "one_way": True,
              "sections": [{"id": "a", "items": [], "minutes": 10}, {"id": "b", "items": []}]}
    assert rules_of(public, "x1.5").sections == {"a": 900}
    assert rules_of(public, "+20").sections == {"a": 900}
    assert left(Clock(section="a"), rules_of(public, "+20")) == (900, "section")


# Flags for review, and the device


def test_a_question_is_flagged_and_unflagged_and_stays_so_after_a_restart(computer: Computer) -> None:
    sitting = computer.begin()
    assert computer.answer(ITEMS[2], True, "flagged") == "saved"
    assert sitting.screen.frame is not None and sitting.screen.finish is not None
    assert sitting.screen.frame.flagged == sitting.screen.finish.flagged == [3]
    assert computer.kernel().screen.questions[ITEMS[2]].flagged
    computer.answer(ITEMS[2], False, "flagged")
    computer.answer(ITEMS[2], False, "flagged")  # pressed twice, written once
    assert computer.kernel().screen.frame.flagged == []  # type: ignore[union-attr]
    assert computer.kinds.count("flagged") == 2
    assert fold(computer.journal) == {}  # a flag is no answer


@pytest.mark.parametrize("value", [None, 1, "yes", [True], {"flagged": True}])
def test_a_flag_is_yes_or_no(computer: Computer, value: Any) -> None:
    computer.begin()
    assert computer.answer(ITEMS[0], value, "flagged") == "not-saved"
    assert computer.kinds == ["started"]


def test_a_page_says_when_the_computer_cannot_hold_an_exam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert device_faults(tmp_path) == [] and list(tmp_path.iterdir()) == []
    assert device_faults(tmp_path / "nowhere") == ["storage"]
    monkeypatch.setattr("examdesk.sitting.device.NOT_BEFORE", datetime(2999, 1, 1, tzinfo=UTC))
    assert device_faults(tmp_path) == ["clock"]


def test_every_word_stands_in_both_languages_with_the_same_fields() -> None:
    fields = {language: {key: sorted(re.findall(r"{(\w+)}", text)) for key, text in texts.items()}
              for language, texts in TEXTS.items()}
    assert TEXTS["zh"].keys() == TEXTS["en"].keys()
    assert {key for key in TEXTS["zh"] if fields["zh"][key] != fields["en"][key]} == set()


# Nobody looks; two kernels


def test_an_exam_nobody_looks_at_any_more_hands_itself_in_a_minute_after_its_end(computer: Computer) -> None:
    sitting = computer.begin()
    computer.answer(ITEMS[0], "b")
    computer.wait(minutes=20, seconds=59)
    sitting._watch.look()
    assert sitting.state == "ending"  # a page that is open still brings its last answers
    computer.wait(seconds=2)
    sitting._watch.look()
    assert sitting.state == "closed" and computer.journal.events[-1].value == {"answered": 1, "reason": "time"}


def test_an_abandoned_section_gives_way_to_the_next_one(computer: Computer) -> None:
    sections = [{"items": [ITEMS[0]], "minutes": 5}, {"items": list(ITEMS[1:])}]
    computer.exam(one_way=True, minutes=20, sections=sections)
    sitting = computer.begin()
    computer.wait(minutes=6, seconds=1)
    sitting._watch.look()
    assert (sitting.state, sitting.hour.section) == ("open", "s2")


def test_two_kernels_hear_of_each_others_answers_pause_and_hand_in(computer: Computer) -> None:
    computer.exam(minutes=20, pause=5)
    first = computer.begin()
    second = computer.kernel()
    computer.answer(ITEMS[0], "b")
    computer.press("pause")
    assert first.state == "open" and first.has_news and not second.has_news
    first._watch.look()
    assert first.state == "paused" and not first.has_news
    assert first.screen.questions[ITEMS[0]].value == "b"
    computer.press("resume")
    computer.press("finish")
    first._watch.look()
    assert first.state == "closed" and first.witness == second.witness != ""


def test_a_kernel_looks_by_itself(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("examdesk.sitting.watch.EVERY", 0.01)

    async def kernel() -> None:
        first = computer.kernel()
        first._start(WHO)
        assert computer.kernel().state == "open"
        computer.press("finish")
        while first.state != "closed":
            await asyncio.sleep(0.01)

    in_a_kernel(kernel)


def test_a_sitting_that_another_one_has_replaced_ends_nothing(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exam was fetched again, with more time, and opened in the same kernel: the old time is no longer its end."""
    notebook = type("Shell", (), {"set_custom_exc": lambda *_: None})()
    monkeypatch.setattr("examdesk.sitting.sitting.shell", lambda: notebook)
    monkeypatch.setattr("examdesk.sitting.watch.EVERY", 0.01)

    async def kernel() -> None:
        first = computer.begin()
        computer.exam(minutes=40)
        second = computer.kernel()
        assert second is not first
        computer.wait(minutes=22)
        await asyncio.sleep(0.1)
        assert second.state == "open" and "finished" not in computer.kinds
        computer.wait(minutes=20)
        while second.state != "closed":
            await asyncio.sleep(0.01)

    in_a_kernel(kernel)


def test_a_disk_that_is_lost_for_a_moment_does_not_end_the_looking(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("examdesk.sitting.watch.EVERY", 0.01)
    faults = [OSError(116, "Stale file handle")] * 3

    async def kernel() -> None:
        sitting = computer.begin()
        looked = sitting._watch.look
        monkeypatch.setattr(sitting._watch, "look", lambda: (_ for _ in ()).throw(faults.pop()) if faults else looked())
        computer.wait(minutes=22)
        while sitting.state != "closed":
            await asyncio.sleep(0.01)

    in_a_kernel(kernel)
    assert faults == []
