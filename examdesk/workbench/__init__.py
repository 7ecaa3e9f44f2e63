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


@app.command()
def personas(
    persona: Annotated[str, typer.Argument(metavar="[ID]", help="One persona in full, e.g. gift.")] = "",
    lang: Annotated[Literal["zh", "en"], typer.Option(help="The language it is printed in.")] = "zh",
    as_json: Json = False,
    course: Course = HERE,
) -> None:
    """Prints the persona library: motives, personas, and the scenarios that play them."""
    from examdesk.building import course_folder
    from examdesk.workbench.personas import casting

    found = casting(course_folder(course))
    if as_json:
        out.print_json(json.dumps(found.as_json(), ensure_ascii=False))
        return
    for line in found.one(persona, lang) if persona else found.lines(lang):
        _tell(line)


@app.command()
def rehearse(
    item: Name,
    role: Annotated[Literal["agent", "customer"], typer.Option("--as", help="Which role the trainee takes.")],
    trainee: Annotated[str, typer.Option(help="Who practises.")],
    mentor: Annotated[str, typer.Option(help="Who watches and comments, with  /mentor TEXT.")],
    agent: Annotated[Literal["model", "person"], typer.Option(
        help="As customer: whether a model chat plays the agent, or the person beside, turn by turn.")] = "model",
    customer: Annotated[str, typer.Option(help="As agent: who plays the customer; engine, or a plug-in.")] = "engine",
    seed: Annotated[int, typer.Option(min=0, help="The customer's wording.")] = 0,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="The language spoken here.")] = "zh",
    open_keys: Annotated[bool, typer.Option(
        "--open-keys", help="Rehearse a scenario that certifies today; it must not any more.")] = False,
    course: Course = HERE,
) -> None:
    """Practises a scenario in either role, a mentor beside; kept in grading/rehearsals.jsonl, never marked."""
    from examdesk.building import course_folder
    from examdesk.practice.card import card
    from examdesk.practice.customers import customer as plugged
    from examdesk.practice.rehearsing import Rehearsal
    from examdesk.workbench.personas import portrait
    from examdesk.workbench.reading import open_scenario
    from examdesk.workbench.seats import AgentSeat, CustomerSeat, model_turns
    from examdesk.workbench.terminal import judgement

    place, piped = course_folder(course), not sys.stdin.isatty()
    opened, lines = open_scenario(place, item), _piped() if piped else _typed()
    stage = opened.stage()
    plug = plugged(customer, stage.play, seed=seed, language=lang) if role == "agent" else None
    persona = portrait(place, opened.document) if role == "customer" else None
    if role == "customer":
        card(stage.play.data, lang)  # says at once where a person cannot play it
    kept = Rehearsal.begin(place, item, role=role, trainee=trainee, mentor=mentor, open_keys_too=open_keys,
                           customer=customer if role == "agent" else "person")
    if role == "agent":
        chat = AgentSeat(stage, lang, _tell, stage.begun(seed), echo=piped, rehearsal=kept, plugged=plug)
        state = chat.run(lines)
        kept.end()
        found = judgement(stage, state, lang) if plug is None else iter(("Not scored: a plug-in played the customer.",))
    else:
        seat = CustomerSeat(stage, lang, _tell, kept, model_turns(stage, lang) if agent == "model" else None,
                            persona)
        seat.run(lines)
        found = seat.judged()
    for line in found:
        _tell(line)
    _tell(f"Kept as rehearsal {kept.id}. Next: examdesk scenario comment {kept.id} --mentor NAME TEXT")


@app.command()
def comment(
    rehearsal: Annotated[str, typer.Argument(help="The rehearsal's name.")],
    words: Annotated[str, typer.Argument(metavar="TEXT", help="What the mentor says.")],
    mentor: Annotated[str, typer.Option(help="Who says it.")],
    turn: Annotated[int, typer.Option(min=0, help="The message it is about; 0 for all of it.")] = 0,
    course: Course = HERE,
) -> None:
    """Adds a mentor's comment to a rehearsal, in the review of the group."""
    from examdesk.building import course_folder
    from examdesk.practice.rehearsing import comment as run

    run(course_folder(course), rehearsal, words, mentor=mentor, turn=turn)
    out.print("Kept.")


@app.command()
def record(
    rehearsal: Annotated[str, typer.Argument(help="The rehearsal's name.")], course: Course = HERE,
) -> None:
    """Prints a rehearsal: every message, the comments below it, and what the customer player told."""
    from examdesk.building import course_folder
    from examdesk.practice.rehearsing import record as run

    for line in run(course_folder(course), rehearsal).lines():
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
