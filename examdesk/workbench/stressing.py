"""`examdesk check --stress`: one line for each item that is made, then what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from examdesk.console import out


def stressed(course: Path, count: int, *, as_json: bool) -> None:
    """Prints what came of `count` variants of every item; exit 1 when one has faults."""
    from examdesk.building.stress import stress

    found = stress(course, count)
    faults = [fault for one in found for fault in one.faults]
    drawn = sum(one.different for one in found)
    if as_json:
        told = {"variants": drawn, "faults": len(faults), "items": [one.as_json() for one in found]}
        out.print_json(json.dumps(told, ensure_ascii=False))
    else:
        for line in (*found, *faults):
            out.print(str(line), markup=False)
        out.print(f"{drawn} variants of {len(found)} items: {len(faults) or 'no'} faults.", markup=False)
    raise typer.Exit(1 if faults else 0)
