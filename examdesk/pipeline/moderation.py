"""A marker corrects what the machine read in one message of a chat; the chat runs again from there.

    case = open_case(course, "E11-sampler-a", "wang", "S-04")
    change = propose(case, 3, drop=["declines"], add=["own-account"], by="Li Hua", why="he says it is not his order")
    carry_out(course, change)                   # appended; the score, the result and the pages follow

Nothing is overwritten: another correction of the same turn is appended after it, and `undo` gives the turn back to the
machine. Marks made so count as long as the work does not change, however often it is graded; a regrade of the form
plays the chat with the same corrections.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

from examdesk.analysis import Outcome, conditions_of, judge
from examdesk.analysis.conditions import NONE, Conditions
from examdesk.bank import load_form
from examdesk.building import form_json
from examdesk.errors import CourseError, NeedsMarker, SubmissionRefused
from examdesk.explaining import WHOLE
from examdesk.graders import Award, Grading, award, grading, responses_of
from examdesk.items import part
from examdesk.journal import NAME, Journal, read_journal
from examdesk.model import Form, Item, Mark, Response, stamp
from examdesk.pipeline.corrected import show_in_force
from examdesk.pipeline.locks import graders
from examdesk.pipeline.marks import item_marks
from examdesk.pipeline.places import places
from examdesk.records import GradedSubmission, MarkRow, Records, SubmissionRow, in_force, newest_graded
from examdesk.records.moderations import (
    MODERATED,
    Moderation,
    corrected,
    moderations,
    newest_mark,
    save_moderated,
)
from examdesk.records.regrades import refuse_unfinished


@dataclass(frozen=True)
class Case:
    """One chat as it was graded, and what markers have corrected in it so far."""

    form: Form
    item: Item
    response: Response
    line: SubmissionRow  # the work the marks stand on
    entries: tuple[Moderation, ...]  # the oldest first
    rows: tuple[MarkRow, ...]  # every mark the candidate was given in the form
    lines: tuple[SubmissionRow, ...]
    seen: int  # the newest of these marks
    conditions: Conditions  # what is known of the candidate beside the marks

    @property
    def moderating(self) -> ModuleType:
        return moderating(self.item)

    def turns(self, language: str) -> list[Any]:
        """The chat turn by turn, as it is marked today."""
        found: list[Any] = self.moderating.turns(self.item.body, self.response, corrected(self.entries),
                                                 language=language)
        return found

    @property
    def outcome(self) -> Outcome:
        """The result of the sitting by the marks that count today, flags apart."""
        known = self.conditions.of(self.form, self.line)
        return judge(self.form, self._in_force(self.rows), known=known)

    @property
    def points(self) -> Fraction | None:
        """What the chat is worth today; None while unmarked."""
        given = [row.points for row in self.standing]
        return None if None in given else sum((one for one in given if one is not None), Fraction(0))

    @property
    def standing(self) -> list[MarkRow]:
        """The marks of the chat that count today."""
        return [row for row in self._in_force(self.rows) if row.item == self.item.id]

    def with_marks(self, marks: Sequence[Mark]) -> Case:
        """The case as it would stand with these marks appended."""
        start = 1 + max((row.id for row in self.rows), default=0)
        new = [MarkRow(id=start + number, submission=None, input_digest=self.line.input_digest, at="-", **vars(mark))
               for number, mark in enumerate(marks)]
        return replace(self, rows=(*self.rows, *new))

    @property
    def decided(self) -> bool:
        """Whether a marker has given the chat points of his own, which stand above every correction."""
        return any(row.kind == "marker" and row.criterion == WHOLE for row in self.standing)

    def _in_force(self, rows: Sequence[MarkRow]) -> list[MarkRow]:
        return [row for row in in_force(rows, self.lines) if row.sat == self.line.sat]


@dataclass(frozen=True)
class Change:
    """A correction before it is written, and what follows from it."""

    case: Case
    entry: Moderation
    marks: tuple[Mark, ...]

    @property
    def after(self) -> Case:
        entries = (*self.case.entries, self.entry)
        return replace(self.case.with_marks(self.marks), entries=entries)


def moderating(item: Item) -> ModuleType:
    """How chats of the item's type are corrected. Raises `CourseError` for an item that is no chat."""
    found: ModuleType | None = getattr(part(item.type, "key"), "moderating", None)
    if found is None:
        raise CourseError(f"{item.id} is no chat, nothing in it was understood by a machine (found: {item.type}). "
                          "Cure: name an item of the type scenario")
    return found


def open_case(course: Path, form: str, candidate: str, item: str | None = None) -> Case:
    """The chat of `candidate` in `form` as it was graded; of the form's only one where `item` is None.

    Raises `CourseError` when there is none, or when what lies there is not what was graded.
    """
    paper = load_form(course, form)
    chosen = _chosen(paper, item)
    records = Records.open(course)
    refuse_unfinished(records, paper)
    seen = newest_mark(records, candidate, form)
    lines = tuple(row for row in records.submissions(form=form) if row.candidate == candidate)
    rows = tuple(row for row in records.marks(form=form) if row.candidate == candidate)
    newest = list(newest_graded(lines).values())
    if not newest:
        raise CourseError(f"{candidate} has no marks for {form}. Cure: check the candidate's number, or run  examdesk "
                          f"autograde {form}  first")
    journal = _journal(places(course).autograded(candidate, form) / NAME, newest[-1])
    response = (responses_of(form_json(paper), journal) or {}).get(chosen.id, Response(chosen.id))
    entries = tuple(moderations(rows, newest[-1], chosen.id))
    conditions = conditions_of(course, {paper.id: paper}, only=candidate).get(paper.id, NONE)
    return Case(paper, chosen, response, newest[-1], entries, rows, lines, seen, conditions)


def _chosen(form: Form, name: str | None) -> Item:
    chats = [item for item in form.items.values() if hasattr(part(item.type, "key"), "moderating")]
    if name is None:
        if len(chats) != 1:
            raise CourseError(f"{form.id} has {len(chats) or 'no'} chats. Cure: "
                              + (f"name one of them with --item: {', '.join(one.id for one in chats)}" if chats else
                                 "name a form with a scenario"))
        return chats[0]
    if name not in form.items:
        raise CourseError(f"{form.id} has no item {name}. Cure: it has {', '.join(form.items)}")
    if name in form.void:
        raise CourseError(f"{form.id}: {name} is void, everybody has its full points. Cure: leave it as it is")
    moderating(form.items[name])
    return form.items[name]


def _journal(path: Path, line: SubmissionRow) -> Journal:
    """The journal that was graded. Raises `CourseError` for any other."""
    try:
        journal = read_journal(path)
    except SubmissionRefused as refused:
        raise CourseError(f"{path.name} of {line.candidate} cannot be read: {refused}. Cure: grade the work again") \
            from None
    if journal is None:
        raise CourseError(f"there is no {path.name} of {line.candidate} in autograded/. Cure: run  examdesk autograde "
                          f"{line.form} --only {line.candidate} --force")
    if journal.head != line.journal_head:
        raise CourseError(f"{line.candidate} has handed in other work than what was graded. Cure: run  examdesk "
                          f"autograde {line.form} --only {line.candidate}  first")
    return journal


def propose(case: Case, turn: int, *, drop: Sequence[str] = (), add: Sequence[str] = (), undo: bool = False, by: str,
            why: str) -> Change:
    """The correction of one turn: without the acts in `drop`, with those in `add`; or, to `undo`, as the machine
    reads it. Raises `CourseError` for what cannot be corrected."""
    now = corrected(case.entries)
    if not by.strip() or not why.strip():
        raise CourseError('a correction is kept with who and why. Cure: add  --by "YOUR NAME" --why "…"')
    if undo == bool(drop or add):
        raise CourseError("say what is wrong in the turn. Cure: add  --not ACT, --is ACT  or both; or  --undo  alone")
    if undo and turn not in now:
        raise CourseError(f"turn {turn} is read as the machine reads it. Cure: corrected are: "
                          f"{', '.join(map(str, now)) or 'none'}")
    acts = None if undo else case.moderating.corrected_acts(case.item.body, case.response, now, turn, drop=drop,
                                                            add=add)
    entry = Moderation(turn, acts, by.strip(), why.strip(), stamp(timespec="milliseconds"))
    return Change(case, entry, tuple(moderated_marks(case.form, case.line.candidate, case.item, case.response,
                                                     (*case.entries, entry))))


def carry_out(course: Path, change: Change) -> None:
    """Appends the correction and its marks; the gradebook shows them. Raises `CourseError` when marks came in since."""
    with graders(course, change.case.form):
        records, line = Records.open(course), change.case.line
        if not save_moderated(records, change.marks, line, seen=change.case.seen, at=change.entry.at):
            raise CourseError(f"{line.candidate}: marks came in while you were looking; nothing was written. Cure: run "
                              "the command again and look at the chat")
        show_in_force(course, change.case.form, only=[line.candidate])


def rate(course: Path, case: Case, criterion: str, level: int, *, by: str, comment: str = "") -> Mark:
    """A person's rating of one criterion of a chat, appended; a later one stands in its place. The candidate reads the
    comment. Raises `CourseError` for what nobody can rate."""
    if not by.strip():
        raise CourseError('a rating is kept with who gave it. Cure: add  --by "YOUR NAME"')
    share, words = case.moderating.rated(case.item.body, criterion, level)
    out_of = next((row.out_of for row in case.rows if row.item == case.item.id and row.criterion == criterion), None)
    if out_of is None:
        raise CourseError(f"{case.line.candidate} was graded before {criterion} was rated by people. Cure: grade again:"
                          f"  examdesk autograde {case.form.id} --only {case.line.candidate} --force")
    mark = Mark(*case.line.sat, case.item.id, criterion, share * out_of, out_of, comment.strip(), by.strip(), "marker",
                {"level": level, "rated": words})
    with graders(course, case.form):
        Records.open(course).save_marks([mark], at=stamp(timespec="milliseconds"))
        show_in_force(course, case.form, only=[case.line.candidate])
    return mark


def moderated_marks(form: Form, candidate: str, item: Item, response: Response, entries: Sequence[Moderation]
                    ) -> list[Mark]:
    """The marks of a chat played with these corrections: the grader's, with who corrected it and why."""
    grader = moderating(item).grader(item.body, corrected(entries))
    shown: list[Award] = []
    with grading(Grading(form_json(form), {item.id: response}, displayed=shown)), suppress(NeedsMarker):
        shown.append(award(item.id, grader, out_of=str(item.points)))  # what waits for a person is shown as well
    found = shown[-1].mark
    kept = {"moderation": [entry.as_json() for entry in entries]}
    note = f"turn {entries[-1].turn} {'as read by the machine' if entries[-1].acts is None else 'corrected'}"
    return [replace(mark, kind=MODERATED, grader=entries[-1].by, evidence={**mark.evidence, **kept},
                    reason=f"{mark.reason} · {note}: {entries[-1].why}")
            for mark in item_marks(form, candidate, item.id, found)]


def with_moderations(form: Form, found: GradedSubmission, responses: Mapping[str, Response], rows: Sequence[MarkRow],
                     line: SubmissionRow) -> GradedSubmission:
    """A submission graded anew by a corrected form, with the marks of every chat a marker has corrected."""
    more: list[Mark] = []
    for item in form.items.values():
        entries = moderations(rows, line, item.id)
        if entries and item.id not in form.void and found.input_digest == line.input_digest:
            more += moderated_marks(form, found.candidate, item, responses.get(item.id, Response(item.id)), entries)
    return replace(found, marks=(*found.marks, *more))

