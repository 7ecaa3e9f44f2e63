"""What can be wrong with a submission, and how each of them must end. `damage(folder, form)` breaks one."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from examdesk.autograding.intake import MAX_CELLS
from examdesk.journal import NAME
from examdesk.journal.lines import MAX_BYTES, MAX_LINES, VERSION, encode
from examdesk.journal.writing import chained
from examdesk.model import Form
from tests.nbgrader.courses import AT, all_right, journal

Damage = Callable[[Path, Form], object]

FIRST = "I-801"
ME = "who"  # stands for the candidate's own number in a journal; see `renamed`


def notebook(change: Callable[[bytes], bytes]) -> Damage:
    """Changes the bytes of the notebook."""
    return lambda folder, form: rewrite(folder / f"{form.id}.ipynb", change)


def data(change: Callable[[Any], Any]) -> Damage:
    """Changes the notebook's JSON; a value that `change` gives back takes its place."""

    def damage(raw: bytes) -> bytes:
        read = json.loads(raw)
        changed = change(read)
        return json.dumps(changed if isinstance(changed, dict | list) else read).encode()

    return notebook(damage)


def lines(change: Callable[[bytes], bytes]) -> Damage:
    """Changes the bytes of the journal."""
    return lambda folder, form: rewrite(folder / NAME, change)


def added(raw: bytes) -> Damage:
    """One line more in the journal."""
    return lines(lambda old: old + raw + b"\n")


def said(*more: Any, **start: Any) -> Damage:
    """A sound journal of a perfect paper, and `more` after it; `start` changes its first line."""
    return lambda folder, form: (folder / NAME).write_bytes(journal(form, ME, [*all_right(form), *more], **start))


def begun_by(candidate: str) -> Damage:
    return lambda folder, form: (folder / NAME).write_bytes(journal(form, candidate, all_right(form)))


def handed_in_at(raw: bytes) -> Damage:
    return lambda folder, form: (folder / "timestamp.txt").write_bytes(raw)


def without(*names: str) -> Damage:
    return lambda folder, form: [(folder / name.format(form=form.id)).unlink() for name in names]


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def renamed(raw: bytes, name: str) -> bytes:
    """The journal as begun by `name`, chained anew."""
    seq, head, written = 0, "", []
    for line in raw.splitlines():
        record = json.loads(line)
        value = {**record["value"], "candidate": name} if record["kind"] == "started" else record["value"]
        event = chained(seq, head, record["kind"], value, record["item"], at=AT, mono=record["mono"])
        seq, head = event.seq, event.hash
        written.append(encode(event))
    return b"".join(written)


def _in_cells(change: Callable[[dict[str, Any]], object]) -> Damage:
    return data(lambda read: [change(cell) for cell in read["cells"]] and None)


def _hostile_html(read: dict[str, Any]) -> None:
    evil = {"text/html": "<script>alert(1)</script><img src=x onerror=alert(2)>", "image/svg+xml": "<svg onload='x'>"}
    shown = [{"output_type": "display_data", "metadata": {}, "data": evil}]
    for cell in read["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = shown
    read["cells"].append({"cell_type": "markdown", "id": "zz", "metadata": {}, "attachments": {"x": evil},
                          "source": "<script>alert(3)</script>"})


def _cut_line(number: int) -> Callable[[bytes], bytes]:
    return lambda raw: b"".join(line for n, line in enumerate(raw.splitlines(keepends=True)) if n != number)


def _second_line(change: Callable[[bytes], bytes]) -> Damage:
    def damage(raw: bytes) -> bytes:
        rows = raw.splitlines(keepends=True)
        return b"".join([rows[0], change(rows[1]), *rows[2:]])

    return lines(damage)


def _another_answer(line: bytes) -> bytes:
    """Changed by hand; the hash no longer fits."""
    record = json.loads(line)
    record["value"] = "a" if record["value"] != "a" else "b"
    return json.dumps(record).encode() + b"\n"


def _newer(raw: bytes) -> bytes:
    return raw.replace(b'{"v":%d' % VERSION, b'{"v":%d' % (VERSION + 1))


_TWICE = b'"nbformat": 4, "nbformat": 4'
_LONG = b'"nbformat": ' + b"9" * 9_000
_PICKLE = base64.b64encode(b"cos\nsystem\n(S'touch x'\ntR.")
_V3 = {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": []}]}

# Marked as the honest data says: full marks, whatever else is odd. {name: (damage, flag or "")}
GRADED: dict[str, tuple[Damage, str]] = {
    "notebook-bom": (notebook(lambda raw: b"\xef\xbb\xbf" + raw), ""),
    "notebook-crlf": (notebook(lambda raw: raw.replace(b"\n", b"\r\n")), ""),
    "notebook-cut": (notebook(lambda raw: raw[: len(raw) // 2]), "notebook"),
    "notebook-empty": (notebook(lambda raw: b""), "notebook"),
    "notebook-blank": (notebook(lambda raw: b" \n\t"), "notebook"),
    "notebook-utf16": (notebook(lambda raw: raw.decode().encode("utf-16")), "notebook"),
    "notebook-nul": (notebook(lambda raw: raw[:100] + b"\0" * 300 + raw[100:]), "notebook"),
    "notebook-missing": (without("{form}.ipynb"), "notebook"),
    "notebook-deep": (notebook(lambda raw: b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"), "notebook"),
    "notebook-twice": (notebook(lambda raw: raw.replace(b'"nbformat": 4', _TWICE)), "notebook"),
    "notebook-nan": (data(lambda read: read["metadata"].update(points=float("nan"))), "notebook"),
    "notebook-long-int": (notebook(lambda raw: raw.replace(b'"nbformat": 4', _LONG)), "notebook"),
    "notebook-v3": (data(lambda read: _V3), "notebook"),
    "notebook-v99": (data(lambda read: read.update(nbformat=99, nbformat_minor=99)), ""),
    "notebook-minor": (data(lambda read: read.update(nbformat_minor=77)), ""),
    "notebook-list": (data(lambda read: [read]), "notebook"),
    "notebook-cells-dict": (data(lambda read: read.update(cells={"0": read["cells"]})), "notebook"),
    "notebook-cells-odd": (data(lambda read: read.update(cells=[1, None, "x", [], {}, {"metadata": 3}])),
                           "missing-cells"),
    "notebook-many-cells": (data(lambda read: read.update(cells=read["cells"] * MAX_CELLS)), "notebook"),
    "notebook-copied": (data(lambda read: read["cells"].extend(read["cells"][3:6])), "copied-cells"),
    "notebook-odd-types": (_in_cells(lambda cell: cell.update(source=7, metadata=[])), "missing-cells"),
    "notebook-surrogates": (data(lambda read: read["cells"][0].update(source="\ud800 \udfff")), ""),
    "notebook-no-schema": (_in_cells(lambda cell: cell["metadata"]["nbgrader"].pop("schema_version")), ""),
    "notebook-html": (data(_hostile_html), ""),
    "journal-crlf": (lines(lambda raw: raw.replace(b"\n", b"\r\n")), ""),
    "journal-bom": (lines(lambda raw: b"\xef\xbb\xbf" + raw), ""),
    "journal-blank-lines": (lines(lambda raw: raw.replace(b"\n", b"\n\n \n")), ""),
    "journal-torn": (lines(lambda raw: raw + b'{"v":1,"seq":'), "journal-lines"),
    "journal-garbage": (added(b"\xff\xfe\x00 garbage"), "journal-lines"),
    "journal-nul": (added(b"\0" * 5_000), "journal-lines"),
    "journal-huge-line": (added(b'{"v":1,"value":"' + b"x" * 2_000_000 + b'"}'), "journal-lines"),
    "journal-deep-line": (added(b"[" * 100_000), "journal-lines"),
    "journal-nan": (added(b'{"v":1,"seq":NaN}'), "journal-lines"),
    "journal-twice": (added(b'{"v":1,"v":1}'), "journal-lines"),
    "journal-pickle": (added(_PICKLE), "journal-lines"),
    "journal-doubled": (lines(lambda raw: raw + raw), ""),
    "journal-reversed": (lines(lambda raw: b"".join(reversed(raw.splitlines(keepends=True)))), ""),
    "journal-unknown-item": (said(("X-1", "answered", "a"), ("setup", "answered", "a")), ""),
    "journal-void-answer": (said((FIRST, "answered", "nonsense"), (FIRST, "answered", {"a": 1}),
                                 (FIRST, "answered", 3), (FIRST, "answered", "\ud800")), ""),
    "journal-forged-score": (said((FIRST, "finished", {"points": 1000}), (None, "witness", "full marks")), ""),
    "journal-says-simulated": (said(simulated=True), ""),
    "journal-odd-start": (said(language=[1], attempt="many", engine={"a": None}), ""),
    "time-garbage": (handed_in_at(b"tomorrow"), "timestamp"),
    "time-long": (handed_in_at(b"9" * 900), "timestamp"),
    "time-nul": (handed_in_at(b"\0\xff"), "timestamp"),
    "time-huge-year": (handed_in_at(b"99999-01-01"), "timestamp"),
    "time-overflow": (handed_in_at(b"9999-12-31 23:59:59 -23"), "timestamp"),
    "time-missing": (without("timestamp.txt"), ""),
    "form-damaged": (lambda folder, form: (folder / "form.json").write_text("{"), ""),
}

# Something of the work is lost: the rest counts, and a person is told. {name: (damage, flag, items lost)}
PARTLY: dict[str, tuple[Damage, str, int]] = {
    "part-torn-answer": (lines(lambda raw: raw[:-25]), "journal-lines", 1),
    "part-cut-line": (lines(_cut_line(1)), "journal-gap", 1),
    "part-flipped": (_second_line(lambda line: line.replace(b'"seq":2', b'"seq":2 \x00', 1)), "journal-lines", 1),
    "part-edited": (_second_line(_another_answer), "journal-edited", 1),
    "part-half": (lines(lambda raw: b"".join(raw.splitlines(keepends=True)[:13])), "", 12),
}

# Refused with one line that says why. {name: (damage, words of that line)}
REFUSED: dict[str, tuple[Damage, str]] = {
    "refused-both-missing": (without(NAME, "{form}.ipynb"), "neither"),
    "refused-other-form": (said(form="E01-a", exam="E01"), "another form"),
    "refused-other-person": (begun_by("zz-honest"), "zz-honest"),
    "refused-future": (lines(_newer), "newer"),
    "refused-many-lines": (lines(lambda raw: raw + b"\n" * (MAX_LINES + 1)), "lines"),
    "refused-many-events": (lines(lambda raw: raw + b"{}\n" * (MAX_LINES + 1)), "lines"),
    "refused-large": (lines(lambda raw: raw + b" " * (MAX_BYTES + 1)), "larger"),
}

# Nobody can say whose or which work it is: a person decides first. {name: (damage, flag)}
HELD: dict[str, tuple[Damage, str]] = {
    "held-no-journal": (without(NAME), "no-journal"),
    "held-empty-journal": (lines(lambda raw: b""), "no-start"),
    "held-no-start": (lines(_cut_line(0)), "no-start"),
    "held-unknown": (begun_by("somebody"), "unknown-candidate"),
    "held-odd-name": (begun_by("<script>\x00\ud800"), "unknown-candidate"),
}

ALL = {**GRADED, **PARTLY, **REFUSED, **HELD}
