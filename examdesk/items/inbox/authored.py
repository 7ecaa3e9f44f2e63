"""The file an author writes for an inbox: a public desk, and a score half that never leaves."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from examdesk.bank import ItemFile, TextMap
from examdesk.bank.schema import HEADER, Slug, Strict, Words
from examdesk.items.inbox.desk import MAX_TEXT
from examdesk.wording.secrets import LONGEST

Value = int | str
Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
Accepted = dict[str, Annotated[list[Value], Field(min_length=1)]]
Phrases = dict[Literal["zh", "en"], list[Words]]
Text = Annotated[str, Field(min_length=1, max_length=4000)]


def _day(value: str) -> str:
    from datetime import date

    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError('is no date; write it like "2016-05-20", in quotes')
    date.fromisoformat(value)
    return value


Day = Annotated[str, AfterValidator(_day)]


class Named(Strict):
    id: Slug
    text: TextMap


# The desk: public, it works in the trainee's kernel.


class Link(Strict):
    to: str
    label: TextMap | None = None  # the name of the place, where it is another one here


class Place(Strict):
    """A page of the platform; with `shows` it has a list of the rows that fit."""

    id: Name
    label: TextMap
    links: list[Link] = Field(default_factory=list)
    shows: Accepted | None = None
    unread: bool = False  # the number of unread rows stands behind its name


class FieldFile(Strict):
    """One field of every row; without a label it is never shown."""

    id: Name
    label: TextMap | None = None
    value: Value = ""
    options: list[Named] = Field(default_factory=list)  # texts for its values
    listed: bool = False  # a column of the list
    in_parts: bool = False  # shown in a part of the row only
    day: bool = False  # holds a date, or nothing


class Line(Strict):
    """One line of a part: a label and a text, or a field as it stands."""

    label: TextMap | None = None
    text: TextMap | None = None
    field: str | None = None


class PartFile(Strict):
    """A part of an open row that unfolds, with the actions in its menu."""

    id: Name
    title: TextMap
    lines: Annotated[list[Line], Field(min_length=1)]
    menu: list[str] = Field(default_factory=list)


class RowFile(Strict):
    """A message, a ticket or a template."""

    id: Slug
    title: TextMap
    letter: list[TextMap] = Field(default_factory=list)
    fields: dict[str, Value] = Field(default_factory=dict)
    parts: list[PartFile] = Field(default_factory=list)


class Templates(Strict):
    """Where the texts come from that may be put into a field."""

    field: str
    where: Accepted


class Argument(Strict):
    id: Name
    label: TextMap
    kind: Literal["text", "long", "number", "choice"]
    options: list[Named] = Field(default_factory=list)
    min: int = 0
    max: Annotated[int, Field(ge=1, le=100_000)] = MAX_TEXT["text"]
    starts: str | None = None  # the field of the row whose text stands in it first
    templates: Templates | None = None


class RuleFile(Strict):
    """A rule of the platform that refuses an action: too many days since a date, or a row that fits."""

    since: str | None = None
    days: Annotated[int, Field(ge=0, le=3660)] | None = None
    where: Accepted | None = None
    refused: TextMap


class ActionFile(Strict):
    """Something that can be done to the open row, to the rows ticked, or to all rows it needs."""

    id: Name
    label: TextMap
    rows: Literal["open", "ticked", "all"]
    at: Annotated[list[str], Field(min_length=1)] | None = None  # places it is offered in; none: everywhere
    needs: Accepted = Field(default_factory=dict)  # what a row must be like for it to be offered
    args: list[Argument] = Field(default_factory=list)
    rules: list[RuleFile] = Field(default_factory=list)
    sets: Annotated[dict[str, Value], Field(min_length=1)]  # "$name" is what was typed into that argument, or $today
    sends: bool = False  # what is typed goes to the other side
    go: str | None = None  # the place it leads to
    done: TextMap


class Vanish(Strict):
    """Rows that are gone some months after a date."""

    where: Accepted
    since: str
    months: Annotated[int, Field(ge=1, le=120)]


class DeskFile(Strict):
    today: Day
    briefing: Annotated[list[TextMap], Field(min_length=1)]
    begins: str
    places: Annotated[list[Place], Field(min_length=2, max_length=12)]
    fields: Annotated[list[FieldFile], Field(min_length=1, max_length=20)]
    rows: Annotated[list[RowFile], Field(min_length=1, max_length=40)]
    actions: Annotated[list[ActionFile], Field(min_length=1, max_length=12)]
    vanish: list[Vanish] = Field(default_factory=list)
    slots: list[Annotated[str, Field(pattern=r"^\[[^\[\]\n]{1,40}\]$")]] = Field(default_factory=list)


# The score half: never leaves the author's side.


class Event(Strict):
    """Something done: to a row that was as `when` says, with accepted values, with one of the phrases in its texts."""

    do: str
    row: str | None = None
    where: Accepted = Field(default_factory=dict)  # "~phrase" accepts a text that holds it
    when: Accepted = Field(default_factory=dict)  # what the row was like before
    says: Phrases = Field(default_factory=dict)
    unless: Phrases = Field(default_factory=dict)  # look-alikes: a phrase inside one of these does not count
    slots: bool = False  # a slot of a template is left in the text
    refused: bool = False  # the platform refused it


class End(Strict):
    """How rows are left in the end."""

    rows: Annotated[list[str], Field(min_length=1)]
    fields: Accepted
    lacks: dict[str, list[Words]] = Field(default_factory=dict)  # phrases a text must not hold


class Criterion(Named):
    reason: TextMap


class Earning(Named):
    criterion: str
    weight: Annotated[int, Field(ge=1, le=100)]


class Goal(Earning):
    end: End


class Required(Earning):
    event: Event


class Order(Earning):
    first: Event
    then: Event


class Forbidden(Criterion):
    criterion: str
    minus: Annotated[int, Field(ge=1, le=100)]
    event: Event | None = None
    end: End | None = None


class Critical(Criterion):
    """`events` and `texts` are certain and end the work as failed; `contacts` and `phrases` are suspected."""

    events: list[Event] = Field(default_factory=list)
    texts: Annotated[list[Annotated[str, Field(min_length=3, max_length=LONGEST)]], Field(min_length=1)] | None = None
    part: Annotated[int, Field(ge=3, le=LONGEST)] | None = None  # signs in a row that are enough; none: the whole text
    contacts: bool = False  # what looks like a private contact
    known: list[Words] = Field(default_factory=list)  # contacts that are no private ones; "@suffix" for all of a suffix
    phrases: Phrases = Field(default_factory=dict)
    allowed: Phrases = Field(default_factory=dict)


class Turn(Strict):
    """One step of a model answer: an action, or go, open, back."""

    do: str
    rows: list[str] = Field(default_factory=list)
    args: dict[str, Value] = Field(default_factory=dict)


class Answer(Strict):
    """A model answer with the points of 100 it must earn and the rules it breaks; checked with the bank."""

    id: Slug
    kind: Literal["right", "partial", "wrong"]
    earns: Annotated[int, Field(ge=0, le=100)]
    breaks: list[str] = Field(default_factory=list)  # certain
    suspected: list[str] = Field(default_factory=list)
    turns: Annotated[list[Turn], Field(min_length=1)]


class ScoreFile(Strict):
    criteria: Annotated[list[Criterion], Field(min_length=1)]
    goals: list[Goal] = Field(default_factory=list)
    required: list[Required] = Field(default_factory=list)
    order: list[Order] = Field(default_factory=list)
    forbidden: list[Forbidden] = Field(default_factory=list)
    critical: list[Critical] = Field(default_factory=list)
    answers: Annotated[list[Answer], Field(min_length=3)]


class Authored(ItemFile):
    type: Literal["inbox"]
    desk: DeskFile
    score: ScoreFile

    def body(self) -> dict[str, Any]:
        """The stem and both halves, as plain JSON data."""
        return self.model_dump(mode="json", exclude=HEADER, exclude_none=True)
