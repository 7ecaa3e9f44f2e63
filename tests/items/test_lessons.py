"""Every point a chat lost stands at one turn, with what a better turn was; the key only where it may be shown."""

from __future__ import annotations

import copy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from examdesk.items.scenario.lessons import Lesson, lessons, told
from examdesk.model import Item, Said
from examdesk.workbench.stage import talk
from tests.conftest import respond
from tests.items.chats import CHATS, Chat, chat, do

S04 = chat("S-04")


def learnt(item: Item, said: list[Said], *, show_key: bool = True, language: str = "zh", **more: Any) -> list[Lesson]:
    return lessons(item, respond(item, said).value, language, show_key=show_key, **more)


def at(found: list[Lesson], words: str) -> Lesson:
    return next(one for one in found if words in one.what)


@pytest.mark.slow
@pytest.mark.parametrize("one", CHATS, ids=lambda one: one.item.id)
def test_every_point_that_was_lost_stands_in_one_lesson(one: Chat) -> None:
    for name in [script["id"] for script in one.transcripts]:
        for shown in (True, False):
            found = learnt(one.item, one.script(name), show_key=shown)
            lost = sum((lesson.points for lesson in found), Fraction(0))
            assert lost == one.item.points * (1 - one.points(one.script(name))), name
        assert bool(found) == (one.points(one.script(name)) < 1)


def test_a_point_is_lost_where_the_customer_waited_for_it() -> None:
    said = S04.script("gold-zh")
    free = next(n for n, (_, value) in enumerate(said, start=1) if "完全免费" in value.get("text", ""))
    said[free - 1 : free] = talk("您放心。")
    lesson = at(learnt(S04.item, said), "说明开票免费")
    assert (lesson.turn, lesson.said, lesson.better) == (free, "您放心。", "不用您出税点，开票完全免费。")
    assert lesson.points == Fraction(12, 10)


def test_what_was_done_is_lost_where_it_was_done_and_no_more_than_was_earned() -> None:
    said = [*talk("您好亲，可以开的。", "你烦不烦，我说过了"), do("look_up_order")]
    lesson = at(learnt(S04.item, said), "语气不耐烦")
    assert (lesson.turn, lesson.said) == (2, "你烦不烦，我说过了")
    assert lesson.points == Fraction(3, 10), "the greeting was all that courtesy had earned"
    assert "不能顶回去" in lesson.what, "what is wrong with it is said where the key is not shown, too"


def test_an_order_is_lost_at_its_second_half_and_the_better_way_shows_both() -> None:
    said = S04.script("gold-zh")
    asked = next(n for n, (_, value) in enumerate(said) if "抬头和税号" in value.get("text", ""))
    record = next(n for n, (_, value) in enumerate(said) if value.get("tool") == "record_invoice_request")
    turned = [*said[:asked], said[record], said[asked], *said[record + 1 :]]
    lesson = at(learnt(S04.item, turned), "问清抬头后再登记")
    assert lesson.turn == asked + 1 and lesson.better.startswith("麻烦把发票抬头和税号发我一下")
    assert " → [登记开票申请" in lesson.better


def test_a_violation_is_told_at_its_turn_and_a_suspicion_is_not() -> None:
    said = [do("look_up_order"), do("turn_down_request", reason="bargain")]
    found = learnt(S04.item, said)
    assert [(one.turn, one.points) for one in found if "拒" in one.what][:1] == [(2, 0)]
    suspected = learnt(S04.item, talk("特价商品不能开发票的。"))
    assert not [one for one in suspected if not one.points]


def test_without_the_key_neither_the_event_nor_a_better_turn_is_told() -> None:
    closed = learnt(S04.item, S04.script("borderline-zh"), show_key=False)
    names = {entry["text"]["zh"] for entry in S04.score["criteria"]}
    assert {one.better for one in closed} == {""}
    assert {one.what for one in closed if "–" not in one.what} <= names


def test_the_better_turn_is_in_the_reader_s_language_or_in_the_customer_s() -> None:
    said = [do("look_up_order"), *talk("Hello!")]
    assert "free of charge" in at(learnt(S04.item, said, language="en"), "it is free").better
    parcel = chat("S-09")
    found = learnt(parcel.item, parcel.script(parcel.named("fail")[0]), language="zh")
    assert any(one.better.isascii() and one.better for one in found)


def test_the_author_s_own_words_come_before_the_transcript() -> None:
    body = copy.deepcopy(dict(S04.item.body))
    wanted = next(one for one in body["score"]["required"] if one["id"] == "says-free")
    wanted["better"] = {"zh": "开票不收任何费用，您放心。", "en": "It costs you nothing."}
    body["score"]["criteria"][-1]["better"] = {"zh": "先问候，再致歉。", "en": "Greet, then apologise."}
    found = learnt(replace(S04.item, body=body), [do("look_up_order"), *talk("……")])
    assert at(found, "说明开票免费").better == "开票不收任何费用，您放心。"
    assert at(found, "问候买家").better == "先问候，再致歉。"


def test_a_turn_a_marker_has_read_otherwise_loses_nothing() -> None:
    said = S04.script("gold-zh")
    said[1:2] = talk("您好亲，票的事您把心放肚子里。")
    assert at(learnt(S04.item, said), "明确说可以开").turn == 2
    assert learnt(S04.item, said, corrected={2: ["greets", "can"]}) == []


def test_of_one_turn_its_words_stand_first_and_a_better_turn_last() -> None:
    rows = told(learnt(S04.item, S04.script("borderline-zh")))
    fourth = [row for row in rows if row["turn"] == "4"]
    assert len(fourth) > 2
    assert [bool(row["said"]) for row in fourth] == [True] + [False] * (len(fourth) - 1)
    assert [bool(row["better"]) for row in fourth] == [False] * (len(fourth) - 1) + [True]


def test_what_is_hostile_is_told_as_text_and_cut() -> None:
    found = learnt(S04.item, talk("<script>" * 200))
    assert all(len(one.said) <= 121 for one in found)
    assert lessons(S04.item, ["nonsense", 3, ["said", {"text": 7}]], "zh", show_key=True)
