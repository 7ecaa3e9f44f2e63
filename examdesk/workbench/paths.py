"""Finding chats by search: the best one, one for every order, and how the worst end.

The search runs over (customer's state, order, acts, facts, mood, patience) with the exam's own engine, the chat with
the most points first; two chats that can earn the same from here on are followed once.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count, pairwise
from typing import Any

from examdesk.items.scenario import phases
from examdesk.items.scenario.scoring import FULL, broken, earning, reached, steps_taken
from examdesk.items.scenario.world import MAX_STEPS, State
from examdesk.model import Judgement, Said
from examdesk.workbench.moves import double, plain_words, single
from examdesk.workbench.stage import Stage, placed, talk

BEST_TRIES = 400  # chats followed before the search for full marks gives up
ORDER_TRIES = 60
UNKNOWN = "zzz"


@dataclass(frozen=True)
class Path:
    """A chat that was found."""

    turns: tuple[Said, ...]
    state: State
    judgement: Judgement
    points: Fraction
    reached: tuple[str, ...]  # ids of the score half, without the goal

    @property
    def messages(self) -> int:
        return sum(kind == "said" for kind, _ in self.turns)


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    path: Path | None  # as it was wanted
    best: Path  # with the most points
    tried: int
    exhausted: bool  # there is no other chat of these moves


@dataclass
class Searcher:
    """A stage with the moves of an agent."""

    stage: Stage
    words: dict[str, str] = field(default_factory=dict)
    moves: list[Said] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words = plain_words(self.stage)
        self.moves = single(self.stage, self.words)

    def best(self) -> Found:
        """The search for a chat that earns everything, breaks nothing and ends; two acts a message where one is not
        enough."""
        wanted = lambda path: path.points == FULL and self.stage.is_over(path.state)
        found = self.search(wanted, self._is_spoilt, tries=BEST_TRIES)
        if found.path is None:
            moves = self.moves + double(self.stage, self.words)
            again = self.search(wanted, self._is_spoilt, tries=BEST_TRIES, moves=moves)
            return again if again.path or again.best.points > found.best.points else found
        return found

    def other_way_round(self, first: str, then: str) -> Path | None:
        """A chat that passes, in which `then` came before `first`."""
        passed = lambda path: path.judgement.evidence["passed"] and {first, then} <= set(path.reached)
        wrong = lambda path: self._breaks(path) or (first in path.reached and then not in path.reached)
        return self.search(passed, wrong, tries=ORDER_TRIES).path

    def search(self, wanted: Callable[[Path], bool], hopeless: Callable[[Path], bool], *, tries: int,
               moves: Sequence[Said] | None = None) -> Found:
        """The first chat that is wanted; what is hopeless is followed no further."""
        numbers, begin = count(), self._path((), self.stage.begun())
        heap, best, seen = [(Fraction(0), 0, next(numbers), begin)], begin, {self._key(begin): begin.state.patience}
        for tried in range(tries):
            if not heap:
                return Found(None, best, tried, exhausted=True)
            path = heapq.heappop(heap)[-1]
            for move in self.moves_at(path) if moves is None else moves:
                after = self._path((*path.turns, move), self.stage.after(path.state, move))
                key = self._key(after)
                if seen.get(key, -1) >= after.state.patience or hopeless(after):
                    continue
                seen[key] = after.state.patience
                best = max(best, after, key=lambda one: one.points)
                if wanted(after):
                    return Found(after, best, tried + 1, exhausted=False)
                if not self.stage.is_over(after.state):
                    heapq.heappush(heap, (-after.points, len(after.turns), next(numbers), after))
        return Found(None, best, tries, exhausted=False)

    def moves_at(self, path: Path) -> Sequence[Said]:
        """The moves to try after a chat."""
        return self.moves

    def _path(self, turns: tuple[Said, ...], state: State) -> Path:
        judgement, play, score = self.stage.judged(state), self.stage.play, self.stage.score
        entries = [entry for entry in earning(score) if not entry.get("event", {}).get("goal")]
        got = tuple(entry["id"] for entry in entries if reached(play, score, entry, state))
        return Path(turns, state, judgement, self.stage.points(judgement), got)

    def _key(self, path: Path) -> Any:
        """What decides what can still be earned, patience apart."""
        state = path.state
        lost = tuple(entry["id"] for entry in self.stage.score["forbidden"] if broken(entry, state))
        return (state.at, state.mood, state.stalls, tuple(sorted(state.fields.items())), frozenset(state.done),
                frozenset(state.facts), path.reached, lost)

    def _breaks(self, path: Path) -> bool:
        """Whether a rule was broken."""
        return bool(path.judgement.critical or path.judgement.suspected)

    def _is_spoilt(self, path: Path) -> bool:
        """Whether 100 points are out of reach for good: a rule was broken, or an order was the wrong way round."""
        play, score, state = self.stage.play, self.stage.score, path.state
        if self._breaks(path) or any(broken(entry, state) for entry in score["forbidden"]):
            return True
        late = [entry for entry in score["order"] if entry["id"] not in path.reached]
        if "phases" in score and phases.is_spoilt(score, steps_taken(score, state)):
            return True
        return any(reached(play, score, {"event": entry["then"]}, state) for entry in late)

    def neighbours(self, best: Path) -> list[tuple[str, str]]:
        """(id, id) of required events that came one after the other; courtesy may stand anywhere and is left out."""
        play, score = self.stage.play, self.stage.score
        heavy = [entry for entry in score["required"] if entry["id"] in best.reached
                 and not ("act" in entry["event"] and play.is_light(entry["event"]["act"]))]
        turn = {entry["id"]: reached(play, score, entry, best.state) or 0 for entry in heavy}
        rows = sorted(turn, key=lambda name: turn[name])
        return [(one, two) for one, two in pairwise(rows) if turn[one] < turn[two]]

    def stallers(self) -> Iterator[tuple[str, str, State]]:
        """(what is done, where it begins, the chat at the end) of agents who get nowhere, from every state."""
        data, play = self.stage.play.data, self.stage.play
        polite = next((text for name, text in self.words.items() if play.is_light(name)), UNKNOWN)
        other = next((text for name, text in self.words.items() if not play.is_light(name)), UNKNOWN)
        for at in data["states"]:
            if not play.ends(at):
                yield "courtesy only", at, self._to_the_end(at, talk(polite))
                yield "the same message again and again", at, self._to_the_end(at, talk(other))
        yield "nothing he understands", data["begins"], self._to_the_end(data["begins"], talk(UNKNOWN))
        tools = [move for move in self.moves if move[0] == "acted"]
        yield "actions only", data["begins"], self._to_the_end(data["begins"], tools)

    def _to_the_end(self, at: str, moves: Sequence[Said]) -> State:
        state = placed(self.stage.begun(), at)
        for turn in range(MAX_STEPS):
            state = self.stage.after(state, moves[turn % len(moves)])
        return state
