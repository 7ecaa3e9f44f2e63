"""What people type into a field, and what it is worth."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from examdesk.items import part
from examdesk.items.numeric.grader import field, numeric
from examdesk.model import Response
from examdesk.typed import read
from tests.conftest import form_of, respond
from tests.items.authoring import authored, refused

F = Fraction


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("integer", "54", F(54)),
        ("integer", "５４", F(54)),  # full-width digits of a Chinese keyboard
        ("integer", " 54 ", F(54)),
        ("integer", "+54", F(54)),
        ("integer", "−54", F(-54)),  # a minus sign, not a hyphen
        ("integer", "1,234", F(1234)),
        ("integer", "1，234", F(1234)),
        ("integer", "1 234", F(1234)),
        ("integer", "1\u00a0234", F(1234)),
        ("integer", "1'234", F(1234)),
        ("integer", "1,234,567", F(1234567)),
        ("integer", "1.234.567", F(1234567)),
        ("integer", "54.0", F(54)),
        ("integer", "54.", F(54)),
        ("decimal", "12.5", F(25, 2)),
        ("decimal", "12。5", F(25, 2)),
        ("decimal", "１２．５", F(25, 2)),
        ("decimal", "12,5", F(25, 2)),  # a decimal comma: no group has one digit
        ("decimal", "12,50", F(25, 2)),
        ("decimal", "0,125", F(1, 8)),  # no group of thousands starts with 0
        ("decimal", "1234,5", F(2469, 2)),
        ("decimal", "1,234.5", F(2469, 2)),
        ("decimal", "1.234,5", F(2469, 2)),
        ("decimal", ".5", F(1, 2)),
        ("decimal", "50%", F(1, 2)),
        ("percent", "1.06", F(106, 100)),
        ("percent", "1.06%", F(106, 100)),
        ("percent", "1.06 ％", F(106, 100)),
        ("percent", "百分之1.06", F(106, 100)),
        ("money", "12", F(12)),
        ("money", "¥12", F(12)),
        ("money", "￥ 12.00", F(12)),
        ("money", "12元", F(12)),
        ("money", "12 元", F(12)),
        ("money", "12块", F(12)),
        ("money", "$12", F(12)),
        ("money", "USD 12", F(12)),
        ("money", "12 cny", F(12)),
        ("money", "CNY1,234.50", F(2469, 2)),
        ("money", "-¥12", F(-12)),
        ("money", "¥-12", F(-12)),
        ("date", "2014-04-15", F(date(2014, 4, 15).toordinal())),
        ("date", "2014-4-15", F(date(2014, 4, 15).toordinal())),
        ("date", "2014/4/15", F(date(2014, 4, 15).toordinal())),
        ("date", "2014.4.15", F(date(2014, 4, 15).toordinal())),
        ("date", "2014年4月15日", F(date(2014, 4, 15).toordinal())),
        ("date", "２０１４ 年 4 月 15 号", F(date(2014, 4, 15).toordinal())),
        ("date", "2014年4月15", F(date(2014, 4, 15).toordinal())),
        ("date", "20140415", F(date(2014, 4, 15).toordinal())),
        ("time", "15:40", F(940)),
        ("time", "15：40", F(940)),
        ("time", "15点40分", F(940)),
        ("time", "15时40", F(940)),
        ("time", "15.40", F(940)),
        ("time", "1540", F(940)),
        ("time", "3:40 pm", F(940)),
        ("time", "3:40 p.m.", F(940)),
        ("time", "下午3:40", F(940)),
        ("time", "下午15:40", F(940)),
        ("time", "3pm", F(900)),
        ("time", "下午3点半", F(930)),
        ("time", "凌晨2点", F(120)),
        ("time", "晚上12点", F(0)),
        ("time", "12am", F(0)),
        ("time", "9:05", F(545)),
        ("time", "09:05", F(545)),
        ("time", "上午9点", F(540)),
        ("time", "9:05:30", F(545) + F(1, 2)),
        ("time", "12:00 am", F(0)),
        ("time", "24:00", F(1440)),
        ("choice", "pass", "pass"),
    ],
)
def test_what_people_type_is_read(kind: str, typed: str, value: object) -> None:
    assert read(kind, typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("integer", "many"),
        ("integer", "5 4"),  # no group of thousands
        ("integer", "5a"),
        ("integer", "1e5"),
        ("integer", "NaN"),
        ("integer", "Infinity"),
        ("integer", "--5"),
        ("integer", "1,23,456"),
        ("integer", "1,2,3"),
        ("integer", "%"),
        ("money", "¥"),
        ("money", "€12"),  # another currency than those of the handbook
        ("decimal", "1/2"),
        ("decimal", "."),
        ("decimal", "_1"),
        ("decimal", "1_000"),
        ("integer", "9" * 5000 + "x"),
        ("integer", "\u0f73" * 40),
        ("integer", "\ud800"),
        ("date", "2014-02-30"),
        ("date", "15/4/2014"),
        ("date", "4月15日"),
        ("date", "0000-01-01"),
        ("date", "99999999"),
        ("date", "yesterday"),
        ("time", "25:00"),
        ("time", "15:60"),
        ("time", "15"),
        ("time", "24:01"),
        ("time", ":"),
    ],
)
def test_what_cannot_be_read_is_wrong_and_never_an_exception(kind: str, typed: str) -> None:
    if kind == "integer" and typed.startswith("999"):
        assert read(kind, typed) == int("9" * 40)  # cut to the length of a field before anything else happens
        return
    assert read(kind, typed) is None
    key = {"date": "2014-04-15", "time": "15:40"}.get(kind, "5")
    judged = numeric(fields=[field("x", kind, key)], rule="per-field")(Response("I-202", {"x": typed}))
    assert judged.fraction == 0
    assert "not a" in judged.parts[0].reason
    judged.reason.encode()


def test_the_unit_may_be_typed_behind_the_number() -> None:
    unit = ("字符/分钟", "characters a minute")
    assert read("integer", "54 字符／分钟", unit) == read("integer", "54 Characters a minute", unit) == 54
    assert read("integer", "13分", ("分", "points")) == 13


@pytest.mark.parametrize(
    ("kind", "key", "tolerance", "typed", "fraction", "reason"),
    [
        ("integer", "54", "0", "54", 1, "answered 54"),
        ("integer", "54", "0", "52", 0, "answered 52"),
        ("integer", "54", "1", "55", 1, "answered 55"),
        ("integer", "54", "1", "56", 0, "answered 56, outside the tolerance"),
        ("integer", "54", "1", "54.5", 0, "answered 54.5, not a whole number"),
        ("integer", "54", "0", "", 0, "blank"),
        ("integer", "54", "0", "  ", 0, "blank"),
        ("integer", "54", "0", None, 0, "blank"),
        ("integer", "54", "0", 54, 0, "blank"),
        ("integer", "54", "0", "about 54", 0, "answered about 54, not a number"),
        ("decimal", "0.3", "0", "0.30", 1, "answered 0.30"),
        ("decimal", "0.3", "0.1", "0.4", 1, "answered 0.4"),  # exactly at the edge: no float drifts over it
        ("decimal", "0.3", "0.1", "0.4000001", 0, "answered 0.4000001, outside the tolerance"),
        ("percent", "1.06", "0.01", "1.07%", 1, "answered 1.07%"),
        ("money", "12", "0", "￥12.00", 1, "answered ￥12.00"),
        ("date", "2014-04-15", "1", "2014年4月16日", 1, "answered 2014年4月16日"),
        ("date", "2014-04-15", "1", "2014-04-17", 0, "answered 2014-04-17, outside the tolerance"),
        ("date", "2014-04-15", "0", "soon", 0, "answered soon, not a date"),
        ("time", "15:40", "5", "15：45", 1, "answered 15：45"),
        ("time", "15:40", "5", "15:46", 0, "answered 15:46, outside the tolerance"),
        ("time", "15:40", "0", "later", 0, "answered later, not a time"),
        ("choice", "fail", "0", "fail", 1, "answered fail"),
        ("choice", "fail", "0", "pass", 0, "answered pass"),
        ("integer", "54", "0", "5\u202e4\n", 0, "answered 5�4, not a number"),  # nothing odd reaches a report
    ],
)
def test_a_field_says_what_was_answered_and_never_its_key(
    kind: str, key: str, tolerance: str, typed: Any, fraction: int, reason: str
) -> None:
    grade = numeric(fields=[field("x", kind, key, tolerance=tolerance)], rule="per-field")
    mark = grade(Response("I-202", {"x": typed}))
    assert (mark.fraction, mark.parts[0].reason) == (fraction, reason)


@pytest.mark.parametrize(
    ("kind", "key"), [("integer", "many"), ("date", "940"), ("time", 940), ("decimal", 1.06), ("color", "1")]
)
def test_a_key_that_is_none_of_its_kind_stops_the_author(kind: str, key: Any) -> None:
    with pytest.raises(ValueError, match="field x"):
        field("x", kind, key)


ITEM = """
id: I-999
type: numeric
domain: D9
points: 3
facts: [F-1]
edition: HB
stem: {zh: 请计算, en: Work it out}
rule: per-field
table:
  columns: [{zh: 项目, en: Line}, {zh: 数量, en: Count}]
  rows: [[{zh: 描述, en: Description}, 9], [text, "1.5"]]
fields:
  - {id: rate, label: {zh: 比率, en: Rate}, kind: percent, key: "1.06", tolerance: "0.01", reason: {zh: 理由一}}
  - {id: day, label: {zh: 日期, en: Day}, kind: date, key: "2014-04-15", reason: {zh: 理由二, en: two}}
  - {id: hour, label: {zh: 时间, en: Time}, kind: time, key: "15:40", reason: {zh: 理由三, en: three}}
"""


def test_dates_times_and_tables_go_the_whole_way(tmp_path: Path) -> None:
    item, faults = authored(tmp_path, ITEM)
    assert faults == [] and item is not None
    public = form_of(item)["questions"]["I-999"]["public"]
    assert public["table"]["rows"] == [[{"zh": "描述", "en": "Description"}, 9], ["text", "1.5"]]
    assert "1.06" not in json.dumps(public) and "0.01" not in json.dumps(public)
    samples = part("numeric", "samples")
    source = part("numeric", "cells").cells(item)[0].source
    assert "field('rate', 'percent', '1.06', tolerance='0.01')" in source
    names: dict[str, Any] = {"award": lambda item, grader, out_of: grader, "field": field, "numeric": numeric}
    grade = eval(source[source.index("award(") : source.index("### END")], names)
    assert grade(respond(item, samples.right(item))).fraction == 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('key: "1.06"', "key: 1.06", "in quotes"),
        ('key: "2014-04-15"', "key: 15 April", "the key is no date"),
        ('key: "15:40"', "key: 940", "the key is no time"),
        ('key: "1.06"', "key: about", "the key is no percent"),
        ('tolerance: "0.01"', 'tolerance: "-1"', "below 0"),
        ("kind: time", "kind: choice", "no options"),
        ("id: day", "id: rate", "twice"),
        ('[text, "1.5"]', "[text]", "columns"),
        ('[text, "1.5"]', "[text, 1.5]", "in quotes"),
        ('[text, "1.5"]', "[text, {fr: un}]", "a cell must be"),
        ("rule: per-field", "rule: generous", "none of the allowed words"),
        ("label: {zh: 日期, en: Day}, ", "", "is missing"),
    ],
)
def test_an_author_is_told_what_is_wrong(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in ITEM
    refused(tmp_path, ITEM.replace(old, new), words)


def test_clean_keeps_what_was_typed_and_drops_what_is_empty(tmp_path: Path) -> None:
    item, _ = authored(tmp_path, ITEM)
    assert item is not None
    question = part("numeric", "question")
    public = question.public(item)
    assert question.clean(public, {"hour": " 15：40 ", "day": "", "rate": "  "}) == {"hour": "15：40"}
    assert question.clean(public, {"hour": " "}) == question.clean(public, {}) == {}
    assert Response("I-999", question.clean(public, {})).is_blank
