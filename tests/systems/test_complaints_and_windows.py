"""SR-41 to SR-45: complaints, quality disputes, deadlines and letters."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from statistics import median
from typing import Any

from examdesk import graders
from examdesk.analysis import Outcome, judge
from examdesk.items import part
from examdesk.model import Judgement, Response, Section
from examdesk.records import MarkRow
from examdesk.records.gradebook import CRITICAL
from tests.conftest import real_bank, real_form
from tests.items.chats import chat, talk


def test_sr41_model_complaint_chat_gets_full_marks_and_a_missing_apology_costs_one_line() -> None:
    """Model chat full marks; apology missing loses one line"""
    from tests.items.chats import chat

    skirt = chat("S-08")
    model = skirt.script("gold-listening")
    assert skirt.judge(model).fraction == 1
    cold = [(kind, {"text": value["text"].replace("很抱歉让您遇到这样的事，", "")}) if kind == "said" else (kind, value)
            for kind, value in model]  # fmt: skip
    assert cold != model
    lines = [line for part in skirt.judge(cold).parts for line in part.reason.split("; ") if "missing" in line]
    assert lines == ["missing: said sorry"]


def test_sr42_photos_before_the_apology_cost_points_with_a_furious_buyer() -> None:
    """Asking for photos before apology in branch 3 costs points"""
    furious = chat("S-10")
    right = furious.script("gold-plain")
    wrong = [right[0], *talk("Hello, please send us some photos of the strap."), *right[1:]]
    assert furious.points(right) == 1
    assert furious.points(wrong) < furious.points(right)


def test_sr43_payment_of_1_march_2014_gives_15_april_for_paypal_and_30_april_for_the_case() -> None:
    """Payment 2014-03-01: PayPal until 2014-04-15, case until 2014-04-30"""
    from examdesk.generators.windows import last_day

    paid = date(2014, 3, 1)
    assert last_day("paypal-dispute", start=paid, edition="ED-PAYPAL-45") == date(2014, 4, 15)
    assert last_day("ebay-case", start=paid, edition="ED-EBAY-CASE60") == date(2014, 4, 30)
    assert last_day("paypal-answer", start=date(2014, 4, 10), edition="ED-PAYPAL-45") == date(2014, 4, 20)
    bank = real_bank()
    for item, day in (("I-701", "2014-04-15"), ("I-702", "2014-04-30"), ("I-703", "2014-04-20")):
        assert bank.items[item].body["fields"][0]["key"] == day
    made = bank.templates["I-G08"].values(0, None)
    assert bank.items["I-G08"].edition == "ED-PAYPAL-45" and made["start"] in bank.items["I-G08"].body["stem"]["zh"]
    start = date.fromisoformat(str(made["start"]))
    assert made["last"] == last_day("paypal-dispute", start=start, edition="ED-PAYPAL-45").isoformat()


def letter(item: str, step: str, **written: str) -> Judgement:
    """The judgement of one step of the bank's item, by the grader its hidden cell spells out."""
    (cell,) = (one for one in part("reply", "cells").cells(real_bank().items[item]) if one.kind == "autograder")
    call: Any = ast.parse(cell.source).body[-1]
    grade = eval(ast.unparse(call.value.args[1]), vars(graders))
    return grade(Response(item, {"final": 1, "steps": {step: written}}))  # type: ignore[no-any-return]


def test_sr44_median_delivery_time_is_computed_and_used_in_the_mail() -> None:
    """Median is computed from data and used in the mail"""
    item = real_bank().items["R-E19"]
    days = [row[-1] for row in item.body["table"]["rows"]]
    assert sorted(days) == [22, 25, 28, 30, 31, 33, 40] != days
    assert str(median(days)) == item.body["steps"][0]["figure"]["key"] == "30"

    def found(figure: str, text: str) -> set[str]:
        mark = letter("R-E19", "day-15", figure=figure, text=text)
        return {one.criterion for one in mark.parts if one.fraction == 1} & {"day-15.median", "day-15.uses-median"}

    mail = "Your parcel left on 1 June; it usually takes {} days."
    assert found("30", mail.format(30)) == {"day-15.median", "day-15.uses-median"}
    assert found("30", mail.format(12)) == {"day-15.median"}
    assert found("12", mail.format(12)) == set()


def test_sr45_the_word_feedback_in_letter_1_fails_the_critical_line() -> None:
    """The word feedback/评价 in letter 1 fails the critical line"""
    clean = "We are sorry. We would refund USD 5. Would this solve the problem for you?"

    def failed(text: str, step: str = "letter-1") -> list[str]:
        return [rule for rule, _ in letter("R-E20", step, text=text).suspected]

    assert failed(clean) == []
    assert failed(clean + " Please revise your feedback.") == ["letter-1.mentions-feedback"]
    assert failed("很抱歉，我们退您5美元，麻烦修改一下评价。") == ["letter-1.mentions-feedback"]
    assert failed("Thank you. Perhaps you would reconsider your feedback.", step="letter-2") == []
    # What that means for the exam: nobody passes with it before a person has looked, and confirmed it is a fail.
    assert (exam_with(clean, "").result, exam_with(clean + " Your feedback?", "").result) == ("pass", "pass")
    nobody = exam_with(clean + " Your feedback?", None)
    assert (nobody.result, nobody.waiting) == ("withheld", ("unmarked:R-E20",))
    confirmed = exam_with(clean + " Your feedback?", "It asks for a change. #critical")
    assert (confirmed.result, confirmed.why) == ("fail", ("critical-violation",))


def exam_with(letter_1: str, comment: str | None) -> Outcome:
    """The outcome of an exam that is R-E20 alone, all points given; by a marker who comments, or by nobody (None)."""
    item = real_bank().items["R-E20"]
    form = replace(real_form("E11-sampler-a"), items={item.id: item}, sections=(
        Section("replies", {"en": "Replies"}, "replies", (item.id,)),))
    found = [list(one) for one in letter(item.id, "letter-1", text=letter_1).suspected]
    by, points = ("machine", None) if comment is None else ("marker", item.points)
    evidence = {"suspected": found} if comment is None else {
        "critical": [["marker", "confirmed by the marker"]] if CRITICAL in comment else []}
    return judge(form, [MarkRow(1, 1, "t001", form.id, 1, item.id, "whole", points, item.points, comment or "", by, by,
                                evidence, "digest", "")])
