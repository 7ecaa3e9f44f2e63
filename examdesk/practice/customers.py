"""Who plays the customer in practice: the scenario's own engine, or a plug-in such as a language model.

Never in an exam: no module but those of practice and the workbench may import this one.

A package names its maker under the entry-point group `examdesk.customers`:

    [project.entry-points."examdesk.customers"]
    chatty = "somewhere.chatty:make"            # make(play, seed=, language=) -> Customer

It hears and it words; what happens stays with the scenario's rules. What it returns is bounded and plain: acts the
scenario does not know are dropped, a text is cut and is one line without control characters, and where it fails or has
nothing to say the engine speaks. Nothing of a rehearsal with a plug-in is scored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from typing import Any, Protocol

from examdesk.errors import CourseError
from examdesk.items.scenario.play import Line, Play
from examdesk.items.scenario.world import State, take
from examdesk.model import text

GROUP = "examdesk.customers"
ENGINE = "engine"
MOST_ACTS = 8  # heard in one message
LONGEST = 500  # characters of an answer


class Customer(Protocol):
    """Somebody who plays the customer in practice."""

    def observe(self, turn: str) -> Sequence[str]:
        """The acts in a message of the agent, by their names in the scenario."""

    def say(self, state: Mapping[str, Any]) -> str:
        """The answer; `state` holds at, mood, facts, turn, and lines, what the scenario would say here."""


class Maker(Protocol):
    """What an entry point names."""

    def __call__(self, play: Mapping[str, Any], *, seed: int, language: str) -> Customer: ...


class Bounded:
    """A plug-in within its bounds."""

    def __init__(self, play: Play, customer: Customer, language: str) -> None:
        self._play, self._customer, self._language = play, customer, language
        self.faults: list[str] = []  # what the plug-in did wrong, for whoever rehearses

    def after(self, state: State, said: Mapping[str, Any]) -> State:
        """The chat after a message of the agent, in which the plug-in hears."""
        return take(self._play, state, "said", said, read=self._acts(said["text"]))[0]

    def answer(self, state: State, lines: Sequence[Line]) -> str:
        """What the customer says where the scenario has these lines; "" when it has him silent."""
        scripted = [text(self._play.texts(line), self._language) for line in lines if "." not in line[0]]
        if not scripted:
            return ""
        told = {"at": state.at, "mood": state.mood, "facts": list(state.facts), "turn": len(state.steps),
                "lines": scripted}
        try:
            return inert(self._customer.say(told)) or " ".join(scripted)
        except Exception as fault:
            return self._failed("say", fault, " ".join(scripted))

    def _acts(self, message: str) -> list[str]:
        try:
            found = list(self._customer.observe(message))[:MOST_ACTS]
            return list(dict.fromkeys(act for act in found if isinstance(act, str) and act in self._play.acts))
        except Exception as fault:
            return self._failed("observe", fault, self._play.understood(message))

    def _failed(self, what: str, fault: Exception, instead: Any) -> Any:
        self.faults.append(f"{what}: {type(fault).__name__}; the engine answered instead")
        return instead


def inert(words: object) -> str:
    """The words as one bounded line of plain text; "" for what is none.

    >>> inert("a\\x1b[2J\\n  b")
    'a [2J b'
    """
    if not isinstance(words, str):
        return ""
    printable = "".join(char if char.isprintable() else " " for char in words[: 4 * LONGEST])
    return " ".join(printable.split())[:LONGEST]


def makers() -> dict[str, Any]:
    """{name: entry point} of the customers installed, sorted by name; the engine is always there."""
    return {entry.name: entry for entry in sorted(entry_points(group=GROUP)) if entry.name != ENGINE}


def customer(name: str, play: Play, *, seed: int, language: str) -> Bounded | None:
    """The plug-in of this name, ready to play; None for the engine, which needs no bounds. Raises `CourseError`."""
    if name == ENGINE:
        return None
    found = makers()
    if name not in found:
        raise CourseError(f"no customer {name} is installed. Cure: use one of: {', '.join([ENGINE, *found])}")
    if "chats" in play.data:
        raise CourseError("a plug-in plays one customer, and here are several. Cure: rehearse it with the engine")
    return Bounded(play, found[name].load()(play.data, seed=seed, language=language), language)
