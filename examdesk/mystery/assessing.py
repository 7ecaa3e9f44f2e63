"""What the assessors of a mystery customer read: which scenarios it was, every chat, and what the engine found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from examdesk.autograding.intake import take
from examdesk.bank import load_form
from examdesk.building import form_json
from examdesk.errors import CourseError, plain
from examdesk.graders import responses_of
from examdesk.items.scenario.grader import events_of
from examdesk.items.scenario.moderating import grader, opening, turns
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.scoring import FULL
from examdesk.journal import parse
from examdesk.model import Flag, Form, Item, Judgement, Response
from examdesk.mystery.drawing import Drawn, drawn
from examdesk.workbench.personas import short
from examdesk.workbench.stage import stage
from examdesk.workbench.terminal import judgement


@dataclass(frozen=True)
class Chat:
    """One chat of a candidate with a mystery customer."""

    slot: str  # what the candidate knows it as
    scenario: str
    lines: tuple[str, ...]  # who said what, numbered by turns
    judged: tuple[str, ...]  # what every point is for, as the author's terminal tells it
    points: Fraction | None  # of 100; None while a person must rate something
    needs: Fraction  # of 100
    certain: int  # violations
    suspected: int  # a person decides
    persona: str  # who the customer is, as the bank has it today

    @property
    def verdict(self) -> str:
        """In a word: reached, missed, or open."""
        if self.certain or (self.points is not None and self.points < self.needs):
            return "missed"
        return "open" if self.points is None or self.suspected else "reached"


@dataclass(frozen=True)
class Sheet:
    """Everything both assessors see. The same for the same submission, whoever asks."""

    drawn: Drawn
    candidate: str
    chats: tuple[Chat, ...]
    flags: tuple[Flag, ...]  # what is odd about the journal
    head: str  # of the journal: the work a verdict is about

    def lines(self) -> Iterator[str]:
        """The sheet to read, line by line. Nothing a candidate typed can be more than text in its line."""
        yield f"{self.drawn.form}, candidate {plain(self.candidate)}; seed {self.drawn.seed}"
        yield from (f"Look at this first: {plain(flag.detail)}" for flag in self.flags)
        for chat in self.chats:
            yield ""
            yield f"== {chat.slot}: {chat.scenario}"
            if chat.persona:
                yield chat.persona
            yield from chat.lines
            yield "-- The engine"
            yield from chat.judged
            points = "not rated yet" if chat.points is None else f"{float(chat.points):g} of {FULL} points"
            yield f"{points}, {float(chat.needs):g} are needed: {chat.verdict}."


def assess(course: Path, form: str, candidate: str, *, language: str = "zh") -> Sheet:
    """The sheet of a candidate who handed in. Raises `CourseError` or `SubmissionRefused` when there is none."""
    draw, frozen = drawn(course, form), load_form(course, form)
    folder = course / "submitted" / candidate / form
    if Path(candidate).name != candidate or not folder.is_dir():
        raise CourseError(f"submitted/{plain(candidate)}/{form}: nothing was handed in. Cure: collect the form first")
    raw = take(folder, candidate=candidate, form=form)
    journal = parse(raw.journal) if raw.journal is not None else None
    found = responses_of(form_json(frozen), journal)
    if journal is None or found is None:
        raise CourseError(f"submitted/{plain(candidate)}/{form}: there is no journal. Cure: collect the form again")
    if (journal.start.get("form"), journal.start.get("candidate")) != (form, candidate):
        raise CourseError(f"submitted/{plain(candidate)}/{form}: the journal is of another form or candidate. Cure: "
                          "find out whose work it is")
    chats = tuple(
        _chat(frozen, item, name, short(course, name, language), found.get(item.id, Response(item.id)), language)
        for item, name in zip(frozen.items.values(), draw.scenarios, strict=True)
    )
    return Sheet(draw, candidate, chats, tuple(flag for flag in journal.flags), journal.head)


def _chat(form: Form, item: Item, scenario: str, persona: str, response: Response, language: str) -> Chat:
    found = grader(item.body)(response)
    tried = stage(item.body)
    state = replay(tried.play, events_of(response)).state
    return Chat(
        item.id, scenario, tuple(_lines(item, response, language)),
        tuple(plain(line) for line in judgement(tried, state, language)),
        None if found.fraction is None else found.fraction * FULL, form.pass_rule.cut * FULL,
        *_violations(found), persona,
    )  # fmt: skip


def _violations(found: Judgement) -> tuple[int, int]:
    return len(found.critical), len(found.suspected)


def _lines(item: Item, response: Response, language: str) -> Iterator[str]:
    """The chat, a line a message; what was typed is one line of plain text."""
    yield from (f"     customer: {plain(line)}" for line in opening(item.body, response, language=language))
    for turn in turns(item.body, response, language=language):
        who = "agent" if turn.kind == "said" else "action"
        yield f"{turn.number:>3}  {who}: {plain(turn.words)}"
        yield from (f"     customer: {plain(line)}" for line in turn.answer)
