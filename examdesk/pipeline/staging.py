"""The autograded folder of one submission: written beside its place, then moved there in one step."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from examdesk.autograding import Raw
from examdesk.autograding.intake import SECRET, TIME
from examdesk.journal import NAME


def stage(target: Path, raw: Raw, public: bytes, *, timestamp: str) -> Path:
    """A new folder beside `target` with the files that count; what killed runs left there is removed."""
    _sweep(target)
    staged = target.with_name(f".{target.name}.{os.getpid()}")
    staged.mkdir(parents=True)
    (staged / "form.json").write_bytes(public)
    if raw.journal is not None:
        (staged / NAME).write_bytes(raw.journal)
    # Releasing feedback fails for everybody when one of these is missing; a secret nobody knows releases to nobody.
    (staged / TIME).write_text(timestamp, "utf-8")
    (staged / SECRET).write_text(raw.secret or secrets.token_hex(64), "utf-8")
    return staged


def publish(staged: Path, target: Path, notebook: bytes, *, permissions: int) -> None:
    """Puts the staged folder with the graded notebook in the place of `target`."""
    (staged / f"{target.name}.ipynb").write_bytes(notebook)
    for path in staged.iterdir():
        path.chmod(permissions)
    old = target.with_name(f".{target.name}.old.{os.getpid()}")
    if target.exists():
        target.rename(old)
    staged.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _sweep(target: Path) -> None:
    """Removes what ended runs left beside `target`; a run that is still alive keeps its folder."""
    for left in target.parent.glob(f".{target.name}.*"):
        number = left.name.rpartition(".")[2]
        if number.isdigit() and not _alive(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return process != os.getpid()
