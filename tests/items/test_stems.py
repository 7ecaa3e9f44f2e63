"""Pictures and formulas in stems: taken in from a file, drawn without a network, inert."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from examdesk.bank.pictures import MAX_BYTES
from examdesk.building.lint import text_faults
from examdesk.model import without_pictures
from examdesk.widgets import rendered
from examdesk.widgets.markdown import mathml
from tests.items.authoring import authored, refused
from tests.items.panels import Panel

ITEM = """
id: I-999
type: choice
domain: D2
points: 1
facts: [F-TB-01]
edition: ED-2014
stem: {zh: "看图：![一件红色外套](coat.png) 是什么颜色？", en: "Look: ![a red coat](coat.png) Which colour is it?"}
key: a
options:
  - {id: a, text: {zh: 红色, en: Red}, reason: {zh: 图上的外套是红色的。, en: The coat shown is red.}}
  - {id: b, text: {zh: 蓝色, en: Blue}, reason: {zh: 图上的外套不是蓝色的。, en: The coat shown is not blue.}}
""".lstrip()


def picture(kind: str = "png") -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, kind)
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "d02").mkdir()
    (tmp_path / "d02" / "coat.png").write_bytes(picture())
    return tmp_path


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif"])
def test_an_item_takes_its_picture_in(folder: Path, kind: str) -> None:
    (folder / "d02" / "coat.png").write_bytes(picture(kind))
    item, faults = authored(folder, ITEM)
    assert item is not None and not faults
    address = f"data:image/{kind};base64,{base64.b64encode(picture(kind)).decode()}"
    html = rendered(item.body["stem"])
    assert f'<img src="{address}" alt="a red coat"' in html["en"] and 'alt="一件红色外套"' in html["zh"]
    assert without_pictures(item.body["stem"]["en"]) == "Look: a red coat Which colour is it?"


@pytest.mark.parametrize(("old", "new", "words"), [
    ("(coat.png) Which", "(hat.png) Which", "there is no such picture"),
    ("(coat.png) Which", "(https://example.org/coat.png) Which", "there is no such picture"),
    ("(coat.png) Which", "(../coat.png) Which", "a picture is a file beside the item"),
    ("(coat.png) Which", "(/etc/passwd) Which", "a picture is a file beside the item"),
    ("(coat.png) Which", "() Which", "a picture is a file beside the item"),
    ("![a red coat]", "![ ]", "no text for people who cannot see it"),
    ("(coat.png) Which", "(I-999.yaml) Which", "no PNG, JPEG or GIF"),
])
def test_a_picture_that_cannot_be_shown_is_named(folder: Path, old: str, new: str, words: str) -> None:
    refused(folder, ITEM.replace(old, new), words)


def test_a_picture_that_is_too_large_is_named(folder: Path) -> None:
    (folder / "d02" / "coat.png").write_bytes(picture() + b"\0" * MAX_BYTES)
    refused(folder, ITEM, "larger than 200 kB")


def test_an_address_in_a_form_asks_nobody() -> None:
    html = rendered({"en": "![coat](https://example.org/coat.png) ![x](data:text/html;base64,aaaa)"})["en"]
    assert "<img" not in html and "coat" in html


def test_digits_of_a_picture_are_no_numbers_of_the_text(folder: Path) -> None:
    item, _ = authored(folder, ITEM)
    assert item is not None
    (folder / "d02" / "I-999.yaml").write_text(ITEM, "utf-8")
    from examdesk.bank import load_yaml

    assert list(text_faults(load_yaml(folder / "d02" / "I-999.yaml", root=folder), item.body)) == []


@pytest.mark.parametrize("formula", [
    r"\frac{9}{850}", r"x^2 \le 2\%", r"\sqrt{a+b}", r"\frac{\text{低分}}{850} \times 100",
    "</math><script>alert(1)</script>",
])
def test_a_formula_becomes_mathml(formula: str) -> None:
    html = rendered({"zh": rf"比例 \({formula}\) 是多少？$5 不是公式。"})["zh"]
    assert html.count("<math ") == 1 and "$5 不是公式" in html and "<script" not in html


@pytest.mark.parametrize("formula", [
    r"\text{<img src=x onerror=alert(1)>}", r"\text{<b>x</b>}", r"\href{javascript:alert(1)}{x}", r"\nosuch{3}", "x_",
    r"\begin{matrix}1&2", r"\style{color:red}{x}",
])
def test_a_formula_that_is_no_formula_stays_text(formula: str) -> None:
    assert mathml(formula) == ""
    html = rendered({"en": rf"Compute \({formula}\) now"})["en"]
    assert "<math" not in html and "<img" not in html and "<b>" not in html and "<script" not in html


@pytest.mark.browser
def test_formula_and_picture_are_seen_and_have_a_name(page: Page, folder: Path) -> None:
    panel = Panel(page, "I-A51")
    expect(page.locator(".xd-stem math mfrac")).to_have_count(1)
    assert page.evaluate("document.querySelector('mfrac').getBoundingClientRect().height > 15")
    html = rendered({"zh": f"![一件红色外套](data:image/png;base64,{base64.b64encode(picture()).decode()})"})["zh"]
    panel.page.evaluate("html => window.tell('stem', {zh: html}) || window.tell('lang', 'zh')", html)
    image = page.get_by_role("img", name="一件红色外套")
    expect(image).to_be_visible()
    assert image.evaluate("node => node.naturalWidth") == 40
