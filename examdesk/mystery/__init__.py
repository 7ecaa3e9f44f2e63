"""Commands for the mystery customer: draw, sheet, verdict. Parse, call one function, print a sentence."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from examdesk.console import HERE, Course, out

app = typer.Typer(no_args_is_help=True, help="The mystery customer: drawn sealed, judged by two assessors.")
FormName = Annotated[str, typer.Argument(metavar="FORM", help="The form that was drawn, e.g. chats-27ff0266.")]
Candidate = Annotated[str, typer.Argument(help="The candidate, as on the roster.")]


@app.command()
def draw(
    exam: Annotated[str, typer.Argument(help="The folder of exams/ that holds a draw.yaml, e.g. chats.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives every assessor the same scenarios.")],
    assessor: Annotated[str, typer.Option(help="Who draws, and will judge.")],
    course: Course = HERE,
) -> None:
    """Draws scenarios by a seed and writes source/<form>/ in which nothing names them."""
    from examdesk.building import course_folder
    from examdesk.mystery.drawing import draw as run

    found = run(course_folder(course), exam, seed=seed, assessor=assessor)
    out.print(f"{found.form}: {', '.join(found.scenarios)}; assessors: {', '.join(found.assessors)}. Tell no "
              f"candidate. Next: nbgrader generate_assignment {found.form}", markup=False)


@app.command()
def sheet(
    form: FormName,
    candidate: Candidate,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="The language the customer speaks here.")] = "zh",
    course: Course = HERE,
) -> None:
    """Prints what both assessors judge by: the scenarios, every chat, the engine's judgement, the verdicts so far."""
    from examdesk.building import course_folder
    from examdesk.mystery.assessing import assess
    from examdesk.mystery.verdicts import outcome, verdicts

    place = course_folder(course)
    found = assess(place, form, candidate, language=lang)
    said = verdicts(place, found)
    for line in found.lines():
        out.print(line, markup=False, emoji=False)
    out.print("\n-- The assessors")
    for one in said:
        out.print(f"{one.at} {one.by}: {one.verdict}; adaptability {one.adaptability}, product knowledge "
                  f"{one.product_knowledge}; {one.why}", markup=False, emoji=False)
    out.print(f"Verdict: {outcome(said).words}.", markup=False)


@app.command()
def verdict(
    form: FormName,
    candidate: Candidate,
    is_: Annotated[Literal["fit", "not-yet", "not-fit"], typer.Option("--is", help="The verdict.")],
    by: Annotated[str, typer.Option(help="The assessor; must have drawn this form.")],
    adaptability: Annotated[int, typer.Option(min=1, max=5, help="1 poor … 5 excellent.")],
    product_knowledge: Annotated[int, typer.Option(min=1, max=5, help="1 poor … 5 excellent.")],
    why: Annotated[str, typer.Option(help="The reason; kept, never shown to candidates.")],
    course: Course = HERE,
) -> None:
    """Appends one assessor's form. `not-fit` stands once a second assessor says so, too."""
    from examdesk.building import course_folder
    from examdesk.mystery.verdicts import give

    found = give(course_folder(course), form, candidate, by=by, verdict=is_, adaptability=adaptability,
                 product_knowledge=product_knowledge, why=why)
    out.print(f"Kept. Verdict on {candidate} in {form}: {found.words}.", markup=False)
