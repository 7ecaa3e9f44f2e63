"""A scenario played in the terminal: messages are typed, /do uses a tool, at the end stands what every point is for."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from examdesk.items.scenario.play import checked, checked_args
from examdesk.items.scenario.question import NAMES, in_words, names, screen, shown_line, spoken
from examdesk.items.scenario.scoring import FULL, broken, counting, earning, reached
from examdesk.items.scenario.secrets import secrets_of
from examdesk.items.scenario.world import Line, State
from examdesk.model import Said, text
from examdesk.workbench.stage import Stage, do

HELP = "Type a message, or  /do TOOL argument=value …   /tools   /screen   /end"

Tell = Callable[[str], None]


@dataclass
class Terminal:
    """One chat in the terminal."""

    stage: Stage
    language: str
    tell: Tell
    state: State
    echo: bool = False  # what was typed is told, too: from a pipe nobody sees it

    def run(self, lines: Iterable[str]) -> State:
        """The chat of the lines typed, until it is over, /end or the end of the input."""
        for entry in self.stage.play.data["briefing"]:
            self.tell(f"· {text(entry, self.language)}")
        self.tell(HELP)
        self._say(self.state.opening)
        for line in lines:
            if line.strip() == "/end":
                break
            if line.strip():
                self._take(line.strip())
            if self.stage.is_over(self.state):
                break
        return self.state

    def _take(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        if self.echo:
            self.tell(line if command.startswith("/") else f"{text(NAMES['agent'], self.language)}: {line}")
        told = {"/tools": self._tools, "/screen": self._screen, "/help": lambda: [HELP]}
        if command in told:
            for one in told[command]():
                self.tell(one)
        elif command == "/do":
            self._try(lambda: self._action(rest))
        elif command.startswith("/"):
            self.tell(f"! there is no command of this name (found: {command}). {HELP}")
        else:
            self._try(lambda: ("said", checked(self.stage.play, "said", {"text": line})))

    def _try(self, made: Callable[[], Said]) -> None:
        """Takes a turn, or says why there is none."""
        try:
            said = made()
        except ValueError as fault:
            self.tell(f"! {fault}")
            return
        before = self._screen()
        self.state = self.stage.after(self.state, said)
        self._say(self.state.steps[-1].lines)
        if said[0] == "acted" and self._screen() != before:
            for one in self._screen():
                self.tell(one)

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
        return do(name, checked_args(self.stage.play, name, _typed(tools[name], args)))

    def _tools(self) -> list[str]:
        tools = self.stage.play.tools.values()
        return [f"  /do {usage(tool)}   {text(tool['label'], self.language)}" for tool in tools]

    def _screen(self) -> list[str]:
        rows = screen(self.stage.play, self.state)
        return [f"  | {text(row['label'], self.language)}: {spoken(row['value'], self.language)}" for row in rows]

    def _say(self, lines: Iterable[Line]) -> None:
        for line in lines:
            shown = shown_line(self.stage.play, line)
            who = names(self.stage.play.data)[shown["who"]]
            self.tell(f"{text(who, self.language)}: {in_words(shown, self.language)}")


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
    if "failed_at" in found.evidence:
        yield f"Turn {found.evidence['failed_at']} ended the scenario as failed: from there on nothing counts."
    entries = (*stage.score["critical"], *secrets_of(stage.score))
    rules = {entry["id"]: text(entry["text"], language) for entry in entries}
    for word, ones in (("VIOLATION", found.critical), ("perhaps a violation, a person decides", found.suspected)):
        yield from (f"{word}: {rules[name]} – {where}" for name, where in ones)
    outcome = "passed" if found.evidence["passed"] else "failed"
    outcome += ", held until a person has looked" if found.suspected and found.evidence["passed"] else ""
    turns = f"{len(state.steps)} turn{'s' if len(state.steps) != 1 else ''}"
    yield (f"{stage.points(found)} of {FULL} points, pass mark {stage.pass_mark}: {outcome}. "
           f"{turns}, the customer is at: {state.at}.")


def _points(stage: Stage, state: State, criterion: str, language: str) -> Iterator[str]:
    for entry in earning(stage.score):
        if entry["criterion"] == criterion:
            turn = reached(stage.play, stage.score, entry, state)
            yield _point(turn, f"+{entry['weight']}" if turn else "0", text(entry["text"], language))
    for entry in stage.score["forbidden"]:
        if entry["criterion"] == criterion and (turn := broken(entry, state)):
            yield _point(turn, f"−{entry['minus']}", text(entry["text"], language))


def _point(turn: int | None, points: str, words: str) -> str:
    return f"{f'turn {turn}' if turn else 'missing':<8} {points:>3}  {words}"
