"""Reading a candidate's notebook: the texts of cells a trainee may write in, and what is odd about the rest.

Nothing but those texts is ever used for a mark. The exam's own cells are taken from the release whatever the notebook
says, so what is odd is noted and costs no point: an honest trainee may copy a cell or move one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from examdesk.autograding.paper import Paper, Released
from examdesk.errors import SubmissionRefused
from examdesk.graders import MARK_TYPE
from examdesk.journal.lines import BadLine, strict_json
from examdesk.model import Flag

FORMAT = 4
MAX_CELLS = 2_000
MAX_INSIDE = 500_000  # lists and objects
_NUMBER = re.compile(r"\s*[+-]?\d+(\.\d*)?(e[+-]?\d+)?\s*", re.IGNORECASE)
_SCORES = ("tags", "examdesk", "score", "points", "grade", "mark")  # of a cell's metadata; the release writes none
Named = Sequence[tuple[str | None, Any]]
"""[(grade id, cell)]"""


def answers_in(raw: bytes | None, paper: Paper) -> tuple[dict[str, str], list[Flag]]:
    """({grade id: text of a cell a trainee may write in}, flags).

    Raises `SubmissionRefused` when the notebook cannot be read and the exam needs it.
    """
    solutions = paper.solutions
    try:
        notebook = _read(raw)
    except BadLine as fault:
        if solutions:
            raise SubmissionRefused("notebook", f"{paper.form}.ipynb cannot be read: {fault}") from None
        return {}, [Flag("notebook", f"the notebook cannot be read ({fault}); marked from the journal")]
    cells = [(_name(cell), cell) for cell in notebook["cells"]]
    texts: dict[str, list[str]] = {}
    for name, cell in cells:
        if name in solutions and (text := _text(cell.get("source"))) is not None:
            texts.setdefault(name, []).append(text)
    differing = sorted(name for name, found in texts.items() if len(set(found)) > 1)
    flags = [Flag("two-answers", f"two different answers: {_names(differing)}", hold=True)] if differing else []
    answers = {name: found[0] for name, found in sorted(texts.items()) if name not in differing}
    return answers, [*_which_cells(cells, paper), *flags, *_oddities(notebook, cells, paper)]


def _read(raw: bytes | None) -> Mapping[str, Any]:
    """The notebook with its list of cells; raises `BadLine`."""
    if raw is None:
        raise BadLine("it is missing")
    if raw.count(b"[") + raw.count(b"{") > MAX_INSIDE:  # before memory is spent on them
        raise BadLine("it holds more lists and objects than a notebook has")
    data = strict_json(raw.removeprefix(b"\xef\xbb\xbf"))
    cells = data.get("cells") if isinstance(data, dict) else None
    if not isinstance(cells, list):
        raise BadLine("it has no list of cells")
    if len(cells) > MAX_CELLS:
        raise BadLine(f"it has more than {MAX_CELLS:,} cells")
    return data


def _which_cells(cells: Named, paper: Paper) -> list[Flag]:
    """Whether each of the exam's cells is there once."""
    count = Counter(name for name, _ in cells if name in paper.released)
    doubles = [name for name, times in count.items() if times > 1]
    missing = [name for name in paper.released if name not in count]
    flags = []
    if doubles:
        flags.append(Flag("copied-cells", f"copied in the notebook: {_names(doubles)}; ignored"))
    if missing:
        flags.append(Flag("missing-cells", f"missing in the notebook: {_names(missing)}; taken from the exam"))
    return flags


def _oddities(notebook: Mapping[str, Any], cells: Named, paper: Paper) -> list[Flag]:
    """What differs from the released notebook."""
    known, plain = paper.released, paper.plain
    own = [(name, cell) for name, cell in cells if name in known]
    order = list(dict.fromkeys(name for name, _ in own))
    edited = [name for name, cell in own if not _is_released(cell, known[name])]
    cooked = [name for name, cell in own if any(_is_result(one) for one in _list(cell.get("outputs")))]
    flags = []
    if type(notebook.get("nbformat")) is not int or notebook["nbformat"] != FORMAT:
        flags.append(Flag("notebook-version", f"the notebook says it is of another format than {FORMAT}"))
    if len(cells) - len(own) > plain:
        flags.append(Flag("extra-cells", f"{len(cells) - len(own) - plain} cells of their own; ignored, never run"))
    if order != [name for name in known if name in order]:
        flags.append(Flag("moved-cells", "the cells are in another order; ignored"))
    if edited:
        flags.append(Flag("edited-cells", f"changed in the notebook: {_names(edited)}; taken from the exam"))
    if cooked:
        flags.append(Flag("cooked-outputs", f"results written into: {_names(cooked)}; ignored"))
    return flags


def _name(cell: Any) -> str | None:
    """The grade id of a cell of any shape; None when it has none."""
    try:
        grade_id = cell["metadata"]["nbgrader"]["grade_id"]
    except (KeyError, TypeError, IndexError):
        return None
    return grade_id if isinstance(grade_id, str) else None


def _text(source: Any) -> str | None:
    """The text of a cell's source; None when it is none."""
    if isinstance(source, str):
        return source
    good = isinstance(source, list) and all(isinstance(line, str) for line in source)
    return "".join(source) if good else None


def _names(found: Iterable[str]) -> str:
    """A few names a candidate may have written, each once, short and in one line."""
    return ", ".join(repr(name[:40])[1:-1] for name in list(dict.fromkeys(found))[:5])


def _is_released(cell: Mapping[str, Any], released: Released) -> bool:
    kind, meta, text = released
    return (
        cell.get("cell_type") == kind
        and cell["metadata"]["nbgrader"] == meta
        and not any(cell["metadata"].get(name) for name in _SCORES)
        and (text is None or _text(cell.get("source")) == text)
    )


def _is_result(output: Any) -> bool:
    """Whether an output looks like a mark; what panels show never does."""
    if not isinstance(output, dict) or not isinstance(data := output.get("data"), dict):
        return False
    number = _NUMBER.fullmatch(_text(data.get("text/plain")) or "")
    return MARK_TYPE in data or (output.get("output_type") == "execute_result" and number is not None)


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
