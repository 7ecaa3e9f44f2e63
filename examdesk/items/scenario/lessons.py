"""Where a chat lost its points, turn by turn, and what a better turn was. Only after marking, or in practice.

Every point that was lost stands in exactly one lesson. A lesson names the turn where the point could have been earned:
the first one in which the customer waited for it; of what was done, the turn it was done in. What a better message is,
the author's `better:` says, else the model transcript, and both only where the exam shows its key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from examdesk.items.scenario.desk import Desk, play_of
from examdesk.items.scenario.grader import events_of
from examdesk.items.scenario.play import Play
from examdesk.items.scenario.promptness import late_turns
from examdesk.items.scenario.question import action
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.scoring import FULL, broken, counting, earning, judged, reached
from examdesk.items.scenario.secrets import secrets_of
from examdesk.items.scenario.trials import events_of as turns_of
from examdesk.items.scenario.world import NOTHING, Corrected, State, Step
from examdesk.marking import shown
from examdesk.model import Item, Response, text

Body = Mapping[str, Any]
TOLD = 120  # characters of the candidate's own message


@dataclass(frozen=True)
class Lesson:
    """Points lost at one turn, and why."""

    turn: int | None  # None where no turn was the place for it
    points: Fraction  # of the item, lost here; 0 where only a rule was broken
    what: str
    said: str  # the candidate's own words there
    better: str  # "" where the key is not shown, or nobody wrote one

    def as_texts(self) -> dict[str, str]:
        """For the page and the panel."""
        return {"turn": str(self.turn or ""), "points": shown(self.points) if self.points else "", "what": self.what,
                "said": self.said, "better": self.better}


def told(found: Sequence[Lesson]) -> list[dict[str, str]]:
    """The lessons for the page and the panel: of one turn its words stand at the first, a better turn at the last."""
    rows = [one.as_texts() for one in found]
    for row, before in zip(rows[1:], found, strict=False):
        if row["turn"] and row["turn"] == str(before.turn):
            row["said"] = ""
    for row, after in zip(rows, found[1:], strict=False):
        if row["turn"] and (row["turn"], row["better"]) == (str(after.turn), after.better):
            row["better"] = ""
    return rows


def lessons(item: Item, value: object, language: str, *, show_key: bool, corrected: Corrected = NOTHING
            ) -> list[Lesson]:
    """What the chat `value` lost, in order of turns; what nobody could place comes last."""
    play, models = _ready(json.dumps([item.body["play"], item.body["score"]["transcripts"]]))
    state = replay(play, events_of(Response("", value)), corrected=corrected).state
    mine = [model for spoken, model in models if spoken == language]
    chat = _Chat(item, play, state, [*mine, *(model for _, model in models if model not in mine)], language, show_key)
    found = [*chat.missed(), *chat.spoilt(), *chat.violated()]
    order = {lesson.better: number for number, lesson in reversed([*enumerate(found)])}
    return sorted(found, key=lambda lesson: (lesson.turn is None, lesson.turn or 0, order[lesson.better]))


@lru_cache(maxsize=8)
def _ready(source: str) -> tuple[Play, list[tuple[str, State]]]:
    """The scenario, and its gold transcripts as they are played, with the language of each."""
    data, transcripts = json.loads(source)
    play = play_of(data)
    gold = [one for one in transcripts if one["kind"] == "gold"]
    return play, [(one["language"], replay(play, turns_of(one)).state) for one in gold]


@dataclass(frozen=True)
class _Chat:
    """One chat looked at again."""

    item: Item
    play: Play
    state: State  # all of it
    models: Sequence[State]  # the gold transcripts as they are played; those in the reader's language first
    language: str
    show_key: bool

    @property
    def score(self) -> Body:
        score: Body = self.item.body["score"]
        return score

    @cached_property
    def counted(self) -> State:
        """As far as it counts."""
        return counting(self.play, self.score, self.state)

    # What was lost

    def missed(self) -> Iterator[Lesson]:
        """Everything that would have earned points and was not reached."""
        for entry in earning(self.score):
            if not reached(self.play, self.score, entry, self.counted):
                turn = self._place(entry)
                better = self._better(entry) or self._model(entry)
                yield self._lesson(turn, entry["weight"], self._missing(entry), better, entry["criterion"])

    def spoilt(self) -> Iterator[Lesson]:
        """Every forbidden thing that was done, with what it took away: never more than its criterion had earned."""
        left = {one["id"]: 0 for one in self.score["criteria"]}
        for entry in earning(self.score):
            earned = self.state.steps and reached(self.play, self.score, entry, self.counted)
            left[entry["criterion"]] += entry["weight"] if earned else 0
        for entry in self.score["forbidden"]:
            turn = broken(entry, self.counted)
            if turn:
                taken = min(entry["minus"], left[entry["criterion"]])
                left[entry["criterion"]] -= taken
                yield self._lesson(turn, taken, _because(entry, self.language),
                                   self._better(entry) or self._instead(turn), entry["criterion"])

    def violated(self) -> Iterator[Lesson]:
        """Every violation that is certain; a suspicion is a question to a person and is not told."""
        rules = {entry["id"]: entry for entry in (*self.score["critical"], *secrets_of(self.score))}
        for name, where in judged(self.play, self.score, self.state).critical:
            turn = int(where.removeprefix("turn ").partition(":")[0].partition(" ")[0])  # "6" or "6 (fish)"
            entry = rules[name]
            yield self._lesson(turn, 0, _because(entry, self.language), self._better(entry) or self._instead(turn))

    # Words

    def _lesson(self, turn: int | None, weight: int, what: str, better: str, criterion: str | None = None) -> Lesson:
        if criterion is not None:
            names = {one["id"]: text(one["text"], self.language) for one in self.score["criteria"]}
            what = f"{names[criterion]}: {what}" if what else names[criterion]
        return Lesson(turn, self.item.points * weight / FULL, what, self._said(turn), better if self.show_key else "")

    def _missing(self, entry: Body) -> str:
        """What was missing; the steps of a reception are taught, they are no key."""
        return text(entry["text"], self.language) if self.show_key or "step" in entry else ""

    def _better(self, entry: Body) -> str:
        """What the author wrote for this entry, else for its criterion."""
        own: Body = next((one for one in self.score["criteria"] if one["id"] == entry.get("criterion")), {})
        wanted = entry.get("better") or own.get("better")
        return text(wanted, self.language) if wanted else ""

    def _said(self, turn: int | None) -> str:
        if turn is None:
            return ""
        words = self._words(self.state.steps[turn - 1])
        return words if len(words) <= TOLD else f"{words[:TOLD]}…"

    def _words(self, step: Step) -> str:
        return step.text if step.kind == "said" else f"[{text(action(self.play, step.tool, step.args), self.language)}]"

    # Places

    def _place(self, entry: Body) -> int | None:
        """The turn that was the place for an event: the first before which the customer waited for it."""
        if "limit" in entry:
            return next((late.number for late in late_turns(entry, self.counted)), None)
        event = entry.get("event", entry.get("then"))
        if event.get("goal"):
            mine = [step.number for step in self.counted.steps if step.chat == event.get("chat", step.chat)]
            return mine[-1] if mine else None
        done = self._first(event, self.counted) if "then" in entry or "step" in entry else None
        if done:
            return done.number
        asked = [at for model in self.models if (at := self._asked_at(event, model))]
        turns = (self._turn_at(at, event) for at in dict.fromkeys(asked))
        return next((turn for turn in turns if turn), None)

    def _turn_at(self, at: str, event: Body) -> int | None:
        """The first turn before which the customer was there: a message for an act, any turn for an action."""
        for step in self.counted.steps:
            if self._before(self.counted, step.number) == at and ("tool" in event or step.kind == "said"):
                return step.number
        return None

    def _asked_at(self, event: Body, model: State) -> str | None:
        """Where the customer was when the model transcript did it."""
        step = self._first(event, model)
        return self._before(model, step.number) if step else None

    def _before(self, state: State, turn: int) -> str:
        """Where the customer of this turn was before it; of several, with his chat."""
        chat = state.steps[turn - 1].chat
        before = [step.state for step in state.steps[: turn - 1] if step.chat == chat]
        begins: str = (self.play.chats[chat] if isinstance(self.play, Desk) else self.play).data["begins"]
        return f"{chat}/{before[-1] if before else begins}"

    def _first(self, event: Body, state: State) -> Step | None:
        turn = reached(self.play, self.score, {"event": {"goal": False, **event}}, state)
        return state.steps[turn - 1] if turn else None

    def _model(self, entry: Body) -> str:
        """The model transcript's own turn for it; for an order both, one after the other."""
        if "limit" in entry or entry.get("event", {}).get("goal"):
            return ""
        events = [entry["event"]] if "event" in entry else [entry["first"], entry["then"]]
        for model in self.models:
            steps = [self._first(event, model) for event in events]
            words = list(dict.fromkeys(self._words(step) for step in steps if step))
            if None not in steps:
                return " → ".join(words)
        return ""

    def _instead(self, turn: int) -> str:
        """What the model transcript says where the customer was before this turn."""
        at = self._before(self.state, turn)
        for model in self.models:
            for step in model.steps:
                if step.kind == "said" and self._before(model, step.number) == at:
                    return step.text
        return ""


def _because(entry: Body, language: str) -> str:
    return f"{text(entry['text'], language)} – {text(entry['reason'], language)}"
