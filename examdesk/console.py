"""What every command prints with, and the options they share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

HERE = Path()
Course = Annotated[Path, typer.Option("--course", help="The course folder; the current one unless said otherwise.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
