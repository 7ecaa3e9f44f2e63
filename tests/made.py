"""A course of made items, for the tests of variants."""

from __future__ import annotations

import shutil
from pathlib import Path

from examdesk.bank import Bank, read_bank
from examdesk.building import check
from examdesk.building.freezing import key_modules
from tests.conftest import ROOT

EXAM = """
id: E90
title: {zh: 计算, en: Sums}
minutes: 10
languages: [zh, en]
language: zh
sections: [{id: quiz, title: {zh: 计算题, en: Quiz}, part: quiz}]
forms: {a: {quiz: [I-G08, P-25]}, b: {quiz: [I-G08, P-25]}}
pack: shoes
pass: {cut: 60%}
"""
MADE = ("d07/I-G08", "d07/I-G09", "d03/P-25", "d03/P-04")
FACTS = """
editions:
  HB: {label: {zh: 手册, en: Handbook}, status: current}
  ED-PAYPAL-45: {label: {zh: PayPal 45 天版, en: PayPal 45 days}, status: historical}
  ED-EBAY-CASE60: {label: {zh: eBay 60 天版, en: eBay 60 days}, status: historical}
facts:
  F-EB-30: {domain: D7, platform: eBay, kind: PF, edition: ED-EBAY-CASE60, text: {zh: 60天内提出, en: Within 60 days}}
  F-EB-33: {domain: D7, platform: PayPal, kind: PF, edition: ED-PAYPAL-45, text: {zh: 45天内提出, en: Within 45 days}}
  F-RP-06: {domain: D3, platform: Taobao, kind: RP, edition: HB, text: {zh: 尺码只作参考, en: Sizes are a guide}}
  F-TR-02: {domain: D1, platform: all, kind: SS, edition: HB, text: {zh: 需要产品知识, en: Product knowledge is needed}}
"""


def made_course(folder: Path) -> Path:
    """A course of four made items, two packs and one exam."""
    exams = folder / "exams"
    for name in MADE:
        (exams / "bank" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "exams" / "bank" / f"{name}.yaml", exams / "bank" / f"{name}.yaml")
    (exams / "handbook").mkdir()
    (exams / "handbook" / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (exams / "packs").mkdir()
    for name in ("shoes", "coats"):
        shutil.copy(ROOT / "exams" / "packs" / f"{name}.yaml", exams / "packs")
    (exams / "E90").mkdir()
    (exams / "E90" / "exam.yaml").write_text(EXAM, encoding="utf-8")
    return folder


def bank(course: Path) -> Bank:
    return read_bank(course / "exams", root=course, types=key_modules())


def rewritten(course: Path, item: str, old: str, new: str) -> None:
    path = course / "exams" / "bank" / f"{item}.yaml"
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")


def faults(course: Path) -> list[str]:
    return [str(fault) for fault in check(course).faults]
