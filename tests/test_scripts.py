"""The script library, and the slots of a template that somebody forgot to fill."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from examdesk.bank import Bank, Handbook, read_handbook
from examdesk.bank.scripts import Scripts, handbook_faults, read_scripts
from examdesk.building.scripting import script_faults, script_of, task_faults
from examdesk.errors import CourseError
from examdesk.items import part
from examdesk.items.reply.cells import grader
from examdesk.model import Response
from examdesk.wording.slots import open_slots
from examdesk.workbench.scripts import listed
from tests.conftest import ROOT, real_bank

LEFT = ("(Your name)", "[shop name]", "{agent}", "（姓名）", "【店铺名】", "xxx", "XX", "____", "{{shop}}", "｛店名｝",
        "[Insert your name here]", "<name>", "(date)", "【请填写客服名】", "×××")
FINE = ("(38)", "(free)", "【包邮】", "(US 9)", "[玫瑰]", "XXL", "2XL", "XX-Large", "^___^", "T___T", "【尺码】38",
        "3×4", "【颜色】黑色，【尺码】38", "138xxxx1234", "{38}", "(your order is on the way)", "(size M)",
        "【7天无理由】", "{^_^}")


@pytest.mark.parametrize("slot", LEFT)
def test_a_slot_left_open_is_found_in_both_languages(slot: str) -> None:
    for words in ("Kind regards,\n{}", "您好，我是{}，有什么可以帮您"):
        assert len(open_slots(words.replace("{}", slot))) == 1


@pytest.mark.parametrize("words", FINE)
def test_a_bracket_with_something_in_it_is_no_slot(words: str) -> None:
    assert open_slots(f"{words}\nBest regards, Li Na") == []


def test_a_signature_nobody_changed_is_a_slot_and_at_most_five_are_told() -> None:
    assert open_slots("Thank you.\nBest regards,\nYour Name") == ["Your Name"]
    assert open_slots("Is this your name?") == []
    assert open_slots(" ".join(f"{{slot {letter}}}" for letter in "abcdefgh")) == [f"{{slot {one}}}" for one in "abcde"]


def test_a_hostile_reply_is_looked_at_in_no_time_and_told_without_markup() -> None:
    for text in ("(" * 20_000, "{a" * 10_000, "请填" * 10_000, "x" * 20_000):
        assert len(open_slots(text)) <= 1
    assert open_slots("<script>") == []


def test_a_slot_left_open_changes_no_points_of_an_item_and_a_reply_in_steps_names_the_letter() -> None:
    item = real_bank().items["R-E20"]
    first = item.body["steps"][0]["id"]
    text = item.body["steps"][0]["samples"]["right"][0]
    left, filled = (grader(item.body)(Response("", {"final": 0, "steps": {first: {"text": text + end}}}))
                    for end in ("\n(Your name)", ""))
    assert left.evidence["slots"] == {first: ["(Your name)"]} and "slots" not in filled.evidence
    assert f"{first}: slot check failed 空位未填: (Your name)" in left.evidence["notes"]
    assert "slot check failed" in left.reason
    assert (left.fraction, left.parts, left.suspected) == (None, filled.parts, filled.suspected)


def test_a_reply_tells_nobody_its_class_of_scripts() -> None:
    item = real_bank().items["R-E01"]
    assert script_of(real_bank().documents["R-E01"].data) == "in-stock"
    assert "script" not in item.body and "script" not in part("reply", "question").public(item)


# The library


def library() -> Scripts:
    return read_scripts(ROOT / "exams", root=ROOT)


def changed(folder: Path, old: str, new: str) -> Scripts:
    text = (ROOT / "exams" / "scripts.yaml").read_text("utf-8")
    assert old in text
    (folder / "scripts.yaml").write_text(text.replace(old, new, 1), "utf-8")
    return read_scripts(folder, root=folder)


def test_the_library_keeps_the_rules_of_the_programme() -> None:
    absolute = re.compile(r"绝对|肯定|保证|一定|100%|百分之百|最好的|全网最|"
                          r"guarantee|definitely|absolutely|100 %", re.IGNORECASE)
    for one in library().scripts:
        assert not absolute.search(one.text), one.id
        assert not re.search(r"好评|评价|五星|评分|feedback|review|rating|stars", one.text), one.id
    openings = [one for one in library().of_class("pre") if "欢迎光临" in one.text]
    assert openings and all("支付宝" in one.text and "不要相信" in one.text for one in openings)
    assert list(handbook_faults(library(), read_handbook(ROOT / "exams", root=ROOT))) == []


@pytest.mark.parametrize(("old", "new", "wrong", "found"), [
    ("{agent}，想看", "{agnet}，想看", "there is no slot of this name", "{agnet}"),
    ("slots:\n", "slots:\n  moon: {zh: 月亮, en: the moon}\n", "no template has this slot", "moon"),
    ("class: pre\n", "class: per\n", "there is no class of this name", "per"),
    ("classes:\n", "classes:\n  rare: {language: zh, name: {zh: 少见, en: rare}}\n", "the class has too few templates",
     "rare: 0"),
    ("id: pre-busy", "id: pre-opening", "this id stands twice", "pre-opening"),
    ("发的是{carrier}。", "发的是{carrier。", "a brace is opened or closed alone", "{"),
    ("欢迎光临{shop}", "欢迎光临{shop}}", "a brace is opened or closed alone", "}"),
    ("date: 2026-11-28", "date: yesterday", '"date" (in scripts "pre-opening") is no date', "yesterday"),
    ("language: zh", "language: fr", "none of the allowed words", "fr"),
])
def test_a_fault_of_the_library_has_place_and_cure(tmp_path: Path, old: str, new: str, wrong: str, found: str) -> None:
    faults = changed(tmp_path, old, new).faults
    mine = [one for one in faults if wrong in one.wrong and found in one.found]
    assert mine and mine[0].line > 1 and mine[0].cure, faults


@pytest.mark.parametrize(("old", "new", "wrong"), [
    ("facts: [F-LN-05, F-RP-01]", "facts: [F-LN-99]", "no such fact in the handbook"),
    ("edition: HB", "edition: ED-TMALL-2023", "none of its facts is of this edition"),
    ("欢迎光临{shop}", "欢迎光临{shop}（店名）", "a gap of the text is no slot"),
    ("购买后24小时内回访", "购买后48小时内回访", "different numbers"),
])
def test_the_check_reads_the_library_with_the_handbook(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    changed(tmp_path, old, new)
    handbook = read_handbook(ROOT / "exams", root=ROOT)
    assert any(wrong in one.wrong for one in script_faults(tmp_path, real_bank(), handbook, root=tmp_path))


def test_every_class_needs_a_reply_and_every_reply_a_class_of_its_language(tmp_path: Path) -> None:
    bank = real_bank()
    none = list(task_faults(library(), Bank({}, {}, ())))
    assert len(none) == 9 and all(one.wrong == "no reply item is of this class" for one in none)
    wrong = changed(tmp_path, "size: {language: en", "size: {language: zh")
    assert [one.wrong for one in task_faults(wrong, bank)] == ["the class is for replies in zh"]
    without = list(task_faults(Scripts(), bank))
    assert without and all("copy scripts.yaml" in one.cure for one in without)
    assert list(script_faults(tmp_path / "none", Bank({}, {}, ()), Handbook(), root=tmp_path)) == []


def test_the_library_is_printed_readable_in_both_languages(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "exams" / "handbook", tmp_path / "exams" / "handbook")
    shutil.copy(ROOT / "exams" / "scripts.yaml", tmp_path / "exams")
    zh, en = list(listed(tmp_path, "", "zh")), list(listed(tmp_path, "price", "en"))
    assert "售前（中文）" in zh and any("空位：{shop} 店铺名" in line for line in zh)
    assert "price (English)" in en and "before the sale (Chinese)" not in en
    assert any(line.strip().startswith("Slots: {buyer} the buyer's name") for line in en)
    with pytest.raises(CourseError, match=r"no class prices\. Cure: use one of: pre, in, after"):
        list(listed(tmp_path, "prices", "en"))
