"""An exam with the keyboard alone: Tab, Enter, Space, arrows and letters. Works on the bare page and in JupyterLab."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from playwright.sync_api import Page, expect

from examdesk.model import Item

PATIENCE_S = 20
# Where the focus is: is it the one wanted, and if not, does the wanted one lie behind it?
WHERE = """selector => {
  const wanted = document.querySelector(selector), now = document.activeElement;
  if (!wanted) throw new Error(`nothing is ${selector}`);
  if (now === wanted) return "here";
  const behind = now.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_PRECEDING;
  return behind && now !== document.body ? "behind" : "ahead";
}"""


class Reader(Protocol):
    """Somebody before an exam page: the page, the language she reads, and its words."""

    page: Page
    lang: str

    def word(self, key: str, **fields: object) -> str: ...


class Hands:
    """Two hands on a keyboard; nothing here clicks, or focuses by script."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.page, self.keys = reader, reader.page, reader.page.keyboard

    def to(self, selector: str) -> None:
        """Tab, or Shift+Tab when it lies behind, until the control has the focus; it must be seen to have it."""
        for _ in range(400):
            where = self.page.evaluate(WHERE, selector)
            if where == "here":
                break
            self.keys.press("Shift+Tab" if where == "behind" else "Tab")
        else:
            raise AssertionError(f"Tab does not lead to {selector}")
        seen = self.page.evaluate(SEEN)
        assert seen == "", f"{selector}: {seen}"

    def press(self, selector: str, key: str = "Enter") -> None:
        self.to(selector)
        self.keys.press(key)

    def pick(self, selector: str, value: str) -> None:
        """An option of a list, with the arrows."""
        self.to(selector)
        steps = "(list, value) => [...list.options].findIndex((one) => one.value === value) - list.selectedIndex"
        self.until("ArrowDown", "ArrowUp", lambda: self.page.eval_on_selector(selector, steps, value))

    def until(self, more: str, less: str, missing: Callable[[], int]) -> None:
        for _ in range(60):
            if not (left := missing()):
                return
            self.keys.press(more if left > 0 else less)
        raise AssertionError("the arrows do not lead there")

    def write(self, selector: str, text: str) -> None:
        self.to(selector)
        self.keys.type(text)

    def wait(self, reached: Callable[[], bool], what: str) -> None:
        limit = time.monotonic() + PATIENCE_S
        while not reached():
            assert time.monotonic() < limit, what
            self.page.wait_for_timeout(30)

    def saved(self, item: Item) -> None:
        status = self.page.locator(f"{_root(item)} .xd-foot .xd-status")
        expect(status).to_have_text(self.reader.word("saved"), timeout=PATIENCE_S * 1000)


# "" when the focused control is in sight, nothing lies on it, and a ring of at least 2 px is around it.
SEEN = """() => {
  const node = document.activeElement, box = node.getBoundingClientRect(), style = getComputedStyle(node);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return "no focus ring";
  if (box.bottom <= 0 || box.top >= innerHeight) return "out of sight";
  const spots = [.1, .5, .9].map((part) => [box.left + Math.min(box.width / 2, 20), box.top + part * box.height])
    .filter(([, y]) => y > 0 && y < innerHeight).map(([x, y]) => document.elementFromPoint(x, y));
  return spots.some((top) => node.contains(top) || top?.contains(node)) ? "" : "covered";
}"""


def _id(item: Item, tail: str) -> str:
    return f'[id="xd-{item.id}-{tail}"]'


def _root(item: Item) -> str:
    return f".xd-question[data-item='{item.id}']"


def _choose(hands: Hands, item: Item, value: str) -> None:
    root = _root(item)
    ids = [str(radio.get_attribute("value")) for radio in hands.page.locator(f"{root} input[type=radio]").all()]
    hands.press(_id(item, ids[0]), "Space")
    for _ in range(ids.index(value)):
        hands.keys.press("ArrowDown")


def _tick(hands: Hands, item: Item, value: Sequence[str]) -> None:
    for option in value:
        hands.press(_id(item, option), "Space")


def _match(hands: Hands, item: Item, value: Mapping[str, str]) -> None:
    for left, right in value.items():
        hands.pick(_id(item, left), right)


def _fields(hands: Hands, item: Item, value: Mapping[str, str]) -> None:
    for name, text in value.items():
        _put(hands, _id(item, name), text)


def _put(hands: Hands, selector: str, text: str) -> None:
    kind = hands.page.eval_on_selector(selector, "node => node.type")
    if kind == "checkbox":
        if text == "yes":
            hands.press(selector, "Space")
    elif kind == "select-one":
        hands.pick(selector, text)
    else:
        hands.write(selector, text)


def _register(hands: Hands, item: Item, value: Sequence[Mapping[str, str]]) -> None:
    for number, row in enumerate(value, start=1):
        if not hands.page.locator(f"[id^='xd-{item.id}-{number}-']").count():
            hands.press(_id(item, "-add"))
        for name, text in row.items():
            _put(hands, _id(item, f"{number}-{name}"), text)


def _order(hands: Hands, item: Item, value: Sequence[str]) -> None:
    find = "(rows, id) => rows.findIndex((row) => row.dataset.entry === id)"
    for place, entry in enumerate(value):
        for _ in range(hands.page.eval_on_selector_all(f"{_root(item)} li[data-entry]", find, entry) - place):
            hands.press(_id(item, f"{entry}-up"))
    hands.press(_id(item, "-confirm"))


def _queue(hands: Hands, item: Item, value: Mapping[str, Any]) -> None:
    for place, ticket in enumerate(value["order"], start=1):
        hands.pick(_id(item, f"{ticket}-place"), str(place))
    for ticket, name in value.get("classes", {}).items():
        hands.pick(_id(item, f"{ticket}-class"), name)
    hands.press(_id(item, "-confirm"))


def _reply(hands: Hands, item: Item, value: str) -> None:
    hands.write(_id(item, "reply"), value)


def _typing(hands: Hands, item: Item, value: Mapping[str, Any]) -> None:
    hands.write(_id(item, "typed"), value["text"])


def _lines(hands: Hands, item: Item, value: Mapping[str, str]) -> None:
    for line, rule in value.items():
        hands.press(_id(item, line), "Space")
        hands.pick(_id(item, f"{line}-rule"), rule)


def _survey(hands: Hands, item: Item, value: Mapping[str, Any]) -> None:
    for name, answer in value.items():
        asked = f"{_root(item)} [data-asked='{name}']"
        if hands.page.locator(f"{asked} textarea").count():
            hands.write(f"{asked} textarea", answer)
        elif isinstance(answer, str):
            steps = [str(radio.get_attribute("value")) for radio in hands.page.locator(f"{asked} input").all()]
            hands.press(f"{asked} input", "Space")
            for _ in range(steps.index(answer)):
                hands.keys.press("ArrowRight")
        else:
            for option in answer:
                hands.press(f"{asked} input[value='{option}']", "Space")


def _chat(hands: Hands, item: Item, value: Sequence[tuple[str, Any]]) -> None:
    root = _root(item)
    for kind, turn in value:
        button = _id(item, f"open-{turn.get('chat')}")
        if "chat" in turn and hands.page.locator(button).get_attribute("aria-current") is None:
            hands.press(button)
        before = hands.page.locator(f"{root} .xd-line").count()
        if kind == "said":
            hands.write(_id(item, "box"), turn["text"])
            hands.keys.press("Control+Enter")
        else:
            tool = turn["tool"]
            if turn["args"]:
                if hands.page.locator(_id(item, f"{tool}-form")).get_attribute("open") is None:
                    hands.press(_id(item, f"{tool}-open"))
                for arg, text in turn["args"].items():
                    _put(hands, _id(item, f"{tool}-{arg}"), str(text))
            hands.press(_id(item, tool))
        lines = hands.page.locator(f"{root} .xd-line")
        hands.wait(lambda lines=lines, before=before: lines.count() > before, f"no answer to {turn}")
        hands.saved(item)


def _inbox(hands: Hands, item: Item, value: Sequence[tuple[str, Any]]) -> None:
    for _, step in value:
        _step(hands, item, step["do"], step["rows"], step["args"])
        hands.wait(lambda: not hands.page.locator(f"{_root(item)}[data-unsaved]").count(), f"no answer to {step}")
        hands.saved(item)


def _step(hands: Hands, item: Item, do: str, rows: Sequence[str], args: Mapping[str, Any]) -> None:
    """One step: a button, or a form that is unfolded, filled in and confirmed; rows of a list are ticked first."""
    if do in ("go", "open", "back"):
        hands.press(_id(item, {"go": f"go-{args.get('to')}", "open": f"{''.join(rows)}-row", "back": "back"}[do]))
        return
    for row in rows:
        tick = _id(item, f"{row}-tick")
        if hands.page.locator(tick).count() and not hands.page.locator(tick).is_checked():
            hands.press(tick, "Space")
    form = hands.page.locator(_id(item, f"{do}-form"))
    if args and form.get_attribute("open") is None:
        menu = form.locator("xpath=ancestor::details[1]")
        if menu.count() and menu.get_attribute("open") is None:
            hands.press(f"[id='{menu.get_attribute('id')}'] > summary")
        hands.press(_id(item, f"{do}-open"))
    for name, text in args.items():
        _put(hands, _id(item, f"{do}-{name}"), str(text))
    hands.press(_id(item, do))


ANSWERS: dict[str, Callable[[Hands, Item, Any], None]] = {
    "choice": _choose,
    "multi": _tick,
    "matching": _match,
    "numeric": _fields,
    "ordering": _order,
    "triage": _queue,
    "register": _register,
    "reply": _reply,
    "typing": _typing,
    "transcript": _lines,
    "survey": _survey,
    "scenario": _chat,
    "inbox": _inbox,
}


def begins(hands: Hands, candidate: str) -> None:
    """From the start page to the first question."""
    hands.write("#xd-candidate", candidate)
    hands.press("#xd-confirm", "Space")
    hands.press("#xd-start")
    expect(hands.page.locator("#xd-title")).to_be_focused()


def answers(hands: Hands, item: Item, value: Any) -> None:
    ANSWERS[item.type](hands, item, value)
    hands.keys.press("Tab")  # on, to the next control: what was typed is saved
    hands.saved(item)


def flags(hands: Hands, item: Item, number: int, *, first: int) -> None:
    """Flags a question, looks for it in the navigator with the arrows, and is led to its first control."""
    hands.press(f"#xd-flag-{item.id}", "Space")
    flag = hands.page.locator(f"#xd-flag-{item.id}")
    expect(flag).to_have_attribute("aria-pressed", "true")
    expect(flag).to_be_focused()
    hands.press("#xd-nav")
    hands.to(f"#xd-nav-{first}")
    for _ in range(number - first):
        hands.keys.press("ArrowRight")
    expect(hands.page.locator(f"#xd-nav-{number}")).to_be_focused()
    hands.keys.press("Enter")
    inside = f".xd-question[data-number='{number}']"
    assert hands.page.evaluate("inside => Boolean(document.activeElement.closest(inside))", inside)
    expect(hands.page.locator(".xd-nav")).to_have_count(0)


def speaks(hands: Hands, lang: str) -> None:
    hands.press(f"#xd-lang-{lang}")
    hands.reader.lang = lang
    expect(hands.page.locator(f"#xd-lang-{lang}")).to_have_attribute("aria-pressed", "true")
    expect(hands.page.locator(f"#xd-lang-{lang}")).to_be_focused()


def hands_in(hands: Hands) -> None:
    hands.press("#xd-sure", "Space")
    hands.press("#xd-finish")
    expect(hands.page.locator(".xd-witness")).to_be_visible()
