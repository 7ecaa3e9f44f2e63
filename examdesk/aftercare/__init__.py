"""Commands for the time after an exam: regrade, survey, backup, restore. Parse, call one function, print a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from examdesk.console import HERE, Course, out

app = typer.Typer()


@app.command()
def regrade(
    form: Annotated[str, typer.Argument(help="The form, e.g. E10-a.")],
    item: Annotated[list[str] | None, typer.Option(
        help="An item corrected in exams/bank; may be repeated. All of them unless said otherwise.")] = None,
    void: Annotated[list[str] | None, typer.Option(
        help="An item that shall not count: everybody gets its full points; may be repeated.")] = None,
    never_lower: Annotated[bool, typer.Option("--never-lower", help="A mark that would fall stays.")] = False,
    by: Annotated[str, typer.Option(help="Who decides.")] = "",
    why: Annotated[str, typer.Option(help="Why; kept in records, never shown to candidates.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; without --yes nothing is written.")] = False,
    course: Course = HERE,
) -> None:
    """Marks a form that was sat anew after a correction; shows who changes before anything is written."""
    from examdesk.aftercare.preview import as_json as json_of
    from examdesk.aftercare.preview import show_offer, show_proposal
    from examdesk.building import course_folder
    from examdesk.bulk import grade_again
    from examdesk.pipeline.regrade import Proposal, carry_out, propose

    place, resumed = course_folder(course), True
    while resumed:
        found = propose(place, form, grade_again, by=by, why=why, items=item or [], void=void or [],
                        never_lower=never_lower)
        if not isinstance(found, Proposal):
            show_offer(out, form, found)
            return
        resumed = found.resumed and not as_json and bool(by)
        if not as_json:
            show_proposal(out, found)
            if not yes and not typer.confirm("Write this regrade?"):
                out.print("Nothing was written.")
                raise typer.Exit(1)
        if yes or not as_json:
            carry_out(place, found, grade_again)
        if as_json:
            out.print_json(json_of(found, written=yes))
        else:
            out.print(f"Regrade {found.form.regrade} of {form} is written. Next: examdesk feedback {form};  to renew "
                      f"the pages of the formgrader too: examdesk autograde {form} --force", markup=False)


@app.command()
def survey(
    form: Annotated[str, typer.Argument(help="The form, e.g. E06-a.")],
    to: Annotated[Path, typer.Option(help="Folder for survey.csv and survey-texts.csv.")] = Path("export"),
    language: Annotated[str, typer.Option(help="zh or en: the words of questions and answers.")] = "zh",
    course: Course = HERE,
) -> None:
    """Writes what a form's questionnaires say, without names; nothing where too few answered."""
    from examdesk.building import course_folder
    from examdesk.reports import export_survey

    for path in export_survey(course_folder(course), form, to, language=language):
        out.print(f"{path} written.", markup=False)
    out.print("Read the free texts before you pass them on: a text can tell who wrote it.", markup=False)


@app.command()
def backup(
    to: Annotated[Path | None, typer.Option(help="The file; else backups/<course>-<time>.zip.")] = None,
    course: Course = HERE,
) -> None:
    """Writes gradebook, records and corrections of one moment into one file; others may go on working meanwhile."""
    from examdesk.building import course_folder
    from examdesk.records.backup import backup as run

    made = run(course_folder(course), to)
    out.print(f"{made} written ({made.stat().st_size / 1_000_000:.1f} MB). It holds names and answers: keep it on "
              "another machine, out of reach of candidates.", markup=False)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that examdesk backup wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Also when the course knows more than the backup.")] = False,
    course: Course = HERE,
) -> None:
    """Puts gradebook, records and corrections back as they were; what stood there is kept beside."""
    from examdesk.building import course_folder
    from examdesk.records.backup import restore as run

    done = run(course_folder(course), file, force=force)
    out.print(f"Restored from {file}: {', '.join(done.replaced) or 'nothing'}.", markup=False)
    for place in done.kept:
        out.print(f"  what stood there is now {place}", markup=False)
    if done.exams:
        builds = "  ".join(f"examdesk build {exam};" for exam in done.exams)
        out.print(f"The corrections changed. Next:  {builds}", markup=False)
