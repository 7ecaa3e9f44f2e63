"""What a trainee does in the browser, in her words: start, answer, hand in. Works for every item type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

from examdesk.model import Item
from examdesk.widgets import TEXTS

# Notebook 7.6.5 on its own pages, exam or not: what its own scripts say.
UPSTREAM_SCRIPT = "/static/notebook/notebook_core."
UPSTREAM = {
    "Cannot read properties of undefined (reading 'schema')",
    "Cannot read properties of undefined (reading 'push')",  # its list of raw formats comes before the form it is for
    "Command 'filebrowser:open-path' not registered.",
}


class Trainee:
    """A person before an exam page. `lang` is the language she reads at the moment."""

    def __init__(self, page: Page, url: str, *, lang: str = "zh") -> None:
        self.page, self.url, self.lang = page, url, lang
        self.errors: dict[str, str] = {}  # {what a script said when it failed: where}
        self.addresses: set[str] = set()
        page.on("pageerror", lambda error: self.errors.setdefault(str(error), str(error.stack)))
        page.on("request", lambda request: self.addresses.add(request.url))
        page.on("websocket", lambda socket: self.addresses.add(socket.url))

    def word(self, key: str, **fields: object) -> str:
        return TEXTS[self.lang][key].format(**fields)

    def open(self, address: str, *, why: str = "open") -> None:
        """Goes to the exam and waits until every question is there."""
        self.page.goto(address)
        self.ready(why)

    def ready(self, why: str) -> None:
        self.page.wait_for_selector(f"[data-exam-ready={why}]", timeout=30_000)

    def start(self, candidate: str) -> None:
        self.page.get_by_label(self.word("candidate"), exact=True).fill(candidate)
        self.page.get_by_label(self.word("candidate_confirm", id=candidate)).check()
        self.page.get_by_role("button", name=self.word("start")).click()
        expect(self.question(1)).to_be_visible()

    def speak(self, lang: str) -> None:
        """Switches the language of the page."""
        self.page.get_by_role("button", name={"zh": "中文", "en": "English"}[lang]).click()
        self.lang = lang
        expect(self.page.locator(".xd-progress")).to_contain_text(self.word("progress", done="", all="").split()[0])

    def tab_to(self, selector: str, *, at_most: int = 150) -> None:
        """Presses Tab until the control is focused."""
        for _ in range(at_most):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{at_most} times Tab did not lead to {selector}")

    def question(self, number: int) -> Locator:
        """The group of one question, found as a screen reader finds it: by its role and name."""
        name = re.compile(rf"^\s*{re.escape(self.word('question', n=number))}(?!\d)")
        return self.page.get_by_role("group", name=name)

    def panel(self, number: int) -> Locator:
        return self.page.locator(f".xd-question[data-number='{number}']")

    def status(self, number: int) -> Locator:
        """Where the question says whether its answer is saved."""
        return self.panel(number).locator(".xd-status[role=status]")

    def answer(self, number: int, item: Item, value: Any) -> None:
        """Answers one question as `value` says, and waits until the page calls it saved."""
        ANSWERS[item.type](self, self.question(number), value)
        self.saved(number)

    def saved(self, number: int) -> None:
        expect(self.status(number)).to_have_text(self.word("saved"))

    def sees(self, number: int, item: Item, value: Any) -> None:
        """Checks that the question shows `value`."""
        SHOWN[item.type](self.question(number), value)

    def hand_in(self) -> str:
        """The check code shown after handing in."""
        self.page.get_by_label(self.word("finish_confirm")).check()
        self.page.get_by_role("button", name=self.word("finish"), exact=True).click()
        code = self.page.locator(".xd-witness")
        expect(code).to_be_visible()
        return code.inner_text()

    def was_undisturbed(self) -> None:
        """Checks that no script failed and that nobody but the exam server was asked for anything."""
        faults = [f"{said}\n{where}" for said, where in self.errors.items()
                  if said not in UPSTREAM or UPSTREAM_SCRIPT not in where]
        assert not faults, "\n".join(faults)
        own = (self.url, self.url.replace("http://", "ws://"), "data:", "blob:")
        assert sorted(address for address in self.addresses if not address.startswith(own)) == []


def _choose(trainee: Trainee, group: Locator, value: str) -> None:
    group.locator(f"input[type=radio][value='{value}']").check()


def _tick(trainee: Trainee, group: Locator, value: list[str]) -> None:
    for box in group.get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("value") in value)


def _fill(trainee: Trainee, group: Locator, value: Mapping[str, str]) -> None:
    for field, text in value.items():
        control = group.locator(f"[id$='-{field}']")
        if control.evaluate("node => node.tagName") == "SELECT":
            control.select_option(text)
        else:
            control.fill(text)
            control.press("Tab")


def _order(trainee: Trainee, group: Locator, value: list[str]) -> None:
    for place, entry in enumerate(value):
        while (at := _entries(group).index(entry)) > place:
            group.locator(f"[data-entry='{entry}']").get_by_role("button", name=trainee.word("up")).click()
            assert _entries(group).index(entry) == at - 1
    group.get_by_role("button", name=trainee.word("order_confirm")).click()


def _entries(group: Locator) -> list[str]:
    return [str(row.get_attribute("data-entry")) for row in group.locator("[data-entry]").all()]


def _match(trainee: Trainee, group: Locator, value: Mapping[str, str]) -> None:
    for left, right in value.items():
        group.locator(f"select[id$='-{left}']").select_option(right)


def _mark_lines(trainee: Trainee, group: Locator, value: Mapping[str, str]) -> None:
    for box in group.get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("value") in value)
    for line, rule in value.items():
        group.get_by_label(trainee.word("rule_broken", n=line), exact=True).select_option(rule)


def _register(trainee: Trainee, group: Locator, value: list[Mapping[str, str]]) -> None:
    """Fills the register row by row; rows that are not there yet are added, rows too many are removed."""
    rows, add = group.locator(".xd-cells"), group.get_by_role("button", name=trainee.word("add_row"))
    while rows.count() < len(value):
        add.click()
    while rows.count() > max(1, len(value)) and add.count():
        group.get_by_role("button", name=trainee.word("remove_row", n=rows.count())).click()
    for number, row in enumerate(value, start=1):
        for control in group.locator(".xd-cells").nth(number - 1).locator("input, select, textarea").all():
            field = str(control.get_attribute("id")).split(f"-{number}-", 1)[1]
            _put(control, row.get(field, ""))


def _put(control: Locator, text: str) -> None:
    if control.evaluate("node => node.type === 'checkbox'"):
        control.set_checked(text == "yes")
    elif control.evaluate("node => node.tagName") == "SELECT":
        control.select_option(text)
    else:
        control.fill(text)
        control.press("Tab")


def _write(trainee: Trainee, group: Locator, value: str) -> None:
    box = group.get_by_role("textbox")
    box.click()
    box.press_sequentially(value)


def _chat(trainee: Trainee, group: Locator, value: list[list[Any]]) -> None:
    """Says and does one thing after the other; each must be on the page, and the box empty, before the next."""
    begin = group.locator("button[id$='-begin']:visible")
    if begin.count():  # the customer comes with a click
        begin.click()
        expect(group.get_by_role("log")).to_be_visible()
    box, actions = group.locator("textarea.xd-box"), group.locator(".xd-line-action")
    for kind, turn in value:
        if "chat" in turn:
            group.locator(f"[id$='-open-{turn['chat']}']").click()
        if kind == "said":
            box.fill(turn["text"])
            box.press("Control+Enter")
            expect(group.get_by_role("log")).to_contain_text(turn["text"])
            expect(box).to_have_value("")
        else:
            done = actions.count()
            _act(group, turn["tool"], turn["args"])
            expect(actions).to_have_count(done + 1)


def _act(group: Locator, tool: str, args: Mapping[str, Any]) -> None:
    if args:
        group.locator(f"[id$='-{tool}-open']").click()
    for arg, value in args.items():
        control = group.locator(f"[id$='-{tool}-{arg}']")
        if control.evaluate("node => node.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(str(value))
    group.locator(f"button[id$='-{tool}']").click()


def _inbox(trainee: Trainee, group: Locator, value: list[list[Any]]) -> None:
    """One step after the other; each must be on the disk before the next."""
    for _, step in value:
        _does(group, step["do"], step["rows"], step["args"])
        panel = group.locator("xpath=ancestor::section[1]")
        expect(panel.locator(".xd-foot .xd-status")).to_have_text(trainee.word("saved"))


def _does(group: Locator, do: str, rows: list[str], args: Mapping[str, Any]) -> None:
    moves = {"go": f"go-{args.get('to')}", "open": f"{''.join(rows)}-row", "back": "back"}
    for row in rows if do not in moves else ():
        if (tick := group.locator(f"[id$='-{row}-tick']")).count():
            tick.check()
    form = group.locator(f"[id$='-{do}-form']")
    if args and do not in moves:
        menu = form.locator("xpath=ancestor::details[1]")
        if menu.count() and menu.get_attribute("open") is None:
            menu.locator("summary").first.click()
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        for arg, value in args.items():
            _put(group.locator(f"[id$='-{do}-{arg}']"), str(value))
    group.locator(f"button[id$='-{moves.get(do, do)}']").click()


def _copy(trainee: Trainee, group: Locator, value: Mapping[str, Any]) -> None:
    """Types as a person does, key by key; how long it takes is the machine's."""
    box = group.get_by_role("textbox", name=trainee.word("typing_here"))
    box.click()
    box.press_sequentially(value["text"])


def _sort(trainee: Trainee, group: Locator, value: Mapping[str, Any]) -> None:
    """Each ticket by the list of places, the last but one by Up; then the classes."""
    for place, ticket in enumerate(value["order"]):
        if place < len(value["order"]) - 2 and _entries(group).index(ticket) != place:
            group.locator(f"select[id$='-{ticket}-place']").select_option(str(place + 1))
        while (at := _entries(group).index(ticket)) > place:
            group.locator(f"button[id$='-{ticket}-up']").click()
            assert _entries(group).index(ticket) == at - 1
    for ticket, name in value.get("classes", {}).items():
        group.locator(f"select[id$='-{ticket}-class']").select_option(name)
    group.get_by_role("button", name=trainee.word("order_confirm")).click()


def _say(trainee: Trainee, group: Locator, value: Mapping[str, Any]) -> None:
    for name, answer in value.items():
        asked = group.locator(f"[data-asked='{name}']")
        if asked.locator("textarea").count():
            asked.locator("textarea").fill(answer)
        else:
            for option in [answer] if isinstance(answer, str) else answer:
                asked.locator(f"input[value='{option}']").check()


def _shows_choice(group: Locator, value: str) -> None:
    expect(group.locator(f"input[value='{value}']")).to_be_checked()


def _shows_ticks(group: Locator, value: list[str]) -> None:
    for name in value:
        expect(group.locator(f"input[value='{name}']")).to_be_checked()
    expect(group.locator("input:checked")).to_have_count(len(value))


def _shows_fields(group: Locator, value: Mapping[str, str]) -> None:
    for field, text in value.items():
        expect(group.locator(f"[id$='-{field}']")).to_have_value(text)


def _shows_lines(group: Locator, value: Mapping[str, str]) -> None:
    expect(group.locator("input:checked")).to_have_count(len(value))
    for line, rule in value.items():
        expect(group.locator(f"select[id$='-{line}-rule']")).to_have_value(rule)


def _shows_register(group: Locator, value: list[Mapping[str, str]]) -> None:
    for number, row in enumerate(value, start=1):
        for field, text in row.items():
            control = group.locator(f"[id$='-{number}-{field}']")
            if control.get_attribute("type") == "checkbox":
                expect(control).to_be_checked(checked=text == "yes")
            else:
                expect(control).to_have_value(text)


def _shows_order(group: Locator, value: list[str]) -> None:
    assert _entries(group) == value


def _shows_text(group: Locator, value: str) -> None:
    expect(group.get_by_role("textbox")).to_have_value(value)


def _shows_chat(group: Locator, value: list[list[Any]]) -> None:
    for kind, turn in value:
        if kind == "said":
            expect(group.get_by_role("log")).to_contain_text(turn["text"])
    expect(group.locator(".xd-line-action")).to_have_count(sum(kind == "acted" for kind, _ in value))


def _shows_inbox(group: Locator, value: list[list[Any]]) -> None:
    """The platform's answer to the last action stands on the page."""
    expect(group.locator(".xd-outcome")).not_to_be_empty()


def _shows_copy(group: Locator, value: Mapping[str, Any]) -> None:
    expect(group.get_by_role("textbox")).to_have_value(value["text"])


def _shows_queue(group: Locator, value: Mapping[str, Any]) -> None:
    assert _entries(group) == value["order"]
    for ticket, name in value.get("classes", {}).items():
        expect(group.locator(f"select[id$='-{ticket}-class']")).to_have_value(name)


def _shows_survey(group: Locator, value: Mapping[str, Any]) -> None:
    for name, answer in value.items():
        asked = group.locator(f"[data-asked='{name}']")
        if asked.locator("textarea").count():
            expect(asked.locator("textarea")).to_have_value(answer)
        else:
            expect(asked.locator("input:checked")).to_have_count(1 if isinstance(answer, str) else len(answer))


ANSWERS: dict[str, Callable[[Trainee, Locator, Any], None]] = {
    "choice": _choose,
    "multi": _tick,
    "numeric": _fill,
    "ordering": _order,
    "matching": _match,
    "transcript": _mark_lines,
    "register": _register,
    "reply": _write,
    "scenario": _chat,
    "inbox": _inbox,
    "typing": _copy,
    "triage": _sort,
    "survey": _say,
}
SHOWN: dict[str, Callable[[Locator, Any], None]] = {
    "choice": _shows_choice,
    "multi": _shows_ticks,
    "numeric": _shows_fields,
    "ordering": _shows_order,
    "matching": _shows_fields,
    "transcript": _shows_lines,
    "register": _shows_register,
    "reply": _shows_text,
    "scenario": _shows_chat,
    "inbox": _shows_inbox,
    "typing": _shows_copy,
    "triage": _shows_queue,
    "survey": _shows_survey,
}
