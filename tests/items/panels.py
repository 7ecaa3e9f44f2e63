"""One question widget on a page of its own, without a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from examdesk.items import part
from examdesk.widgets import TEXTS, rendered
from tests.conftest import form_of, real_bank

KERNEL = """
const heard = {};
const on = (name, listener) => { (heard[name] ??= []).push(listener); };
window.sent = []; window.answering = true;
window.tell = (name, value) => {
  window.traits[name] = value;
  (heard[`change:${name}`] ?? []).forEach((hear) => hear());
};
window.hear = (reply) => (heard["msg:custom"] ?? []).forEach((hear) => hear(reply));
window.model = {
  get: (name) => window.traits[name], on, off: () => {},
  send: (message) => {
    window.sent.push(message);
    if (!window.answering) return;
    if (message.type === "answered") window.traits.value = message.value;
    const reply = { type: "saved", nonce: message.nonce };
    setTimeout(() => window.hear(reply), 0);
  },
};
"""


class Panel:
    """One question on a page of its own, and the kernel behind it."""

    def __init__(self, page: Page, name: str, value: object = None) -> None:
        self.page, self.item = page, real_bank().items[name]
        question = form_of(self.item)["questions"][name]["public"]
        traits = {"item": name, "number": 1, "out_of": "2", "question": question, "value": value, "state": "open",
                  "stem": rendered(question["stem"]), "lang": "zh", "store": "s", "texts": TEXTS}  # fmt: skip
        page.goto("about:blank")
        page.set_content("<style></style><div id=here></div>")
        page.evaluate("css => { document.querySelector('style').textContent = css; }", self.css())
        page.evaluate(f"traits => {{ window.traits = traits; {KERNEL} }}", traits)
        module = str(part(self.item.type, "widget").Widget._esm)
        page.evaluate(
            "async source => { const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));"
            " (await import(url)).default.render({ model: window.model, el: document.getElementById('here') }); }",
            module,
        )

    @staticmethod
    def css() -> str:
        from examdesk import widgets

        return (Path(widgets.__file__).parent / "style.css").read_text("utf-8")

    def id(self, tail: str) -> str:
        return f'[id="xd-{self.item.id}-{tail}"]'

    def sent(self) -> list[Any]:
        """The values of all messages so far."""
        assert all(message["type"] == "answered" for message in self.page.evaluate("window.sent"))
        return [message["value"] for message in self.page.evaluate("window.sent")]

    def speak(self, language: str) -> None:
        self.page.evaluate("language => window.tell('lang', language)", language)

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.id"))


def well_named(page: Page) -> None:
    """Every control on the page has a name, and an id of its own."""
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(ids) == len(set(ids))
    unnamed = page.evaluate(
        "[...document.querySelectorAll('#here :is(input, select, textarea, button)')].filter((node) =>"
        " !(node.labels?.length || node.textContent.trim() || node.ariaLabel)).length"
    )
    assert unnamed == 0
