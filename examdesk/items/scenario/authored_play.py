"""What an author writes for the play half: public, it speaks in the trainee's kernel."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from examdesk.bank import Attached, TextMap
from examdesk.bank.schema import Slug, Strict, Words
from examdesk.items.scenario.photos import MAX_PICTURES
from examdesk.items.scenario.play import MAX_TOOL_TEXT

Phrases = Annotated[dict[Literal["zh", "en"], list[Words]], Field(min_length=1)]
Value = int | str


class Named(Strict):
    id: Slug
    text: TextMap


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
    quiet: Annotated[int, Field(ge=10, le=600)] | None = None  # s he is silent on arriving, needs play.clock:
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


class Clock(Strict):
    """Waiting counts: the chat begins with a click, and the seconds before every message are written down."""

    silence: Annotated[int, Field(ge=20, le=600)] | None = None  # s without a message, after which he speaks, and again
    says: Annotated[list[str], Field(max_length=5)] = Field(default_factory=list)  # one after the other
    mood: Annotated[int, Field(ge=-3, le=0)] = 0  # each time; never so far that he leaves
    patience: Annotated[int, Field(ge=60, le=1800)] | None = None  # s without a message, after which he leaves


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
    clock: Clock | None = None
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
    pictures: Annotated[dict[Slug, Attached], Field(min_length=1, max_length=MAX_PICTURES)] | None = None  # of a line


class Waits(Strict):
    """What a customer does who gets no answer while others are served: after so many turns, or seconds."""

    turns: Annotated[int, Field(ge=2, le=40)]  # without an answer; again after as many
    seconds: Annotated[int, Field(ge=20, le=600)] | None = None  # the same in seconds, needs the desk's clock:
    say: str
    mood: Annotated[int, Field(ge=-5, le=0)] = 0
    times: Annotated[int, Field(ge=1, le=20)]  # the last time he leaves


class DeskClock(Strict):
    """Waiting counts: the desk opens with a click, and the seconds before every turn are written down."""


class ChatFile(Strict):
    """One of several customers: what is his own."""

    id: Slug
    customer: TextMap  # his name above his lines
    arrives: Annotated[int, Field(ge=0, le=60)] = 0  # after so many turns of the agent, in whatever chat
    patience: Annotated[int, Field(ge=4, le=40)]
    waits: Waits
    mood: Mood
    begins: str
    opening: Annotated[list[str], Field(min_length=1)]
    leaves: Leaves
    fields: list[FieldFile] = Field(default_factory=list)  # his order
    tools: list[ToolFile] = Field(default_factory=list)
    facts: list[FactFile] = Field(default_factory=list)
    states: Annotated[dict[Slug, StateFile], Field(min_length=2)]
    anywhere: list[Rule] = Field(default_factory=list)


class Happens(Strict):
    """What changes on the screen by itself: after so many turns, and when a customer is in one of these states."""

    after: Annotated[int, Field(ge=1, le=100)] | None = None
    chat: str | None = None
    at: list[str] = Field(default_factory=list)
    sets: Annotated[dict[str, Value], Field(min_length=1)]


class DeskFile(Strict):
    """Several customers at once; what stands beside `chats` is the same for all of them."""

    channel: Literal["phone"] | None = None  # the panel shows a call; without it, a chat
    speaks: Literal["zh", "en"] | None = None
    forgiving: Literal[True] | None = None
    entities: dict[Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,30}$")], Words] | None = None
    most: Annotated[int, Field(ge=2, le=8)] | None = None
    clock: DeskClock | None = None
    briefing: Annotated[list[TextMap], Field(min_length=1)]
    fallback: Fallback
    fillers: dict[Literal["zh", "en"], list[Words]] = Field(default_factory=dict)
    fields: Annotated[list[FieldFile], Field(min_length=1)]
    tools: Annotated[list[ToolFile], Field(min_length=1)]
    acts: Annotated[dict[Slug, ActFile], Field(min_length=1)]
    chats: Annotated[list[ChatFile], Field(min_length=2, max_length=8)]
    happens: list[Happens] = Field(default_factory=list)
    anywhere: list[Rule] = Field(default_factory=list)
    lines: Annotated[dict[Slug, list[TextMap]], Field(min_length=1)]


def one_or_several(value: Any, handler: Any) -> Any:
    """The play half of one chat, or of several: every fault is told of the kind it is."""
    return (DeskFile if isinstance(value, dict) and "chats" in value else PlayFile).model_validate(value)
