"""Items that are made: by a generator, a variant for each form, or from a product pack."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from json import dumps
from pathlib import Path

import pytest
from typer.testing import CliRunner

from examdesk.bank import read_exam, read_handbook
from examdesk.bank.programme import PartFile
from examdesk.bank.variants import Unmade, fill
from examdesk.building import form_json, freeze_exam
from examdesk.building.corrections import offer
from examdesk.building.freezing import as_frozen
from examdesk.building.planning import fits, stock
from examdesk.building.reviewing import review_item
from examdesk.building.stress import stress
from examdesk.cli import app
from examdesk.errors import AuthorError
from examdesk.generators import GENERATORS, Value
from examdesk.items import part
from examdesk.model import Item
from tests.conftest import ROOT, behaved, marked
from tests.made import bank, faults, made_course, rewritten


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return made_course(tmp_path)


def test_a_text_is_filled_in_its_language_and_an_unknown_name_is_named_with_its_place() -> None:
    values: Mapping[str, Value] = {"n": "3", "thing": {"zh": "鞋", "en": "shoes"}}
    item = {"stem": {"zh": "{n}双{thing}", "en": "{n} pairs of {thing}"}, "key": "{n}", "text": "{thing}",
            "rows": [[1, "{n}"]]}
    assert fill(item, values) == {"stem": {"zh": "3双鞋", "en": "3 pairs of shoes"}, "key": "3",
                                  "text": {"zh": "鞋", "en": "shoes"}, "rows": [[1, "3"]]}
    for wrong, where in (({"a": [{"key": "{m}"}]}, ("a", 0, "key")), ({"key": "x{thing}"}, ("key",))):
        with pytest.raises(Unmade) as caught:
            fill(wrong, values)
        assert caught.value.args[0] == where


def test_the_braces_of_a_formula_are_no_names_but_names_stand_in_them() -> None:
    assert fill(r"\\(\\frac{9}{{n}}\\) {Name}", {"n": "850"}, language="en") == r"\\(\\frac{9}{850}\\) {Name}"


def test_two_forms_of_an_exam_have_two_variants_and_each_form_the_same_again(course: Path) -> None:
    first, second = (freeze_exam(course, "E90", form) for form in "ab")
    for item in ("I-G08", "P-25"):
        assert first.items[item].body["stem"] != second.items[item].body["stem"]
        assert first.items[item].body["fields"][0]["key"] != second.items[item].body["fields"][0]["key"]
    assert freeze_exam(course, "E90", "a") == first  # the same variant, so nothing has changed
    assert first.pack == "shoes" and set(first.variants) == {"I-G08", "P-25"}
    assert faults(course) == []


def test_all_letters_up_to_the_number_of_variants_give_different_ones(course: Path) -> None:
    template = bank(course).templates["I-G08"]
    assert len({template.numbers("E90", form) for form in "abcdefghijklmnopqrst"}) == template.variants == 20
    texts = {str(template.item(number, None).body) for number in range(20)}
    assert len(texts) == 20


def test_a_frozen_form_does_not_follow_its_template_and_check_says_so(course: Path) -> None:
    frozen = freeze_exam(course, "E90", "a")
    rewritten(course, "d07/I-G08", "请填日期", "请写日期")
    assert [fault for fault in faults(course) if "I-G08 has changed in the bank" in fault]
    assert "请填日期" in frozen.items["I-G08"].body["stem"]["zh"]


def test_another_pack_changes_stem_and_key_without_touching_item_or_exam(course: Path) -> None:
    shoes = freeze_exam(course, "E90", "a")
    coats = freeze_exam(course, "E90", "a", replace=True, pack="coats")
    assert shoes.items["I-G08"] == coats.items["I-G08"]
    assert shoes.items["P-25"].body["fields"][0]["key"] != coats.items["P-25"].body["fields"][0]["key"]
    assert coats.pack == "coats" and faults(course) == []
    with pytest.raises(AuthorError, match=r"no such product pack.*use one of: coats, shoes"):
        freeze_exam(course, "E90", "a", replace=True, pack="hats")


@pytest.mark.parametrize(("old", "new", "said"), [
    ("name: paypal-dispute", "name: paypal", "no such generator (found: paypal). Cure: use one of: alert-kept"),
    ("edition: ED-PAYPAL-45", "edition: HB", "paypal-dispute computes by another edition (found: HB)"),
    ("variants: 20", "variants: 200", '"variants" is too large (found: 200)'),
    ("variants: 20\n", "", "nothing says how many variants there are"),
    ("  name: paypal-dispute", "  name: paypal-dispute\n  ranges: {weeks: [1, 2]}", "no such range (found: weeks)"),
    ("  name: paypal-dispute", "  name: paypal-dispute\n  ranges: {year: [2014, 2012]}", "ends before it begins"),
    ("  name: paypal-dispute", "  name: paypal-dispute\n  ranges: {year: [2019, 2019]}", "the edition ends before"),
    ('key: "{last}"', 'key: "{lest}"', "nobody gives a value of this name (found: {lest})"),
])
def test_what_is_wrong_with_a_generated_item_is_said_at_its_line(course: Path, old: str, new: str, said: str) -> None:
    rewritten(course, "d07/I-G08", old, new)
    assert [fault for fault in faults(course) if fault.startswith("exams/bank/d07/I-G08.yaml:") and said in fault]


def test_a_pack_that_lacks_a_value_of_another_is_told(course: Path) -> None:
    pack = course / "exams" / "packs" / "coats.yaml"
    pack.write_text(pack.read_text("utf-8").replace("  piece_g: 1150\n", ""), encoding="utf-8")
    found = faults(course)
    assert [fault for fault in found if "coats.yaml" in fault and "the pack has no value piece_g" in fault]


def test_an_exam_of_made_items_names_its_pack(course: Path) -> None:
    exam = course / "exams" / "E90" / "exam.yaml"
    exam.write_text(exam.read_text("utf-8").replace("pack: shoes\n", ""), encoding="utf-8")
    assert [fault for fault in faults(course) if "P-25 is made of a product pack, and the exam names none" in fault]


def test_every_pack_is_checked_not_the_first_alone(course: Path) -> None:
    pack = course / "exams" / "packs" / "shoes.yaml"  # coats come first
    pack.write_text(pack.read_text("utf-8").replace('"38码", en: "size 38"', '"39码", en: "size 39"'), encoding="utf-8")
    assert [fault for fault in faults(course) if "P-04.yaml" in fault and "with the pack shoes: " in fault]


# Stress


def test_the_made_items_of_this_course_pass_the_stress(course: Path) -> None:
    found = stress(course, 30)
    assert [one for one in found if one.faults] == []
    assert {(one.item, one.pack, one.different) for one in found} == {
        ("I-G08", "", 30), ("I-G09", "", 30), ("P-25", "coats", 30), ("P-25", "shoes", 30), ("P-04", "coats", 1),
        ("P-04", "shoes", 1)}


def spoiled(monkeypatch: pytest.MonkeyPatch, name: str, **values: str) -> None:
    """A generator that puts these values over its own."""
    generator = GENERATORS[name]
    worse = replace(generator, draw=lambda dice: {**generator.draw(dice), **values}, ugly=lambda values: [])
    monkeypatch.setitem(GENERATORS, name, worse)


@pytest.mark.parametrize(("generator", "values", "said"), [
    ("paypal-dispute", {"last": "2014-04-15"}, "the key is outside its tolerance"),
    ("paypal-dispute", {"start": "2014-03-01", "last": "2014-04-15"}, "variants collide"),
    ("ebay-case", {"by_45": "2014-04-30", "last": "2014-04-30"}, "a distractor is equal to the key"),
    ("pack-weight", {"gift": "10.125"}, "a number with many decimals is printed"),
])
def test_the_stress_finds_what_a_generator_does_wrong(
    course: Path, monkeypatch: pytest.MonkeyPatch, generator: str, values: dict[str, str], said: str
) -> None:
    spoiled(monkeypatch, generator, **values)
    found = [fault.wrong for one in stress(course, 30) for fault in one.faults]
    assert any(wrong.startswith(said) for wrong in found), found


def test_an_item_that_does_not_print_what_its_key_needs_is_a_fault(course: Path) -> None:
    rewritten(course, "d07/I-G08", "付款日是{start}", "付过款")
    rewritten(course, "d07/I-G08", "a buyer paid on {start}", "a buyer paid")
    (fault, *_) = [fault for one in stress(course, 5) for fault in one.faults]
    assert fault.wrong == "the key cannot be worked out from what the item prints" and "start" in fault.found


def test_a_text_that_fits_every_number_but_1_is_a_fault(course: Path) -> None:
    generator = "  name: pack-weight\n  ranges: {pieces: [1, 2], gift: [20, 200]}"
    rewritten(course, "d03/P-25", "  name: pack-weight", generator)
    found = {(fault.wrong, fault.found) for one in stress(course, 30) for fault in one.faults}
    assert ("a text fits every number but 1", "1 pieces") in found


def test_the_command_prints_one_line_an_item_and_ends_with_1_on_faults(course: Path) -> None:
    run = CliRunner().invoke(app, ["check", "--stress", "10", "--course", str(course)])
    assert run.exit_code == 0 and "I-G08 paypal-dispute: 10 variants, 0 repeated, no faults" in run.output
    assert "42 variants of 6 items: no faults." in run.output
    rewritten(course, "d07/I-G08", "  name: paypal-dispute",
              "  name: paypal-dispute\n  ranges: {year: [2013, 2013], month: [2, 2]}")  # 28 days
    run = CliRunner().invoke(app, ["check", "--stress", "40", "--json", "--course", str(course)])
    assert run.exit_code == 1 and "variants collide" in run.output and '"faults": 1' in run.output


@pytest.mark.parametrize("pack", ["shoes", "hair-ornaments", "coats", "cable"])
def test_the_made_items_of_the_course_are_marked_right_and_leak_nothing(course: Path, pack: str) -> None:
    """E02 of each pack: who does the right thing earns everything, who leaves all blank nothing; no key is public."""
    for file in (ROOT / "exams" / "bank" / "d03").glob("P-*.yaml"):
        shutil.copy(file, course / "exams" / "bank" / "d03")
    shutil.copy(ROOT / "exams" / "packs" / f"{pack}.yaml", course / "exams" / "packs")
    authored, document = read_exam(ROOT / "exams", "E02", root=ROOT)
    handbook = read_handbook(course / "exams", root=course)
    form = as_frozen(authored, "a", bank(course), handbook, document.name, pack=pack)
    right, empty = marked(form, behaved(form, "right")), marked(form, behaved(form, "blank"))
    assert {name: Fraction(mark["points"]) for name, mark in right.items()} == {
        name: item.points for name, item in form.items.items()}
    assert {Fraction(mark["points"]) for mark in empty.values()} == {0}
    public = dumps(form_json(form), ensure_ascii=False)
    assert "{" not in "".join(text for item in form.items.values() for text in item.body["stem"].values())
    given = [text for item in form.items.values() for text in asked(item)]
    reasons = [text for item in form.items.values() for _, said in part(item.type, "key").reasons(item.body)
               for text in said.values()]
    assert len(reasons) > 100 and not [text for text in reasons if text in public and text not in given]


def asked(item: Item) -> list[str]:
    """The texts of an item that a candidate meets."""
    lists = [entry for name in ("options", "left", "right") for entry in item.body.get(name, ())]
    return [text for entry in lists for text in entry["text"].values()]


def test_a_regrade_is_offered_for_the_variant_that_was_sat(course: Path) -> None:
    frozen = freeze_exam(course, "E90", "a")
    rewritten(course, "d07/I-G08", 'key: "{last}"', 'key: "{last}"\n    tolerance: 1')
    found = offer(course, frozen)
    assert set(found.bodies) == {"I-G08"} and not found.left
    (field,) = found.bodies["I-G08"][0]["fields"]
    assert (field["key"], field["tolerance"]) == (frozen.items["I-G08"].body["fields"][0]["key"], "1")
    rewritten(course, "d07/I-G08", "name: paypal-dispute", "name: paypal-dispute\n  ranges: {year: [2013, 2013]}")
    assert "what candidates see changed" in offer(course, frozen).left["I-G08"]  # other numbers are another question


def test_items_of_a_pack_serve_only_the_parts_of_the_programme_that_ask_for_one(course: Path) -> None:
    pool = [stock(item, pack=bank(course).needs_pack(name)) for name, item in bank(course).items.items()]
    kinds = {"choice": 1, "numeric": 1}
    plain, packed = (PartFile.model_validate({"kinds": kinds, "pack": pack}) for pack in (False, True))
    assert {one.id for one in pool if fits(one, plain)} == {"I-G08", "I-G09"}
    assert {one.id for one in pool if fits(one, packed)} == {"P-04", "P-25"}


def test_a_review_of_a_made_item_is_one_of_its_file_whatever_the_variant(course: Path) -> None:
    rewritten(course, "d07/I-G08", "state: draft", "state: reviewed")
    assert [fault for fault in faults(course) if "nobody has reviewed the item as it stands" in fault]
    review_item(course, "I-G08", by="a reading machine", kind="machine", on=date(2026, 11, 28))
    assert faults(course) == []
    rewritten(course, "d07/I-G08", "difficulty: easy", "difficulty: hard")  # no part of what is read
    assert faults(course) == []
    rewritten(course, "d07/I-G08", "请填日期", "请写日期")
    assert [fault for fault in faults(course) if "nobody has reviewed the item as it stands" in fault]


def test_the_command_tells_the_ranges_of_every_generator_and_what_it_gives() -> None:
    run = CliRunner().invoke(app, ["bank", "generators"])
    assert run.exit_code == 0
    assert "paypal-dispute  (ED-PAYPAL-45)  ranges: {year: [2012, 2014], month: [1, 12]}" in run.output
    assert "{start} = 2012-10-28" in run.output and "of the product pack: piece_g, box_g" in run.output
    assert all(f"\n{name}  (" in f"\n{run.output}" for name in GENERATORS)
