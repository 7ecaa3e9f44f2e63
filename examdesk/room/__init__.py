"""Commands for the day of the exam: doctor, room, collect. Parse, call one function, print a sentence."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from examdesk.console import HERE, Course, Json, err, out

if TYPE_CHECKING:
    from examdesk.room.watching import Room

app = typer.Typer()


@app.command()
def collect(
    form: Annotated[str, typer.Argument(help="The form, e.g. E10-a.")],
    files: Annotated[list[Path], typer.Argument(
        metavar="FILE|FOLDER…", help="Hand-in files, or folders with files *.examdesk.")],
    replace: Annotated[list[str] | None, typer.Option(
        help="A candidate whose newer file shall count; the older work is kept in grading/replaced/. May be repeated.")
    ] = None,
    candidate: Annotated[str | None, typer.Option(
        help="Whose the one file is, when its maker mistyped the number; a person must then decide.")] = None,
    as_json: Json = False,
    course: Course = HERE,
) -> None:
    """Takes hand-in files over into submitted/, where there is no exchange; exit 1 when one is refused."""
    from examdesk.building import course_folder
    from examdesk.pipeline.places import places
    from examdesk.room.collecting import as_json as json_of
    from examdesk.room.collecting import collect as run

    place = course_folder(course)
    taken = run(place, form, files, submitted=places(place).submitted, replace=replace or [], candidate=candidate)
    found = json_of(form, taken)
    if as_json:
        _print_json(found)
    else:
        for one in taken:
            if one.told:
                err.print(f"{'Not collected' if one.outcome == 'refused' else 'Note'}: {one.told}", markup=False)
            elif one.outcome != "same":
                out.print(f"{one.candidate}: {one.outcome}, check code {one.witness}", markup=False)
        out.print(f"{form}: {found['collected']} collected, {found['replaced']} replaced, "
                  f"{found['same']} there already, {found['refused']} refused.", markup=False)
    raise typer.Exit(1 if found["refused"] else 0)


@app.command()
def room(
    form: Annotated[str, typer.Argument(help="The form, e.g. E10-a.")],
    work: Annotated[list[str] | None, typer.Option(help=(
        "Folders candidates work in, as this machine sees them: '/home/{candidate}/{form}', or with * for any name. "
        "May be repeated."))] = None,
    silent: Annotated[float, typer.Option(min=0.1, help="Minutes without a saved entry that count as silence.")] = 5,
    watch: Annotated[float | None, typer.Option(min=0.5, help="Look again every so many seconds.")] = None,
    as_json: Json = False,
    course: Course = HERE,
) -> None:
    """Lists who answers, is silent or handed in, with check codes; shows no answer."""
    from examdesk.building import course_folder
    from examdesk.pipeline.places import inbound, places
    from examdesk.room.watching import as_json as json_of
    from examdesk.room.watching import open_room

    place = course_folder(course)
    opened = open_room(place, form, work=work or [], submitted=places(place).submitted, inbound=inbound(place),
                       silent=silent)
    if as_json:
        while True:
            _print_json(json_of(opened, opened.look()), lines=watch is not None)
            if watch is None:
                return
            time.sleep(watch)
    _show(opened, watch)


def _show(opened: Room, watch: float | None) -> None:
    from rich.live import Live

    from examdesk.room.table import table

    if watch is None:
        out.print(table(opened, opened.look()))
        return
    with Live(table(opened, opened.look()), console=out, auto_refresh=False, screen=out.is_terminal) as live:
        while True:
            time.sleep(watch)
            live.update(table(opened, opened.look()), refresh=True)


@app.command()
def doctor(
    folder: Annotated[Path, typer.Option(help="The folder with exams, or the course folder.")] = HERE,
    as_json: Json = False,
) -> None:
    """Says whether this machine is fit for an exam; in a course folder also whether the course is; exit 1 on faults."""
    from examdesk.room.course import INSTRUCTOR
    from examdesk.room.machine import TRAINEE, examine
    from examdesk.room.machine import as_json as json_of

    place = folder.resolve()
    lines = examine(place, INSTRUCTOR if (place / "exams").is_dir() else TRAINEE)
    found = json_of(lines)
    if as_json:
        _print_json(found)
    else:
        for line in lines:
            out.print(str(line), markup=False)
        out.print(f"{found['ok']} ok, {found['warn']} warnings, {found['fault']} faults.", markup=False)
    raise typer.Exit(1 if found["fault"] else 0)


def _print_json(found: Any, *, lines: bool = False) -> None:
    typer.echo(json.dumps(found, indent=None if lines else 2))  # ASCII: no console can damage it
