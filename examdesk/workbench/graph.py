"""The states of a scenario as a graph, with what the model transcripts walk: for an author in JupyterLab.

    from examdesk.workbench.graph import graph
    graph("S-04", "..")                # of the course one folder up

JupyterLab draws the text of a graph itself (Mermaid), offline. A thick arrow is walked by a transcript, a dotted red
one by none; a state nobody comes to is red, an end is round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examdesk.bank.schema import Loc
from examdesk.building import course_folder
from examdesk.items.scenario.desk import Queue
from examdesk.items.scenario.trials import events_of
from examdesk.items.scenario.world import State
from examdesk.workbench.coverage import Coverage, covered
from examdesk.workbench.reading import open_scenario
from examdesk.workbench.stage import Stage, walked

NAMES = 4  # on an arrow; more are counted
STYLES = ("classDef missed stroke:#b3261e,stroke-width:2px,color:#b3261e", "classDef begins stroke-width:3px")


@dataclass(frozen=True)
class Arrow:
    """All ways from one state to another that transcripts walk, or all that none walks."""

    start: str
    end: str
    names: tuple[str, ...]  # acts and tools that lead there
    walked: bool


@dataclass(frozen=True)
class Graph:
    """States and arrows, and how often a model transcript comes to each state."""

    item: str
    visits: Mapping[str, int]
    ends: frozenset[str]
    begins: str
    arrows: tuple[Arrow, ...]
    told: str  # the coverage in a sentence

    def mermaid(self) -> str:
        """The graph as Mermaid draws it."""
        number = {name: f"s{index}" for index, name in enumerate(self.visits)}
        lines = ["flowchart TD", *(f"  {line}" for line in self._states(number))]
        missed = []
        for index, arrow in enumerate(self.arrows):
            sign = "==>" if arrow.walked else "-.->"
            lines.append(f"  {number[arrow.start]} {sign}|{_quoted(_label(arrow.names))}| {number[arrow.end]}")
            missed += [] if arrow.walked else [str(index)]
        lines += [f"  {style}" for style in STYLES]
        lines += [f"  linkStyle {','.join(missed)} stroke:#b3261e,color:#b3261e"] if missed else []
        return "\n".join(lines)

    def _states(self, number: Mapping[str, str]) -> Iterator[str]:
        for name, count in self.visits.items():
            label = _quoted(f"{name} · {count}×")
            box = f"([{label}])" if name in self.ends else f"[{label}]"
            kind = ":::missed" if count == 0 else ":::begins" if name == self.begins else ""
            yield f"{number[name]}{box}{kind}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        told = f"{self.item}: {self.told}"
        arrows = "\n".join(f"{one.start} → {one.end}: {_label(one.names)}{'' if one.walked else ' (not walked)'}"
                           for one in self.arrows)
        return {"text/vnd.mermaid": self.mermaid(), "text/plain": f"{told}\n{arrows}"}


def graph(item: str, course: Path | str = ".") -> Graph:
    """The graph of a scenario of the bank. Raises `CourseError` for an unknown id, `AuthorError` with its faults."""
    return graph_of(item, open_scenario(course_folder(Path(course)), item).stage())


def graph_of(item: str, stage: Stage) -> Graph:
    """The graph of a scenario ready to be played."""
    found = covered(stage)
    missed = {place.loc for place in found.unwalked}
    ends = frozenset(_named(chat, name) for chat, play in stage.chats.items() for name in play.data["states"]
                     if play.ends(name))
    begins = [_named(chat, play.data["begins"]) for chat, play in stage.chats.items()]
    arrows = tuple(arrow for chat in stage.chats for arrow in _arrows(stage, chat, missed))
    return Graph(item, _visits(stage), ends, begins[0], arrows, _told(found))


def _named(chat: str, state: str) -> str:
    """A state; of several customers, with the chat it belongs to."""
    return f"{chat} {state}".strip()


def _places(state: State) -> set[str]:
    if isinstance(state, Queue):
        return {_named(chat, one.at) for chat, one in state.chats.items()}
    return {state.at}


def _told(found: Coverage) -> str:
    ways, events = len(found.ways) - len(found.unwalked), len(found.events) - len(found.unseen)
    return (f"the model transcripts walk {ways} of {len(found.ways)} ways "
            f"and come to {events} of {len(found.events)} events of the score")


def _visits(stage: Stage) -> dict[str, int]:
    """How many transcripts come to each state."""
    visits = {_named(chat, name): 0 for chat, play in stage.chats.items() for name in play.data["states"]}
    for script in stage.score["transcripts"]:
        chats = [stage.begun(), *(after for _, after in walked(stage, events_of(script)))]
        seen = {name for state in chats for name in _places(state)}
        for name in seen:
            visits[name] += 1
    return visits


def _arrows(stage: Stage, chat: str, missed: set[Loc]) -> Iterator[Arrow]:
    """The ways of every state together by where they lead; what changes no state is no arrow."""
    for name, spec in stage.chats[chat].data["states"].items():
        ways: dict[tuple[str, bool], dict[str, None]] = {}
        for end, what, loc in _ways(name, spec):
            ways.setdefault((end, stage.home(chat, loc) not in missed), {})[what] = None
        yield from (Arrow(_named(chat, name), _named(chat, end), tuple(names), done)
                    for (end, done), names in ways.items())


def _ways(name: str, spec: Mapping[str, Any]) -> Iterator[tuple[str, str, Loc]]:
    loc = ("play", "states", name)
    for index, rule in enumerate(spec["rules"]):
        if rule.get("go", name) != name:
            yield rule["go"], rule.get("act") or rule["tool"], (*loc, "rules", index)
    if "skip" in spec:
        yield spec["skip"]["go"], "passed by", (*loc, "skip")
    if spec.get("moves_on", name) != name:
        yield spec["moves_on"], "moves on", (*loc, "moves_on")


def _label(names: tuple[str, ...]) -> str:
    more = len(names) - NAMES
    return ", ".join(names[:NAMES]) + (f" and {more} more" if more > 0 else "")


def _quoted(text: str) -> str:
    return f'"{text}"'
