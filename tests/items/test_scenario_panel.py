"""The chat panel in a real browser, with the real chat behind it: what is sent, what stays, who can use it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from examdesk.errors import NotSaved
from examdesk.items.scenario.widget import Widget
from examdesk.model import Item
from examdesk.sitting import Sitting
from examdesk.widgets import Frame
from tests.conftest import form_of, real_bank

pytestmark = pytest.mark.browser

KERNEL = """
const heard = {};
const on = (name, listener) => { (heard[name] ??= []).push(listener); };
window.answering = true;
window.tell = (name, value) => {
  if (JSON.stringify(window.traits[name]) === JSON.stringify(value)) return;
  window.traits[name] = value; (heard[`change:${name}`] ?? []).forEach((listener) => listener());
};
window.model = {
  get: (name) => window.traits[name], on, off: () => {},
  send: async (message) => {
    const answer = await window.kernel(message);
    if (!window.answering) return;
    for (const [name, value] of Object.entries(answer.traits)) window.tell(name, value);
    (heard["msg:custom"] ?? []).forEach((listener) => listener(answer.reply));
  },
};
"""
TRAITS = ("item", "number", "out_of", "question", "stem", "value", "state", "lang", "store", "texts",
          "transcript", "screen", "queue", "turns", "over")  # fmt: skip


class Chat:
    """The panel on a page of its own; every message goes to a real sitting in this process."""

    def __init__(self, page: Page, folder: Path, item: Item | None = None) -> None:
        self.page, self.sent, item = page, list[Any](), item or real_bank().items["S-04"]
        self.name = item.id
        (folder / "form.json").write_text(json.dumps(form_of(item)), "utf-8")
        self.sitting = Sitting(folder, json.loads((folder / "form.json").read_text("utf-8")))
        self.sitting.frame()
        self.sitting.show(item.id)
        self.widget = self.sitting.screen.questions[item.id]
        assert isinstance(self.widget, Widget)
        self.replies: list[Any] = []
        self.widget.send = lambda content, buffers=None: self.replies.append(content)  # type: ignore[method-assign]
        self.sitting._start("amy")
        page.expose_function("kernel", self.kernel)
        page.route("http://exam.test/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        self.open()

    def open(self) -> None:
        self.page.goto("http://exam.test/")
        self.page.set_content("<style></style><div id=here></div>")
        css = str(Frame._css) + str(Widget._css)
        self.page.evaluate("css => { document.querySelector('style').textContent = css; }", css)
        self.page.evaluate(f"traits => {{ window.traits = traits; {KERNEL} }}", self.traits())
        self.page.evaluate(
            "async source => { const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));"
            " (await import(url)).default.render({ model: window.model, el: document.getElementById('here') }); }",
            str(Widget._esm),
        )

    def traits(self) -> dict[str, Any]:
        return {name: getattr(self.widget, name) for name in TRAITS}

    def kernel(self, message: Any) -> dict[str, Any]:
        self.sent.append(message)
        self.widget._received(self.widget, message, None)
        return {"traits": self.traits(), "reply": self.replies[-1]}

    def kinds(self) -> list[str]:
        return [event.kind for event in self.sitting._writer.journal().events if event.item == self.name]

    @property
    def box(self) -> Any:
        return self.page.get_by_label("输入消息")

    @property
    def log(self) -> Any:
        return self.page.get_by_role("log", name="对话")

    def idle(self) -> None:
        self.page.wait_for_function("document.querySelector('.xd-status').className.includes('saved')")


@pytest.fixture
def chat(page: Page, tmp_path: Path) -> Iterator[Chat]:
    yield Chat(page, tmp_path)


def test_a_message_is_sent_with_ctrl_enter_and_answered(chat: Chat) -> None:
    assert chat.log.get_attribute("aria-live") == "polite"
    assert chat.log.locator(".xd-line").count() == 2  # the buyer has spoken first
    chat.box.fill("您好，可以给您开发票的")
    chat.box.press("Control+Enter")
    chat.page.wait_for_function("document.querySelectorAll('.xd-line').length >= 5")
    chat.idle()
    assert chat.box.input_value() == ""
    assert chat.log.locator(".xd-line-agent").inner_text().endswith("您好，可以给您开发票的")
    assert chat.kinds() == ["opened", "heard", "said", "heard"]


def test_enter_is_a_new_line_and_enter_of_an_input_method_sends_nothing(chat: Chat) -> None:
    chat.box.fill("第一行")
    chat.box.press("Enter")
    chat.box.press_sequentially("b")
    assert chat.box.input_value() == "第一行\nb"
    composing = "{key: 'Enter', ctrlKey: true, isComposing: true, bubbles: true}"
    chat.box.evaluate(f"box => box.dispatchEvent(new KeyboardEvent('keydown', {composing}))")
    assert chat.sent == []


def test_an_empty_message_is_not_sent(chat: Chat) -> None:
    chat.page.get_by_role("button", name="发送").click()
    assert chat.sent == []
    assert "请先写消息" in chat.page.locator(".xd-status").inner_text()


def test_what_is_not_saved_stays_and_is_journalled_once(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise NotSaved("the disk is full")

    append: Callable[..., Any] = chat.sitting._writer.append
    monkeypatch.setattr(chat.sitting._writer, "append", full)
    chat.box.fill("您好")
    chat.box.press("Control+Enter")
    chat.page.wait_for_function("document.querySelector('.xd-status').className.includes('unsaved')")
    assert chat.box.input_value() == "您好"
    assert chat.log.locator(".xd-line-agent").count() == 0
    monkeypatch.setattr(chat.sitting._writer, "append", append)
    chat.page.wait_for_function("document.querySelectorAll('.xd-line-agent').length === 1", timeout=8000)
    chat.idle()
    assert chat.kinds().count("said") == 1
    assert len(chat.sent) >= 2


def test_a_message_whose_answer_was_lost_is_not_doubled_after_a_reload(chat: Chat) -> None:
    chat.page.evaluate("window.answering = false")
    chat.box.fill("您好，可以开的")
    chat.box.press("Control+Enter")
    chat.page.wait_for_timeout(300)
    assert chat.kinds().count("said") == 1
    chat.open()  # the page is loaded again; the journal has the message
    assert chat.log.locator(".xd-line-agent").count() == 1
    assert chat.box.input_value() == ""


def test_what_was_typed_and_not_sent_survives_a_reload(chat: Chat) -> None:
    chat.box.fill("还没写完")
    chat.open()
    assert chat.box.input_value() == "还没写完"


def test_the_order_is_looked_up_and_a_request_recorded_with_the_keyboard(chat: Chat) -> None:
    assert "尚未查看订单" in chat.page.locator(".xd-columns").inner_text()
    chat.page.get_by_role("button", name="查看订单").press("Enter")
    chat.page.wait_for_function("document.querySelectorAll('.xd-screen dt').length === 5")
    chat.page.locator("summary", has_text="登记开票申请").press("Enter")
    form = chat.page.locator("details[open]")
    form.get_by_label("发票抬头").fill("远帆样例贸易有限公司")
    form.get_by_role("button", name="确认").click()
    assert "请填写每一栏" in chat.page.locator(".xd-status").inner_text()
    form.get_by_label("发票类目").select_option("same")
    form.get_by_label("快递费由谁付").select_option("shop")
    form.get_by_label("寄出时间").select_option("d7")
    form.get_by_role("button", name="确认").click()
    chat.page.wait_for_function("document.querySelectorAll('.xd-screen dt').length === 9")
    assert "周一起 7 日内" in chat.log.inner_text()
    assert chat.kinds()[2:] == ["acted", "heard"] * 2


def test_the_language_of_everything_said_changes_at_once(chat: Chat) -> None:
    chat.box.fill("half written")
    chat.page.evaluate("window.tell('lang', 'en')")
    assert chat.page.get_by_role("log", name="Chat").locator(".xd-line").count() == 2
    assert "invoice" in chat.page.locator(".xd-log").inner_text()
    assert chat.page.get_by_label("Type a message").input_value() == "half written"


def test_when_the_chat_is_over_nothing_can_be_typed(chat: Chat) -> None:
    for _ in range(real_bank().items["S-04"].body["play"]["patience"]):
        chat.widget.receive("said", {"text": "您好", "turn": chat.widget.turns})
    chat.open()
    assert "对话已结束" in chat.page.locator(".xd-over").inner_text()
    assert chat.box.is_disabled()
    assert chat.page.get_by_role("button", name="发送").is_disabled()
    assert chat.page.get_by_role("button", name="查看订单").is_disabled()


def test_nothing_of_the_play_half_is_in_the_page(chat: Chat) -> None:
    assert "phrases" not in json.dumps(chat.traits(), ensure_ascii=False)
    assert chat.page.evaluate("document.body.innerHTML").count("SAMPLE") == 0


def test_markup_in_a_message_stays_text(chat: Chat) -> None:
    chat.box.fill("<img src=x onerror=alert(1)><b>hi</b>")
    chat.box.press("Control+Enter")
    chat.page.wait_for_function("document.querySelectorAll('.xd-line-agent').length === 1")
    assert chat.log.locator("img, b").count() == 0
