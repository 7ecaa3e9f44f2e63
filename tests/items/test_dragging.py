"""Ordering, triage and matching with a mouse and with a finger: the same answers as by buttons and lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from examdesk.items import part
from tests.conftest import form_of
from tests.items.panels import Panel

pytestmark = pytest.mark.browser
SORTED = {"I-104": lambda order: order, "Q-01": lambda order: {"order": order},
          "Q-02": lambda order: {"order": order, "classes": {}}}


def centre(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, grasped: str, x: float, y: float) -> None:
    page.mouse.move(*centre(page, grasped))
    page.mouse.down()
    page.mouse.move(x, y, steps=4)
    page.mouse.up()


def row(entry: str) -> str:
    return f"li[data-entry='{entry}']"


def order_on(page: Page) -> list[str]:
    return page.evaluate("[...document.querySelectorAll('li[data-entry]')].map((row) => row.dataset.entry)")  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", SORTED)
def test_a_row_dragged_to_another_place_is_saved_once(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 1000, "height": 1200})
    panel = Panel(page, name)
    first = order_on(page)
    public = form_of(panel.item)["questions"][name]["public"]
    x, y = centre(page, row(first[0]))
    drag(page, f"{row(first[-1])} .xd-row-text", x, y - 8)  # above the middle of the first: before it
    expected = [first[-1], *first[:-1]]
    assert order_on(page) == expected and panel.sent() == [SORTED[name](expected)]
    assert part(panel.item.type, "question").clean(public, panel.sent()[-1]) == panel.sent()[-1]
    x, y = centre(page, row(expected[2]))
    drag(page, f"{row(expected[0])} .xd-grip", x, y + 8)  # below the middle of the third: after it
    expected = [*expected[1:3], expected[0], *expected[3:]]
    assert order_on(page) == expected and panel.sent()[1:] == [SORTED[name](expected)]
    assert page.locator("[data-drop], [data-dragged]").count() == 0


@pytest.mark.parametrize("name", SORTED)
def test_a_row_dropped_nowhere_or_where_it_was_changes_nothing(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 1000, "height": 1200})
    panel = Panel(page, name)
    first = order_on(page)
    x, y = centre(page, row(first[1]))
    for to in ((x, 5), (2, y), (x, y + 10), (x, centre(page, row(first[0]))[1] + 8)):
        drag(page, f"{row(first[1])} .xd-row-text", *to)
    page.mouse.move(x - 200, y)
    page.mouse.down()
    page.mouse.move(x - 200, y + 80, steps=3)
    assert page.locator("[data-drop]").count() == 1
    page.keyboard.press("Escape")
    page.mouse.up()
    assert panel.sent() == [] and order_on(page) == first
    assert page.locator("[data-drop], [data-dragged]").count() == 0


def test_a_choice_dragged_to_its_line_is_the_one_its_list_chooses(page: Page) -> None:
    panel = Panel(page, "I-103")
    row, chip = "[data-left='{}']", ".xd-chip[data-entry='{}']"
    drag(page, chip.format("cost"), *centre(page, row.format("price")))
    drag(page, chip.format("cost"), *centre(page, row.format("price")))  # it is there already
    drag(page, chip.format("customer"), *centre(page, row.format("product")))
    drag(page, chip.format("customer"), 2, 2)
    assert panel.sent() == [{"price": "cost"}, {"price": "cost", "product": "customer"}]
    assert page.input_value(panel.id("price")) == "cost"
    drag(page, chip.format("competition"), *centre(page, panel.id("price")))  # over the list itself, instead
    page.select_option(panel.id("product"), "")
    assert panel.sent()[2:] == [{"product": "customer", "price": "competition"}, {"price": "competition"}]


def test_nothing_can_be_dragged_when_the_exam_is_closed(page: Page) -> None:
    for name in ("I-104", "Q-02", "I-103"):
        panel = Panel(page, name)
        page.evaluate("window.tell('state', 'closed')")
        assert page.locator(".xd-grip").count() == 0
        if name != "I-103":
            first = order_on(page)
            drag(page, f"{row(first[0])} .xd-row-text", *centre(page, row(first[2])))
            assert order_on(page) == first
        assert panel.sent() == []


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 400, "height": 800}, has_touch=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", ["I-104", "I-103"])
def test_a_finger_drags_at_the_grip_and_scrolls_elsewhere(phone: Page, name: str) -> None:
    panel = Panel(phone, name)
    phone.evaluate("document.body.style.height = '3000px'")
    grasped = "li:last-child" if name == "I-104" else ".xd-chip:last-child"
    target = "li:first-child" if name == "I-104" else "[data-left='price']"
    touch = phone.context.new_cdp_session(phone)

    def swipe(start: str, to: tuple[float, float]) -> None:
        x, y = centre(phone, start)
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for step in range(1, 9):
            at = {"x": x + (to[0] - x) * step / 8, "y": y + (to[1] - y) * step / 8}
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    x, y = centre(phone, target)
    swipe(f"{grasped} .xd-grip", (x, y - 6))
    assert len(panel.sent()) == 1 and phone.evaluate("scrollY") == 0
    swipe("li:first-child .xd-row-text" if name == "I-104" else "[data-left='price'] label", (x, y - 150))
    phone.wait_for_function("scrollY > 0")
    assert len(panel.sent()) == 1
