"""What a screen reader meets in a question of each type: role, name and state of every control, in order.

A new type fails `test_tree` until it is described here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Said = tuple[str, str, object]  # role, name, state: checked, the text in a field, None for a button


@dataclass(frozen=True)
class Question:
    """A question as the browser has it, in one language; `value` is its answer."""

    public: Any
    value: Any
    lang: str
    word: Callable[..., str]
    panel: Any = None  # the widget, for what is no answer

    def text(self, texts: dict[str, str]) -> str:
        return texts[self.lang]

    def chosen(self, options: list[Any], value: Any) -> str:
        """What a list shows."""
        return next((self.text(one["text"]) for one in options if one["id"] == value), self.word("choose"))

    @property
    def clear(self) -> Said:
        return "button", self.word("clear"), None


def _choice(q: Question) -> Iterator[Said]:
    yield from (("radio", q.text(one["text"]), one["id"] == q.value) for one in q.public["options"])
    yield q.clear


def _multi(q: Question) -> Iterator[Said]:
    yield from (("checkbox", q.text(one["text"]), one["id"] in (q.value or [])) for one in q.public["options"])
    yield q.clear


def _matching(q: Question) -> Iterator[Said]:
    for left in q.public["left"]:
        yield "combobox", q.text(left["text"]), q.chosen(q.public["right"], (q.value or {}).get(left["id"]))
    yield q.clear


def _numeric(q: Question) -> Iterator[Said]:
    yield from _fields(q, q.public["fields"], q.value or {})


def _fields(q: Question, fields: list[Any], value: Any) -> Iterator[Said]:
    for field in fields:
        name, given = q.text(field["label"]), value.get(field["id"], "")
        if field["kind"] == "check":
            yield "checkbox", name, given == "yes"
        elif field["kind"] == "choice":
            yield "combobox", name, q.chosen(field["options"], given)
        else:
            yield "textbox", name, given


def _register(q: Question) -> Iterator[Said]:
    rows, fields = q.public.get("rows"), q.public["fields"]
    if not rows:
        yield from _fields(q, fields, (q.value or [{}])[0])
        return
    heads = rows.get("heads")
    for at in range(len(heads) if heads else max(rows["add"], len(q.value or []))):
        yield "group", q.text(heads[at]) if heads else q.word("row", n=at + 1), None
        yield from _fields(q, fields, q.value[at] if q.value and at < len(q.value) else {})
        if not heads:
            yield "button", q.word("remove_row", n=at + 1), None
    if not heads:
        yield "button", q.word("add_row"), None


def _moves(q: Question, text: str, at: int, of: int) -> Iterator[Said]:
    yield from (("button", f"{q.word(word)}: {text} ({at}/{of})", None) for word in ("up", "down"))


def _ordering(q: Question) -> Iterator[Said]:
    entries = {one["id"]: q.text(one["text"]) for one in q.public["entries"]}
    yield "list", "", len(entries)
    for at, one in enumerate(q.value or entries, start=1):
        yield from _moves(q, entries[one], at, len(entries))
    yield from (("button", q.word("order_confirm"), None), q.clear)


def _triage(q: Question) -> Iterator[Said]:
    tickets, value = {one["id"]: q.text(one["text"]) for one in q.public["tickets"]}, q.value or {}
    yield "list", "", len(tickets)
    for at, one in enumerate(value.get("order") or tickets, start=1):
        if q.public.get("classes"):
            chosen = q.chosen(q.public["classes"], value.get("classes", {}).get(one))
            yield "combobox", f"{q.word('triage_class')}: {tickets[one]}", chosen
        yield "combobox", f"{q.word('triage_place')}: {tickets[one]}", str(at)
        yield from _moves(q, tickets[one], at, len(tickets))
    yield from (("button", q.word("order_confirm"), None), q.clear)


def _reply(q: Question) -> Iterator[Said]:
    yield "textbox", f"{q.word('your_reply')} · {q.word('answer_in_' + q.public['answer_in'])}", q.value or ""


def _typing(q: Question) -> Iterator[Said]:
    yield "textbox", q.word("typing_here"), (q.value or {}).get("text", "")


def _transcript(q: Question) -> Iterator[Said]:
    speakers, value = {one["id"]: q.text(one["text"]) for one in q.public["speakers"]}, q.value or {}
    yield "list", "", len(q.public["lines"])
    for at, line in enumerate(q.public["lines"], start=1):
        said = " · ".join(filter(None, (speakers[line["by"]], line.get("at"))))
        yield "checkbox", f"{q.word('line', n=at)} {said} {q.text(line['text'])}", str(at) in value
        if str(at) in value:
            yield "combobox", q.word("rule_broken", n=at), q.chosen(q.public["rules"], value[str(at)])
    yield q.clear


def _survey(q: Question) -> Iterator[Said]:
    for at, one in enumerate(q.public["questions"], start=1):
        text, given = q.text(one["text"]), (q.value or {}).get(one["id"], "")
        yield "group", f"{at}. {text}", None
        if one["kind"] == "text":
            yield "textbox", text, given
            continue
        role = "checkbox" if one["kind"] == "multi" else "radio"
        steps = [(str(n), str(n)) for n in range(1, 6)]
        options = steps if one["kind"] == "scale" else [(o["id"], q.text(o["text"])) for o in one["options"]]
        yield from ((role, name, option == given or option in (given or [])) for option, name in options)
        if role == "radio":
            yield "button", f"{q.word('clear')}: {text}", None


def _scenario(q: Question) -> Iterator[Said]:
    several, begun = "chats" in q.public, q.panel.begun
    if several and begun:
        yield from _customers(q)
    begin = ("button", q.word("queue_begin" if several else "chat_begin"), None)
    yield ("log", q.word("chat"), None) if begun else begin
    yield from (("textbox", q.word("message"), ""), ("button", q.word("send"), None))
    for tool in q.public["tools"]:
        yield "DisclosureTriangle" if tool["args"] else "button", q.text(tool["label"]), None


def _customers(q: Question) -> Iterator[Said]:
    """Before a chat is open: who is there, what is unread since the agent's last turn, how long, and how he began."""
    yield "list", q.word("queue"), len(q.panel.queue)
    for one in q.panel.queue:
        lines = [line for line in q.panel.transcript if line["chat"] == one["id"]]
        last = max((n for n, line in enumerate(lines) if line["who"] in ("agent", "action")), default=-1)
        new = sum(line["who"] == "customer" for line in lines[last + 1 :])
        seconds = {"s": one["seconds"]} if "seconds" in one else {}
        waits = q.word("queue_seconds", **seconds) if seconds else q.word("queue_waited", n=one["waited"])
        state = f"{q.word('queue_unread', n=new)}{q.word('comma')}{waits}" if new else waits
        name = next(chat["customer"] for chat in q.public["chats"] if chat["id"] == one["id"])
        first = next(line["text"] for line in lines if line["who"] == "customer")
        state = q.word("queue_over") if one["over"] else state
        yield "button", f"{q.text(name)} {state} {first.get(q.lang, first['zh'])}", None


def _inbox(q: Question) -> Iterator[Said]:
    screen = q.public["screen"]
    for link in screen["links"]:
        yield "button", q.text(link["label"]) + (f" ({link['unread']})" if "unread" in link else ""), None
    ticks = any(action["rows"] == "ticked" for action in screen["actions"])
    for row in (screen["list"] or {"rows": []})["rows"]:
        if ticks:
            yield "checkbox", f"{q.word('inbox_tick')}: {q.text(row['title'])}", False
        yield "button", q.text(row["title"]), None
    if screen["row"]:
        yield "button", q.word("inbox_back"), None
        yield from (("DisclosureTriangle", q.text(part["title"]), None) for part in screen["row"]["parts"])
    for action in screen["actions"]:
        yield "DisclosureTriangle" if action["args"] else "button", q.text(action["label"]), None


SPOKEN: dict[str, Callable[[Question], Iterator[Said]]] = {
    "choice": _choice, "multi": _multi, "matching": _matching, "numeric": _numeric, "register": _register,
    "ordering": _ordering, "triage": _triage, "reply": _reply, "typing": _typing, "transcript": _transcript,
    "survey": _survey, "scenario": _scenario, "inbox": _inbox,
}  # fmt: skip
