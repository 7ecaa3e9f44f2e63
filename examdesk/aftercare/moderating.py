"""Commands for markers of chats: look at one turn by turn, correct what the machine read in a turn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from examdesk.console import HERE, Course, Json, out
from examdesk.marking import shown

if TYPE_CHECKING:
    from examdesk.pipeline.moderation import Case, Change

Form = Annotated[str, typer.Argument(help="The form, e.g. E11-sampler-a.")]
Who = Annotated[str, typer.Argument(metavar="CANDIDATE", help="The candidate whose chat it is.")]
Item = Annotated[str | None, typer.Option(help="The scenario, e.g. S-04; the form's only one unless said otherwise.")]
Lang = Annotated[Literal["zh", "en"], typer.Option(help="The language the customer speaks here.")]


def chat(form: Form, candidate: Who, item: Item = None, lang: Lang = "zh", as_json: Json = False,
         course: Course = HERE) -> None:
    """Shows a chat turn by turn: what was understood, what counts, what does not; the numbers `correct` takes."""
    from examdesk.building import course_folder
    from examdesk.pipeline.moderation import open_case

    case = open_case(course_folder(course), form, candidate, item)
    if as_json:
        out.print_json(json.dumps(_as_json(case, lang), ensure_ascii=False))
        return
    for line in chat_lines(case, lang):
        out.print(line, markup=False, emoji=False)


def correct(
    form: Form,
    candidate: Who,
    turn: Annotated[int, typer.Argument(min=1, help="The turn, as  examdesk marks chat  numbers it.")],
    drop: Annotated[list[str] | None, typer.Option("--not", help="An act the message does not hold.")] = None,
    add: Annotated[list[str] | None, typer.Option("--is", help="An act it holds.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Read the turn as the machine reads it again.")] = False,
    by: Annotated[str, typer.Option(help="Who corrects.")] = "",
    why: Annotated[str, typer.Option(help="Why; kept in records, never shown to candidates.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; without --yes nothing is written.")] = False,
    item: Item = None,
    lang: Lang = "zh",
    course: Course = HERE,
) -> None:
    """Corrects what the machine read in one message; the chat runs again from there, and the new marks are appended."""
    from examdesk.building import course_folder
    from examdesk.pipeline.moderation import carry_out, open_case, propose

    place = course_folder(course)
    change = propose(open_case(place, form, candidate, item), turn, drop=drop or [], add=add or [], undo=undo, by=by,
                     why=why)
    if not as_json:
        for line in change_lines(change, lang):
            out.print(line, markup=False, emoji=False)
        if not yes and not typer.confirm("Write this correction?"):
            out.print("Nothing was written.")
            raise typer.Exit(1)
    if yes or not as_json:
        carry_out(place, change)
    if as_json:
        out.print_json(json.dumps({**_change_json(change), "written": yes}, ensure_ascii=False))
    else:
        out.print(f"Written. Next: examdesk feedback {form} --only {candidate}", markup=False)


def rate(
    form: Form,
    candidate: Who,
    criterion: Annotated[str, typer.Argument(help="The criterion a person rates, e.g. tone.")],
    level: Annotated[int, typer.Argument(help="The level, 1 for the worst.")],
    by: Annotated[str, typer.Option(help="Who rates.")] = "",
    comment: Annotated[str, typer.Option(help="What the candidate reads beside the points.")] = "",
    item: Item = None,
    course: Course = HERE,
) -> None:
    """Rates what only a person can hear in a chat; until then the chat is unmarked, never 0."""
    from examdesk.building import course_folder
    from examdesk.pipeline.moderation import open_case
    from examdesk.pipeline.moderation import rate as give

    place = course_folder(course)
    case = open_case(place, form, candidate, item)
    mark = give(place, case, criterion, level, by=by, comment=comment)
    points = f"{shown(mark.points)} of {shown(mark.out_of)} points"
    out.print(f"{case.item.id} {criterion}: {mark.evidence['rated']}, {points}. "
              f"Next: examdesk feedback {form} --only {candidate}", markup=False)


# What a marker reads


def chat_lines(case: Case, language: str) -> Iterator[str]:
    """The chat as a marker reads it."""
    yield f"{case.item.id} of {case.line.candidate} in {case.form.id}, a turn a block:"
    body = case.item.body
    yield from (f"     {line}" for line in case.moderating.opening(body, case.response, language=language))
    for turn in case.turns(language):
        yield from turn_lines(turn)
    for row in _marks(case):
        yield f"{row['criterion']}: {row['points']} / {row['out_of']}  {row['reason']}"
    for word, rule, where in _violations(case):
        yield f"{word}: {rule} – {where}"
    yield from _violation_points(case)
    for entry in case.entries:
        yield f"{entry.at}  turn {entry.turn} is {_acts(entry.acts)}, by {entry.by}: {entry.why}"
    yield _standing(case)
    for name, levels in case.moderating.scales(body, language).items():
        yield f"Rated by a person:  examdesk marks rate FORM CANDIDATE {name} LEVEL --by …;  {'; '.join(levels)}"
    yield "To correct a turn:  examdesk marks correct FORM CANDIDATE TURN --not ACT --is ACT --by … --why …"
    yield f"Acts: {', '.join(sorted(body['play']['acts']))}"


def turn_lines(turn: Any) -> Iterator[str]:
    """One turn: its number, its words, what was made of it, and what was answered."""
    mark = "?" if turn.unknown else "*" if turn.corrected else " "
    yield f"{turn.number:>3}{mark} {turn.words}"
    made = [f"understood: {', '.join(turn.found)}"] if turn.found else []
    made += [f"counts: {', '.join(turn.counted)}"] if turn.counted else []
    made += [f"does not count: {', '.join(turn.ignored)}"] if turn.ignored else []
    made += [f"read by the model: {', '.join(turn.by_model)}"] if turn.by_model else []
    made += ["not understood, costs nothing"] if turn.unknown else []
    made += [f"perhaps: {turn.perhaps}"] if turn.perhaps else []
    made += ["refused, nothing was done"] if turn.refused else []
    made += ["corrected by a marker"] if turn.corrected else []
    yield f"       [{' · '.join([*made, f'buyer at: {turn.at}'])}]"
    yield from (f"     {line}" for line in turn.answer)


def change_lines(change: Change, language: str) -> Iterator[str]:
    """What a correction changes: the turns that come out otherwise, and the points."""
    before, after = change.case, change.after
    old = {turn.number: turn for turn in before.turns(language)}
    new = {turn.number: turn for turn in after.turns(language)}
    for number in sorted({*old, *new}):
        if old.get(number) != new.get(number):
            yield f"Turn {number} was:" if number in old else f"Turn {number} did not count: the chat was over."
            yield from turn_lines(old[number]) if number in old else ()
            yield "and is now:" if number in new else "and does not count any more: the chat is over."
            yield from turn_lines(new[number]) if number in new else ()
    was = {row["criterion"]: row for row in _marks(before)}
    for row in _marks(after):
        if row["points"] != was.get(row["criterion"], row)["points"]:
            yield f"{row['criterion']}: {was[row['criterion']]['points']} → {row['points']} / {row['out_of']}"
    for word, rule, where in _violations(after):
        yield f"{word}: {rule} – {where}"
    yield f"{before.item.id}: {shown(before.points)} → {shown(after.points)} of {shown(before.item.points)} points. " \
        f"Result by the marks: {before.outcome.result} → {after.outcome.result}."
    if after.decided:
        yield "A marker has given this chat points in the formgrader; these stand above any correction."


def _standing(case: Case) -> str:
    outcome = case.outcome
    why = f" ({', '.join(outcome.why)})" if outcome.why else ""
    note = "; a marker's own points stand above corrections" if case.decided else ""
    points = f"{shown(case.points)} of {shown(case.item.points)} points{note}"
    return f"{points}. Result by the marks: {outcome.result}{why}."


def _marks(case: Case) -> list[dict[str, Any]]:
    return [{"criterion": row.criterion, "points": shown(row.points), "out_of": shown(row.out_of),
             "reason": row.reason, "kind": row.kind, "grader": row.grader} for row in case.standing]


def _violations(case: Case) -> list[tuple[str, str, str]]:
    rows = case.standing[:1]  # every criterion repeats them
    certain = [("VIOLATION", str(rule), str(where)) for row in rows for rule, where in row.evidence.get("critical", ())]
    return certain + [("perhaps a violation, a person decides", str(rule), str(where))
                      for row in rows if row.kind != "marker" for rule, where in row.evidence.get("suspected", ())]


def _violation_points(case: Case) -> Iterator[str]:
    """The violation points of the chat by the edition of its item, where there are any."""
    for row in case.standing[:1]:
        if points := row.evidence.get("violation_points"):
            rules = ", ".join(f"{rule} in turn {turn}" for turn, rule in row.evidence["violations"])
            yield f"Violation points by {case.item.edition}: {points} ({rules})"


def _acts(acts: tuple[str, ...] | None) -> str:
    return "as the machine reads it" if acts is None else ", ".join(acts) or "nothing"


# For programs


def _as_json(case: Case, language: str) -> dict[str, Any]:
    return {
        "form": case.form.id, "candidate": case.line.candidate, "item": case.item.id,
        "turns": [vars(turn) for turn in case.turns(language)], "marks": _marks(case),
        "violations": [list(found) for found in _violations(case)],
        "corrections": [entry.as_json() for entry in case.entries], "points": shown(case.points),
        "out_of": shown(case.item.points), "result": case.outcome.result,
    }  # fmt: skip


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "form": change.case.form.id, "candidate": change.case.line.candidate, "item": change.case.item.id,
        "correction": change.entry.as_json(), "was": shown(change.case.points), "now": shown(change.after.points),
        "result": [change.case.outcome.result, change.after.outcome.result],
    }  # fmt: skip
