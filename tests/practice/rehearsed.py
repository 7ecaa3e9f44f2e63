"""A course with one small scenario whose customer has a fact and a twist, for rehearsing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from examdesk.workbench import app
from tests.workbench.parcel import parcel, written

FACT = "My daughter turns six on Friday, the puzzle is her present."
TWIST = "Who pays me for all this waiting?"


def scenario() -> dict[str, Any]:
    data = parcel()
    play = data["play"]
    play["lines"] |= {"birthday": [{"en": FACT}, {"en": "It is a puzzle for my daughter, her birthday is on Friday."},
                                   {"en": "Her birthday, on Friday. A puzzle for my daughter."}],
                      "waits": [{"en": TWIST}, {"en": "And who pays for my waiting?"}, {"en": "Will you pay?"}]}
    play["facts"] = [{"id": "present", "asked_by": ["number"], "say": "birthday"}]
    return data


def course(folder: Path) -> Path:
    return written(folder, scenario())


def run(course: Path, *words: str, typed: tuple[str, ...] = ()) -> str:
    """What  examdesk scenario …  prints; with `typed` from a pipe."""
    ran = CliRunner().invoke(app, [*words, "--course", str(course)], input="\n".join(typed))
    assert ran.exit_code == 0, (ran.output, ran.exception)
    return ran.output


def rehearse(course: Path, role: str, *typed: str, more: tuple[str, ...] = ()) -> tuple[str, str]:
    """(what is printed, the rehearsal's name)."""
    told = run(course, "rehearse", "S-90", "--as", role, "--trainee", "li", "--mentor", "wang", "--lang", "en", *more,
               typed=typed)
    return told, told.split("Kept as rehearsal ")[1].split(".")[0]
