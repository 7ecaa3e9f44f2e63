"""The inbox panel: what is journalled, once; and in a real browser what is shown, kept and focused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from examdesk.errors import NotSaved
from examdesk.items.inbox.widget import Widget
from examdesk.items.inbox.world import MAX_STEPS
from examdesk.sitting import Sitting
from examdesk.widgets import TEXTS
from tests.conftest import form_of
from tests.items.desks import inbox, right
from tests.items.exam_page import ExamPage

EBAY, ALIEXPRESS, AMAZON, WISH = (inbox(f"I-95{n}") for n in range(1, 5))


class Sat:
    """One inbox in a real sitting, without a browser."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        (folder / "form.json").write_text(json.dumps({**form_of(EBAY), **changes}), "utf-8")
        self.folder = folder
        self.open()
        self.sitting._start("amy")

    def open(self) -> None:
        """A kernel: the first, or one that comes back."""
        self.sitting = Sitting(self.folder, json.loads((self.folder / "form.json").read_text("utf-8")))
        self.sitting.frame()
        self.sitting.show(EBAY.id)
        widget = self.sitting.screen.questions[EBAY.id]
        assert isinstance(widget, Widget)
        self.widget = widget
        self.replies: list[Any] = []
        widget.send = lambda content, buffers=None: self.replies.append(content)  # type: ignore[method-assign]

    def send(self, nonce: int, do: str, *rows: str, turn: int, **args: Any) -> dict[str, Any]:
        value = {"do": do, "rows": list(rows), "args": args, "turn": turn}
        self.widget._received(self.widget, {"type": "acted", "nonce": nonce, "value": value}, None)
        return dict(self.replies[-1])

    @property
    def at(self) -> str:
        return str(self.widget.question["screen"]["at"])

    def steps(self) -> list[str]:
        events = self.sitting._writer.journal().events
        return [event.value["do"] for event in events if event.kind == "acted"]


@pytest.fixture
def sat(tmp_path: Path) -> Sat:
    return Sat(tmp_path)


def test_a_step_is_journalled_before_the_desk_follows_it(sat: Sat, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise NotSaved("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(sat.sitting._writer, "append", full)
        assert sat.send(1, "go", turn=0, to="messages")["type"] == "not-saved" and sat.at == "home"
    assert sat.send(1, "go", turn=0, to="messages")["type"] == "saved" and sat.at == "messages"
    assert sat.steps() == ["go"]


def test_a_step_sent_again_is_not_journalled_twice_and_a_kernel_that_comes_back_knows_it(sat: Sat) -> None:
    sat.send(1, "go", turn=0, to="messages")
    assert sat.send(1, "go", turn=0, to="messages")["type"] == "saved"
    sat.open()
    assert sat.at == "messages"
    assert sat.send(7, "go", turn=0, to="messages")["type"] == "saved"  # its answer was lost with the kernel
    assert sat.steps() == ["go"] and sat.widget.turns == 1


def test_a_step_from_a_page_that_is_behind_is_not_taken(sat: Sat) -> None:
    sat.send(1, "go", turn=0, to="messages")
    sat.send(2, "delete", "n106", turn=1)
    answered = sat.send(3, "delete", "n107", turn=1)  # another tab, which still shows n106
    assert answered["final"] and answered["why"] == TEXTS["zh"]["inbox_crossed"]
    assert sat.steps() == ["go", "delete"]


def test_what_the_screen_does_not_offer_is_never_journalled(sat: Sat) -> None:
    steps: list[Any] = [("open", ["n101"], {}), ("reply", ["n101"], {"message": "x"}), ("back", [], {}),
                        ("go", [], {"to": "trash"}), ("nonsense", [], {})]  # fmt: skip
    for nonce, (do, rows, args) in enumerate(steps):
        answered = sat.send(nonce, do, *rows, turn=0, **args)
        assert answered["type"] == "not-saved" and answered["final"]
    assert sat.steps() == []


def test_after_the_hand_in_a_step_is_refused_and_changes_nothing(sat: Sat) -> None:
    sat.sitting._hand_in(None)
    assert sat.send(1, "go", turn=0, to="messages")["type"] == "not-saved"
    assert sat.steps() == [] and sat.at == "home"


def test_the_last_step_that_is_possible_says_so(sat: Sat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("examdesk.items.inbox.widget.MAX_STEPS", 2)
    for turn, place in enumerate(("messages", "home")):
        assert sat.send(turn, "go", turn=turn, to=place)["type"] == "saved"
    assert sat.send(9, "go", turn=2, to="messages")["why"] == TEXTS["zh"]["inbox_full"]
    assert 3 * max(len(right(item)) for item in (EBAY, ALIEXPRESS, AMAZON, WISH)) <= MAX_STEPS


# In a browser


@pytest.fixture
def exam(page: Page, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ExamPage]:
    shown = ExamPage(page, tmp_path, request.param)
    shown.start()
    shown.speak("en")
    shown.show()
    yield shown


def on(item: Any) -> Any:
    return pytest.mark.parametrize("exam", [item], indirect=True, ids=[item.id])


def click(exam: ExamPage, name: str) -> None:
    exam.page.get_by_role("button", name=name, exact=True).click()
    expect(exam.page.locator(".xd-foot .xd-status")).to_have_text(exam.word("saved"))


def unfold(exam: ExamPage, name: str) -> None:
    exam.page.locator("summary", has_text=name).first.click()


@pytest.mark.browser
@on(EBAY)
def test_what_was_done_and_what_was_refused_is_told_and_the_focus_is_never_lost(exam: ExamPage) -> None:
    page, told = exam.page, exam.page.locator(".xd-outcome")
    click(exam, "Messages (8)")
    expect(page.locator("#xd-I-951-here")).to_be_focused()
    click(exam, "Order 7702: how do I wash it?")
    expect(page.locator("#xd-I-951-here")).to_be_focused()
    unfold(exam, "Reply")
    page.get_by_label("Your message").fill("Dear Marie, by hand.")
    click(exam, "Confirm · Reply")
    expect(told).to_contain_text("Refused by the platform: This transaction ended more than 90 days ago")
    expect(page.get_by_label("Your message")).to_have_value("Dear Marie, by hand.")  # it was not sent
    click(exam, "Back to the list")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".xd-foot .xd-status")).to_contain_text("Select the messages first.")
    for row in ("n106", "n107"):
        page.locator(f"#xd-I-951-{row}-tick").check()
        expect(page.locator(f"#xd-I-951-{row}-tick")).to_be_focused()
    click(exam, "Delete")
    expect(told).to_contain_text("Done: Moved to Trash. (eBay newsletter")
    assert exam.page.locator("tr[data-unread]").count() == 5 and page.locator("tbody tr").count() == 6
    exam.speak("zh")
    expect(told).to_contain_text("已完成：已移到 Trash。")


@pytest.mark.browser
@on(EBAY)
def test_hostile_text_stays_text_and_an_empty_list_says_so(exam: ExamPage) -> None:
    page = exam.page
    click(exam, "Messages (8)")
    click(exam, "Order 7741: how wide is the strap?")
    unfold(exam, "Reply")
    evil = "<img src=x onerror=alert(1)>[a](javascript:alert(1)) 20 mm\u202e"
    page.get_by_label("Your message").fill(evil)
    click(exam, "Confirm · Reply")
    expect(page.locator(".xd-letter[data-sent] p")).to_have_text(evil)
    assert page.locator(".xd-question :is(img, script, a)").count() == 0
    expect(page.get_by_label("Your message")).to_be_hidden()  # sent: the form is folded up, and empty
    assert page.get_by_label("Your message").input_value() == ""
    click(exam, "Trash")
    page.locator("#xd-I-951-n201-tick").check()
    click(exam, "Move to: Messages")
    expect(page.get_by_text("There are no messages here.")).to_be_visible()
    assert page.get_by_role("button", name="Move to: Messages").count() == 0


@pytest.mark.browser
@on(AMAZON)
def test_a_template_is_edited_and_put_into_a_letter_and_what_is_typed_survives_a_reload(exam: ExamPage) -> None:
    page = exam.page
    click(exam, "Messages")
    click(exam, "Manage E-mail Templates")
    click(exam, "Shipping notice")
    unfold(exam, "Edit")
    box = page.get_by_label("Text of the template")
    assert "within 5 working days" in box.input_value()
    box.fill("Dear [buyer name], your order [order number] leaves within 2 working days.")
    click(exam, "Confirm · Edit")
    click(exam, "The old message centre")
    click(exam, "Order 114-2231178: when does it leave?")
    unfold(exam, "Reply")
    page.get_by_label("Use a template").select_option(label="Shipping notice")
    box = page.get_by_label("Your message")
    expect(box).to_have_value("Dear [buyer name], your order [order number] leaves within 2 working days.")
    letter = "Dear Anna, your order 114-2231178 leaves within 2 working days."
    box.fill(letter)
    exam.show()
    unfold(exam, "Reply")
    expect(page.get_by_label("Your message")).to_have_value(letter)
    click(exam, "Confirm · Reply")
    expect(page.locator(".xd-outcome")).to_contain_text("Done: The message was sent.")


@pytest.mark.browser
@on(WISH)
def test_a_ticket_unfolds_in_three_parts_and_its_menu_acts_on_the_row(exam: ExamPage) -> None:
    page = exam.page
    for name in ("客户问题 (customer questions)", "未处理 (not handled)", "My tracking number is not found"):
        click(exam, name)
    parts = {"Affected products": "Phone case, blue", "Order details": "USD 6", "Items": "LX100200300CN"}
    for part, words in parts.items():
        expect(page.get_by_text(words)).to_be_hidden()
        unfold(exam, part)
        expect(page.get_by_text(words)).to_be_visible()
    unfold(exam, "Change the tracking number")
    page.get_by_label("New tracking number").fill(" LX100200330CN ")
    click(exam, "Confirm · Change the tracking number")
    expect(page.get_by_text("LX100200330CN", exact=True)).to_be_visible()  # the part stays unfolded
    unfold(exam, "Reply")
    click_empty = page.get_by_role("button", name="Confirm · Reply")
    click_empty.click()
    expect(page.locator(".xd-foot .xd-status")).to_contain_text(exam.word("fill_all"))
    click(exam, "Close")
    expect(page.locator(".xd-outcome")).to_contain_text("Done: The question was closed.")
    assert page.get_by_role("button", name="My tracking number is not found").count() == 0
