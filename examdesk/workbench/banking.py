"""Commands for who keeps the bank: parse, call one function, print a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Literal

import typer

from examdesk.building.planning import QUIZ, Line, Plan
from examdesk.console import HERE, Course, Json, out

bank_app = typer.Typer(no_args_is_help=True, help="The bank as a whole.")
facts_app = typer.Typer(no_args_is_help=True, help="The facts of the handbook.")


@bank_app.command()
def plan(as_json: Json = False, course: Course = HERE) -> None:
    """Holds the exam programme (exams/programme.yaml) against the bank; exit 1 when items are missing."""
    from examdesk.building import course_folder
    from examdesk.building.planning import plan as run

    found = run(course_folder(course))
    if as_json:
        out.print_json(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        for line in (*_supply(found), "", *_demand(found.lines)):
            out.print(line, markup=False)
        out.print(f"{len(found.shortages)} shortages.", markup=False)
    raise typer.Exit(1 if found.shortages else 0)


@bank_app.command()
def syllabus(as_json: Json = False, course: Course = HERE) -> None:
    """Lists the parts of the syllabus with their items and the exams that ask for them, and the courses' lessons."""
    from examdesk.building import course_folder
    from examdesk.building.planning import programme_of
    from examdesk.building.teaching import modules

    folder = course_folder(course)
    found, courses = modules(folder), programme_of(folder).courses
    if as_json:
        out.print_json(json.dumps({"modules": [asdict(one) for one in found],
                                   "courses": {name: one.model_dump() for name, one in courses.items()}},
                                  ensure_ascii=False))
        return
    for one in found:
        outside = " (elective, never scored)" if one.elective else ""
        out.print(f"{one.tag:<20} {len(one.items):>3} items  {one.label['zh']} · {one.label['en']}{outside}"
                  f"{'; asked in ' + ', '.join(one.exams) if one.exams else ''}", markup=False)
    for name, course_ in courses.items():
        hours = f", {course_.lessons * course_.hours_each} hours" if course_.hours_each else ""
        out.print(f"{name}: {course_.lessons} lessons, {course_.a_week} a week, {course_.weeks} weeks{hours}",
                  markup=False)


@bank_app.command()
def assemble(
    exam: Annotated[str, typer.Argument(metavar="EXAM", help="The exam, e.g. E11.")],
    form: Annotated[list[str] | None, typer.Option(help="A form; by default all the programme asks for.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed chooses otherwise among equals.")] = 0,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only shows what would be written.")] = False,
    course: Course = HERE,
) -> None:
    """Chooses the items of an exam's forms by the programme and writes them into its exam.yaml; forms it has stay."""
    from examdesk.building import course_folder
    from examdesk.building.assembling import assemble as run
    from examdesk.building.assembling import write_forms

    folder = course_folder(course)
    chosen = run(folder, exam, form or (), seed=seed)
    for name, sections in chosen.items():
        held = ", ".join(f"{len(items)} in {section}" for section, items in sections.items())
        out.print(f"{exam}-{name}: {held}", markup=False)
    if not chosen:
        out.print(f"{exam}: every form has its items; nothing was changed.", markup=False)
    elif not dry:
        out.print(f"Written: {write_forms(folder, exam, chosen).relative_to(folder).as_posix()}", markup=False)


@bank_app.command()
def trial(
    exams: Annotated[list[str] | None, typer.Argument(metavar="[EXAM …]", help="By default every exam.")] = None,
    candidates: Annotated[int, typer.Option(min=2, max=2000, help="Simulated candidates of each form.")] = 200,
    as_json: Json = False,
    course: Course = HERE,
) -> None:
    """Builds every form in a folder of its own, has it sat by simulated candidates, grades it and sums up."""
    from examdesk.building import course_folder
    from examdesk.workbench.trial import trials

    folder = course_folder(course)
    chosen = exams or sorted(path.parent.name for path in (folder / "exams").glob("*/exam.yaml"))
    if not as_json:
        out.print(f"{candidates} SIMULATED candidates a form: what they say of a form is whether it works, not how "
                  "hard its items are.", markup=False)
    made = []
    for found in trials(folder, chosen, candidates=candidates):
        made.append(found)
        if not as_json:
            flags = "; ".join(f"{item} {', '.join(names)}" for item, names in found.flagged.items()) or "none"
            out.print(f"{found.form:<12} {found.items:>3} items  alpha {found.alpha:.2f}  SEM {found.sem:.1f}  "
                      f"mean {found.mean:.0%}  pass {found.passed:.0%} of {found.marked}  flagged: {flags}"
                      f"{'  ' + found.note if found.note else ''}  ({found.seconds} s)", markup=False)
    if as_json:
        out.print_json(json.dumps({"simulated": True, "forms": [one.as_json() for one in made]}, ensure_ascii=False))


@bank_app.command()
def review(
    item: Annotated[str, typer.Argument(metavar="ID", help="The item, e.g. I-801.")],
    by: Annotated[str, typer.Option(help="Who read it: a person's own name, or what a machine is called.")],
    kind: Annotated[Literal["person", "machine"], typer.Option(help="Who reads: a person or a machine.")] = "person",
    note: Annotated[str | None, typer.Option(help="What was seen.")] = None,
    course: Course = HERE,
) -> None:
    """Appends a review to an item's file, for the text as it stands; nothing in it is overwritten."""
    from examdesk.building import course_folder
    from examdesk.building.reviewing import review_item

    made = review_item(course_folder(course), item, by=by, kind=kind, on=date.today(), note=note)
    out.print(f"{item}: reviewed by {made.by} ({made.kind}) on {made.on}, text {made.of}. The state is yours to set.",
              markup=False)


@bank_app.command()
def generators() -> None:
    """The generators an item may be made by: edition, ranges, and what each gives, by an example."""
    from examdesk.generators import GENERATORS, example

    for name, one in sorted(GENERATORS.items()):
        ranges = ", ".join(f"{what}: [{low}, {high}]" for what, (low, high) in one.ranges.items())
        out.print(f"{name}  ({' or '.join(one.editions)})  ranges: {{{ranges}}}", markup=False)
        if one.takes:
            out.print(f"    of the product pack: {', '.join(one.takes)}", markup=False)
        for what, value in example(one).items():
            shown = value if isinstance(value, str) else value["en"]
            out.print(f"    {{{what}}} = {shown}", markup=False)


@facts_app.command()
def stale(
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; else today.")] = None,
    as_json: Json = False,
    course: Course = HERE,
) -> None:
    """Lists what expired or changed facts touch; exit 1 when one is asked without "per the handbook"."""
    from examdesk.building import course_folder
    from examdesk.building.stale import stale_facts

    found = stale_facts(course_folder(course), on.date() if on else date.today())
    if as_json:
        out.print_json(json.dumps([one.as_json() for one in found], ensure_ascii=False))
    else:
        for one in found:
            bare = f"; WITHOUT A LABEL: {', '.join(one.unlabelled)}" if one.unlabelled else ""
            forms = f"; forms: {', '.join(one.forms)}" if one.forms else ""
            out.print(f"{one.fact}: {one.why}; items: {', '.join(one.items) or 'none'}{bare}{forms}", markup=False)
        unlabelled = {item for one in found for item in one.unlabelled}
        items = {item for one in found for item in one.items}
        facts = {one.fact for one in found}
        out.print(f"{len(facts)} facts, {len(items)} items, {len(unlabelled)} of them without a label.", markup=False)
    raise typer.Exit(1 if any(one.unlabelled for one in found) else 0)


def _supply(found: Plan) -> Iterator[str]:
    """The bank by domain and kind; kinds a quiz is not counted in stand behind."""
    yield "In the bank  " + "".join(f"{kind:>11}" for kind in QUIZ) + f"{'quiz':>7}  beside"
    for domain, kinds in found.supply.items():
        quiz = "".join(f"{kinds.get(kind, 0):>11}" for kind in QUIZ)
        beside = ", ".join(f"{number} {kind}" for kind, number in kinds.items() if kind not in QUIZ)
        yield f"{domain:<13}{quiz}{sum(kinds.get(kind, 0) for kind in QUIZ):>7}  {beside}".rstrip()
    totals = {kind: sum(kinds.get(kind, 0) for kinds in found.supply.values()) for kind in QUIZ}
    yield f"{'all':<13}" + "".join(f"{number:>11}" for number in totals.values()) + f"{sum(totals.values()):>7}"


def _demand(lines: tuple[Line, ...]) -> Iterator[str]:
    """Every demand with its supply; the short ones say what would help."""
    yield f"{'exam':<8} {'asks for':<20}{'needed':>7}{'supply':>8}{'short':>7}"
    for line in lines:
        short = f"{line.short:>7}  {line.where}" if line.short else f"{'–':>7}"
        yield f"{line.exam:<8} {line.what:<20}{line.needed:>7}{line.supply:>8}{short}"
