"""The autograded folder of one submission: written beside its place, then moved there in one step."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from examdesk.journal import NAME
from examdesk.pipeline.intake import SECRET, TIME, Submission


def stage(target: Path, submission: Submission, public: dict[str, Any]) -> Path:
    """A new folder beside `target` with the files that count; what killed runs left there is removed."""
    _sweep(target)
    staged = target.with_name(f".{target.name}.{os.getpid()}")
    staged.mkdir(parents=True)
    (staged / "form.json").write_text(json.dumps(public, ensure_ascii=False), "utf-8")
    if submission.journal is not None:
        (staged / NAME).write_bytes(submission.journal_bytes)
    # Releasing feedback fails for everybody when one of these is missing; a secret nobody knows releases to nobody.
    (staged / TIME).write_text(submission.timestamp, "utf-8")
    (staged / SECRET).write_text(submission.secret or secrets.token_hex(64), "utf-8")
    return staged


def publish(staged: Path, target: Path, notebook: NotebookNode, *, permissions: int) -> None:
    """Puts the staged folder with the graded notebook in the place of `target`."""
    (staged / f"{target.name}.ipynb").write_text(nbformat.writes(notebook), "utf-8", "replace")
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
