"""What gives an item or a form away, and stems that ask the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from examdesk.bank import Bank, Document, ExamFile
from examdesk.building.form_writing import at_least, form_writing_faults, never_longest
from examdesk.building.item_writing import writing_faults, writing_notes
from examdesk.building.likeness import alike, likeness_faults, runs
from examdesk.model import Item
from tests.conftest import real_bank

SHORT = ["当天发货", "第二天发货", "先问仓库", "请买家等"]
ENGLISH = ["Ships today", "Ships tomorrow", "Asks the warehouse", "Asks to wait"]


def item(zh: Sequence[str] = SHORT, en: Sequence[str] = ENGLISH, *, name: str = "I-001", key: str = "c",
         stem: Mapping[str, str] | None = None, kind: str = "choice", **body: Any) -> Item:
    ids = "tf" if body.get("layout") == "true-false" else "abcdef"
    options = [{"id": ids[n], "text": {"zh": one, "en": other}, "reason": {"zh": "", "en": ""}}
               for n, (one, other) in enumerate(zip(zh, en, strict=True))]
    asked = stem or {"zh": "缺货时怎样回复？", "en": "The item is sold out. What does the agent answer?"}
    return Item(name, kind, "D4", Fraction(1), ("F-OP-09",), "HB", False,
                {"layout": "list", **body, "stem": dict(asked), "options": options, "key": key})


def bank(*items: Item, apart: Mapping[str, list[str]] | None = None) -> Bank:
    documents = {one.id: Document(Path(f"{one.id}.yaml"), f"{one.id}.yaml", {"apart": (apart or {}).get(one.id, [])})
                 for one in items}
    return Bank({}, documents, (), {one.id: one for one in items})


def wrong(*items: Item) -> list[str]:
    return [fault.wrong for fault in writing_faults(bank(*items))]


def replaced(texts: Sequence[str], at: int, said: str) -> list[str]:
    return [said if n == at else one for n, one in enumerate(texts)]


LONG_ZH = "先向仓库核实有没有货，再告诉买家哪一天能发"
LONG_EN = "Asks the warehouse first and then tells the buyer which day it can leave"


def test_a_key_longest_by_far_in_every_language_is_a_fault() -> None:
    (found,) = wrong(item(replaced(SHORT, 2, LONG_ZH), replaced(ENGLISH, 2, LONG_EN)))
    assert found.startswith("the key is by far the longest option")


@pytest.mark.parametrize(("zh", "en"), [
    (replaced(SHORT, 2, LONG_ZH), ENGLISH),  # in one language only
    (replaced(SHORT, 0, LONG_ZH), replaced(ENGLISH, 0, LONG_EN)),  # a distractor
    (["6天", "30天", "180天内", "60天"], ["6 days", "30 days", "within 180 days", "60 days"]),  # short as they are
])
def test_longer_options_that_give_nothing_away_are_none(zh: list[str], en: list[str]) -> None:
    assert wrong(item(zh, en)) == []


@pytest.mark.parametrize(("zh", "en", "faults"), [
    ("以上都对", "Asks to wait", 1), ("都不对。", "None of these.", 2), ("请买家等", "All of the above", 1),
    ("两样都对，就按信里的要求办", "Tick all of them and delete them", 0),
    ("以上午的库存为准", "By the stock of this morning", 1),
])
def test_an_option_that_speaks_of_the_others_is_a_fault(zh: str, en: str, faults: int) -> None:
    """以上午 is read as 以上: rare, and easily worded otherwise."""
    found = wrong(item(replaced(SHORT, 3, zh), replaced(ENGLISH, 3, en)))
    assert found == ["an option speaks of the other options"] * faults


@pytest.mark.parametrize(("stem", "faults"), [
    ({"zh": "下面哪种做法不符合手册？", "en": "Which of these does not follow the handbook?"}, 2),
    ({"zh": "下面哪种做法**不**符合手册？", "en": "Which of these does **not** follow the handbook?"}, 0),
    ({"zh": "不属于客服职责的是哪一项？", "en": "What is part of the role, except for one?"}, 2),
    ({"zh": "买家不在家，客服应该怎么回复？", "en": "The buyer is not at home. What does the agent answer?"}, 0),
    ({"zh": "哪些交易算不良（不看站点）？", "en": "Which transactions count (whether or not shipped)?"}, 0),
    ({"zh": "哪句话能不能发，由谁定？", "en": "Who decides?"}, 0),
])
def test_a_negative_question_is_marked(stem: dict[str, str], faults: int) -> None:
    assert wrong(item(stem=stem)) == ["the question is negative, and nothing marks it"] * faults


def test_options_that_overlap_are_a_fault() -> None:
    spans = ["1-3天", "3-5天", "6-8天", "9-12天"]
    assert wrong(item(spans, [one.replace("天", " days") for one in spans])) == ["two options overlap"] * 2
    apart = ["1-3天", "4-5天", "6-8天", "9-12天"]
    assert wrong(item(apart, [one.replace("天", " days") for one in apart])) == []
    more = item(replaced(SHORT, 3, "先问仓库再回复"), replaced(ENGLISH, 3, "Asks the warehouse, then answers"))
    found = wrong(more)
    assert found == ['"c" and "d" overlap: one says all that the other says']


def test_absolute_words_in_wrong_options_only_are_noted() -> None:
    loud = item(["今天一定发", "绝对有货", "先问仓库", "请等"],
                ["Certainly today", "Always in stock", "Asks first", "Wait"])
    assert [note.wrong[:39] for note in writing_notes(bank(loud))] == ["absolute words stand in wrong options o"]
    even = item(["今天一定发", "绝对有货", "一定先问仓库", "请等"],
                ["Certainly today", "Always in stock", "Always asks first", "Wait"])
    assert list(writing_notes(bank(even))) == []


def exam(*items: str, shuffle: bool = True) -> dict[str, tuple[ExamFile, Document]]:
    data = {"id": "E90", "title": {"en": "A"}, "minutes": 10, "languages": ["en"], "language": "en", "shuffle": shuffle,
            "sections": [{"id": "quiz", "title": {"en": "Q"}, "part": "quiz"}], "forms": {"a": {"quiz": list(items)}},
            "pass": {"cut": "80%"}}
    return {"E90": (ExamFile.model_validate(data), Document(Path("exam.yaml"), "exam.yaml", data))}


def of_form(items: Sequence[Item], *, shuffle: bool = True, apart: Mapping[str, list[str]] | None = None) -> list[str]:
    found = form_writing_faults(exam(*(one.id for one in items), shuffle=shuffle), bank(*items, apart=apart))
    return [fault.wrong for fault in found]


def many(count: int, *, longest: int = 0, key: str = "c", **body: Any) -> list[Item]:
    """Items whose key is the longest by a character in the first `longest`."""
    zh, en = replaced(SHORT, 2, "先问问仓库吧"), replaced(ENGLISH, 2, "Asks the warehouse man")
    return [item(zh if n < longest else SHORT, en if n < longest else replaced(ENGLISH, 2, "Asks first"),
                 name=f"I-{n:03}", key=key, **body) for n in range(count)]


def test_keys_longest_far_above_chance_are_a_fault_of_the_form() -> None:
    assert of_form(many(12, longest=8)) == [
        "the key is the longest option in 8 of the 12 single-choice items of form a, far more than by chance"]
    assert of_form(many(12, longest=6)) == []
    assert of_form(many(2, longest=2)) == [], "two may well be chance"


def test_keys_never_longest_in_a_whole_bank_are_noted() -> None:
    assert [note.wrong for note in never_longest(bank(*many(30)))] == [
        "the key is the longest option in only 0 of 30 single-choice items; who notices that rules the longest option "
        "out"]
    assert list(never_longest(bank(*many(30, longest=5)))) == list(never_longest(bank(*many(8)))) == []


def test_keys_in_one_place_are_a_fault_where_options_are_not_shuffled() -> None:
    assert of_form(many(8), shuffle=True) == []
    assert len(of_form(many(8), shuffle=False)) == len(of_form(many(8, keep_order=True))) == 1
    mixed = [item(name=f"I-{n:03}", key=key) for n, key in enumerate("aabbccdd")]
    assert of_form(mixed, shuffle=False) == []


def test_true_and_false_are_both_keys() -> None:
    def questions(keys: str) -> list[Item]:
        return [item(["对", "错"], ["True", "False"], name=f"I-{n:03}", key=key, layout="true-false")
                for n, key in enumerate(keys)]

    assert of_form(questions("ttttt")) == ["the key of 5 of the 5 true-false items of form a whose options are not "
                                           "shuffled lies in one place"]
    assert of_form(questions("ttfft")) == of_form(questions("tttt")) == []


def test_items_that_answer_each_other_stand_in_no_form_together() -> None:
    first, second = item(name="I-001"), item(name="I-002")
    assert of_form([first, second], apart={"I-002": ["I-001"]}) == [
        "form a holds I-001 and I-002, which may not stand in one form"]
    assert of_form([first], apart={"I-001": ["I-002"]}) == ["no other item has this id"]


ASKED = "A buyer in Spain asks whether the blue backpack is in stock. Six lots are left. What does the agent answer?"


def test_a_stem_much_like_another_is_a_fault_in_its_language() -> None:
    again = ASKED.replace("blue", "red").replace("Spain", "Italy")
    first, second = item(stem={"en": ASKED, "zh": "甲"}), item(stem={"en": again, "zh": "乙"}, name="I-002")
    (fault,) = likeness_faults(bank(first, second))
    assert fault.wrong.startswith("the stem is much like the one of I-001: ") and fault.file == "I-002.yaml"
    other = "A buyer in Spain wants a blue backpack for 5 dollars less. The list price is the floor. What now?"
    assert list(likeness_faults(bank(first, item(stem={"en": other, "zh": "乙"}, name="I-002")))) == []


def test_every_pair_above_half_is_found_and_no_other() -> None:
    texts = {name: runs(one.body["stem"]["zh"]) for name, one in real_bank().items.items()}
    texts |= {f"{name}-2": frozenset(sorted(found)[: len(found) * 3 // 4]) for name, found in texts.items() if found}
    slow = {(one, other) for at, one in enumerate(texts) for other in list(texts)[at + 1 :]
            if texts[one] and 2 * len(texts[one] & texts[other]) > len(texts[one] | texts[other])}
    assert {(one, other) for one, other, _ in alike(texts)} == slow
    assert len(slow) > 200


def test_chances_sum_up() -> None:
    assert at_least(3, [0.25] * 3) == pytest.approx(1 / 64)
    assert at_least(0, [0.5]) == 1
    assert at_least(2, [0.5]) == 0
