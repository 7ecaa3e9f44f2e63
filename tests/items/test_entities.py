"""Dates, days, amounts and order numbers: read in every usual writing, and told apart by what the world holds."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from examdesk.items.scenario.entities import World
from examdesk.items.scenario.entity_faults import faults
from examdesk.items.scenario.play import Play
from examdesk.wording.phrases import tokens
from tests.items.chats import chat

NAMED = {"eta": "7-1", "usual": "30 days", "price": "23.90 usd", "fee": "12 cny", "order": "SIM-20140418-22"}
WORLD = World(NAMED)


@pytest.mark.parametrize("text", [
    "July 1", "Jul. 1st", "1st of July", "1 July", "the first of july", "7月1日", "七月一号", "7月1号", "JULY the 1st",
])  # fmt: skip
def test_a_date_of_the_world_is_found_in_every_writing(text: str) -> None:
    found = WORLD.read([token for token in tokens(text.replace(".", "")) if token != "the"])
    assert found == ("{eta}",)


@pytest.mark.parametrize(("text", "kind"), [
    ("30天", "{usual}"), ("三十天", "{usual}"), ("thirty days", "{usual}"), ("30 days", "{usual}"),
    ("31 days", "{days}"),
    ("July 2", "{date}"), ("7月10日", "{date}"), ("12元", "{fee}"), ("十二块", "{fee}"), ("13 yuan", "{amount}"),
    ("SIM-20140418-22", "{order}"), ("sim 20140418 22", "{order}"), ("23.9 usd", "{price}"), ("usd 23.90", "{price}"),
])  # fmt: skip
def test_what_the_world_holds_has_its_name_and_everything_else_its_kind(text: str, kind: str) -> None:
    assert WORLD.read(tokens(text)) == (kind,)


@pytest.mark.parametrize("text", ["7 pairs", "day 32", "may I ask", "十分抱歉", "一下", "room 1202", "", "july", "30"])
def test_a_number_alone_is_only_a_number(text: str) -> None:
    assert WORLD.read(tokens(text)) == tuple(tokens(text))


def play(**entities: str) -> Play:
    data: dict[str, Any] = copy.deepcopy(dict(chat("S-04").item.body["play"]))
    act = {"phrases": {"en": ["(refund|pay) … {price}", "back {price}"]}, "unless": {"en": ["not … {price}"]},
           "light": False, "whole": False, "yields_to": []}  # fmt: skip
    data["acts"] |= {"gives": act, "gives-wrong": {**act, "phrases": {"en": ["(refund|pay) … {amount}"]}}}
    return Play({**data, "entities": entities})


@pytest.mark.parametrize(("text", "acts"), [
    ("We refund you $23.90", ["gives"]), ("We refund you 23.9 dollars", ["gives"]), ("we pay USD 50", ["gives-wrong"]),
    ("we refund 23.90", []), ("We do not refund $23.90", []),
])  # fmt: skip
def test_an_act_that_names_an_amount_is_checked_against_the_world(text: str, acts: list[str]) -> None:
    found = play(price="23.90 usd").understood(text)
    assert [act for act in found if act.startswith("gives")] == acts


def test_an_author_is_told_of_names_that_stand_for_nothing() -> None:
    body = copy.deepcopy(dict(chat("S-04").item.body))
    body["play"] = dict(play(price="soon", date="7-1").data)
    assert [one.wrong for one in faults(body)] == [
        "this is no date, days, amount or order number", "this name stands for every other one",
    ]
    body["play"] = dict(play(fee="5 usd").data)
    assert {(one.wrong, one.found) for one in faults(body)} == {
        ("the world of the scenario holds nothing of this name", "price")}
