"""The photos a customer sends: shown where his line stands, told in words where no picture can be, never asked for."""

from __future__ import annotations

import base64
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from examdesk.bank.pictures import MAX_ATTACHED
from examdesk.items.scenario import question
from examdesk.items.scenario.photos import MAX_PICTURES
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.world import start
from tests.conftest import ROOT
from tests.items.authoring import faults_with
from tests.items.chats import CHATS, chat, talk
from tests.items.exam_page import ExamPage

CHAT = chat("S-07")
FILE = ROOT / "exams" / "bank" / "d06" / "S-07.yaml"
ASKED = "抱歉，麻烦拍两张照片，整只鞋正面、圈出开胶处，再来一张特写。"
AGAIN = "太模糊了，请重新拍一张，光线好一点。"


def photos(*said: str) -> list[dict[str, Any]]:
    lines = question.transcript(CHAT.play, CHAT.lived(talk(*said), 3)[0])
    return [line["picture"] for line in lines if "picture" in line]


def test_a_photo_comes_with_its_line_and_not_before() -> None:
    assert photos("您好") == []
    blurred, *rest = photos(ASKED)
    assert rest == [] and "out of focus" in blurred["alt"]["en"] and blurred["alt"]["zh"].startswith("照片（模拟）")
    assert [shown["alt"]["en"].split(":")[0] for shown in photos(ASKED, AGAIN)] == ["Photo (simulated)"] * 3


def test_photos_ship_inside_the_form_and_are_small() -> None:
    shown = CHAT.public["play"]["pictures"].values()
    kinds = [one["picture"].partition(";base64,")[0] for one in shown]
    assert kinds == ["data:image/jpeg", "data:image/png", "data:image/png"]
    assert all(len(base64.b64decode(one["picture"].partition(",")[2])) < 15_000 for one in shown)


def test_where_no_picture_can_be_shown_its_words_stand() -> None:
    told = question.told(CHAT.public, [["said", {"text": ASKED}]], "en")
    assert any("[Photo (simulated): dark and out of focus" in line for line in told)
    assert not any("base64" in line for line in told)


def test_the_page_gets_no_photo_before_it_is_sent() -> None:
    assert "pictures" not in question.shown(CHAT.public, None)


def test_the_journal_names_the_line_and_holds_no_picture() -> None:
    state, journal = CHAT.lived(talk(ASKED, AGAIN), 3)
    assert "base64" not in str(journal)
    assert replay(CHAT.play, journal).state == state


def test_no_words_of_a_photo_pasted_back_earn_anything() -> None:
    alts = [words for one in CHAT.public["play"]["pictures"].values() for words in one["alt"].values()]
    assert [found for words in alts if (found := CHAT.stage.chat(talk(words)).done)] == []


@pytest.mark.parametrize(
    "plain",
    [one for one in CHATS if "pictures" not in one.play.data],
    ids=lambda one: one.item.id,
)
def test_a_scenario_without_photos_looks_as_before(plain: Any) -> None:
    lines = question.transcript(plain.play, start(plain.play, 0))
    assert {name for line in lines for name in line} - {"chat"} == {"who", "text"}
    assert "pictures" not in plain.item.body["play"]


PHOTO = {"picture": "S-07-close.png", "alt": {"zh": "照片", "en": "a photo"}}


def change(name: str, value: Any) -> Any:
    return lambda data: data["play"]["pictures"]["photo-close"].update({name: value})


@pytest.mark.parametrize(("changed", "words"), [
    (change("picture", "S-07-none.png"), "there is no such picture"),
    (change("picture", "../../secret.png"), "a picture is a file beside the item"),
    (change("picture", "S-07.yaml"), "no PNG, JPEG or GIF"),
    (change("picture", "https://example.org/a.png"), "there is no such picture"),
    (change("picture", "large.png"), "larger than 60 kB"),
    (change("alt", {"zh": "照片"}), "a language is missing (found: en)"),
    (lambda data: data["play"]["pictures"].update(nobody=PHOTO), "there is no line of this name"),
    (lambda data: data["play"]["pictures"].update({f"p{n}": deepcopy(PHOTO) for n in range(MAX_PICTURES)}),
     f"at most {MAX_PICTURES}"),
])  # fmt: skip
def test_a_photo_that_cannot_be_shown_is_named(tmp_path: Path, changed: Any, words: str) -> None:
    (tmp_path / "d06").mkdir()
    for file in FILE.parent.glob("S-07-*"):
        (tmp_path / "d06" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "d06" / "large.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * MAX_ATTACHED)
    assert any(words in fault for fault in faults_with(tmp_path, FILE, changed))


@pytest.mark.browser
def test_photos_stand_in_the_chat_with_their_words_in_the_language_of_the_page(page: Page, tmp_path: Path) -> None:
    exam = ExamPage(page, tmp_path, CHAT.item)
    exam.start()
    exam.show()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for said in (ASKED, AGAIN):
        page.locator(".xd-box").fill(said)
        page.locator(".xd-box").press("Control+Enter")
        page.wait_for_function("document.querySelector('.xd-box').value === ''")
    shown = page.locator(".xd-line-customer img")
    assert shown.count() == 3
    assert shown.nth(0).get_attribute("alt").startswith("照片（模拟）：又暗又虚")  # type: ignore[union-attr]
    assert all(page.evaluate("[...document.querySelectorAll('.xd-photo')].map((one) => one.naturalWidth > 0)"))
    assert page.evaluate("(() => { const log = document.querySelector('.xd-log');"
                         " return log.scrollHeight - log.scrollTop - log.clientHeight < 2; })()")
    exam.speak("en")
    assert "out of focus" in str(shown.nth(0).get_attribute("alt"))
    assert [url for url in asked if not url.startswith("data:")] == []


@pytest.mark.browser
def test_a_picture_with_an_address_is_never_asked_for(page: Page, tmp_path: Path) -> None:
    exam = ExamPage(page, tmp_path, CHAT.item)
    for one in exam.form["questions"]["S-07"]["public"]["play"]["pictures"].values():
        one["picture"] = "https://example.org/beacon.png"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    exam.start()
    exam.show()
    page.locator(".xd-box").fill(ASKED)
    page.locator(".xd-box").press("Control+Enter")
    page.wait_for_function("document.querySelector('.xd-box').value === ''")
    assert page.locator(".xd-photo").count() == 0
    assert not [url for url in asked if "example.org" in url]
