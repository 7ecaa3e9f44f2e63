"""The command line: parse, call one function, print a sentence."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from examdesk import __version__
from examdesk.aftercare import app as aftercare_app
from examdesk.aftercare import moderating
from examdesk.aftercare.conditions import conditions_app
from examdesk.console import HERE, Course, Json, err, out
from examdesk.errors import AuthorError, ExamdeskError
from examdesk.mystery import app as mystery_app
from examdesk.room import app as room_app
from examdesk.workbench import app as scenario_app
from examdesk.workbench.banking import bank_app, facts_app
from examdesk.workbench.scripts import scripts_app
from examdesk.workbench.stressing import stressed

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None,
                  help="Assessment and certification exams on Jupyter notebooks.")
marks_app = typer.Typer(no_args_is_help=True, help="Marks that people give.")
app.add_typer(marks_app, name="marks")
app.add_typer(aftercare_app)
app.add_typer(room_app)
app.add_typer(scenario_app, name="scenario")
app.add_typer(mystery_app, name="mystery")
app.add_typer(bank_app, name="bank")
app.add_typer(scripts_app)
app.add_typer(facts_app, name="facts")
app.add_typer(conditions_app, name="conditions")
bench_app = typer.Typer(no_args_is_help=True, help="What things cost, measured here and now.")
app.add_typer(bench_app, name="bench")


@app.command()
def check(
    course: Course = HERE,
    stress: Annotated[int, typer.Option(
        min=0, max=1000, help="Instead, draw so many variants of every generated item and look at each.")] = 0,
    as_json: Json = False,
) -> None:
    """Reads the whole bank, exams and grading files and prints all faults; exit 1 when there are any."""
    from examdesk.building import check as run

    if stress:
        stressed(_course(course), stress, as_json=as_json)
    report = run(_course(course))
    if as_json:
        out.print_json(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        for fault in report.faults:
            out.print(str(fault), markup=False)
        for note in report.notes:
            out.print(f"Note: {note}", markup=False)
        if report.not_covered:
            out.print(f"Note: no item asks for {len(report.not_covered)} facts: {', '.join(report.not_covered)}",
                      markup=False)
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(report.by_type.items()))
        out.print(f"{report.items} items ({kinds}): {len(report.faults) or 'no'} faults, "
                  f"{len(report.notes) or 'no'} notes.", markup=False)
    raise typer.Exit(1 if report.faults else 0)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The new course folder.")],
    roster: Annotated[Path | None, typer.Option(
        help="CSV: candidate,name,department,site,stage; extra_time may follow.")] = None,
    exams: Annotated[Path | None, typer.Option(help="An exams/ folder to copy; else a small starter exam.")] = None,
) -> None:
    """Makes a course folder of your own, ready for nbgrader."""
    from examdesk.building import init_course

    made = init_course(folder, roster=roster, exams=exams, name=None)
    out.print(f"{folder} is ready ({len(made)} files). Next: cd {folder} && examdesk check", markup=False)


@app.command()
def freeze(
    exam: Annotated[str, typer.Argument(help="The exam, e.g. E10.")],
    form: Annotated[str, typer.Option(help="The form, e.g. a.")] = "a",
    replace: Annotated[bool, typer.Option(help="Freeze anew; right only before anybody has sat the form.")] = False,
    pack: Annotated[str | None, typer.Option(help="A product pack, e.g. shoes; else the one exam.yaml names.")] = None,
    course: Course = HERE,
) -> None:
    """Freezes a form of an exam: its items in full, as they are now."""
    from examdesk.building import freeze_exam

    frozen = freeze_exam(_course(course), exam, form, replace=replace, pack=pack)
    out.print(f"{frozen.id}: {len(frozen.items)} items frozen. Next: examdesk build {exam}", markup=False)


@app.command()
def build(exam: Annotated[str, typer.Argument(help="The exam, e.g. E10.")], course: Course = HERE) -> None:
    """Writes source/<form>/ (notebook and form.json) of every frozen form of an exam."""
    from examdesk.building import build_exam

    for folder in build_exam(_course(course), exam):
        out.print(f"{folder} written. Next: nbgrader generate_assignment {folder.name}", markup=False)


@app.command()
def practice(
    form: Annotated[str, typer.Argument(help="The frozen form, e.g. E01-a.")],
    open_keys: Annotated[bool, typer.Option(
        "--open-keys", help="Open the keys of these items for good, also where they certify today.")] = False,
    course: Course = HERE,
) -> None:
    """Writes source/<form>-practice/: the same questions, explained at once, as often as one likes; never marked."""
    from examdesk.building import build_practice

    made = build_practice(_course(course), form, open_keys_too=open_keys)
    out.print(f"{made.folder} written: {made.items} questions, {made.opened} keys opened now "
              "(grading/open-keys.jsonl keeps which).", markup=False)
    if made.retire:
        out.print(f"These forms must certify nobody any more: {', '.join(made.retire)}. Give their exams forms of "
                  "other items, and take these out of exam.yaml; examdesk check names them until then.", markup=False)
    out.print(f"Next: nbgrader generate_assignment {made.folder.name}", markup=False)


@app.command("extra-time")
def extra_time(
    form: Annotated[str, typer.Argument(help="The form, e.g. E10-a.")],
    codes_to: Annotated[Path | None, typer.Option(
        help="Also write the codes alone into this file, for EXAMDESK_EXTRA_TIME on a shared computer.")] = None,
    course: Course = HERE,
) -> None:
    """Who has extra time by grading/roster.csv, and the code to say to each; the roster decides at grading."""
    from examdesk.building import extra_times, write_codes

    people = extra_times(_course(course), form)
    for one in people:
        out.print(f"{one.candidate}  {one.name}  {one.extra}  {one.minutes:g} min  code {one.code[:3]} {one.code[3:]}",
                  markup=False)
    if codes_to is not None:
        write_codes(codes_to, people)
    out.print(f"{len(people)} with extra time in {form}. A code informs a page, it is no secret.", markup=False)


@app.command()
def schemas(course: Course = HERE) -> None:
    """Writes exams/schema/*.json, so that editors complete what authors type."""
    from examdesk.building import write_schemas

    written = write_schemas(_course(course) / "exams" / "schema")
    out.print(f"{len(written)} schema files written to exams/schema.", markup=False)


@marks_app.command()
def pull(
    marker: Annotated[str, typer.Option(help="Who marked; the formgrader has no login.")],
    form: Annotated[str | None, typer.Option(help="One form; all unless said otherwise.")] = None,
    course: Course = HERE,
) -> None:
    """Brings the marks given in the formgrader into records, with who and when."""
    from examdesk.reports import pull_marks

    new = pull_marks(_course(course), marker=marker, form=form)
    out.print(f"{new} new marks by {marker} are in records.", markup=False)


@marks_app.command()
def decide(
    form: Annotated[str, typer.Argument(help="The form, e.g. E10-a.")],
    candidate: Annotated[str, typer.Argument(help="The candidate whose result is held.")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    why: Annotated[str, typer.Option(help="Why the result may stand; kept in records.")],
    course: Course = HERE,
) -> None:
    """Releases a result that a flag holds, after somebody has looked; with who and why."""
    from examdesk.records import Records

    codes = Records.open(_course(course)).save_decision(candidate=candidate, form=form, by=by, why=why)
    if not codes:
        raise ExamdeskError(f"nothing holds the result of {candidate} in {form}. Cure: check the names in the report")
    out.print(f"Released for {candidate} in {form} by {by}: {', '.join(codes)}.", markup=False)


marks_app.command()(moderating.chat)
marks_app.command()(moderating.correct)
marks_app.command()(moderating.rate)


@app.command()
def autograde(
    forms: Annotated[list[str], typer.Argument(help="The forms, e.g. E10-a.")],
    jobs: Annotated[int | None, typer.Option(min=1, help="Grading processes; else as many as cores.")] = None,
    dask: Annotated[str | None, typer.Option(help="Grade on the Dask cluster of this scheduler address.")] = None,
    only: Annotated[str | None, typer.Option(help="One candidate.")] = None,
    force: Annotated[bool, typer.Option(help="Grade everybody anew, also who is graded already.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print figures as JSON.")] = False,
    course: Course = HERE,
) -> None:
    """Grades everybody who handed in, as nbgrader autograde does, in a fraction of the time."""
    from examdesk.bulk import Summary
    from examdesk.bulk import autograde as run

    summary, place, failed = Summary(), _course(course), list[str]()
    for form in forms:
        with _counting(f"{form}: grading") as tell:
            try:
                summary.add(run(place, form, jobs=jobs, dask_address=dask, only=only, force=force, tell=tell))
            except ExamdeskError as error:
                if len(forms) == 1:
                    raise
                failed.append(f"{form}: {error}")
    for line in failed:
        err.print(line, markup=False)
    for line in summary.ended().problems:
        err.print(f"Not graded: {line}", markup=False)
    if as_json:
        out.print_json(json.dumps(summary.as_json()))
    else:
        out.print(str(summary), markup=False)
    raise typer.Exit(1 if summary.ungraded or failed else 0)


@app.command()
def feedback(
    forms: Annotated[list[str], typer.Argument(metavar="FORM…", help="The forms, e.g. E10-a.")],
    only: Annotated[str | None, typer.Option(help="One candidate; everybody unless said otherwise.")] = None,
    force: Annotated[bool, typer.Option(help="Write pages anew that say the same, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and no progress.")] = False,
    course: Course = HERE,
) -> None:
    """Writes the feedback page of everybody who was graded; pages follow the marks."""
    from examdesk.bulk import write_feedback

    with _counting("feedback") as tell:
        run = write_feedback(_course(course), forms, only=only, force=force, tell=tell)
    for line in run.problems:
        err.print(f"No page: {line}", markup=False)
    if as_json:
        out.print_json(json.dumps(run.as_json()))
    else:
        out.print(str(run), markup=False)
    raise typer.Exit(0 if run.complete else 1)


@contextmanager
def _counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with rate and time left on stderr; silent where nobody looks."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
               TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task(what, total=None, rate="")

        def tell(done: int, total: int) -> None:
            spent = progress.tasks[task].elapsed or 0
            rate = f"{done / spent:.0f}/s" if done and spent else ""
            progress.update(task, completed=done, total=total, rate=rate)

        yield tell


@app.command()
def report(
    exam: Annotated[str | None, typer.Argument(help="The exam; all exams with marks unless said otherwise.")] = None,
    to: Annotated[Path | None, typer.Option(help="Folder for the pages.")] = None,
    course: Course = HERE,
) -> None:
    """Writes the cohort report of an exam, and the overview page that links all exams."""
    from examdesk.records import UNNAMED
    from examdesk.reports import pull_marks, write_reports

    place = _course(course)
    for page in write_reports(place, exam, to=to, pull=lambda: pull_marks(place, marker=UNNAMED)):
        out.print(f"{page} written.", markup=False)


@app.command()
def export(
    to: Annotated[Path, typer.Option(help="Folder for marks.csv and results.csv.")] = Path("export"),
    course: Course = HERE,
) -> None:
    """Writes marks and results as CSV files that a Chinese Excel opens."""
    from examdesk.records import UNNAMED
    from examdesk.reports import export_csv, pull_marks

    pull_marks(_course(course), marker=UNNAMED)
    for path in export_csv(_course(course), to):
        out.print(f"{path} written.", markup=False)


@app.command()
def simulate(
    form: Annotated[str, typer.Argument(help="The form, e.g. E10-a.")],
    candidates: Annotated[int, typer.Option(help="How many.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed gives the same cohort.")] = 1,
    plant: Annotated[list[str] | None, typer.Option(
        help="A fault to plant: wrong-key=I-801, weak-domain=D2 or give-away=I-102; may be repeated.")] = None,
    gain: Annotated[float | None, typer.Option(help="Sat after a training worth so many logits, e.g. 0.8.")] = None,
    course: Course = HERE,
) -> None:
    """Writes complete submissions of simulated candidates into submitted/, marked as simulated all the way."""
    from examdesk.simulation import simulate as run

    made = run(_course(course), form, candidates=candidates, seed=seed, plants=plant or [], gain=gain)
    out.print(f"{len(made)} simulated submissions of {form}. Next: nbgrader autograde {form}", markup=False)


@bench_app.command("autograde")
def bench_autograde(
    submissions: Annotated[int, typer.Option(help="Simulated submissions of a 40-item form.")] = 1000,
    jobs: Annotated[int | None, typer.Option(help="Grading processes of examdesk autograde.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print figures as JSON.")] = False,
    course: Course = HERE,
) -> None:
    """CPU per submission: unmodified nbgrader, nbgrader with our config, examdesk autograde, and the floor."""
    from examdesk.bench import bench_autograde as run

    found = run(_course(course) / "exams", submissions=submissions, jobs=jobs, say=lambda text: err.print(f"{text} …"))
    if as_json:
        out.print_json(json.dumps(found))
    else:
        out.print("  ".join(f"{name} {value}" for name, value in found.items()), markup=False)
    raise typer.Exit(1 if found["different"] else 0)


@app.command()
def demo(to: Annotated[Path, typer.Option(help="Where to work.")] = Path("build/demo"),
         candidates: Annotated[int, typer.Option(help="Simulated candidates for each exam.")] = 60) -> None:
    """Goes the whole road once with simulated candidates, in a course folder of its own."""
    from examdesk.demo import run

    raise typer.Exit(run(to, candidates=candidates))


@app.command()
def lab(to: Annotated[Path, typer.Option(help="Where to work.")] = Path("build/lab"),
        exam: Annotated[str, typer.Option(help="The exam to try.")] = "E11-sampler") -> None:
    """Opens JupyterLab on a sample exam, ready to be tried by hand."""
    from examdesk.demo import lab as run

    run(to, exam)


@app.command()
def version() -> None:
    """Prints the version."""
    out.print(__version__)


def _course(folder: Path) -> Path:
    from examdesk.building import course_folder

    return course_folder(folder)


def main() -> None:
    """Runs the command line; an error is a line, never a traceback (EXAMDESK_DEBUG=1 shows it)."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a Chinese Windows console knows GBK only
    # jsonschema, which nbformat needs, builds a grammar for addresses no notebook has: half of every start.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    try:
        app()
    except AuthorError as error:
        for fault in error.faults:
            err.print(str(fault), markup=False)
        _fail(f"{len(error.faults)} faults; nothing was written.", error)
    except ExamdeskError as error:
        _fail(str(error), error)
    except KeyboardInterrupt:
        _fail("Stopped. What was finished is kept.", None)
    except OSError as error:
        _fail(f"{error.filename or 'a file'}: {error.strerror}. Cure: check name, rights and free space", error)


def _fail(message: str, error: Exception | None) -> None:
    if error is not None and os.environ.get("EXAMDESK_DEBUG"):
        raise error
    err.print(message, markup=False)
    sys.exit(1)
