"""The file an author writes for a scenario: a public play half, and a score half that never leaves."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from examdesk.bank import ItemFile, TextMap
from examdesk.bank.exams import Share
from examdesk.bank.schema import HEADER, Slug, Strict, Words
from examdesk.items.scenario.play import MAX_TOOL_TEXT
from examdesk.items.scenario.secrets import LONGEST

Phrases = Annotated[dict[Literal["zh", "en"], list[Words]], Field(min_length=1)]
Value = int | str
Sentences = dict[Annotated[str, Field(pattern=r"^[a-z]{1,12}$")], list[Words]]  # {writer: sentences}


class Named(Strict):
    id: Slug
    text: TextMap


# The play half: public, it speaks in the trainee's kernel.


class Condition(Strict):
    """Holds when all of it is so: acts credited, facts told, fields with a value."""

    acts: list[str] = Field(default_factory=list)
    facts: list[str] = Field(default_factory=list)
    fields: dict[str, Value] = Field(default_factory=dict)


class Rule(Strict):
    """What the customer does about an act or a tool; the first rule whose condition holds counts."""

    act: str | None = None
    tool: str | None = None
    if_: Condition = Field(default=Condition(), alias="if", serialization_alias="if")
    means: str | None = None  # the act this one stands for here: "ok" after an offer accepts the offer
    mood: Annotated[int, Field(ge=-5, le=5)] = 0
    say: list[str] = Field(default_factory=list)
    go: str | None = None


class Skip(Strict):
    if_: Condition = Field(alias="if", serialization_alias="if")
    go: str


class StateFile(Strict):
    """Where the customer is: what he says on arriving, what he wants to hear, and where it leads."""

    say: list[str] = Field(default_factory=list)
    skip: Skip | None = None  # passed by when its question is answered already
    rules: list[Rule] = Field(default_factory=list)
    hint: str | None = None  # says what he wants
    moves_on: str | None = None  # where he goes when he understands nothing; its own name: he waits
    end: bool = False


class ActFile(Strict):
    """One thing an agent may mean, and the phrases that show it."""

    phrases: Phrases
    unless: dict[Literal["zh", "en"], list[Words]] = Field(default_factory=dict)
    light: bool = False  # courtesy: does not use up the acts of a message
    whole: bool = False  # counts only as a whole clause and when nothing else is meant: "ok", "no"
    yields_to: list[str] = Field(default_factory=list)  # acts of the same message that make this one void
    opposite: str | None = None  # both in one message: neither counts, the customer asks again
    meaning: TextMap | None = None  # ends "you mean …?": then the trained model may read it, too


class Argument(Strict):
    id: Slug
    label: TextMap
    kind: Literal["text", "number", "choice"]
    options: list[Named] = Field(default_factory=list)
    min: int = 0
    max: Annotated[int, Field(ge=1, le=10_000)] = MAX_TOOL_TEXT


class ToolFile(Strict):
    """Something the agent can do on the screen."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$")]
    label: TextMap
    args: list[Argument] = Field(default_factory=list)
    needs: dict[str, Value] = Field(default_factory=dict)  # fields that must have these values
    at: Annotated[list[str], Field(min_length=1)] | None = None  # states in which it can be done; none: everywhere
    sets: Annotated[dict[str, Value], Field(min_length=1)]  # "$title" is what was typed into that argument
    done: TextMap
    refused: TextMap


class FieldFile(Strict):
    """One field of the order; without a label it is never shown."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
    label: TextMap | None = None
    value: Value
    options: list[Named] = Field(default_factory=list)  # texts for its values
    after: dict[str, Value] = Field(default_factory=dict)  # shown when these fields have these values


class FactFile(Strict):
    """What the customer tells only when asked."""

    id: Slug
    asked_by: Annotated[list[str], Field(min_length=1)]
    say: str


class Tone(Strict):
    """A line said once when the mood gets there."""

    say: str
    at_most: int | None = None
    at_least: int | None = None


class Mood(Strict):
    start: int
    min: int  # here he leaves
    max: int
    tones: list[Tone] = Field(default_factory=list)


class Leaves(Strict):
    """How he goes when his patience is at its end."""

    go: str
    say: Annotated[list[str], Field(min_length=1)]
    warning: str
    warns_at: Annotated[int, Field(ge=1)]  # messages left


class Fallback(Strict):
    """Lines for what is not understood, too much, said before, or contradicts itself."""

    rephrase: str
    moves_on: str
    many: str
    repeat: str
    unclear: str


class Unsure(Strict):
    """How the customer asks whether an act is meant; with it, freezing trains the model that reads other words."""

    say: str  # a line with {meaning} in every wording
    yes: Annotated[list[str], Field(min_length=1)]  # acts that answer yes
    no: list[str] = Field(default_factory=list)  # acts that mean nothing in answer but no


class PlayFile(Strict):
    customer: TextMap | None = None  # the name before his lines; without it he is the buyer
    channel: Literal["phone"] | None = None  # the panel shows a call; without it, a chat
    speaks: Literal["zh", "en"] | None = None  # the customer's only language; without it, every language of the stem
    forgiving: Literal[True] | None = None  # reads over typing errors, see `spelling.py`
    patience: Annotated[int, Field(ge=4, le=40)]  # messages he takes part in
    most: Annotated[int, Field(ge=2, le=8)] | None = None  # acts in a message, courtesy apart; of more none counts
    mood: Mood
    briefing: Annotated[list[TextMap], Field(min_length=1)]
    begins: str
    opening: Annotated[list[str], Field(min_length=1)]
    leaves: Leaves
    fallback: Fallback
    unsure: Unsure | None = None
    # words that do not change a clause: 亲, 哦, please
    fillers: dict[Literal["zh", "en"], list[Words]] = Field(default_factory=dict)
    fields: Annotated[list[FieldFile], Field(min_length=1)]
    tools: Annotated[list[ToolFile], Field(min_length=1)]
    facts: list[FactFile] = Field(default_factory=list)
    entities: dict[Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,30}$")], Words] | None = None  # see `entities.py`
    acts: Annotated[dict[Slug, ActFile], Field(min_length=1)]
    states: Annotated[dict[Slug, StateFile], Field(min_length=2)]
    anywhere: list[Rule] = Field(default_factory=list)
    lines: Annotated[dict[Slug, list[TextMap]], Field(min_length=1)]


# The score half: never leaves the author's side.


class Event(Strict):
    """One of: an act, a tool (with accepted values), a fact told, the goal. "~text" accepts a text that holds it."""

    act: str | None = None
    tool: str | None = None
    where: dict[str, list[Value]] = Field(default_factory=dict)
    fact: str | None = None
    goal: bool = False


class Criterion(Named):
    reason: TextMap


class Earning(Named):
    criterion: str
    weight: Annotated[int, Field(ge=1, le=100)]


class Required(Earning):
    event: Event


class Order(Earning):
    first: Event
    then: Event


class Forbidden(Criterion):
    criterion: str
    minus: Annotated[int, Field(ge=1, le=100)]
    event: Event
    excused_by: list[str] = Field(default_factory=list)  # acts that make it harmless when they came before or with it


class Critical(Criterion):
    tools: list[Event] = Field(default_factory=list)  # done: certain
    ends: Literal[True] | None = None  # done: the scenario is failed, nothing counts from that turn on
    acts: list[str] = Field(default_factory=list)  # written: suspected, a person confirms
    phrases: dict[Literal["zh", "en"], list[Words]] = Field(default_factory=dict)
    allowed: dict[Literal["zh", "en"], list[Words]] = Field(default_factory=dict)


class Secret(Criterion):
    """A string of the world that nobody may be told: an address, a phone number, a password."""

    texts: Annotated[list[Annotated[str, Field(min_length=1, max_length=LONGEST)]], Field(min_length=1)]
    part: Annotated[int, Field(ge=3, le=LONGEST)] | None = None  # signs in a row that are enough; none: the whole text


class Goal(Strict):
    states: Annotated[list[str], Field(min_length=1)]
    fields: dict[str, list[Value]] = Field(default_factory=dict)


class Turn(Strict):
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
    criteria: Annotated[list[Criterion], Field(min_length=1)]
    required: Annotated[list[Required], Field(min_length=1)]
    order: list[Order] = Field(default_factory=list)
    forbidden: list[Forbidden] = Field(default_factory=list)
    critical: list[Critical] = Field(default_factory=list)
    secrets: Annotated[list[Secret], Field(min_length=1)] | None = None  # given away in a message: certain, and the end
    transcripts: Annotated[list[Transcript], Field(min_length=3)]


class Authored(ItemFile):
    type: Literal["scenario"]
    play: PlayFile
    score: ScoreFile
    utterances: dict[Slug, dict[Literal["zh", "en"], Sentences]] | None = None  # see `utterances.py`

    def body(self) -> dict[str, Any]:
        """The stem and both halves, as plain JSON data; conditions under their own word `if`."""
        return self.model_dump(mode="json", exclude=HEADER, exclude_none=True, by_alias=True)
