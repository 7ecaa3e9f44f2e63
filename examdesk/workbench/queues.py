"""Finding ways through a queue of customers: the best one, several orders of service, and how the worst end.

Whom to answer next is a policy; what to say to him is searched for, the chat with the most points first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from examdesk.items.scenario.desk import Queue
from examdesk.items.scenario.scoring import FULL, earning, reached
from examdesk.items.scenario.serving import first_answer
from examdesk.items.scenario.world import MAX_STEPS, State, is_over
from examdesk.model import Said
from examdesk.workbench.moves import events
from examdesk.workbench.paths import UNKNOWN, Found, Path, Searcher
from examdesk.workbench.stage import Stage, placed, talk

NONSENSE = "nothing they understand"  # costs no patience: the exam itself ends it
TRIES = 300  # queues followed before the search for full marks gives up
Policy = Callable[[Stage, Queue, Sequence[str]], str]


def longest_waiting(stage: Stage, state: Queue, waiting: Sequence[str]) -> str:
    """Who has waited longest; of those who had no answer yet, first who comes before others."""
    new = [name for name in waiting if first_answer(name, state) is None]
    before = [event["answered"] for event in events(stage.score) if event.get("before")]
    urgent = [name for name in new if name in before]
    return min(urgent or new or waiting, key=lambda name: state.last[name])


def one_by_one(stage: Stage, state: Queue, waiting: Sequence[str]) -> str:
    """A first word to everybody as he comes, then one after the other to the end."""
    new = [name for name in waiting if first_answer(name, state) is None]
    return longest_waiting(stage, state, waiting) if new else waiting[0]


def last_first(stage: Stage, state: Queue, waiting: Sequence[str]) -> str:
    """A first word to everybody as he comes, then from the last one backwards."""
    new = [name for name in waiting if first_answer(name, state) is None]
    return longest_waiting(stage, state, waiting) if new else waiting[-1]


POLICIES: dict[str, Policy] = {"who has waited longest": longest_waiting, "one after the other": one_by_one,
                               "the last one first": last_first}  # fmt: skip


class QueueSearcher(Searcher):
    """A stage of several customers with the moves of an agent."""

    policy: Policy = staticmethod(longest_waiting)

    def best(self) -> Found:
        """The search for service that earns everything, breaks nothing and ends, by one policy after the other."""
        found = [self.served(policy) for policy in POLICIES.values()]
        whole = next((one for one in found if one.path), None)
        return whole or max(found, key=lambda one: one.best.points)

    def served(self, policy: Policy, *, passing: bool = False) -> Found:
        """The search by one policy: for everything, or for what passes."""
        self.policy = policy
        passed = lambda path: path.judgement.evidence["passed"] and not path.judgement.suspected
        full = lambda path: path.points == FULL and self.stage.is_over(path.state)
        return self.search(passed if passing else full, self._is_spoilt, tries=TRIES)

    def orders(self) -> dict[str, bool]:
        """{policy in words: whether some service by it passes}."""
        return {name: self.served(policy, passing=True).path is not None for name, policy in POLICIES.items()}

    def ended(self, what: str, state: State) -> bool:
        """Whether all have gone; of themselves, where anything was said to them that they understand."""
        return self.stage.is_over(state) and (len(state.steps) < MAX_STEPS or what == NONSENSE)

    def moves_at(self, path: Path) -> list[Said]:
        """What may be of use to the customer whose turn it is."""
        state = path.state
        assert isinstance(state, Queue)
        waiting = [name for name, one in state.chats.items() if not is_over(self.stage.chats[name], one)]
        if not waiting:
            return []
        name = self.policy(self.stage, state, waiting)
        useful = self._useful(name, state.chats[name])
        return [(kind, value) for kind, value in self.moves if value["chat"] == name
                and (kind == "acted" or set(self.stage.play.understood(value["text"])) & useful)]  # fmt: skip

    def _useful(self, name: str, one: State) -> set[str]:
        """The acts he reacts to where he is, and those that earn something in his chat."""
        data = self.stage.chats[name].data
        rules = [*data["states"][one.at]["rules"], *data["anywhere"]]
        earns = [event for event in events(self.stage.score) if event.get("chat", name) == name]
        asked = {act for fact in data["facts"] for act in fact["asked_by"]}
        return asked | {one["act"] for one in (*rules, *earns) if "act" in one}

    def _key(self, path: Path) -> Any:
        state = path.state
        assert isinstance(state, Queue)
        chats = tuple((name, one.at, one.mood, one.stalls, frozenset(one.done), tuple(sorted(one.fields.items())))
                      for name, one in state.chats.items())
        return chats, tuple(sorted(state.last.items())), len(state.steps), path.reached

    def _is_spoilt(self, path: Path) -> bool:
        """As for one chat; or somebody was answered too late, or before who comes first."""
        state = path.state
        assert isinstance(state, Queue)
        late = [entry for entry in earning(self.stage.score) if "answered" in entry.get("event", {})
                and first_answer(entry["event"]["answered"], state)]  # fmt: skip
        lost = any(not reached(self.stage.play, self.stage.score, entry, state) for entry in late)
        gone = any(one.at == self.stage.chats[name].data["leaves"]["go"] for name, one in state.chats.items())
        return lost or gone or super()._is_spoilt(path)

    def stallers(self) -> Iterator[tuple[str, str, State]]:
        """(what is done, where it begins, the queue at the end) of agents who get nowhere with anybody."""
        play = self.stage.play
        polite = next((text for name, text in self.words.items() if play.is_light(name)), UNKNOWN)
        other = next((text for name, text in self.words.items() if not play.is_light(name)), UNKNOWN)
        begun = self.stage.crowded().begun()
        for name, chat in self.stage.chats.items():
            for at in chat.data["states"]:
                if not chat.ends(at):
                    start = placed(begun, at, name)
                    yield "courtesy only", at, self._to_everybody(start, talk(polite))
                    yield "the same message again and again", at, self._to_everybody(start, talk(other))
        yield NONSENSE, "the beginning", self._to_everybody(self.stage.begun(), talk(UNKNOWN))
        tools = [("acted", {use: typed for use, typed in value.items() if use != "chat"})
                 for kind, value in self.moves if kind == "acted"]
        yield "actions only", "the beginning", self._to_everybody(self.stage.begun(), tools)

    def _to_everybody(self, state: State, moves: Sequence[Said]) -> State:
        """These moves in turn, each in the chat of who has waited longest of those it fits."""
        turn = idle = 0
        while idle < len(moves) and not self.stage.is_over(state):
            assert isinstance(state, Queue)
            there = self.stage.ready(state, moves[turn % len(moves)])
            turn, idle = turn + 1, 0 if there else idle + 1
            if there:
                last = state.last
                state = self.stage.after(state, min(there, key=lambda said: last[said[1]["chat"]]))
        return state
