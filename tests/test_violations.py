"""Violation points: what a breach costs in an edition, named by scenarios, frozen with the form, kept with the mark."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from examdesk.bank import prices_of, read_points, violation_points
from examdesk.bank.forms import freeze, thaw
from examdesk.building import form_json
from examdesk.building.freezing import with_prices
from examdesk.building.violations import violation_faults
from examdesk.errors import CourseError
from examdesk.model import Price
from tests.conftest import ROOT, marked, outcome_marks, real_bank, real_form, respond
from tests.items.chats import chat, do

TABLE = prices_of(read_points(ROOT), "ED-TMALL-2023")


def test_a_rule_per_case_costs_once_a_case_and_one_per_order_every_time() -> None:
    assert violation_points(["invoice-refusal", "invoice-refusal"], TABLE) == 6
    assert violation_points([("invoice-refusal", "12-0417"), ("invoice-refusal", "12-0418")], TABLE) == 12
    assert violation_points(["order-closed-without-consent"] * 5, TABLE) == 5
    assert violation_points([], TABLE) == 0


def test_a_breach_without_a_price_is_never_counted_as_nothing() -> None:
    with pytest.raises(CourseError, match=r"found: late-parcel\)\. Cure: use one of: card-fee, "):
        violation_points(["late-parcel"], TABLE)
    assert prices_of(read_points(ROOT), "ED-EBAY-2014") == {}


def test_what_was_told_and_what_was_done_names_its_violation_with_the_turn() -> None:
    fishing = chat("S-06")
    told = fishing.judge(fishing.script("fail-zh-address"))
    assert told.evidence["violations"] == [[turn, "disclosure"] for turn in (2, 3)]
    sent = fishing.judge(fishing.script("fail-zh-card"))
    assert sent.evidence["violations"] == [[4, "disclosure"]]


def test_a_suspicion_costs_nothing_and_a_clean_chat_says_nothing() -> None:
    invoice = chat("S-04")
    suspected = invoice.judge(invoice.script("fail-zh-refusal"))
    assert suspected.suspected and "violations" not in suspected.evidence
    assert "violations" not in invoice.judge(invoice.script("gold-zh")).evidence


def test_a_mark_keeps_the_points_of_the_edition_its_form_was_frozen_with() -> None:
    form = real_form("E11-sampler-a")
    answers = {"S-04": respond(form.items["S-04"], [do("look_up_order"), do("turn_down_request", reason="bargain")])}
    dearer = replace(form, prices={"S-04": {"invoice-refusal": Price(12, "case")}})
    for one, points in ((form, 6), (dearer, 12)):
        assert outcome_marks(one, marked(one, answers))["S-04"].evidence["violation_points"] == points
    older = replace(form, prices={})
    assert "violation_points" not in outcome_marks(older, marked(older, answers))["S-04"].evidence


def test_prices_are_frozen_and_no_candidate_sees_them() -> None:
    form = real_form("E11-sampler-a")
    assert form.prices == {"S-04": {"invoice-refusal": Price(6, "case")}}
    assert thaw(freeze(form)).prices == form.prices
    assert with_prices(ROOT, replace(form, prices={})).prices == form.prices
    assert "'prices'" not in str(form_json(form)) and "'violation'" not in str(form_json(form))
    assert "prices" not in freeze(real_form("E01-a")), "a form without violations stays what it was"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "grading", tmp_path / "grading")
    return tmp_path


def test_a_violation_nobody_has_priced_is_the_author_s_fault(course: Path) -> None:
    assert list(violation_faults(course, real_bank())) == []
    data = yaml.safe_load((course / "grading" / "points.yaml").read_text("utf-8"))
    data["rules"] = [rule for rule in data["rules"] if rule["id"] != "disclosure"]
    (course / "grading" / "points.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    faults = list(violation_faults(course, real_bank()))
    assert {fault.file for fault in faults} == {"exams/bank/d08/S-06.yaml"} and len(faults) == 3
    assert "has no such rule in ED-TMALL-2023 (found: disclosure)" in str(faults[0]) and faults[0].line > 1
    with pytest.raises(CourseError, match="which S-06 names"):
        with_prices(course, replace(real_form("E01-a"), items={"S-06": real_bank().items["S-06"]}))
