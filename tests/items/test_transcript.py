"""What marking the lines of a record is worth."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from examdesk.items import part
from examdesk.items.transcript.grader import transcript
from examdesk.model import Response
from tests.conftest import real_bank
from tests.items.authoring import authored, refused

F = Fraction
KEY = {2: ["wait"], 5: ["absolute", "scarcity"]}
RULES = ["wait", "absolute", "scarcity", "blame"]


def share(value: object, line_only: str = "1/2", false_alarm: str = "1/2") -> Fraction | None:
    grade = transcript(lines=6, rules=RULES, key=KEY, line_only=line_only, false_alarm=false_alarm)
    return grade(Response("I-251", value)).fraction


@pytest.mark.parametrize(
    ("value", "earned"),
    [
        ({"2": "wait", "5": "absolute"}, F(1)),
        ({"2": "wait", "5": "scarcity"}, F(1)),  # the author allows either rule
        ({"2": "wait"}, F(1, 2)),
        ({"2": "blame", "5": "absolute"}, F(3, 4)),  # the right line, another rule
        ({"2": "", "5": "absolute"}, F(3, 4)),  # the right line, no rule yet
        ({"2": "wait", "5": "absolute", "1": "wait"}, F(3, 4)),
        ({"2": "wait", "5": "absolute", "1": "", "3": "", "4": "", }, F(1, 4)),
        ({"1": "wait", "3": "wait"}, F(0)),  # never below nothing
        ({"2": "", "1": "wait", "3": "wait", "4": ""}, F(0)),
        ({str(n): "wait" for n in range(1, 7)}, F(0)),  # marking every line decides nothing
        ({}, F(0)),
        (None, F(0)),
        ({"7": "wait"}, F(0)),
        ({"2": "wait", "5": "invented"}, F(0)),
        ({"2": ["wait"]}, F(0)),
        (["2"], F(0)),
    ],
)
def test_lines_rules_and_false_alarms(value: object, earned: Fraction) -> None:
    assert share(value) == earned


def test_the_author_says_what_a_bare_line_and_a_false_alarm_count() -> None:
    assert share({"2": "", "5": "absolute"}, line_only="0") == F(1, 2)
    assert share({"2": "wait", "5": "absolute", "1": "wait"}, false_alarm="0") == 1
    assert share({"2": "wait", "5": "absolute", "1": "wait"}, false_alarm="1") == F(1, 2)


def test_the_reason_counts_and_names_no_line() -> None:
    grade = transcript(lines=6, rules=RULES, key=KEY, line_only="1/2", false_alarm="1/2")
    mark = grade(Response("I-251", {"2": "wait", "3": "wait"}))
    assert mark.reason == "1 of 2 with the rule, 0 without, 1 false"
    assert mark.evidence == {"marked": {"2": "wait", "3": "wait"}}
    assert grade(Response("I-251", None)).evidence == {"marked": {}}
    assert len(grade(Response("I-251", dict.fromkeys("123456", "wait"))).evidence["marked"]) == 6
    assert mark.parts == ()  # a criterion for each line would name the lines


def test_a_wait_of_21_seconds_is_an_offence_and_one_of_20_is_none() -> None:
    """The candidate who flags both pays for the second."""
    item = real_bank().items["I-251"]
    lines = item.body["lines"]
    assert (lines[2]["at"], lines[3]["at"], "key" in lines[3]) == ("14:02:30", "14:02:50", False)
    assert (lines[4]["at"], lines[5]["at"], lines[5]["key"]) == ("14:03:10", "14:03:31", ["wait"])


def test_feedback_tells_the_reasons_of_what_was_found_and_no_other() -> None:
    item, key = real_bank().items["I-251"], part("transcript", "key")
    reasons = {number: line["reason"]["en"] for number, line in enumerate(item.body["lines"], 1) if "reason" in line}
    answer = {"2": "opening", "6": "absolute", "12": "payment"}  # right; right line, wrong rule; a false alarm
    told = "\n".join(key.explain(item.body, answer, "en", show_key=False))
    assert "4 lines break a rule: 1 marked with the right rule, 1 without it; 1 false alarms." in told
    assert {number for number, reason in reasons.items() if reason in told} == {2, 12}
    shown = "\n".join(key.explain(item.body, answer, "en", show_key=True))
    assert {number for number, reason in reasons.items() if reason in shown} == {2, 6, 8, 10, 12}


ITEM = """
id: I-999
type: transcript
domain: D2
points: 2
facts: [F-1]
edition: HB
stem: {zh: 请标出, en: Mark them}
speakers: [{id: a, text: {zh: 客服, en: Agent}}, {id: b, text: {zh: 买家, en: Buyer}}]
lines:
  - {by: b, text: {zh: 在吗, en: Hello}}
  - {by: a, text: {zh: 说, en: Speak}, key: opening, reason: {zh: 理由一, en: one}}
  - {by: a, text: {zh: 亲, en: Dear}}
rules: [{id: opening, text: {zh: 开场, en: Opening}}, {id: wait, text: {zh: 等待, en: Wait}}]
"""


def test_a_small_record_is_enough(tmp_path: Path) -> None:
    item, faults = authored(tmp_path, ITEM)
    assert faults == [] and item is not None
    assert (item.body["line_only"], item.body["lines"][1]["key"]) == ("1/2", ["opening"])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("key: opening", "key: rude", "none of the rules"),
        (", reason: {zh: 理由一, en: one}", "", "has no reason"),
        ("key: opening, reason: {zh: 理由一, en: one}", "at: '1'", "no line breaks a rule"),
        ("{by: b, text: {zh: 在吗, en: Hello}}", "{by: c, text: {zh: 在吗, en: Hello}}", "nobody of that name"),
        ("id: wait", "id: opening", "twice"),
        ("stem:", "false_alarm: '3'\nstem:", "not between 0 and 2"),
        ("stem:", "line_only: 0.5\nstem:", "in quotes"),
        ("lines:", "line:", "lines"),
    ],
)
def test_an_author_is_told_what_is_wrong(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in ITEM
    refused(tmp_path, ITEM.replace(old, new), words)


def test_a_record_in_which_every_line_is_wrong_is_refused(tmp_path: Path) -> None:
    every = ITEM.replace("en: Hello}", "en: Hello}, key: wait, reason: {zh: 理, en: r}")
    every = every.replace("en: Dear}", "en: Dear}, key: wait, reason: {zh: 由, en: s}")
    assert "every line breaks a rule" in str(authored(tmp_path, every)[1])
