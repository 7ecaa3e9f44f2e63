"""What a screen reader is told: groups, names and states of every widget, open, answered and handed in."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from examdesk.items import packages
from examdesk.model import Item
from tests.items.exam_page import ExamPage, one_of_each
from tests.items.spoken import SPOKEN, Question, Said
from tests.items.tree import Node, controls, tree

pytestmark = pytest.mark.browser
MORE = ("I-202", "I-451", "I-C52", "I-C54", "Q-02", "S-14", "V-02")
ITEMS = {item.id: item for item in one_of_each(others=MORE)}
FIELDS = {"radio", "checkbox", "combobox", "textbox"}
EXTRA = {"list", "group", "log"}  # also in the stem, and where a table stands


def group_of(exam: ExamPage, page: Page) -> Node:
    """The group of the first question."""
    start = exam.word("question", n=1)
    return next(node for node in tree(page).inside if node.role == "group" and node.name.startswith(start))


def heard(group: Node, expected: list[Said]) -> list[Said]:
    """The controls, and of lists, groups and logs those that are expected: a stem may have a list of its own."""
    extra = [one for one in expected if one[0] in EXTRA]
    said = [(node.role, node.name, node.state) for node in controls(group) if node.role not in ("status", "table")]
    return [one for one in said if one[0] not in EXTRA or one in extra]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.soak) if name in MORE else name for name in ITEMS]
)
def test_a_question_says_what_it_is_and_what_is_chosen(page: Page, tmp_path: Path, name: str) -> None:
    item = ITEMS[name]
    exam = ExamPage(page, tmp_path, item)
    exam.start()
    exam.show()
    for lang in ("zh", "en"):
        exam.speak(lang)
        agrees(exam, page, item)
    exam.answer(item)
    answered = agrees(exam, page, item)
    exam.sitting._hand_in(None)
    exam.follow()
    closed = controls(group_of(exam, page))
    assert [node for node in closed if node.role in FIELDS | {"button"} and not node.locked] == []
    kept = [(node.role, node.name, node.state) for node in closed if node.role in FIELDS]
    assert kept == [said for said in answered if said[0] in FIELDS]  # what was answered can still be read


def agrees(exam: ExamPage, page: Page, item: Item) -> list[Said]:
    panel, group = exam.sitting.screen.questions[item.id], group_of(exam, page)
    stem = str(item.body["stem"][exam.lang]).replace("*", "").split("\n")[0]
    assert " ".join(stem.split())[:30] in group.name
    asked = Question(panel.question, panel.value, exam.lang, exam.word, panel)
    assert item.type in SPOKEN, f"tests/items/spoken.py does not describe {item.type}"
    expected = list(SPOKEN[item.type](asked))
    assert heard(group, expected) == expected
    hints = page.locator("[aria-describedby]").evaluate_all(
        "nodes => nodes.flatMap((node) => node.getAttribute('aria-describedby').split(' '))"
        ".filter((id) => !document.getElementById(id))"
    )
    assert hints == []
    status = [node for node in tree(page).inside if node.role == "status"]
    assert status and all(node.properties.get("live") == "polite" for node in status)
    if panel.value is not None:
        assert exam.page.locator(".xd-question .xd-foot [role=status]").inner_text() == exam.word("saved")
    return expected


def test_every_registered_type_is_described() -> None:
    assert set(SPOKEN) == set(packages())


def frame_of(page: Page) -> list[tuple[str, str]]:
    return [(node.role, node.name) for node in controls(tree(page))]


def node_of(page: Page, role: str, name: str) -> Node:
    found = list(tree(page).inside)
    assert (role, name) in [(node.role, node.name) for node in found]
    return next(node for node in found if (node.role, node.name) == (role, name))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_start_page_bar_and_hand_in_say_what_they_are(page: Page, tmp_path: Path, lang: str) -> None:
    item = next(iter(ITEMS.values()))
    exam = ExamPage(page, tmp_path, item, pause=5)
    exam.speak(lang)
    exam.show()
    word = exam.word
    start = [("group", word("language")), ("button", "中文"), ("button", "English"), ("textbox", word("candidate")),
             ("checkbox", word("candidate_confirm", id="…")), ("DisclosureTriangle", word("code_open")),
             ("button", word("start"))]  # fmt: skip
    assert [said for said in frame_of(page) if said in start] == start
    assert node_of(page, "textbox", word("candidate")).description == word("candidate_hint")
    assert node_of(page, "button", {"zh": "中文", "en": "English"}[lang]).properties["pressed"] == "true"
    page.press("#xd-candidate", "Enter")
    alerts = [node for node in tree(page).inside if node.role == "alert"]
    assert word("candidate_missing") in "".join(one.name for node in alerts for one in node.inside)
    exam.start()
    progress = word("progress", done=0, all=1)
    assert node_of(page, "button", progress).properties["expanded"] is False
    assert any(node.role == "timer" for node in tree(page).inside)
    page.click("#xd-nav")
    assert node_of(page, "button", progress).properties["expanded"] is True
    node_of(page, "navigation", word("navigator"))
    node_of(page, "button", f"{word('question', n=1)}, {word('blank')}")
    flag = f"{word('flag')}: {word('question', n=1)}"
    assert node_of(page, "button", flag).properties["pressed"] == "false"
    page.get_by_role("button", name=flag).click()
    expect(page.get_by_role("button", name=flag)).to_have_attribute("aria-pressed", "true")
    node_of(page, "button", f"{word('question', n=1)}, {word('blank')}, {word('flagged')}")
    node_of(page, "checkbox", word("finish_confirm"))
    page.click("#xd-finish")
    statuses = [node for node in tree(page).inside if node.role == "status"]
    said = ["".join(one.name for one in node.inside if one.role == "StaticText") for node in statuses]
    assert word("finish_tick") in said
    assert page.evaluate("document.activeElement.id") == "xd-sure"
