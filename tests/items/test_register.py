"""A register is checked field by field, row by row, and as a whole."""

from __future__ import annotations

import json
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from examdesk.items import part
from examdesk.items.register.checks import covers, in_order, no_overlap
from examdesk.items.register.columns import column, missing_fields
from examdesk.items.register.grader import register, wanted
from examdesk.items.register.made import grader_of
from examdesk.model import Judgement, Response
from tests.conftest import real_bank
from tests.items.authoring import authored, refused

F = Fraction


def judge(item: str, rows: object) -> Judgement:
    return grader_of(real_bank().items[item].body)(Response(item, rows))


# One field


@pytest.mark.parametrize(
    ("kind", "key", "typed", "right"),
    [
        ("text", ["linlin"], "Lin Lin", True),  # case and spaces
        ("text", ["linlin"], "ｌｉｎｌｉｎ", True),  # full width
        ("text", ["8812"], "８８１２", True),
        ("text", ["小林", "Xiao Lin"], "xiaolin。", True),
        ("text", ["linlin"], "linlin2", False),
        ("text", None, "anything", True),
        ("money", ["128"], "￥128.00", True),
        ("money", ["128"], "１２８元", True),
        ("money", ["1234.5"], "1.234,5", True),  # a decimal comma
        ("money", ["128"], "129", False),
        ("money", None, "12,5", True),
        ("money", None, "much", False),
        ("percent", ["1.06"], "1,06%", True),
        ("date", ["2025-06-02"], "2025年6月2日", True),
        ("date", ["2025-06-02"], "2025/6/3", False),
        ("date", None, "soon", False),
        ("time", ["0:30"], "00：30", True),
        ("choice", ["within"], "within", True),
        ("choice", ["within"], "over", False),
        ("choice", None, "over", True),
        ("check", ["yes"], "yes", True),
        ("check", [""], "yes", False),
        ("check", [""], "", True),
        ("check", None, "", False),  # a required box without a key must be ticked
        ("date", [""], "2025-06-03", False),  # must stay empty
        ("date", [""], "", True),
        ("integer", None, "1.5", False),
    ],
)
def test_a_field_reads_what_people_type(kind: str, key: list[str] | None, typed: str, right: bool) -> None:
    columns = [column("x", kind, key), column("other", "text", ["there"])]
    row = {"other": "there"} | ({"x": typed} if typed else {})
    mark = register(columns=columns, rule="per-field")(Response("I", [row]))
    assert mark.parts[0].fraction == right
    assert mark.parts[1].fraction == 1


LONG = column("note", "long", size=(10, 40), words=[["文一路5号", "5 Wenyi"], ["顺丰", "SF"]])


@pytest.mark.parametrize(
    ("typed", "earned"),
    [
        ("地址已改为文一路5号，发顺丰。", F(1)),
        ("地址已改为 文一路５号 ，用 S F 发。", F(1)),  # spaces and width hide nothing
        ("Changed to 5 WENYI road, nothing else.", F(1, 2)),
        ("改地址，已经改好并写了备注。", F(0)),
        ("文一路5号顺丰", F(0)),  # too short: everything mentioned, but no note
        ("文一路5号顺丰" * 9, F(0)),  # too long
    ],
)
def test_a_long_text_earns_what_it_mentions_within_its_size(typed: str, earned: Fraction) -> None:
    mark = register(columns=[LONG], rule="per-field")(Response("I", [{"note": typed}]))
    assert mark.fraction == earned
    assert "文一路" not in mark.parts[0].reason  # what was looked for is no part of the reason


def test_a_long_text_full_of_marks_costs_little() -> None:
    began = time.process_time()
    register(columns=[LONG], rule="per-field")(Response("I", [{"note": "\u0301\u0323" * 1000}] * 20))
    assert time.process_time() - began < 0.5


def test_weights_share_the_points() -> None:
    columns = [column("a", "text", ["x"], weight=3), column("b", "text", ["y"])]
    assert register(columns=columns, rule="per-field")(Response("I", [{"a": "x"}])).fraction == F(3, 4)


def test_an_optional_field_without_a_key_is_not_marked() -> None:
    columns = [column("a", "text", ["x"]), column("remark", "text", required=False)]
    mark = register(columns=columns, rule="per-field")(Response("I", [{"a": "x"}]))
    assert [p.criterion for p in mark.parts] == ["a"]


@pytest.mark.parametrize(("kind", "key"), [("money", "many"), ("date", "940"), ("long", "x"), ("colour", "red")])
def test_a_key_that_is_none_of_its_kind_stops_the_author(kind: str, key: str) -> None:
    with pytest.raises(ValueError, match="field x"):
        column("x", kind, [key])


# Required fields


def test_required_fields_left_empty_are_named_at_grading() -> None:
    right = real_bank().items["I-451"].body["example"][0]
    row = {name: typed for name, typed in right.items() if name not in ("amount", "paid_on")}
    mark = judge("I-451", [row])
    assert mark.reason == "4 of 6 right; missing: amount, paid_on"
    assert mark.evidence == {"missing": ["amount", "paid_on"]}
    assert {p.criterion: p.reason for p in mark.parts if p.fraction == 0} == dict.fromkeys(
        ["amount", "paid_on"], "required, but empty")  # fmt: skip
    assert missing_fields([column("a", "text"), column("b", "text", required=False)], {"a": " "}) == ["a"]


def test_a_missing_field_is_named_with_its_row() -> None:
    rows = [{"group": "regular", "follow_up": "2025-06-03"}, {}, {"group": "new", "follow_up": "2025-06-03"},
            {"group": "towin"}]  # fmt: skip
    assert judge("I-253", rows).evidence == {"missing": ["2.group"]}


def test_a_blank_register_earns_nothing_even_where_empty_is_right() -> None:
    for name in ("I-253", "I-C54", "I-C52", "I-C53"):
        for blank in (None, [], [{}], [{}, {}], [{"nonsense": "1"}], "x", {"a": "1"}, [3]):
            mark = judge(name, blank)
            assert (mark.fraction, mark.reason) == (0, "nothing filled in"), (name, blank)


# Rows


RETURNS = [{"order": "7763", "tracking": "ZT3003", "cause": "dislike", "decision": "refuse", "repaid": "0"},
           {"order": "7741", "tracking": "SF1001", "cause": "quality", "decision": "exchange", "repaid": "12"},
           {"order": "7752", "tracking": "YT2002", "cause": "size", "decision": "exchange", "repaid": "0"}]  # fmt: skip


def test_rows_found_by_a_field_may_stand_in_any_order() -> None:
    assert judge("I-652", RETURNS).fraction == 1
    assert judge("I-652", RETURNS[::-1]).fraction == 1


def test_rows_compared_by_place_may_not() -> None:
    rows = [wanted("first", {"x": ["1"]}), wanted("second", {"x": ["2"]})]
    grade = register(columns=[column("x", "integer")], rule="per-field", rows=rows, match="place", size=(2, 2))
    assert grade(Response("I", [{"x": "1"}, {"x": "2"}])).fraction == 1
    assert grade(Response("I", [{"x": "2"}, {"x": "1"}])).fraction == F(1, 3)  # only the number of rows is right


def test_a_row_left_out_costs_itself_and_the_number_of_rows() -> None:
    mark = judge("I-652", RETURNS[1:])
    assert mark.fraction == F(10, 16)
    assert {p.reason for p in mark.parts if p.criterion.startswith("p7763")} == {"no such row"}
    assert mark.parts[-1].reason == "2 rows, 3 are asked for"


def test_a_row_too_many_costs_the_number_of_rows_only() -> None:
    assert judge("I-652", [*RETURNS, RETURNS[0]]).fraction == F(15, 16)
    assert judge("I-652", [*RETURNS, {"order": "9999"}]).fraction == F(15, 16)


def test_the_same_row_three_times_is_no_way_to_three_rows_points() -> None:
    assert judge("I-652", [RETURNS[1]] * 3).fraction == F(6, 16)


def test_per_row_a_row_counts_only_when_all_of_it_is_right() -> None:
    right = [{"refunds": "yes", "main": "yes"}, {"main": "yes"}, {"refunds": "yes"}]
    assert judge("I-C54", right).fraction == 1
    slip = judge("I-C54", [right[0], {"main": "yes", "refunds": "yes"}, right[2]])
    assert slip.fraction == F(2, 3)
    assert [(p.criterion, p.reason) for p in slip.parts][1] == ("day3", "not right: refunds")


def test_all_or_nothing() -> None:
    columns = [column("a", "text", ["x"]), column("b", "text", ["y"])]
    grade = register(columns=columns, rule="all-or-nothing")
    assert grade(Response("I", [{"a": "x", "b": "y"}])).fraction == 1
    half = grade(Response("I", [{"a": "x"}]))
    assert (half.fraction, half.reason, half.parts) == (0, "1 of 2 right; missing: b", ())


@pytest.mark.parametrize(("count", "reported"), [(1, True), (2, False), (5, False), (6, True)])
def test_too_few_and_too_many_rows_are_reported(count: int, reported: bool) -> None:
    row = {"question": "能用洗碗机洗吗？", "answer": "请手洗，电机部分不能进水。"}
    mark = judge("I-C53", [row] * count)
    counted = mark.parts[-1]
    assert counted.criterion == "rows"
    assert counted.reason == (f"{count} rows, 2 to 5 are asked for" if reported else f"{count} rows")
    assert (mark.fraction == 1) != reported


def test_an_unknown_rule_is_a_mistake_of_the_author() -> None:
    with pytest.raises(ValueError, match="no rule"):
        register(columns=[column("a", "text")], rule="generous")


# The whole table


def shifts(*rows: str) -> list[dict[str, str]]:
    """"li 0:00 2:00" → a row."""
    return [dict(zip(("who", "from", "to"), row.split(), strict=False)) for row in rows]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (("li 0:00 2:00",), ""),
        (("li 0:00 1:00", "wang 1:00 2:00"), ""),
        (("wang 1:00 2:00", "li 0:00 1:00"), ""),  # the order of rows does not matter
        (("li 0:00 1:00", "li 1:30 2:00"), "gap 1:00–1:30"),
        (("li 0:10 2:00",), "gap 0:00–0:10"),
        (("li 0:00 1:59",), "gap 1:59–2:00"),
        (("li 22:00 1:00", "wang 1:00 3:00"), ""),  # from the evening before
        (("li 0:00 24:00",), ""),
        (("li 0:00 0:00",), "a row without a readable time"),
        (("li 0:00 2:00", "wang 3:00"), "a row without a readable time"),
        ((), "a row without a readable time"),
    ],
)
def test_duty_has_no_gap(rows: tuple[str, ...], found: str) -> None:
    assert covers("peak", "from", "to", span=("0:00", "2:00")).find(shifts(*rows)) == found


def test_a_span_may_pass_midnight() -> None:
    night = covers("night", "from", "to", span=("22:00", "6:00"))
    assert night.find(shifts("li 22:00 2:00", "wang 2:00 6:00")) == ""
    assert night.find(shifts("li 22:00 0:00", "wang 0:30 6:00")) == "gap 0:00–0:30"


def test_everybody_named_must_be_there_all_the_time() -> None:
    everyone = covers("peak", "from", "to", span=("0:00", "2:00"), each="who", who=["li", "wang"])
    assert everyone.find(shifts("li 0:00 2:00", "wang 0:00 2:00")) == ""
    assert everyone.find(shifts("li 0:00 2:00", "wang 0:00 1:00", "wang 1:30 2:00")) == "gap 1:00–1:30 (wang)"
    assert everyone.find(shifts("li 0:00 2:00", "li 0:00 2:00")) == "gap 0:00–2:00 (wang)"


def test_a_number_of_people_is_counted_by_person() -> None:
    two = covers("two", "from", "to", span=("0:00", "2:00"), each="who", at_least=2)
    assert two.find(shifts("li 0:00 2:00", "wang 0:00 2:00")) == ""
    assert two.find(shifts("li 0:00 2:00", "li 0:00 2:00")) == "gap 0:00–2:00"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (("li 0:00 2:00", "li 2:00 4:00"), ""),
        (("li 0:00 2:00", "wang 1:00 3:00"), ""),
        (("li 0:00 2:00", "li 1:30 3:00"), "overlap at 1:30 (li)"),
        (("li 22:00 2:00", "li 1:00 3:00"), "overlap at 1:00 (li)"),  # over midnight
    ],
)
def test_nobody_is_on_duty_twice_at_once(rows: tuple[str, ...], found: str) -> None:
    assert no_overlap("once", "from", "to", each="who").find(shifts(*rows)) == found


def test_dates_stand_in_their_order() -> None:
    check = in_order("sequence", ["back", "signed", "refunded"])
    right = {"back": "2025-06-05", "signed": "2025-06-06", "refunded": "2025年6月6日"}
    assert check.find([right]) == ""
    assert check.find([right | {"refunded": "2025-06-05"}]) == "refunded is before signed"
    assert check.find([right | {"signed": ""}]) == "no readable date: signed"


# The author's side


ITEM = """
id: I-999
type: register
domain: D4
points: 3
facts: [F-1]
edition: HB
stem: {zh: 请登记, en: Log it}
rule: per-field
fields:
  - {id: who, label: {zh: 客服}, kind: choice, options: [{id: li, text: {zh: 李}}, {id: wang, text: {zh: 王}}]}
  - {id: from, label: {zh: 开始, en: From}, kind: time}
  - {id: to, label: {zh: 结束, en: To}, kind: time, required: false}
rows:
  match: who
  reason: {zh: 两人各一行}
  wanted:
    - {id: r1, values: {who: li, from: "0:00", to: ""}, reason: {zh: 理由一}}
    - {id: r2, values: {who: wang, from: "2:00", to: "4:00"}, reason: {zh: 理由二}}
checks:
  - {id: once, kind: no-overlap, label: {zh: 不重叠}, start: from, end: to, each: who, weight: "1/2",
     reason: {zh: 理由三}}
example:
  - {who: li, from: "0:00"}
  - {who: wang, from: "2:00", to: "4:00"}
"""


CHECK = ITEM[ITEM.index("checks:") : ITEM.index("example:")]


def test_the_example_is_marked_at_every_check(tmp_path: Path) -> None:
    item, faults = authored(tmp_path, ITEM)
    assert item is None
    assert "the example does not earn all points (found: once (a row without a readable time))" in str(faults[0])
    item, faults = authored(tmp_path, ITEM.replace(CHECK, ""))
    assert item is not None and faults == []


def test_no_row_that_is_asked_for_can_be_seen_in_what_a_candidate_gets(tmp_path: Path) -> None:
    item, _ = authored(tmp_path, ITEM.replace(CHECK, ""))
    assert item is not None
    public = part("register", "question").public(item)
    assert public["rows"] == {"add": 1}
    assert "0:00" not in json.dumps(public) and "r1" not in json.dumps(public)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: time}", "kind: hour}", "none of the allowed words"),
        ("id: from", "id: who", "twice"),
        ("id: from, label", "id: rows, label", "number of rows"),
        ("match: who", "match: name", "no way to compare rows"),
        ("match: who", "match: each", "do not fit"),
        ("match: who", "match: fixed", "head"),
        ("who: li, from", "who: zhao, from", "none of the options"),
        ('from: "0:00", to: ""}, reason', 'from: noon, to: ""}, reason', "the key is no time"),
        ("values: {who: li, ", "values: {", "nothing it can be found by"),
        ("values: {who: li, ", "values: {who: li, day: '1', ", "no such field"),
        ("  reason: {zh: 两人各一行}\n", "", "number of rows is marked and has no reason"),
        ("  match: who\n", "  match: who\n  min: 3\n  max: 4\n", "number of rows does not fit"),
        ("rule: per-field", "rule: generous", "none of the allowed words"),
        ("start: from", "start: who", "no such field"),
        ("each: who", "each: from", "no field with a choice"),
        ("kind: no-overlap", "kind: covers", "span of two times"),
        ("kind: no-overlap", 'kind: covers, span: ["0:00", "2:00"], who: [zhao]', "nobody of that name"),
        ('weight: "1/2"', "weight: 0", "not above 0"),
        ("id: once", "id: r1", "twice"),
        ("- {who: li, from: \"0:00\"}", "- {who: li, at: \"0:00\"}", "no such field"),
        ("kind: choice, options: [{id: li, text: {zh: 李}}, {id: wang, text: {zh: 王}}]", "kind: choice", "no options"),
        ("kind: time}", "kind: time, words: [[x]]}", "only a long text"),
        ("kind: time}", "kind: time, size: {min: 3}}", "fits no text"),
        ("kind: time}", "kind: time, key: 0.5}", "in quotes"),
        ("example:\n", "sample:\n", "example"),
    ],
)
def test_an_author_is_told_what_is_wrong(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in ITEM
    refused(tmp_path, ITEM.replace(old, new, 1), words)


def test_per_row_needs_rows(tmp_path: Path) -> None:
    single = ITEM[: ITEM.index("rows:")].replace("per-field", "per-row") + 'example: [{who: li, from: "0:00"}]\n'
    _, faults = authored(tmp_path, single)
    told = "\n".join(map(str, faults))
    assert "per-row needs rows" in told and "a field that is marked has no reason (found: who)" in told


# What a candidate reads


def test_the_name_of_a_criterion_gives_no_row_away() -> None:
    name = part("register", "key").criterion_text
    body = real_bank().items["I-652"].body
    assert name(body, "p7741.repaid", "en") == "Row 1 that was asked for · Return freight repaid"
    assert name(body, "rows", "en") == "Number of rows"
    assert name(real_bank().items["I-C54"].body, "day3", "zh") == "6月3日"
    assert name(real_bank().items["I-C52"].body, "peak", "en") == "Everyone on duty 0:00-2:00"


def test_answers_are_told_row_by_row() -> None:
    question = part("register", "question")
    days = question.public(real_bank().items["I-C54"])
    assert question.told(days, [{"refunds": "yes"}, {}, {"main": "yes"}], "en") == [
        "2 June – Refunds and rights-protection orders reviewed: ticked",
        "4 June – No customer served on the main account: ticked",
    ]
    assert question.told(question.public(real_bank().items["I-652"]), [RETURNS[1]], "zh") == [
        "第 1 行 – 订单号: 7741；退回运单号: SF1001；原因: 质量问题；处理: 换货；补给买家的寄回运费: 12 元",
    ]


def test_clean_keeps_places_of_fixed_rows_and_drops_empty_ones_of_others() -> None:
    clean = part("register", "question").clean
    public: dict[str, Any] = part("register", "question").public(real_bank().items["I-253"])
    assert clean(public, [{}, {"group": " new "}]) == [{}, {"group": "new"}, {}, {}]
    assert clean(public, [{}, {}]) == clean(public, []) == []
    free = part("register", "question").public(real_bank().items["I-C53"])
    assert clean(free, [{}, {"question": "能洗吗？"}, {"answer": " "}]) == [{"question": "能洗吗？"}]
    for wrong in ([{"group": "none"}], [{}] * 5, [{"follow_up": "x" * 41}], [{"group": None}]):
        with pytest.raises(ValueError):
            clean(public, wrong)
