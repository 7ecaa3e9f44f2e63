"""Commands for authors of scenarios: check and play. Parse, call one function, print a sentence."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated, Literal

import typer

from examdesk.console import HERE, Course, Json, out

app = typer.Typer(no_args_is_help=True, help="Scenarios, for their authors.")
Name = Annotated[str, typer.Argument(metavar="ID", help="The scenario, e.g. S-04.")]


@app.command()
def check(item: Name, as_json: Json = False, course: Course = HERE) -> None:
    """Tries a scenario out by nine checks: best chat, orders, violations, monkeys, rewrites …; exit 1 on a fault."""
    from examdesk.building import course_folder
    from examdesk.workbench.checks import check as run

    report = run(course_folder(course), item)
    if as_json:
        out.print_json(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        for line in report.lines():
            _tell(line)
    raise typer.Exit(1 if report.faults else 0)


@app.command()
def play(
    item: Name,
    seed: Annotated[int, typer.Option(min=0, help="The customer's wording; the marks do not depend on it.")] = 0,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="The language the customer speaks here.")] = "zh",
    course: Course = HERE,
) -> None:
    """Plays a scenario here in the terminal, by hand or from a pipe; at the end every point with its turn."""
    from examdesk.building import course_folder
    from examdesk.workbench.reading import open_scenario
    from examdesk.workbench.terminal import Terminal, judgement

    stage, piped = open_scenario(course_folder(course), item).stage(), not sys.stdin.isatty()
    chat = Terminal(stage, lang, _tell, stage.begun(seed), echo=piped)
    for line in judgement(stage, chat.run(_piped() if piped else _typed()), lang):
        _tell(line)


def _tell(line: str) -> None:
    out.print(line, markup=False, emoji=False)  # :cat: in a chat is no picture of one


def _piped() -> Iterator[str]:
    """The lines of a pipe; what is no text in its encoding becomes a question mark."""
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    yield from sys.stdin


def _typed() -> Iterator[str]:
    """The lines a person types, until Ctrl-D."""
    while True:
        try:
            yield input("> ")
        except EOFError:
            return
