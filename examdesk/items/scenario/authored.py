"""The file an author writes for a scenario: a public play half, and a score half that never leaves."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, WrapValidator

from examdesk.bank import ItemFile, TextMap
from examdesk.bank.exams import Share
from examdesk.bank.schema import HEADER, Slug, Strict, Words
from examdesk.items.scenario.authored_play import DeskFile, Named, PlayFile, Value, one_or_several
from examdesk.items.scenario.secrets import LONGEST
from examdesk.items.scenario.waiting import DAY
from examdesk.waits import LIMIT

Sentences = dict[Annotated[str, Field(pattern=r"^[a-z]{1,12}$")], list[Words]]  # {writer: sentences}

# The score half: never leaves the author's side.


class Event(Strict):
    """One of: an act, a tool (with accepted values), a fact told, the goal. "~text" accepts a text that holds it.

    Where several are served: in which `chat`; and what looks at all of them, see `serving.py`.
    """

    chat: str | None = None
    answered: str | None = None  # the chat whose customer got his first message
    within: Annotated[int, Field(ge=1, le=60)] | None = None  # turns after he came
    before: list[str] | None = None  # chats that were not answered first while he waited
    copied: Annotated[int, Field(ge=2, le=8)] | None = None  # customers with the same answer
    longer: Annotated[int, Field(ge=20, le=1000)] | None = None  # a message of more characters
    short: Annotated[int, Field(ge=20, le=1000)] | None = None  # no message was longer, and so many were answered:
    chats: Annotated[int, Field(ge=1, le=8)] | None = None
    act: str | None = None
    tool: str | None = None
    where: dict[str, list[Value]] = Field(default_factory=dict)
    fact: str | None = None
    goal: bool = False


class Criterion(Named):
    reason: TextMap
    better: TextMap | None = None  # what a good turn says or does; without it, what the gold transcript does there


class Rating(Strict):
    """A person rates the criterion from the chat, 1 for the worst level; no machine does, and unrated is not zero."""

    weight: Annotated[int, Field(ge=1, le=40)]
    levels: Annotated[list[TextMap], Field(min_length=2, max_length=5)]  # from the worst to the best


class Scored(Criterion):
    rated: Rating | None = None  # then nothing else counts for it


class Breach(Criterion):
    violation: Slug | None = None  # the rule of grading/points.yaml it breaks, in the item's edition


class Earning(Named):
    criterion: str
    weight: Annotated[int, Field(ge=1, le=100)]
    better: TextMap | None = None


class Required(Earning):
    event: Event


class Order(Earning):
    first: Event
    then: Event


class InTime(Earning):
    """Earned when the share of the answers that came in time is large enough."""

    limit: Annotated[int, Field(ge=5, le=300)] = LIMIT  # s for each answer
    greeting: Annotated[int, Field(ge=5, le=300)] | None = None  # s for the first message; none: as for the others
    share: Share
    answers: Annotated[int, Field(ge=1, le=20)] = 3  # at least so many, messages with more than courtesy
    typing: Annotated[int, Field(ge=0, le=300)] = 60  # s of slow typing taken off a message at most


class Forbidden(Breach):
    criterion: str
    minus: Annotated[int, Field(ge=1, le=100)]
    event: Event
    excused_by: list[str] = Field(default_factory=list)  # acts that make it harmless when they came before or with it


class Critical(Breach):
    tools: list[Event] = Field(default_factory=list)  # done: certain
    ends: Literal[True] | None = None  # done: the scenario is failed, nothing counts from that turn on
    acts: list[str] = Field(default_factory=list)  # written: suspected, a person confirms
    phrases: dict[Literal["zh", "en"], list[Words]] = Field(default_factory=dict)
    allowed: dict[Literal["zh", "en"], list[Words]] = Field(default_factory=dict)


class Secret(Breach):
    """A string of the world that nobody may be told: an address, a phone number, a password."""

    texts: Annotated[list[Annotated[str, Field(min_length=1, max_length=LONGEST)]], Field(min_length=1)]
    part: Annotated[int, Field(ge=3, le=LONGEST)] | None = None  # signs in a row that are enough; none: the whole text


class Phase(Named):
    """One step of a reception."""

    weight: Annotated[int, Field(ge=0, le=100)] = 0  # none: followed and shown only
    event: Event
    better: TextMap | None = None


class Phases(Strict):
    """The steps of a reception in their order; a step out of order earns nothing."""

    text: TextMap
    criterion: str
    steps: Annotated[list[Phase], Field(min_length=2, max_length=12)]


class Goal(Strict):
    states: Annotated[list[str], Field(min_length=1)]
    fields: dict[str, list[Value]] = Field(default_factory=dict)


class Turn(Strict):
    wait: Annotated[int, Field(ge=1, le=DAY)] | None = None  # s before the message, or in vain where there is none
    in_: str | None = Field(default=None, alias="in", serialization_alias="in")  # the chat, where there are several
    say: Words | None = None
    do: str | None = None
    args: dict[str, Value] = Field(default_factory=dict)


class Transcript(Strict):
    """A model chat with the points of 100 it must earn; checked whenever the bank is checked."""

    id: Slug
    kind: Literal["gold", "borderline", "fail"]
    language: Literal["zh", "en"]
    earns: Annotated[int, Field(ge=0, le=100)]
    turns: Annotated[list[Turn], Field(min_length=1)]


class ScoreFile(Strict):
    pass_mark: Share
    goal: Goal
    criteria: Annotated[list[Scored], Field(min_length=1)]
    required: Annotated[list[Required], Field(min_length=1)]
    order: list[Order] = Field(default_factory=list)
    phases: Phases | None = None
    waits: InTime | None = None
    forbidden: list[Forbidden] = Field(default_factory=list)
    critical: list[Critical] = Field(default_factory=list)
    secrets: Annotated[list[Secret], Field(min_length=1)] | None = None  # given away in a message: certain, and the end
    transcripts: Annotated[list[Transcript], Field(min_length=3)]


class Authored(ItemFile):
    type: Literal["scenario"]
    persona: Slug | dict[Slug, Slug] | None = None  # of exams/personas.yaml, or {chat: persona}; see `bank/personas.py`
    play: Annotated[PlayFile | DeskFile, WrapValidator(one_or_several)]
    score: ScoreFile
    utterances: dict[Slug, dict[Literal["zh", "en"], Sentences]] | None = None  # see `utterances.py`

    def body(self) -> dict[str, Any]:
        """The stem and both halves, as plain JSON data; conditions under their own word `if`.

        Who the customer is helps authors, mentors and assessors; it is no part of the item that is frozen and sat.
        """
        return self.model_dump(mode="json", exclude=HEADER | {"persona"}, exclude_none=True, by_alias=True)
