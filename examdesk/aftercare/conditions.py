"""Commands for what a result waits for beside marks: tick, passed, show. Parse, call one function, print a sentence."""

from __future__ import annotations

from typing import Annotated

import typer

from examdesk.console import HERE, Course, out

conditions_app = typer.Typer(
    no_args_is_help=True, help="What a pass rule asks beside marks: ticks of a checklist, passes of another exam.")
Candidate = Annotated[str, typer.Argument(metavar="CANDIDATE", help="The candidate, as on the roster.")]
By = Annotated[str, typer.Option(help="Who vouches for it; not the candidate.")]
Back = Annotated[bool, typer.Option("--back", help="Take it back.")]


@conditions_app.command()
def tick(
    checklist: Annotated[str, typer.Argument(metavar="CHECKLIST", help="The id of the checklist, e.g. SR-02.")],
    candidate: Candidate,
    lines: Annotated[list[str], typer.Argument(metavar="LINE...", help="The lines that are ready, by id.")],
    by: By,
    back: Back = False,
    course: Course = HERE,
) -> None:
    """Ticks lines of a checklist for a candidate, and says which are still open; exit 1 while there are any."""
    from examdesk.bank.conditions import tick as run
    from examdesk.building import course_folder

    missing = run(course_folder(course), checklist, candidate, lines, by=by, back=back)
    out.print(f"{checklist} of {candidate}: " + (f"still open: {', '.join(missing)}." if missing else "complete."),
              markup=False)
    raise typer.Exit(1 if missing else 0)


@conditions_app.command()
def passed(
    exam: Annotated[str, typer.Argument(metavar="EXAM", help="The exam that was passed, e.g. E10.")],
    candidate: Candidate,
    on: Annotated[str, typer.Option(help="The day of that sitting, like 2026-03-02.")],
    by: By,
    why: Annotated[str, typer.Option(help="Where the pass can be seen, e.g. the certificate's number.")] = "",
    back: Back = False,
    course: Course = HERE,
) -> None:
    """Records a pass that these records do not hold, e.g. of another course; rules with a gate go by it."""
    from examdesk.bank.conditions import Vouched, vouch
    from examdesk.building import course_folder

    vouch(course_folder(course), Vouched("pass", candidate, exam, on, by.strip(), why.strip(), back))
    out.print(f"{exam} of {on} for {candidate}: {'taken back' if back else 'recorded'}.", markup=False)


@conditions_app.command()
def show(candidate: Candidate, course: Course = HERE) -> None:
    """Prints what is ticked and recorded for a candidate, and what is still open of every checklist."""
    from examdesk.bank.conditions import checklists, unticked, vouched
    from examdesk.building import course_folder

    place = course_folder(course)
    for one in vouched(place):
        if one.candidate == candidate:
            why = f" ({one.why})" if one.why else ""
            out.print(f"{one.at}  {one.kind} {one.of} {one.what}, by {one.by}{why}", markup=False, emoji=False)
    for name in checklists(place):
        missing = unticked(place, name, candidate)
        out.print(f"{name}: " + (f"still open: {', '.join(missing)}" if missing else "complete"), markup=False)
