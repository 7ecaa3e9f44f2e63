"""The two seats of a rehearsal in the terminal: the trainee as agent, or as customer with a card; a mentor comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from examdesk.bank.personas import Portrait
from examdesk.errors import CourseError
from examdesk.items.scenario.question import NAMES, action
from examdesk.items.scenario.trials import events_of
from examdesk.items.scenario.world import Line
from examdesk.model import Said, text
from examdesk.practice.card import Card, Entry, Probing, card
from examdesk.practice.customers import Bounded
from examdesk.practice.rehearsing import Rehearsal
from examdesk.workbench.stage import Stage
from examdesk.workbench.terminal import Tell, Terminal

MENTOR = "/mentor TEXT  keeps a comment on the last message"


@dataclass
class AgentSeat(Terminal):
    """The trainee is the agent; the customer is the engine, or a plug-in within its bounds."""

    rehearsal: Rehearsal | None = None
    plugged: Bounded | None = None

    def _take(self, typed: str) -> None:
        if typed.partition(" ")[0] == "/mentor":
            commented(self.rehearsal, typed, self.tell)
        else:
            super()._take(typed)

    def _after(self, said: Said) -> None:
        if self.plugged and said[0] == "said":
            self.state = self.plugged.after(self.state, said[1])
        else:
            super()._after(said)
        self._keep("agent", in_words(self.stage, said, self.language))

    def _say(self, lines: Iterable[Line]) -> None:
        lines = list(lines)
        spoken = [line for line in lines if "." not in line[0]]
        if not self.plugged:
            super()._say(lines)
            words = [text(self.stage.play.texts(line), self.language) for line in spoken]
        else:
            super()._say(line for line in lines if "." in line[0])
            words = [answer] if (answer := self.plugged.answer(self.state, lines)) else []
            for one in words:
                self.tell(f"{text(NAMES['customer'], self.language)}: {one}")
            while self.plugged.faults:
                self.tell(f"! {self.plugged.faults.pop(0)}")
        for one in words:
            self._keep("customer", one)

    def _keep(self, who: str, words: str) -> None:
        if self.rehearsal:
            self.rehearsal.said(who, words)


@dataclass
class CustomerSeat:
    """The trainee is the customer; the agent is a model transcript, or the person beside him."""

    stage: Stage
    language: str
    tell: Tell
    rehearsal: Rehearsal
    agent: list[Said] | None  # the transcript's turns; None: the person beside types them
    persona: Portrait | None = None
    card: Card = field(init=False)
    probing: Probing = field(init=False)

    def __post_init__(self) -> None:
        self.card = card(self.stage.play.data, self.language, self.persona)
        self.probing, self.state = Probing(self.card), self.stage.begun()
        self.number = 0  # of the customer's last message

    def run(self, lines: Iterable[str]) -> Probing:
        """The rehearsal of the lines typed. The customer begins; with a person as agent they take turns."""
        for one in (*self.card.lines(self.language), f"/told N, /raised N: the last message did;  /end;  {MENTOR}"):
            self.tell(one)
        theirs = iter(self.agent) if self.agent is not None else None
        agents_turn = False
        for typed in (line.strip() for line in lines):
            if typed == "/end":
                break
            if not typed or self._command(typed):
                continue
            if agents_turn:
                self._agent(("said", {"text": typed}))
            elif not self._customer(typed):
                continue
            elif theirs is not None:
                if not self._model(theirs):
                    break
                continue
            agents_turn = not agents_turn
        self.rehearsal.end(self.probing.as_json())
        return self.probing

    def judged(self) -> Iterator[str]:
        """What there is to say about the customer player."""
        found = self.probing.as_json()
        yield from (f"fact {fact}: {how}" for fact, how in found["facts"].items())
        yield f"{found['right']} of {found['of']} facts handled right"
        yield f"{len(found['twists'])} of {found['of_twists']} twists raised: {', '.join(found['twists']) or 'none'}"

    def _model(self, turns: Iterator[Said]) -> bool:
        """The transcript's turns up to its next message; False when there is none."""
        for said in turns:
            if said[0] not in ("said", "acted"):  # a silence
                continue
            self._agent(said)
            if said[0] == "said":
                return True
        return False

    def _agent(self, said: Said) -> None:
        kind, words = said[0], in_words(self.stage, said, self.language)
        try:
            number = self.rehearsal.said("agent", words)
        except CourseError as fault:
            self.tell(f"! {fault}")
            return
        self.tell(f"{text(NAMES['agent' if kind == 'said' else 'action'], self.language)}: {words}")
        asked = [fact["id"] for fact in self.stage.play.data["facts"]
                 if kind == "said" and set(fact["asked_by"]) & set(self.stage.play.understood(words))]
        self.probing.agent(number, asked)

    def _customer(self, typed: str) -> bool:
        """Keeps the customer player's message; False when there was none."""
        told = self._from_card(typed)
        words = told[1].wordings[0] if told else typed
        if told is None and typed.startswith("/"):
            self.tell(f"! there is no command or card of this name (found: {typed.split()[0]})")
            return False
        try:
            self.number = self.rehearsal.said("customer", words)
        except CourseError as fault:
            self.tell(f"! {fault}")
            return False
        self.tell(f"{self.card.customer}: {words}")
        self.probing.customer(self.number, words)
        if told:
            self.probing.owned_up(told[0], told[1].id, self.number)
        return True

    def _command(self, typed: str) -> bool:
        """Whether the line is a comment, or owns up to what the last message told."""
        command = typed.partition(" ")[0]
        if command == "/mentor":
            commented(self.rehearsal, typed, self.tell)
        elif command in ("/told", "/raised"):
            found = self._entry(typed, self.card.facts if command == "/told" else self.card.twists)
            if found and self.number:
                self.probing.owned_up(command[1:], found.id, self.number)
            else:
                self.tell("! which one? Write its number on the card, after the message")
        else:
            return False
        return True

    def _from_card(self, typed: str) -> tuple[str, Entry] | None:
        for command, kind, entries in (("/tell", "told", self.card.facts), ("/raise", "raised", self.card.twists)):
            if typed.partition(" ")[0] == command and (found := self._entry(typed, entries)):
                return kind, found
        return None

    def _entry(self, typed: str, entries: tuple[Entry, ...]) -> Entry | None:
        number = typed.partition(" ")[2].strip()
        return entries[int(number) - 1] if number.isascii() and number.isdigit() and 1 <= int(number[:3]) <= len(
            entries) else None


def commented(rehearsal: Rehearsal | None, typed: str, tell: Tell) -> None:
    """Keeps the mentor's comment, or says why not."""
    try:
        if rehearsal:
            rehearsal.comment(typed.partition(" ")[2])
    except CourseError as fault:
        tell(f"! {fault}")


def in_words(stage: Stage, said: Said, language: str) -> str:
    """What the agent wrote, or did with a tool."""
    kind, value = said
    return str(value["text"]) if kind == "said" else text(action(stage.play, value["tool"], value["args"]), language)


def model_turns(stage: Stage, language: str) -> list[Said]:
    """The turns of a gold transcript, in this language where there is one."""
    gold: list[Any] = [one for one in stage.score["transcripts"] if one["kind"] == "gold"]
    return events_of(next((one for one in gold if one["language"] == language), gold[0]))
