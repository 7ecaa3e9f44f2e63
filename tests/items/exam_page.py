"""A whole exam on one page without JupyterLab: frame, questions and hand-in panel, with a real sitting behind them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
from playwright.sync_api import Locator, Page

from examdesk.items import packages, part
from examdesk.model import Item
from examdesk.sitting import Sitting
from examdesk.widgets import TEXTS
from tests.conftest import form_of, real_bank

ADDRESS = "http://exam.test/"
BROWSER = """
const panels = {};
window.tell = (id, changed) => {
  const { traits, heard } = panels[id];
  const told = ([name, value]) => JSON.stringify(traits[name]) !== JSON.stringify(value);
  const news = Object.entries(changed).filter(told);
  Object.assign(traits, Object.fromEntries(news));
  news.forEach(([name]) => (heard[`change:${name}`] ?? []).forEach((hear) => hear()));
};
window.sent = [];
const send = async (id, message) => {
  window.sent.push(message);
  const { changes, replies } = await window.kernel(id, message);
  for (const [one, changed] of changes) window.tell(one, changed);
  for (const [one, reply] of replies) window.reply(one, reply);
};
window.reply = (id, message) => {
  (panels[id].heard["msg:custom"] ?? []).forEach((hear) => hear(message, [new Uint8Array()]));
};
window.show = async (id, traits, source) => {
  const heard = {}, el = document.createElement("div");
  panels[id] = { traits, heard };
  document.querySelector(".jp-Notebook").append(el);
  const model = {
    get: (name) => traits[name], off: () => {}, send: (message) => { send(id, message); },
    on: (name, listener) => { (heard[name] ??= []).push(listener); },
  };
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  (await import(url)).default.render({ model, el });
};
"""
BODY = "<style></style><style>{own}</style><main class=jp-Notebook></main>"
OWN = "body {margin: 0; padding: 4px; background: var(--p, #fff)} body[data-jp-theme-light=false] {--p: #111}"
DONE_IN_TURNS = {"scenario", "inbox"}  # said and done, never answered
TRAITS = set(anywidget.AnyWidget.class_trait_names(sync=True))


class ExamPage:
    """The page of one candidate. `show` gives it to the browser as it stands in the journal."""

    def __init__(self, page: Page, folder: Path, *items: Item, **changes: Any) -> None:
        self.page, self.items, self.lang = page, items, "zh"
        self.form = {**form_of(*items), **changes}
        (folder / "form.json").write_text(json.dumps(self.form), "utf-8")
        self.sitting = Sitting(folder, self.form)
        self.sitting.frame()
        for item in items:
            self.sitting.show(item.id)
        self.sitting.finish()
        self._replies: list[Any] = []
        self._known: dict[str, dict[str, Any]] = {}
        for name, panel in self.panels.items():
            panel.send = lambda content, buffers=None, name=name: self._replies.append((name, content))
        page.expose_function("kernel", self._kernel)
        page.route(ADDRESS, lambda route: route.fulfill(body="<!doctype html><html lang=zh-CN><title>Exam</title>",
                                                        content_type="text/html"))

    @property
    def panels(self) -> dict[str, Any]:
        screen = self.sitting.screen
        return {"frame": screen.frame, **screen.questions, "finish": screen.finish}

    def show(self, *, dark: bool = False) -> None:
        page = self.page
        page.goto(ADDRESS)
        page.set_content(BODY.format(own=OWN))
        sheets = dict.fromkeys(str(panel._css) for panel in self.panels.values() if hasattr(panel, "_css"))
        page.evaluate("css => { document.querySelector('style').textContent = css; }", "\n".join(sheets))
        page.evaluate(f"() => {{ {BROWSER} }}")
        self.dark(dark)
        for name, panel in self.panels.items():
            self._known[name] = _traits(panel)
            page.evaluate("given => window.show(...given)", [name, self._known[name], str(panel._esm)])

    def dark(self, on: bool) -> None:
        self.page.evaluate("light => { document.body.dataset.jpThemeLight = light; }", str(not on).lower())

    def start(self) -> None:
        """Starts the sitting without the browser; what is shown follows."""
        self.sitting._start("C-1")
        self.follow()

    def answer(self, item: Item) -> None:
        """Answers rightly without the browser; what is shown follows."""
        panel, said = self.sitting.screen.questions[item.id], right(item)
        if not getattr(panel, "begun", True):
            panel.receive("opened", {})
        for kind, value in said if item.type in DONE_IN_TURNS else [("answered", said)]:
            turn = {"turn": panel.turns} if item.type in DONE_IN_TURNS else {}  # type: ignore[attr-defined]
            panel.receive(kind, {**value, **turn} if turn else value)
        self.follow()

    def refuse(self, fault: Exception | None) -> None:
        """From now on no event reaches the disk; with None it does again."""
        def append(*_: Any, **__: Any) -> None:
            assert fault is not None
            raise fault

        self.sitting._writer.__dict__.pop("append", None)
        if fault is not None:
            self.sitting._writer.append = append  # type: ignore[method-assign,assignment]

    def speak(self, lang: str) -> None:
        self.sitting._speak(lang)
        self.lang = lang
        self.follow()

    def follow(self) -> None:
        """Lets the browser hear what changed behind its back; nothing before it shows anything."""
        for name, changed in self._changes() if self._known else []:
            self.page.evaluate("given => window.tell(...given)", [name, changed])

    def word(self, key: str, **fields: object) -> str:
        return TEXTS[self.lang][key].format(**fields)

    def question(self, item: Item) -> Locator:
        return self.page.locator(f".xd-question[data-item='{item.id}']")

    def kinds(self) -> list[str]:
        return [event.kind for event in self.sitting._writer.journal().events]

    def _kernel(self, name: str, message: Any) -> dict[str, Any]:
        self._replies.clear()
        panel = self.panels[name]
        panel._received(panel, message, [])
        return {"changes": self._changes(), "replies": list(self._replies)}

    def _changes(self) -> list[tuple[str, dict[str, Any]]]:
        changes = []
        for name, panel in self.panels.items():
            now = _traits(panel)
            changed = {trait: value for trait, value in now.items() if self._known[name].get(trait) != value}
            self._known[name] = now
            if changed:
                changes.append((name, changed))
        return sorted(changes, key=lambda change: "state" in change[1])  # the state opens what the others fill


def _traits(panel: Any) -> dict[str, Any]:
    names = set(panel.trait_names(sync=True)) - TRAITS
    return json.loads(json.dumps({name: getattr(panel, name) for name in sorted(names)}))  # type: ignore[no-any-return]


def one_of_each(*, others: Sequence[str] = ()) -> list[Item]:
    """An item of every registered type, and `others`; a type without an item in the bank has nothing to be tried on."""
    bank = real_bank().items
    first = {item.type: item for item in sorted(bank.values(), key=lambda item: item.id, reverse=True)}
    assert set(first) == set(packages()), f"no item in the bank: {set(packages()) - set(first)}"
    return [*(first[name] for name in packages()), *(bank[name] for name in others if bank[name] not in first.values())]


def right(item: Item) -> Any:
    """A right answer, or the turns of a chat that goes well."""
    said = part(item.type, "samples").right(item)
    if item.type in DONE_IN_TURNS:
        return [(kind, value) for kind, value in said if kind in ("said", "acted")]
    return said[-1][1]
