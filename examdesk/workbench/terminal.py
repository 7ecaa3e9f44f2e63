"""A scenario played in the terminal: messages are typed, /do uses a tool, at the end stands what every point is for."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from examdesk.items.scenario import phases
from examdesk.items.scenario.desk import Queue
from examdesk.items.scenario.play import checked, checked_args
from examdesk.items.scenario.promptness import lateness
from examdesk.items.scenario.question import NAMES, in_words, queue, screen, shown_line, speaker, spoken
from examdesk.items.scenario.scoring import FULL, at, broken, counting, earning, reached
from examdesk.items.scenario.secrets import secrets_of
from examdesk.items.scenario.waiting import is_timed
from examdesk.items.scenario.world import Line, State, is_open, wait
from examdesk.model import Said, text
from examdesk.workbench.stage import Stage, do

HELP = "Type a message, or  /do TOOL argument=value …   /tools   /screen   /end"
WAITS = "Waiting counts here:  /wait 60  lets a minute go by"
QUEUE = "/to CHAT opens a chat   /queue"

Tell = Callable[[str], None]


@dataclass
class Terminal:
    """One chat in the terminal."""

    stage: Stage
    language: str
    tell: Tell
    state: State
    echo: bool = False  # what was typed is told, too: from a pipe nobody sees it
    waited: int = 0  # seconds since the last message
    to: str = ""  # the open chat, where there are several

    def run(self, lines: Iterable[str]) -> State:
        """The chat of the lines typed, until it is over, /end or the end of the input."""
        for entry in self.stage.play.data["briefing"]:
            self.tell(f"· {text(entry, self.language)}")
        self.tell(f"{HELP}   {QUEUE}" if self._several else HELP)
        if is_timed(self.stage.play.data):
            self.tell(WAITS)
        self._say(self.state.opening)
        for line in lines:
            if line.strip() == "/end":
                break
            if line.strip():
                self._take(line.strip())
            if self.stage.is_over(self.state):
                break
        return self.state

    @property
    def _several(self) -> bool:
        return isinstance(self.state, Queue)

    def _take(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        if self.echo:
            to = f" → {self.to}" if self.to else ""
            self.tell(line if command.startswith("/") else f"{text(NAMES['agent'], self.language)}{to}: {line}")
        told = {"/tools": self._tools, "/screen": self._screen, "/help": lambda: [HELP]}
        if self._several:
            told |= {"/queue": self._queue, "/to": lambda: self._open(rest.strip())}
        if command in told:
            for one in told[command]():
                self.tell(one)
        elif command == "/do":
            self._try(lambda: self._action(rest))
        elif command == "/wait":
            self._wait(rest)
        elif command.startswith("/"):
            self.tell(f"! there is no command of this name (found: {command}). {HELP}")
        else:
            self._try(lambda: self._message(line))

    def _wait(self, seconds: str) -> None:
        """Lets time go by; the customer says what he has to say of it."""
        if not is_timed(self.stage.play.data) or not (seconds.isascii() and seconds.isdigit() and len(seconds) < 5):
            self.tell("! waiting is free in this scenario" if seconds.isdigit() else "! write  /wait 60")
            return
        self.waited += int(seconds)
        self.state, lines = wait(self.stage.play, self.state, self.waited)
        self._say(lines)

    def _try(self, made: Callable[[], Said]) -> None:
        """Takes a turn, or says why there is none."""
        try:
            said = made()
        except ValueError as fault:
            self.tell(f"! {fault}")
            return
        if not is_open(self.stage.play, self.state, said[1]):
            self.tell("! nobody is there to read this: open a chat with  /to CHAT")
            return
        before = self._screen()
        self._after(said)
        self.waited = 0 if said[0] == "said" or self._several else self.waited
        self._say(self.state.steps[-1].lines)
        if said[0] == "acted" and self._screen() != before:
            for one in self._screen():
                self.tell(one)

    def _after(self, said: Said) -> None:
        self.state = self.stage.after(self.state, said)

    def _message(self, line: str) -> Said:
        return "said", checked(self.stage.play, "said", self._here({"text": line}))

    def _action(self, typed: str) -> Said:
        """The action of a line. Raises ValueError with what is wrong and how it is written."""
        tools = self.stage.play.tools
        try:
            name, *words = shlex.split(typed) or [""]
        except ValueError:
            raise ValueError('a quotation mark is open. Write  argument="two words"') from None
        if name not in tools:
            raise ValueError(f"there is no tool of this name (found: {name or 'none'}). Use one of: {', '.join(tools)}")
        loose = [word for word in words if "=" not in word]
        if loose:
            raise ValueError(f"this is no  argument=value  (found: {loose[0]}). Write  {usage(tools[name])}")
        args = dict(word.split("=", 1) for word in words)
        made = do(name, checked_args(self.stage.play, name, _typed(tools[name], args)))
        return "acted", checked(self.stage.play, "acted", self._here(made[1]))

    def _here(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """What is said or done, in the open chat. Raises ValueError where there are several and none is open."""
        if self._several and not self.to:
            raise ValueError("open a chat first:  /to CHAT")
        return {**value, **({"chat": self.to} if self._several else {}), "waited": self.waited}

    def _open(self, chat: str) -> list[str]:
        """Opens a chat; the message after goes there."""
        there = [one["id"] for one in queue(self.stage.play, self.state)]
        if chat not in there:
            return [f"! nobody of this name is here (found: {chat or 'none'}). Use one of: {', '.join(there)}"]
        self.to = chat
        return self._screen()

    def _queue(self) -> list[str]:
        """Who is here, and how long he has waited."""
        rows = queue(self.stage.play, self.state, self.waited if is_timed(self.stage.play.data) else -1)
        return [f"  {one['id']}: {'over' if one['over'] else _wait_of(one)}" for one in rows]

    def _tools(self) -> list[str]:
        play = self.stage.chats.get(self.to, self.stage.play)
        return [f"  /do {usage(tool)}   {text(tool['label'], self.language)}" for tool in play.tools.values()]

    def _screen(self) -> list[str]:
        rows = [row for row in screen(self.stage.play, self.state) if row.get("chat", self.to) == self.to]
        return [f"  | {text(row['label'], self.language)}: {spoken(row['value'], self.language)}" for row in rows]

    def _say(self, lines: Iterable[Line]) -> None:
        for line in lines:
            shown = shown_line(self.stage.play, line)
            chat = f" ({shown['chat']})" if "chat" in shown else ""
            who = speaker(self.stage.play, shown, self.language) + chat
            self.tell(f"{who}: {in_words(shown, self.language)}")


def usage(tool: Mapping[str, Any]) -> str:
    """How a tool is written.

    >>> usage({"id": "refund", "args": [{"id": "why", "kind": "choice", "options": [{"id": "late"}, {"id": "lost"}]}]})
    'refund why=late|lost'
    """
    return " ".join([tool["id"], *(f"{arg['id']}={_values(arg)}" for arg in tool["args"])])


def _values(arg: Mapping[str, Any]) -> str:
    if arg["kind"] == "choice":
        return "|".join(option["id"] for option in arg["options"])
    return f"{arg['min']}…{arg['max']}" if arg["kind"] == "number" else "text"


def _typed(tool: Mapping[str, Any], args: Mapping[str, str]) -> dict[str, Any]:
    """The values as the engine takes them. Raises ValueError naming the argument that is wrong."""
    known = {arg["id"]: arg for arg in tool["args"]}
    for name in args:
        if name not in known:
            raise ValueError(f"the tool has no such argument (found: {name}). Write  {usage(tool)}")
    for name, arg in known.items():
        if name not in args:
            raise ValueError(f"the argument {name} is missing. Write  {usage(tool)}")
        if not _fits(arg, args[name]):
            raise ValueError(f"{name} cannot be this (found: {args[name] or 'nothing'}). Write  {name}={_values(arg)}")
    return {name: int(args[name]) if arg["kind"] == "number" else args[name] for name, arg in known.items()}


def _fits(arg: Mapping[str, Any], value: str) -> bool:
    if arg["kind"] == "choice":
        return value in [option["id"] for option in arg["options"]]
    if arg["kind"] == "number":
        return value.isascii() and value.isdigit() and arg["min"] <= int(value) <= arg["max"]
    return bool(value.strip()) and len(value) <= arg["max"]


def judgement(stage: Stage, state: State, language: str) -> Iterator[str]:
    """What a chat earned: a line for every criterion, and the turn of every point."""
    found, counted = stage.judged(state), counting(stage.play, stage.score, state)
    for part, criterion in zip(found.parts, stage.score["criteria"], strict=True):
        out_of = part.weight * FULL
        yield f"{text(criterion['text'], language)}: {part.fraction * out_of} / {out_of}"
        yield from (f"  {line}" for line in _points(stage, counted, part.criterion, language))
    if "phases" in found.evidence:
        yield phases.told(stage.score, phases.Taken.read(found.evidence["phases"]), language)
    if "failed_at" in found.evidence:
        yield f"Turn {found.evidence['failed_at']} ended the scenario as failed: from there on nothing counts."
    entries = (*stage.score["critical"], *secrets_of(stage.score))
    rules = {entry["id"]: text(entry["text"], language) for entry in entries}
    for word, ones in (("VIOLATION", found.critical), ("perhaps a violation, a person decides", found.suspected)):
        yield from (f"{word}: {rules[name]} – {where}" for name, where in ones)
    outcome = "passed" if found.evidence["passed"] else "failed"
    outcome += ", held until a person has looked" if found.suspected and found.evidence["passed"] else ""
    who = "the customers are at" if isinstance(state, Queue) else "the customer is at"
    yield (f"{stage.points(found)} of {FULL} points, pass mark {stage.pass_mark}: {outcome}. "
           f"{_turns(len(state.steps))}, {who}: {state.at}.")


def _wait_of(row: Mapping[str, Any]) -> str:
    """How long somebody has waited: "3 turns", where waiting counts "3 turns, 45 s"."""
    return ", ".join([_turns(row["waited"]), *([f"{row['seconds']} s"] if "seconds" in row else [])])


def _turns(count: int) -> str:
    return f"{count} turn{'s' if count != 1 else ''}"


def _points(stage: Stage, state: State, criterion: str, language: str) -> Iterator[str]:
    for entry in earning(stage.score):
        if entry["criterion"] == criterion:
            turn = reached(stage.play, stage.score, entry, state)
            where = at(state, turn) if turn else "missing"
            yield _point(where, f"+{entry['weight']}" if turn else "0", text(entry["text"], language))
            yield from (f"{'':12}  {late}" for late in lateness(entry, state))
    for entry in stage.score["forbidden"]:
        if entry["criterion"] == criterion and (turn := broken(entry, state)):
            yield _point(at(state, turn), f"−{entry['minus']}", text(entry["text"], language))


def _point(where: str, points: str, words: str) -> str:
    return f"{where:<8} {points:>3}  {words}"
