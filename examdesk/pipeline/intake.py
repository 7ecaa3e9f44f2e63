"""Reading one submission as hostile input: three plain files, capped, nothing copied that is not read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examdesk.errors import SubmissionRefused
from examdesk.journal import NAME, Journal, parse, plain_file
from examdesk.journal.lines import MAX_BYTES, BadLine, strict_json
from examdesk.model import Flag

MAX_NOTEBOOK = 25_000_000
MAX_CELLS = 2_000


@dataclass(frozen=True)
class Submission:
    """What counts of one candidate's folder."""

    candidate: str
    folder: Path
    journal: Journal | None  # None when there is no journal
    journal_bytes: bytes
    timestamp: str | None
    answers: Mapping[str, str]  # text of `solution` cells by grade_id
    flags: tuple[Flag, ...]
    digest: str  # over everything that counts


def read_submission(folder: Path, *, candidate: str, form: str, solutions: Collection[str], locked: Collection[str],
                    others: Collection[str]) -> Submission:
    """The submission in `folder`. Raises `SubmissionRefused` when it cannot count.

    `solutions` are the grade ids whose text the exam takes from the notebook, `locked` the exam's other cells,
    `others` the ids of everybody else on the roster.
    """
    raw_journal = plain_file(folder / NAME, cap=MAX_BYTES)
    raw_notebook = plain_file(folder / f"{form}.ipynb", cap=MAX_NOTEBOOK)
    raw_time = plain_file(folder / "timestamp.txt", cap=200)
    if raw_journal is None and raw_notebook is None:
        raise SubmissionRefused("empty", f"there is neither {form}.ipynb nor {NAME}")
    journal = None if raw_journal is None else parse(raw_journal)
    answers, flags = _notebook(raw_notebook, form, solutions, locked)
    flags += _identity(journal, candidate, form, others)
    flags += list(journal.flags) if journal else [Flag("no-journal", f"{NAME} is missing: a person must decide", True)]
    flags += _noise(folder, {NAME, f"{form}.ipynb", "timestamp.txt", "form.json"})
    time = (raw_time or b"").decode("utf-8", "replace").strip() or None
    sealed = hashlib.sha256()
    for piece in (raw_journal or b"-", repr(sorted(answers.items())).encode(), (time or "").encode()):
        sealed.update(hashlib.sha256(piece).digest())
    return Submission(candidate, folder, journal, raw_journal or b"", time, answers, tuple(flags), sealed.hexdigest())


def _identity(journal: Journal | None, candidate: str, form: str, others: Collection[str]) -> list[Flag]:
    start = journal.start if journal else {}
    if not start:
        return [Flag("no-start", "the journal does not say who began which exam", hold=True)] if journal else []
    if start.get("form") != form:
        raise SubmissionRefused("other-form", f"the journal belongs to another form: {str(start.get('form'))[:40]!r}")
    named = str(start.get("candidate"))[:60]
    if named == candidate:
        return []
    if named in others:
        raise SubmissionRefused("other-candidate", f"the journal was begun by {named!r}, another person on the roster")
    return [Flag("unknown-candidate", f"the journal names {named!r}, who is not on the roster", hold=True)]


def _notebook(raw: bytes | None, form: str, solutions: Collection[str], locked: Collection[str]
              ) -> tuple[dict[str, str], list[Flag]]:
    """The texts of solution cells, and what is odd about the notebook. Only those texts are ever used."""
    try:
        cells = _cells(raw)
    except BadLine as fault:
        if solutions:
            raise SubmissionRefused("notebook", f"{form}.ipynb cannot be read: {fault}") from None
        return {}, [Flag("notebook", f"the notebook cannot be read ({fault}); marked from the journal")]
    seen: dict[str, list[str]] = {}
    for cell in cells:
        grade_id, source = _named(cell)
        if grade_id is not None:
            seen.setdefault(grade_id, []).append(source)
    flags = []
    doubles = sorted(name for name, sources in seen.items() if len(sources) > 1)
    missing = sorted(name for name in {*solutions, *locked} if name not in seen)
    if doubles:
        flags.append(Flag("copied-cells", f"copied in the notebook: {', '.join(doubles[:5])}; ignored"))
    if missing:
        flags.append(Flag("missing-cells", f"missing from the notebook: {', '.join(missing[:5])}; taken from the exam"))
    differing = sorted(name for name in solutions if len(set(seen.get(name, ()))) > 1)
    if differing:
        flags.append(Flag("two-answers", f"two different answers: {', '.join(differing)}", hold=True))
    return {name: seen[name][0] for name in sorted(solutions) if name in seen and name not in differing}, flags


def _cells(raw: bytes | None) -> list[Any]:
    if raw is None:
        raise BadLine("it is missing")
    data = strict_json(raw.removeprefix(b"\xef\xbb\xbf"))
    cells = data.get("cells") if isinstance(data, dict) else None
    if not isinstance(cells, list):
        raise BadLine("it has no list of cells")
    if len(cells) > MAX_CELLS:
        raise BadLine(f"it has more than {MAX_CELLS:,} cells")
    return cells


def _named(cell: Any) -> tuple[str | None, str]:
    """(grade id, source) of a cell of any shape; (None, "") when it has none."""
    try:
        grade_id = cell["metadata"]["nbgrader"]["grade_id"]
        source = cell["source"]
        text = source if isinstance(source, str) else "".join(line for line in source if isinstance(line, str))
    except (KeyError, TypeError, IndexError):
        return None, ""
    return (grade_id, text) if isinstance(grade_id, str) else (None, "")


def _noise(folder: Path, expected: Collection[str]) -> list[Flag]:
    """A note on other files; they are never opened."""
    with os.scandir(folder) as entries:
        extra = [entry.name for _, entry in zip(range(1_000), entries, strict=False) if entry.name not in expected]
    extra = [name for name in extra if name not in (".ipynb_checkpoints",)]
    if not extra:
        return []
    names = ", ".join(repr(name[:40]) for name in sorted(extra)[:3])
    return [Flag("other-files", f"{len(extra)} other files ignored: {names}")]
